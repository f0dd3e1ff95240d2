package io.zurau.broker.telemetry;

import java.util.Map;

/// One value of one metric, as a client pushed it.
///
/// @param attributes that tell apart the series of one metric
/// @param timeMs since 1970-01-01 UTC, by the client's clock
record Sample(String name, Map<String, String> attributes, Kind kind, double value, long timeMs) {
    enum Kind {
        /// What is measured now.
        GAUGE,
        /// What was counted since the client began.
        TOTAL,
        /// What was counted since the last push.
        INCREASE
    }
}

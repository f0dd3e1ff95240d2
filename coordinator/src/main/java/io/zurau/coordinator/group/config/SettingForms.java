package io.zurau.coordinator.group.config;

import io.zurau.runtime.settings.Setting;
import java.time.Duration;

/// The forms in which the groups' settings come.
final class SettingForms {
    private SettingForms() {}

    /// A duration that Kafka's clients know as an `int`.
    ///
    /// @param leastMs inclusive
    static Setting<Duration> millis(String key, long byDefaultMs, long leastMs, String what) {
        return Setting.duration(key, Duration.ofMillis(byDefaultMs), what)
                .atLeast(Duration.ofMillis(leastMs))
                .asInt();
    }

    /// Where Kafka computes assignments on a thread of its own, if it is told to.
    static Setting<Boolean> offload(String key) {
        return Setting.bool(
                        key,
                        true,
                        "Accepted without effect: assignments are computed by the thread of the"
                                + " group's partition.")
                .dynamic();
    }
}

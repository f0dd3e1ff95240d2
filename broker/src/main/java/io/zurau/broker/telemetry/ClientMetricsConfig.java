package io.zurau.broker.telemetry;

import io.zurau.metadata.config.ConfigSource;
import io.zurau.metadata.config.ResourceKind;
import io.zurau.protocol.ErrorCode;
import io.zurau.runtime.settings.Setting;
import io.zurau.runtime.settings.SettingCatalog;
import io.zurau.runtime.settings.Settings;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// One subscription to the metrics of clients (KIP-714).
///
/// @param metrics prefixes of the names of those that are wanted; `*` for all
/// @param intervalMs how often a client pushes them
/// @param match whose metrics are wanted
record ClientMetricsConfig(List<String> metrics, int intervalMs, ClientMatch match) {
    static final int DEFAULT_INTERVAL_MS = 300_000;
    private static final int LEAST_INTERVAL_MS = 100;
    private static final int MOST_INTERVAL_MS = 3_600_000;

    private static final Setting<List<String>> METRICS =
            Setting.list(
                    "metrics",
                    List.of(),
                    "The metrics to be pushed, by the beginnings of their names; * for all.");
    private static final Setting<Duration> INTERVAL =
            Setting.duration(
                            "interval.ms",
                            Duration.ofMillis(DEFAULT_INTERVAL_MS),
                            "How often clients push their metrics.")
                    .asInt();
    private static final Setting<List<String>> MATCH =
            Setting.list(
                            "match",
                            List.of(),
                            "The clients to push them, as ATTRIBUTE=REGEX; all of it must match.")
                    .limited(
                            "a list of ATTRIBUTE=REGEX, each of " + ClientMatch.ATTRIBUTES,
                            items -> ClientMatch.parse(items).isPresent());

    /// What can be set on a subscription, with Kafka's errors.
    static final ResourceKind KIND =
            new ResourceKind(
                    ConfigSource.CLIENT_METRICS_CONFIG,
                    SettingCatalog.of(List.of(METRICS, INTERVAL, MATCH)),
                    Set.of(),
                    ErrorCode.INVALID_REQUEST,
                    (subscription, _) -> problem(subscription));

    private static Optional<String> problem(Settings subscription) {
        long intervalMs = subscription.value(INTERVAL).toMillis();
        return intervalMs >= LEAST_INTERVAL_MS && intervalMs <= MOST_INTERVAL_MS
                ? Optional.empty()
                : Optional.of(
                        "interval.ms is %d, but must be at least %d and at most %d (1 hour)."
                                .formatted(intervalMs, LEAST_INTERVAL_MS, MOST_INTERVAL_MS));
    }

    static ClientMetricsConfig from(Settings subscription) {
        return new ClientMetricsConfig(
                subscription.value(METRICS),
                Math.toIntExact(subscription.value(INTERVAL).toMillis()),
                ClientMatch.parse(subscription.value(MATCH)).orElseThrow());
    }
}

package io.zurau.broker.cluster;

import io.zurau.runtime.settings.Setting;
import io.zurau.runtime.settings.Settings;
import java.time.Duration;
import java.util.List;

/// How brokers are known to live.
///
/// @param heartbeatInterval between two heartbeats of a broker
/// @param sessionTimeout after which a silent broker is fenced
/// @param rebalancesLeaders whether leaderships go back to the preferred replicas by themselves
/// @param rebalanceInterval how often that is looked at
public record ClusterConfig(
        Duration heartbeatInterval,
        Duration sessionTimeout,
        boolean rebalancesLeaders,
        Duration rebalanceInterval) {
    // Shorter than Kafka's 2 s and 9 s: heartbeats cost nothing, and dead leaders do.
    private static final Setting<Duration> HEARTBEAT_INTERVAL =
            Setting.duration(
                    "broker.heartbeat.interval.ms",
                    Duration.ofMillis(250),
                    "How often a broker tells the controller that it lives.");
    private static final Setting<Duration> SESSION_TIMEOUT =
            Setting.duration(
                    "broker.session.timeout.ms",
                    Duration.ofSeconds(3),
                    "A broker that was silent for so long leads nothing any more.");
    private static final Setting<Boolean> AUTO_REBALANCE =
            Setting.bool(
                    "auto.leader.rebalance.enable",
                    true,
                    "Whether leaderships go back to the first replica by themselves.");
    private static final Setting<Integer> REBALANCE_SECONDS =
            Setting.integer(
                            "leader.imbalance.check.interval.seconds",
                            300,
                            "How often leaderships are looked at for that.")
                    .atLeast(1);

    public static final List<Setting<?>> SETTINGS =
            List.of(HEARTBEAT_INTERVAL, SESSION_TIMEOUT, AUTO_REBALANCE, REBALANCE_SECONDS);

    public static ClusterConfig from(Settings settings) {
        return new ClusterConfig(
                settings.value(HEARTBEAT_INTERVAL),
                settings.value(SESSION_TIMEOUT),
                settings.value(AUTO_REBALANCE),
                Duration.ofSeconds(settings.value(REBALANCE_SECONDS)));
    }
}

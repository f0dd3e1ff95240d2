package io.zurau.metadata;

import io.zurau.metadata.config.ClusterConfigs;
import io.zurau.metadata.config.TopicSettings;
import io.zurau.runtime.settings.Setting;
import io.zurau.runtime.settings.SettingCatalog;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// Some settings of topics with their broker's settings, and one that only a broker has.
public final class TestConfigs {
    private static final Setting<Duration> LOG_RETENTION =
            Setting.duration("log.retention.ms", Duration.ofDays(7), "How long records are kept.")
                    .orElse("log.retention.hours")
                    .atLeast(Duration.ofMillis(-1));
    private static final Setting<List<String>> LOG_CLEANUP =
            Setting.list("log.cleanup.policy", List.of("delete"), "What is done with old records.")
                    .oneOf("delete", "compact");
    private static final Setting<Integer> IO_THREADS =
            Setting.integer("num.io.threads", 8, "How many threads.");
    private static final Setting<String> SECRET =
            Setting.password("ssl.key.password", "Opens the key.");

    private static final Setting<Integer> MIN_IN_SYNC =
            Setting.integer("min.insync.replicas", 1, "How many must be in sync.").atLeast(1);
    private static final Setting<String> DURABILITY =
            Setting.text("log.durability", "disk", "Where records are when acknowledged.");

    public static final Setting<Duration> RETENTION =
            Setting.onTopic("retention.ms", LOG_RETENTION);
    private static final Setting<List<String>> CLEANUP =
            Setting.onTopic("cleanup.policy", LOG_CLEANUP);

    private static final Setting<Duration> MIN_LAG =
            Setting.duration("min.compaction.lag.ms", Duration.ZERO, "How long a record is safe.");
    private static final Setting<Duration> MAX_LAG =
            Setting.duration(
                    "max.compaction.lag.ms", Duration.ofDays(1), "How long a record may wait.");

    private TestConfigs() {}

    public static ClusterConfigs configs() {
        return configs(Map.of());
    }

    /// @param given to broker 1 at its start
    public static ClusterConfigs configs(Map<String, String> given) {
        return new ClusterConfigs(
                1,
                TopicSettings.completing(
                        SettingCatalog.of(
                                List.of(
                                        RETENTION,
                                        CLEANUP,
                                        MIN_LAG,
                                        MAX_LAG,
                                        Setting.onTopic("min.insync.replicas", MIN_IN_SYNC),
                                        Setting.onTopic("durability", DURABILITY)))),
                SettingCatalog.of(
                        List.of(
                                LOG_RETENTION,
                                LOG_CLEANUP,
                                IO_THREADS,
                                SECRET,
                                MIN_IN_SYNC,
                                DURABILITY,
                                TopicSettings.BROKERS_UNCLEAN_ELECTION)),
                given);
    }
}

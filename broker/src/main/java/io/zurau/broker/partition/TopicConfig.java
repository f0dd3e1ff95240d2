package io.zurau.broker.partition;

import io.zurau.log.LogConfig;
import io.zurau.runtime.settings.Setting;
import io.zurau.runtime.settings.SettingCatalog;
import io.zurau.runtime.settings.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What can be said of a topic.
///
/// @param minInSyncReplicas how many replicas must be in sync for `acks=all`
public record TopicConfig(LogConfig log, int minInSyncReplicas) {
    private static final Setting<Integer> BROKERS_MIN_IN_SYNC =
            Setting.integer(
                            "min.insync.replicas",
                            1,
                            "How many replicas must be in sync for a write with acks=all.")
                    .atLeast(1);
    private static final Setting<Integer> MIN_IN_SYNC =
            Setting.onTopic("min.insync.replicas", BROKERS_MIN_IN_SYNC);

    private static final String NO_TIERS = "there is no tiered storage.";
    private static final String NO_COMPACTION = "logs are not compacted yet.";
    private static final String NO_FOLLOWERS = "partitions have one replica.";

    /// What Kafka lets one set for a topic and we accept, with the reason why it does nothing.
    private static final Map<String, String> WITHOUT_EFFECT =
            Map.ofEntries(
                    Map.entry("delete.retention.ms", NO_COMPACTION),
                    Map.entry("min.cleanable.dirty.ratio", NO_COMPACTION),
                    Map.entry("min.compaction.lag.ms", NO_COMPACTION),
                    Map.entry("max.compaction.lag.ms", NO_COMPACTION),
                    Map.entry("follower.replication.throttled.replicas", NO_FOLLOWERS),
                    Map.entry("leader.replication.throttled.replicas", NO_FOLLOWERS),
                    Map.entry("unclean.leader.election.enable", NO_FOLLOWERS),
                    Map.entry("local.retention.bytes", NO_TIERS),
                    Map.entry("local.retention.ms", NO_TIERS),
                    Map.entry("remote.storage.enable", NO_TIERS),
                    Map.entry("remote.log.copy.disable", NO_TIERS),
                    Map.entry("remote.log.delete.on.disable", NO_TIERS));

    /// The broker's settings for topics that do not say otherwise.
    public static List<Setting<?>> brokerSettings() {
        List<Setting<?>> settings = new ArrayList<>(LogConfig.OnBroker.SETTINGS);
        settings.add(BROKERS_MIN_IN_SYNC);
        return settings;
    }

    /// Everything that can be set for a topic.
    public static SettingCatalog catalog() {
        List<Setting<?>> settings = new ArrayList<>(LogConfig.SETTINGS);
        settings.add(MIN_IN_SYNC);
        return SettingCatalog.of(settings)
                .withoutEffect(LogConfig.WITHOUT_EFFECT)
                .withoutEffect(WITHOUT_EFFECT);
    }

    /// @param topic with the broker's settings behind it
    public static TopicConfig from(Settings topic) {
        return new TopicConfig(LogConfig.from(topic), topic.value(MIN_IN_SYNC));
    }
}

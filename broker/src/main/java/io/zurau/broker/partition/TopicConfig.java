package io.zurau.broker.partition;

import io.zurau.log.LogConfig;
import io.zurau.metadata.config.TopicSettings;
import io.zurau.runtime.settings.Setting;
import io.zurau.runtime.settings.SettingCatalog;
import io.zurau.runtime.settings.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// What can be said of a topic.
///
/// @param minInSyncReplicas how many replicas must be in sync for `acks=all`
/// @param throttledLeaders as `PARTITION:BROKER`, or `*` for all: who sends no more than a rate
/// @param throttledFollowers likewise: who fetches no more than a rate
public record TopicConfig(
        LogConfig log,
        int minInSyncReplicas,
        Set<String> throttledLeaders,
        Set<String> throttledFollowers) {
    private static final String EVERY_REPLICA = "*";
    private static final Setting<Integer> BROKERS_MIN_IN_SYNC =
            Setting.integer(
                            "min.insync.replicas",
                            1,
                            "How many replicas must be in sync for a write with acks=all.")
                    .atLeast(1);
    private static final Setting<Integer> MIN_IN_SYNC =
            Setting.onTopic("min.insync.replicas", BROKERS_MIN_IN_SYNC);

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
        return TopicSettings.completing(SettingCatalog.of(settings));
    }

    /// @param topic with the broker's settings behind it
    public static TopicConfig from(Settings topic) {
        return new TopicConfig(
                LogConfig.from(topic),
                topic.value(MIN_IN_SYNC),
                Set.copyOf(topic.value(TopicSettings.LEADER_THROTTLED)),
                Set.copyOf(topic.value(TopicSettings.FOLLOWER_THROTTLED)));
    }

    boolean throttlesLeader(int partition, int nodeId) {
        return names(throttledLeaders, partition, nodeId);
    }

    boolean throttlesFollower(int partition, int nodeId) {
        return names(throttledFollowers, partition, nodeId);
    }

    private static boolean names(Set<String> replicas, int partition, int nodeId) {
        return replicas.contains(EVERY_REPLICA) || replicas.contains(partition + ":" + nodeId);
    }
}

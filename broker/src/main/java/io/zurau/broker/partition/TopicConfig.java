package io.zurau.broker.partition;

import io.zurau.log.LogConfig;
import io.zurau.metadata.config.TopicSettings;
import io.zurau.runtime.settings.Setting;
import io.zurau.runtime.settings.SettingCatalog;
import io.zurau.runtime.settings.Settings;
import java.util.ArrayList;
import java.util.List;

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
        return new TopicConfig(LogConfig.from(topic), topic.value(MIN_IN_SYNC));
    }
}

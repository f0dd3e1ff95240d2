package io.zurau.metadata.control;

import io.zurau.metadata.config.TopicSettings;
import io.zurau.runtime.settings.Setting;
import io.zurau.runtime.settings.Settings;
import java.util.List;

/// What the controller decides by.
///
/// @param defaultPartitions for topics whose creator leaves the number open
/// @param defaultReplicationFactor likewise
public record ControllerConfig(
        int defaultPartitions, int defaultReplicationFactor, boolean topicDeletionEnabled) {
    private static final Setting<Integer> NUM_PARTITIONS =
            Setting.integer(
                            "num.partitions",
                            1,
                            "How many partitions a topic gets if its creator does not say.")
                    .atLeast(1);
    private static final Setting<Integer> DEFAULT_REPLICATION_FACTOR =
            Setting.integer(
                            "default.replication.factor",
                            1,
                            "How many replicas a topic's partitions get if its creator does not say.")
                    .atLeast(1);
    private static final Setting<Boolean> DELETE_TOPIC_ENABLE =
            Setting.bool("delete.topic.enable", true, "Whether topics can be deleted.");

    public static final List<Setting<?>> SETTINGS =
            List.of(
                    NUM_PARTITIONS,
                    DEFAULT_REPLICATION_FACTOR,
                    DELETE_TOPIC_ENABLE,
                    TopicSettings.BROKERS_UNCLEAN_ELECTION);

    public static ControllerConfig from(Settings settings) {
        return new ControllerConfig(
                settings.value(NUM_PARTITIONS),
                settings.value(DEFAULT_REPLICATION_FACTOR),
                settings.value(DELETE_TOPIC_ENABLE));
    }
}

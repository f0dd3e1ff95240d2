package io.zurau.broker.admin;

import io.zurau.runtime.settings.Setting;
import io.zurau.runtime.settings.Settings;
import java.util.List;

/// @param autoCreateTopics whether asking for a topic that does not exist creates it
/// @param largestTopicDescription how many partitions one answer to DescribeTopicPartitions has at
///   most
public record AdminConfig(boolean autoCreateTopics, int largestTopicDescription) {
    private static final Setting<Boolean> AUTO_CREATE =
            Setting.bool(
                    "auto.create.topics.enable",
                    true,
                    "Whether a client that asks for a topic that does not exist creates it.");
    private static final Setting<Integer> LARGEST_DESCRIPTION =
            Setting.integer(
                            "max.request.partition.size.limit",
                            2000,
                            "How many partitions one answer describes at most.")
                    .atLeast(1);

    public static final List<Setting<?>> SETTINGS = List.of(AUTO_CREATE, LARGEST_DESCRIPTION);

    public static AdminConfig from(Settings settings) {
        return new AdminConfig(settings.value(AUTO_CREATE), settings.value(LARGEST_DESCRIPTION));
    }
}

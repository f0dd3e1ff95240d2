package io.zurau.coordinator.group.streams;

import io.zurau.protocol.message.StreamsGroupTopologyValue.TopicConfig;
import io.zurau.protocol.message.StreamsGroupTopologyValue.TopicInfo;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/// A topic that the application needs for itself: for a repartitioned stream, or for the changes of
/// its state.
///
/// @param replicationFactor 0 for the broker's default
/// @param settings by name
public record InternalTopic(
        String name, int partitions, short replicationFactor, SortedMap<String, String> settings) {
    public InternalTopic {
        settings = Collections.unmodifiableSortedMap(settings);
    }

    static InternalTopic of(TopicInfo info, int partitions) {
        SortedMap<String, String> settings = new TreeMap<>();
        for (TopicConfig setting : info.topicConfigs()) {
            settings.put(setting.key(), setting.value());
        }
        return new InternalTopic(info.name(), partitions, info.replicationFactor(), settings);
    }
}

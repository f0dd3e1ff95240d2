package io.zurau.coordinator.group.share;

import io.zurau.protocol.Uuid;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/// What the share coordinator is to be told about partitions of one group.
///
/// @param stateEpoch the group's epoch
/// @param offsets where the group begins, by topic and partition; -1 if the partition's leader
///   shall find out
/// @param names of the topics
public record ShareStateOrder(
        String groupId,
        int stateEpoch,
        SortedMap<Uuid, SortedMap<Integer, Long>> offsets,
        SortedMap<Uuid, String> names) {
    static final long LEADER_FINDS_OUT = -1;

    static ShareStateOrder of(
            String groupId, int stateEpoch, Map<Uuid, KeptPartitions.Topic> topics) {
        TreeMap<Uuid, SortedMap<Integer, Long>> offsets = new TreeMap<>();
        TreeMap<Uuid, String> names = new TreeMap<>();
        topics.forEach(
                (id, topic) -> {
                    TreeMap<Integer, Long> partitions = new TreeMap<>();
                    topic.partitions()
                            .forEach(partition -> partitions.put(partition, LEADER_FINDS_OUT));
                    offsets.put(id, partitions);
                    names.put(id, topic.name());
                });
        return new ShareStateOrder(groupId, stateEpoch, offsets, names);
    }

    /// All its partitions.
    public List<Partition> partitions() {
        return offsets.entrySet().stream()
                .flatMap(
                        topic ->
                                topic.getValue().entrySet().stream()
                                        .map(
                                                one ->
                                                        new Partition(
                                                                topic.getKey(),
                                                                one.getKey(),
                                                                one.getValue())))
                .toList();
    }

    /// @param startOffset -1 if the partition's leader shall find out
    public record Partition(Uuid topicId, int index, long startOffset) {}

    SortedMap<Uuid, KeptPartitions.Topic> topics() {
        TreeMap<Uuid, KeptPartitions.Topic> topics = new TreeMap<>();
        offsets.forEach(
                (id, partitions) ->
                        topics.put(
                                id,
                                new KeptPartitions.Topic(
                                        names.getOrDefault(id, ""),
                                        new TreeSet<>(partitions.keySet()))));
        return topics;
    }
}

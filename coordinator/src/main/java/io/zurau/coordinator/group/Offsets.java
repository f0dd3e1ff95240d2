package io.zurau.coordinator.group;

import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.message.OffsetCommitValue;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The committed offsets of the groups of one shard.
///
/// **Guard:** the thread of the shard.
final class Offsets {
    private final TreeMap<String, TreeMap<TopicPartition, OffsetCommitValue>> byGroup =
            new TreeMap<>();

    @Nullable OffsetCommitValue find(String groupId, TopicPartition partition) {
        TreeMap<TopicPartition, OffsetCommitValue> offsets = byGroup.get(groupId);
        return offsets == null ? null : offsets.get(partition);
    }

    /// Of the group; a view.
    SortedMap<TopicPartition, OffsetCommitValue> of(String groupId) {
        SortedMap<TopicPartition, OffsetCommitValue> offsets = byGroup.get(groupId);
        return offsets == null
                ? Collections.emptySortedMap()
                : Collections.unmodifiableSortedMap(offsets);
    }

    /// @param value null to remove the offset
    void put(String groupId, TopicPartition partition, @Nullable OffsetCommitValue value) {
        if (value != null) {
            byGroup.computeIfAbsent(groupId, id -> new TreeMap<>()).put(partition, value);
            return;
        }
        TreeMap<TopicPartition, OffsetCommitValue> offsets = byGroup.get(groupId);
        if (offsets != null) {
            offsets.remove(partition);
            if (offsets.isEmpty()) {
                byGroup.remove(groupId);
            }
        }
    }
}

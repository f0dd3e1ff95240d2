package io.zurau.coordinator.group;

import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.message.OffsetCommitValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Offsets committed in transactions that have not ended yet.
///
/// The last commit of a partition counts, in the order of the log: one that comes later, in another
/// transaction or in none, makes an earlier one void, even if that one's transaction ends last.
///
/// **Guard:** the thread of the shard.
final class PendingOffsets {
    record Key(String groupId, TopicPartition partition) implements Comparable<Key> {
        @Override
        public int compareTo(Key other) {
            int byGroup = groupId.compareTo(other.groupId);
            return byGroup != 0 ? byGroup : partition.compareTo(other.partition);
        }
    }

    record Pending(Key key, OffsetCommitValue value, long sequence) {}

    private final Map<Long, Map<Key, Pending>> byProducer = new HashMap<>(); // Looked up only.
    private final TreeMap<Key, TreeMap<Long, Long>> producers = new TreeMap<>(); // By sequence.
    private long sequence;

    void put(long producerId, Key key, OffsetCommitValue value) {
        Map<Key, Pending> own = byProducer.computeIfAbsent(producerId, id -> new LinkedHashMap<>());
        Pending before = own.remove(key);
        if (before != null) {
            forget(before);
        }
        Pending pending = new Pending(key, value, sequence++);
        own.put(key, pending);
        producers.computeIfAbsent(key, k -> new TreeMap<>()).put(pending.sequence, producerId);
    }

    /// Takes everything of a producer whose transaction has ended, in the order of the commits.
    List<Pending> take(long producerId) {
        Map<Key, Pending> own = byProducer.remove(producerId);
        if (own == null) {
            return List.of();
        }
        own.values().forEach(this::forget);
        return new ArrayList<>(own.values());
    }

    /// Whether some transaction that has not ended yet will perhaps change the offset.
    boolean has(String groupId, TopicPartition partition) {
        return producers.containsKey(new Key(groupId, partition));
    }

    /// Whether a group has any.
    boolean has(String groupId) {
        Key from = producers.ceilingKey(least(groupId));
        return from != null && from.groupId.equals(groupId);
    }

    private static Key least(String groupId) {
        return new Key(groupId, new TopicPartition("", 0));
    }

    /// The partitions for which a group has any, ascending.
    List<TopicPartition> of(String groupId) {
        return producers.tailMap(least(groupId)).keySet().stream()
                .takeWhile(key -> key.groupId.equals(groupId))
                .map(Key::partition)
                .toList();
    }

    /// Makes void what was committed for a partition before.
    void supersede(Key key) {
        supersede(key, Long.MAX_VALUE);
    }

    /// Makes void what was committed for a partition before a pending commit.
    void supersede(Pending by) {
        supersede(by.key, by.sequence);
    }

    private void supersede(Key key, long beforeSequence) {
        TreeMap<Long, Long> pending = producers.get(key);
        if (pending == null) {
            return;
        }
        Map<Long, Long> older = pending.headMap(beforeSequence);
        older.values().forEach(producerId -> drop(producerId, key));
        older.clear();
        if (pending.isEmpty()) {
            producers.remove(key);
        }
    }

    private void drop(long producerId, Key key) {
        Map<Key, Pending> own = byProducer.get(producerId);
        if (own != null) {
            own.remove(key);
            if (own.isEmpty()) {
                byProducer.remove(producerId);
            }
        }
    }

    private void forget(Pending pending) {
        @Nullable TreeMap<Long, Long> bySequence = producers.get(pending.key);
        if (bySequence != null) {
            bySequence.remove(pending.sequence);
            if (bySequence.isEmpty()) {
                producers.remove(pending.key);
            }
        }
    }
}

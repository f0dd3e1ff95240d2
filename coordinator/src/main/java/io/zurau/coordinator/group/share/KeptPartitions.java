package io.zurau.coordinator.group.share;

import io.zurau.protocol.Uuid;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// For which partitions the share coordinator keeps what a group does. Immutable.
///
/// @param initializing it is being told to, or its answer was lost
/// @param deleting it is being told to forget; the names of topics
record KeptPartitions(
        SortedMap<Uuid, Topic> initializing,
        SortedMap<Uuid, Topic> initialized,
        SortedMap<Uuid, String> deleting) {
    static final KeptPartitions NONE =
            new KeptPartitions(
                    Collections.emptySortedMap(),
                    Collections.emptySortedMap(),
                    Collections.emptySortedMap());

    /// Partitions of one topic.
    record Topic(String name, SortedSet<Integer> partitions) {
        Topic {
            partitions = Collections.unmodifiableSortedSet(new TreeSet<>(partitions));
        }

        private Topic plus(Collection<Integer> more) {
            TreeSet<Integer> all = new TreeSet<>(partitions);
            all.addAll(more);
            return new Topic(name, all);
        }

        private Topic minus(Collection<Integer> less) {
            TreeSet<Integer> rest = new TreeSet<>(partitions);
            rest.removeAll(less);
            return new Topic(name, rest);
        }
    }

    KeptPartitions {
        initializing = Collections.unmodifiableSortedMap(initializing);
        initialized = Collections.unmodifiableSortedMap(initialized);
        deleting = Collections.unmodifiableSortedMap(deleting);
    }

    boolean isEmpty() {
        return initializing.isEmpty() && initialized.isEmpty() && deleting.isEmpty();
    }

    private static SortedMap<Uuid, Topic> plus(
            SortedMap<Uuid, Topic> topics, Map<Uuid, Topic> more) {
        TreeMap<Uuid, Topic> all = new TreeMap<>(topics);
        more.forEach(
                (id, topic) -> all.merge(id, topic, (before, _) -> before.plus(topic.partitions)));
        return all;
    }

    private static SortedMap<Uuid, Topic> minus(
            SortedMap<Uuid, Topic> topics, Map<Uuid, Topic> less) {
        TreeMap<Uuid, Topic> rest = new TreeMap<>(topics);
        less.forEach(
                (id, topic) ->
                        rest.computeIfPresent(
                                id,
                                (_, before) -> {
                                    Topic left = before.minus(topic.partitions);
                                    return left.partitions.isEmpty() ? null : left;
                                }));
        return rest;
    }

    /// The share coordinator is being told to keep these.
    KeptPartitions initialize(Map<Uuid, Topic> topics) {
        return new KeptPartitions(
                plus(initializing, topics), initialized, without(deleting, topics.keySet()));
    }

    /// It keeps these now. What it has been told to forget since then does not count.
    KeptPartitions initialized(Map<Uuid, Topic> topics) {
        SortedMap<Uuid, Topic> left = minus(initializing, topics);
        return new KeptPartitions(left, plus(initialized, minus(initializing, left)), deleting);
    }

    /// It does not keep these.
    KeptPartitions notInitialized(Map<Uuid, Topic> topics) {
        return new KeptPartitions(minus(initializing, topics), initialized, deleting);
    }

    /// It is being told to forget a topic that it keeps.
    KeptPartitions delete(Uuid topicId) {
        Topic topic = initialized.get(topicId);
        if (topic == null) {
            return this;
        }
        TreeMap<Uuid, Topic> left = new TreeMap<>(initialized);
        left.remove(topicId);
        TreeMap<Uuid, String> newDeleting = new TreeMap<>(deleting);
        newDeleting.put(topicId, topic.name);
        return new KeptPartitions(initializing, left, newDeleting);
    }

    /// It is being told to forget everything.
    KeptPartitions deleteAll() {
        TreeMap<Uuid, String> all = new TreeMap<>(deleting);
        plus(initialized, initializing).forEach((id, topic) -> all.put(id, topic.name));
        return new KeptPartitions(Collections.emptySortedMap(), Collections.emptySortedMap(), all);
    }

    /// It has forgotten these topics, also what it was told to keep of them meanwhile: nobody knows
    /// which came first, and it is told again if need be.
    KeptPartitions deleted(Set<Uuid> topicIds) {
        return new KeptPartitions(
                without(initializing, topicIds),
                without(initialized, topicIds),
                without(deleting, topicIds));
    }

    private static <T> SortedMap<Uuid, T> without(SortedMap<Uuid, T> topics, Set<Uuid> ids) {
        TreeMap<Uuid, T> left = new TreeMap<>(topics);
        left.keySet().removeAll(ids);
        return left;
    }

    /// Topics of these names are gone, and the share coordinator knows.
    KeptPartitions withoutTopics(Set<String> names) {
        TreeMap<Uuid, Topic> newInitializing = new TreeMap<>(initializing);
        newInitializing.values().removeIf(topic -> names.contains(topic.name));
        TreeMap<Uuid, Topic> newInitialized = new TreeMap<>(initialized);
        newInitialized.values().removeIf(topic -> names.contains(topic.name));
        TreeMap<Uuid, String> newDeleting = new TreeMap<>(deleting);
        newDeleting.values().removeIf(names::contains);
        return new KeptPartitions(newInitializing, newInitialized, newDeleting);
    }
}

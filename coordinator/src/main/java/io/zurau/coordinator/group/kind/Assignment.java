package io.zurau.coordinator.group.kind;

import io.zurau.protocol.Uuid;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/// Partitions, by the ids of their topics: what a member shall have, has or says it has. Immutable;
/// topics and partitions ascend.
public final class Assignment {
    public static final Assignment NONE = new Assignment(Collections.emptySortedMap());

    private final SortedMap<Uuid, SortedSet<Integer>> byTopic;

    private Assignment(SortedMap<Uuid, SortedSet<Integer>> byTopic) {
        this.byTopic = byTopic;
    }

    /// Gathers partitions, one by one.
    public static final class Builder {
        private final TreeMap<Uuid, SortedSet<Integer>> byTopic = new TreeMap<>();

        public Builder add(Uuid topic, int partition) {
            byTopic.computeIfAbsent(topic, id -> new TreeSet<>()).add(partition);
            return this;
        }

        public Builder add(Uuid topic, Collection<Integer> partitions) {
            partitions.forEach(partition -> add(topic, partition));
            return this;
        }

        public Assignment build() {
            return byTopic.isEmpty() ? NONE : new Assignment(byTopic);
        }
    }

    public static Builder builder() {
        return new Builder();
    }

    public static Assignment of(Map<Uuid, ? extends Collection<Integer>> partitions) {
        Builder builder = builder();
        partitions.forEach(builder::add);
        return builder.build();
    }

    public Set<Uuid> topics() {
        return Collections.unmodifiableSet(byTopic.keySet());
    }

    /// Of one topic; a view, empty if there are none.
    public SortedSet<Integer> of(Uuid topic) {
        SortedSet<Integer> partitions = byTopic.get(topic);
        return partitions == null
                ? Collections.emptySortedSet()
                : Collections.unmodifiableSortedSet(partitions);
    }

    public boolean has(Uuid topic, int partition) {
        SortedSet<Integer> partitions = byTopic.get(topic);
        return partitions != null && partitions.contains(partition);
    }

    public boolean isEmpty() {
        return byTopic.isEmpty();
    }

    /// How many partitions.
    public int size() {
        return byTopic.values().stream().mapToInt(Set::size).sum();
    }

    /// Those that the condition holds for.
    public Assignment only(BiPredicate<Uuid, Integer> condition) {
        Builder builder = builder();
        byTopic.forEach(
                (topic, partitions) -> {
                    for (int partition : partitions) {
                        if (condition.test(topic, partition)) {
                            builder.add(topic, partition);
                        }
                    }
                });
        return builder.build();
    }

    /// Those that are not in the other.
    public Assignment minus(Assignment other) {
        return only((topic, partition) -> !other.has(topic, partition));
    }

    /// Those that are in both.
    public Assignment and(Assignment other) {
        return only(other::has);
    }

    /// Those that are in either.
    public Assignment plus(Assignment other) {
        Builder builder = builder();
        byTopic.forEach(builder::add);
        other.byTopic.forEach(builder::add);
        return builder.build();
    }

    /// Whether all of the other are in here.
    public boolean hasAll(Assignment other) {
        return other.minus(this).isEmpty();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Assignment that && byTopic.equals(that.byTopic);
    }

    @Override
    public int hashCode() {
        return byTopic.hashCode();
    }

    @Override
    public String toString() {
        return byTopic.toString();
    }
}

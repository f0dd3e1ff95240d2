package io.zurau.coordinator.group.consumer;

import io.zurau.coordinator.group.kind.Assignment;
import io.zurau.protocol.Uuid;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/// Partitions of a member, each with the epoch that it was given in: a commit that was sent in an
/// earlier epoch is somebody else's, or comes from before the member lost the partition. Immutable.
public final class Owned {
    public static final Owned NONE = new Owned(Collections.emptySortedMap());

    private static final int NEVER = -1;

    private final SortedMap<Uuid, SortedMap<Integer, Integer>> epochs;

    private Owned(SortedMap<Uuid, SortedMap<Integer, Integer>> epochs) {
        this.epochs = epochs;
    }

    static final class Builder {
        private final TreeMap<Uuid, SortedMap<Integer, Integer>> epochs = new TreeMap<>();

        Builder add(Uuid topic, int partition, int epoch) {
            epochs.computeIfAbsent(topic, id -> new TreeMap<>()).put(partition, epoch);
            return this;
        }

        private void addAll(Owned owned) {
            owned.epochs.forEach(
                    (topic, partitions) ->
                            partitions.forEach((partition, epoch) -> add(topic, partition, epoch)));
        }

        Owned build() {
            return epochs.isEmpty() ? NONE : new Owned(epochs);
        }
    }

    static Builder builder() {
        return new Builder();
    }

    /// All given in one epoch.
    public static Owned at(int epoch, Assignment partitions) {
        Builder builder = builder();
        for (Uuid topic : partitions.topics()) {
            partitions.of(topic).forEach(partition -> builder.add(topic, partition, epoch));
        }
        return builder.build();
    }

    public Assignment partitions() {
        Assignment.Builder builder = Assignment.builder();
        epochs.forEach((topic, partitions) -> builder.add(topic, partitions.keySet()));
        return builder.build();
    }

    /// By topic, then by partition; cannot be changed.
    SortedMap<Uuid, SortedMap<Integer, Integer>> epochs() {
        return Collections.unmodifiableSortedMap(epochs);
    }

    /// When the partition was given; -1 if it is not in here.
    int epochOf(Uuid topic, int partition) {
        SortedMap<Integer, Integer> partitions = epochs.get(topic);
        return partitions == null ? NEVER : partitions.getOrDefault(partition, NEVER);
    }

    boolean has(Uuid topic, int partition) {
        return epochOf(topic, partition) != NEVER;
    }

    public boolean isEmpty() {
        return epochs.isEmpty();
    }

    Owned only(BiPredicate<Uuid, Integer> condition) {
        Builder builder = builder();
        epochs.forEach(
                (topic, partitions) ->
                        partitions.forEach(
                                (partition, epoch) -> {
                                    if (condition.test(topic, partition)) {
                                        builder.add(topic, partition, epoch);
                                    }
                                }));
        return builder.build();
    }

    Owned plus(Owned other) {
        if (other.isEmpty()) {
            return this;
        }
        Builder builder = builder();
        builder.addAll(this);
        builder.addAll(other);
        return builder.build();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Owned that && epochs.equals(that.epochs);
    }

    @Override
    public int hashCode() {
        return epochs.hashCode();
    }

    @Override
    public String toString() {
        return epochs.toString();
    }
}

package io.zurau.metadata.control;

import io.zurau.metadata.image.PartitionImage;
import java.util.List;
import java.util.stream.Stream;

/// A partition's replicas on their way from some brokers to others (KIP-455).
///
/// @param replicas all that hold it meanwhile: those that shall, in their order, then the others
/// @param removing who leaves once everybody who shall hold it is in sync
/// @param adding who held nothing before
record Reassignment(List<Integer> replicas, List<Integer> removing, List<Integer> adding) {
    /// From the replicas that a partition has now, or had before the reassignment that is under
    /// way, to `target`.
    ///
    /// Differs from Kafka: replicas that an earlier reassignment was adding and this one does not
    /// want go at once, unless `keepsSuperseded`; so that cancelling it leads back to where the
    /// first one began.
    ///
    /// @param keepsSuperseded treats them like old replicas, because only they can lead
    static Reassignment to(List<Integer> target, PartitionImage from, boolean keepsSuperseded) {
        List<Integer> original = original(from);
        List<Integer> present = keepsSuperseded ? from.replicas() : original;
        List<Integer> removing = present.stream().filter(node -> !target.contains(node)).toList();
        return new Reassignment(
                Stream.concat(target.stream(), removing.stream()).toList(),
                removing,
                target.stream().filter(node -> !original.contains(node)).toList());
    }

    /// Back to where the reassignment that is under way began.
    static Reassignment cancelling(PartitionImage from) {
        return new Reassignment(original(from), List.of(), List.of());
    }

    /// How many replicas the partition is meant to have.
    static int replicationFactor(PartitionImage partition) {
        return (int)
                partition.replicas().stream()
                        .filter(node -> !partition.removing().contains(node))
                        .count();
    }

    private static List<Integer> original(PartitionImage partition) {
        return partition.replicas().stream()
                .filter(node -> !partition.adding().contains(node))
                .toList();
    }
}

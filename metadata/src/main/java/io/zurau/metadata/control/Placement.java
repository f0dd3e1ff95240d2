package io.zurau.metadata.control;

import io.zurau.metadata.image.BrokerImage;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.image.PartitionImage;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.Uuid;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Which brokers get the replicas of new partitions.
final class Placement {
    private final ClusterImage image;
    private final List<BrokerImage> active;

    Placement(ClusterImage image) {
        this.image = image;
        this.active = image.brokers().values().stream().filter(broker -> !broker.fenced()).toList();
    }

    /// Why nothing can be placed with so many replicas.
    Optional<Refusal> problem(int replicationFactor) {
        if (replicationFactor > active.size()) {
            return Optional.of(
                    new Refusal(
                            ErrorCode.INVALID_REPLICATION_FACTOR,
                            ("Unable to replicate the partition %d time(s): the target replication factor"
                                            + " cannot be reached because only %d broker(s) are registered.")
                                    .formatted(replicationFactor, active.size())));
        }
        return Optional.empty();
    }

    /// Spreads `count` partitions, the first of which has number `firstIndex`, so that neighbours
    /// are led by different brokers.
    List<PartitionImage> place(int firstIndex, int count, int replicationFactor) {
        List<PartitionImage> partitions = new ArrayList<>(count);
        for (int index = firstIndex; index < firstIndex + count; index++) {
            List<Integer> replicas = new ArrayList<>(replicationFactor);
            for (int replica = 0; replica < replicationFactor; replica++) {
                replicas.add(active.get((index + replica) % active.size()).nodeId());
            }
            partitions.add(created(replicas));
        }
        return partitions;
    }

    /// Why the replicas that somebody chose for a partition cannot be.
    Optional<Refusal> problem(List<Integer> replicas) {
        if (replicas.isEmpty()) {
            return refusal("The manual partition assignment includes an empty replica list.");
        }
        Set<Integer> seen = new HashSet<>();
        for (int nodeId : replicas) {
            if (!seen.add(nodeId)) {
                return refusal(
                        "The manual partition assignment includes the broker %d more than once."
                                .formatted(nodeId));
            }
            if (!image.brokers().containsKey(nodeId)) {
                return refusal(
                        ("The manual partition assignment includes broker %d, but no such broker is"
                                        + " registered.")
                                .formatted(nodeId));
            }
        }
        return Optional.empty();
    }

    /// Why the replicas that somebody chose for a new partition cannot be.
    ///
    /// @param replicationFactor of the partitions before it
    Optional<Refusal> problem(List<Integer> replicas, int replicationFactor) {
        Optional<Refusal> problem = problem(replicas);
        if (problem.isPresent()) {
            return problem;
        }
        if (replicas.size() != replicationFactor) {
            return refusal(
                    ("The manual partition assignment includes a partition with %d replica(s), but this"
                                    + " is not consistent with previous partitions, which have %d"
                                    + " replica(s).")
                            .formatted(replicas.size(), replicationFactor));
        }
        if (active.stream().noneMatch(broker -> replicas.contains(broker.nodeId()))) {
            return refusal("All brokers specified in the manual partition assignment are fenced.");
        }
        return Optional.empty();
    }

    private static Optional<Refusal> refusal(String reason) {
        return Optional.of(new Refusal(ErrorCode.INVALID_REPLICA_ASSIGNMENT, reason));
    }

    /// A new partition on these brokers.
    PartitionImage created(List<Integer> replicas) {
        return PartitionImage.created(replicas, replicas.stream().map(this::directory).toList());
    }

    /// Where a broker puts a new replica; zero leaves it to the broker.
    private Uuid directory(int nodeId) {
        BrokerImage broker = image.brokers().get(nodeId);
        return broker == null || broker.logDirectories().size() != 1
                ? Uuid.ZERO
                : broker.logDirectories().getFirst();
    }
}

package io.zurau.metadata.control;

import io.zurau.metadata.image.BrokerImage;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.image.PartitionImage;
import io.zurau.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Which brokers get the replicas of new partitions.
///
/// **Owner:** the thread that decides.
final class Placement {
    private final ClusterImage image;
    private final NewDirectories directories;
    private final boolean noneActive;
    private int partitions; // In the cluster, with those placed so far.

    Placement(ClusterImage image) {
        this.image = image;
        this.directories = new NewDirectories(image);
        this.noneActive = image.brokers().values().stream().noneMatch(BrokerImage::isActive);
        this.partitions = image.topics().partitionCount();
    }

    /// Why nothing can be placed with so many replicas.
    Optional<Refusal> problem(int replicationFactor) {
        if (noneActive) {
            return unable(
                    replicationFactor,
                    "All brokers are currently fenced or in controlled shutdown.");
        }
        if (replicationFactor > image.brokers().size()) {
            return unable(
                    replicationFactor,
                    ("The target replication factor of %d cannot be reached because only %d broker(s)"
                                    + " are registered.")
                            .formatted(replicationFactor, image.brokers().size()));
        }
        return Optional.empty();
    }

    private static Optional<Refusal> unable(int replicationFactor, String reason) {
        return Refusal.of(
                ErrorCode.INVALID_REPLICATION_FACTOR,
                "Unable to replicate the partition %d time(s): %s"
                        .formatted(replicationFactor, reason));
    }

    /// Spreads `count` partitions over all brokers.
    ///
    /// @param present the partitions that their topic already has
    List<PartitionImage> place(List<PartitionImage> present, int count, int replicationFactor) {
        Spreading spreading = new Spreading(image.brokers().values(), partitions, present);
        partitions += count;
        List<PartitionImage> placed = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            placed.add(created(spreading.next(replicationFactor)));
        }
        return placed;
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
        if (replicas.stream().noneMatch(this::isActive)) {
            return refusal(
                    "All brokers specified in the manual partition assignment are fenced or in"
                            + " controlled shutdown.");
        }
        return Optional.empty();
    }

    private static Optional<Refusal> refusal(String reason) {
        return Optional.of(new Refusal(ErrorCode.INVALID_REPLICA_ASSIGNMENT, reason));
    }

    /// A new partition on these brokers, of which one is active. The others join once they run.
    PartitionImage created(List<Integer> replicas) {
        return PartitionImage.created(
                replicas,
                replicas.stream().map(directories::of).toList(),
                replicas.stream().filter(this::isActive).toList());
    }

    private boolean isActive(int nodeId) {
        return image.broker(nodeId).filter(BrokerImage::isActive).isPresent();
    }
}

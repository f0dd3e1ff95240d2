package io.zurau.metadata.control;

import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.image.PartitionImage;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.CreatePartitionsRequest.CreatePartitionsAssignment;
import io.zurau.protocol.message.CreatePartitionsRequest.CreatePartitionsTopic;
import io.zurau.protocol.message.CreateTopicsRequest.CreatableReplicaAssignment;
import io.zurau.protocol.message.CreateTopicsRequest.CreatableTopic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Plans the partitions of one request, which must not become too many together.
///
/// **Owner:** the thread that decides.
final class NewPartitions {
    /// Of one request, as in Kafka: about 1 MB of records.
    static final int MOST_PER_REQUEST = 10_000;

    private static final int LEFT_OPEN = -1;

    private final ControllerConfig config;
    private final Placement placement;
    private int planned;

    /// Partitions, or why there can be none.
    sealed interface Plan {
        record Made(List<PartitionImage> partitions) implements Plan {}

        record Refused(Refusal refusal) implements Plan {}
    }

    NewPartitions(ClusterImage image, ControllerConfig config) {
        this.config = config;
        this.placement = new Placement(image);
    }

    /// All partitions of a new topic.
    Plan of(CreatableTopic topic) {
        if (!topic.assignments().isEmpty()) {
            return assigned(topic);
        }
        if (topic.replicationFactor() != LEFT_OPEN && topic.replicationFactor() <= 0) {
            return refused(
                    ErrorCode.INVALID_REPLICATION_FACTOR,
                    "Replication factor must be larger than 0, or -1 to use the default value.");
        }
        if (topic.numPartitions() != LEFT_OPEN && topic.numPartitions() <= 0) {
            return refused(
                    ErrorCode.INVALID_PARTITIONS,
                    "Number of partitions was set to an invalid non-positive value.");
        }
        return spread(
                List.of(),
                topic.numPartitions() == LEFT_OPEN
                        ? config.defaultPartitions()
                        : topic.numPartitions(),
                topic.replicationFactor() == LEFT_OPEN
                        ? config.defaultReplicationFactor()
                        : topic.replicationFactor());
    }

    private Plan assigned(CreatableTopic topic) {
        if (topic.replicationFactor() != LEFT_OPEN || topic.numPartitions() != LEFT_OPEN) {
            return refused(
                    ErrorCode.INVALID_REQUEST,
                    "A manual partition assignment was specified, but %s was not set to -1."
                            .formatted(
                                    topic.replicationFactor() != LEFT_OPEN
                                            ? "replication factor"
                                            : "numPartitions"));
        }
        Map<Integer, List<Integer>> byIndex = new TreeMap<>();
        for (CreatableReplicaAssignment assignment : topic.assignments()) {
            int index = assignment.partitionIndex();
            if (byIndex.put(index, assignment.brokerIds()) != null) {
                return refused(
                        ErrorCode.INVALID_REPLICA_ASSIGNMENT,
                        "Found multiple manual partition assignments for partition " + index + ".");
            }
        }
        List<Integer> indexes = List.copyOf(byIndex.keySet());
        if (indexes.getFirst() != 0 || indexes.getLast() != indexes.size() - 1) {
            return refused(
                    ErrorCode.INVALID_REPLICA_ASSIGNMENT,
                    "Partitions should be a consecutive 0-based integer sequence.");
        }
        List<List<Integer>> replicas = List.copyOf(byIndex.values());
        return chosen(replicas, replicas.getFirst().size());
    }

    /// The partitions that make the topic as large as it shall be.
    ///
    /// @param present those that it has, fewer than it shall have
    Plan added(CreatePartitionsTopic topic, List<PartitionImage> present, int replicationFactor) {
        int additional = topic.count() - present.size();
        List<CreatePartitionsAssignment> assignments = topic.assignments();
        if (assignments == null) {
            return spread(present, additional, replicationFactor);
        }
        if (assignments.size() != additional) {
            return refused(
                    ErrorCode.INVALID_REPLICA_ASSIGNMENT,
                    "Attempted to add %d additional partition(s), but only %d assignment(s) were specified."
                            .formatted(additional, assignments.size()));
        }
        return chosen(
                assignments.stream().map(CreatePartitionsAssignment::brokerIds).toList(),
                replicationFactor);
    }

    private Plan spread(List<PartitionImage> present, int count, int replicationFactor) {
        return placement
                .problem(replicationFactor)
                .or(() -> tooMany(count))
                .<Plan>map(Plan.Refused::new)
                .orElseGet(() -> new Plan.Made(placement.place(present, count, replicationFactor)));
    }

    private Plan chosen(List<List<Integer>> replicasOfEach, int replicationFactor) {
        Optional<Refusal> tooMany = tooMany(replicasOfEach.size());
        if (tooMany.isPresent()) {
            return new Plan.Refused(tooMany.get());
        }
        List<PartitionImage> partitions = new ArrayList<>();
        for (List<Integer> replicas : replicasOfEach) {
            Optional<Refusal> problem = placement.problem(replicas, replicationFactor);
            if (problem.isPresent()) {
                return new Plan.Refused(problem.get());
            }
            partitions.add(placement.created(replicas));
        }
        return new Plan.Made(partitions);
    }

    private Optional<Refusal> tooMany(int count) {
        if (count > MOST_PER_REQUEST - planned) {
            return Optional.of(
                    new Refusal(
                            ErrorCode.POLICY_VIOLATION,
                            "The request asks for more than %d partitions."
                                    .formatted(MOST_PER_REQUEST)));
        }
        planned += count;
        return Optional.empty();
    }

    private static Plan refused(ErrorCode error, String reason) {
        return new Plan.Refused(new Refusal(error, reason));
    }
}

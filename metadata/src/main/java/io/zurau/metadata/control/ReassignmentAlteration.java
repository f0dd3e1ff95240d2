package io.zurau.metadata.control;

import io.zurau.metadata.config.ClusterConfigs;
import io.zurau.metadata.control.PartitionChange.Election;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.image.PartitionImage;
import io.zurau.metadata.image.TopicImage;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.AlterPartitionReassignmentsRequest;
import io.zurau.protocol.message.AlterPartitionReassignmentsRequest.ReassignablePartition;
import io.zurau.protocol.message.AlterPartitionReassignmentsRequest.ReassignableTopic;
import io.zurau.protocol.message.AlterPartitionReassignmentsResponse;
import io.zurau.protocol.message.AlterPartitionReassignmentsResponse.ReassignablePartitionResponse;
import io.zurau.protocol.message.AlterPartitionReassignmentsResponse.ReassignableTopicResponse;
import java.util.List;
import java.util.Optional;

/// One decision about a request to move partitions to other brokers, or to leave them where they
/// were (KIP-455, KIP-860).
///
/// **Owner:** the thread that decides.
final class ReassignmentAlteration {
    private final PartitionChanges changes;
    private final Placement placement;
    private final boolean keepsReplicationFactor;

    private ReassignmentAlteration(
            ClusterImage image, ClusterConfigs configs, boolean keepsReplicationFactor) {
        this.changes = PartitionChanges.of(image, configs);
        this.placement = new Placement(image);
        this.keepsReplicationFactor = keepsReplicationFactor;
    }

    static Command<AlterPartitionReassignmentsResponse> command(
            AlterPartitionReassignmentsRequest request, ClusterConfigs configs) {
        return image -> {
            ReassignmentAlteration alteration =
                    new ReassignmentAlteration(
                            image, configs, !request.allowReplicationFactorChange());
            return alteration.changes.answering(
                    AlterPartitionReassignmentsResponse.builder()
                            .allowReplicationFactorChange(request.allowReplicationFactorChange())
                            .errorMessage(null)
                            .responses(request.topics().stream().map(alteration::alter).toList())
                            .build());
        };
    }

    private ReassignableTopicResponse alter(ReassignableTopic asked) {
        return ReassignableTopicResponse.builder()
                .name(asked.name())
                .partitions(
                        asked.partitions().stream()
                                .map(partition -> result(partition, alter(asked.name(), partition)))
                                .toList())
                .build();
    }

    private static ReassignablePartitionResponse result(
            ReassignablePartition asked, Optional<Refusal> refusal) {
        return ReassignablePartitionResponse.builder()
                .partitionIndex(asked.partitionIndex())
                .errorCode(refusal.map(Refusal::error).orElse(ErrorCode.NONE))
                .errorMessage(refusal.map(Refusal::reason).orElse(null))
                .build();
    }

    private Optional<Refusal> alter(String topicName, ReassignablePartition asked) {
        Optional<TopicImage> topic = changes.cluster().topics().named(topicName);
        if (topic.isEmpty()) {
            return Refusal.of(
                    ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
                    "Unable to find a topic named " + topicName + ".");
        }
        int index = asked.partitionIndex();
        Optional<PartitionImage> partition = changes.partition(topic.get(), index);
        if (partition.isEmpty()) {
            return Refusal.of(
                    ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
                    "Unable to find partition " + topicName + ":" + index + ".");
        }
        List<Integer> target = asked.replicas();
        return target == null
                ? cancel(topic.get(), index, partition.get())
                : begin(topic.get(), index, partition.get(), target);
    }

    private Optional<Refusal> begin(
            TopicImage topic, int index, PartitionImage partition, List<Integer> target) {
        Optional<Refusal> problem = placement.problem(target).or(() -> size(partition, target));
        if (problem.isPresent()) {
            return problem;
        }
        PartitionImage after =
                decided(topic, index, Reassignment.to(target, partition, false), Election.CLEAN);
        if (isWorse(partition, after)) {
            after = decided(topic, index, Reassignment.to(target, partition, true), Election.CLEAN);
        }
        changes.add(topic, index, after);
        return Optional.empty();
    }

    private Optional<Refusal> size(PartitionImage partition, List<Integer> target) {
        int present = Reassignment.replicationFactor(partition);
        return keepsReplicationFactor && present != target.size()
                ? Refusal.of(
                        ErrorCode.INVALID_REPLICATION_FACTOR,
                        "The replication factor is changed from %d to %d"
                                .formatted(present, target.size()))
                : Optional.empty();
    }

    private Optional<Refusal> cancel(TopicImage topic, int index, PartitionImage partition) {
        if (!partition.isReassigning()) {
            return Refusal.of(
                    ErrorCode.NO_REASSIGNMENT_IN_PROGRESS,
                    ErrorCode.NO_REASSIGNMENT_IN_PROGRESS.message());
        }
        boolean unclean = changes.policy(topic).uncleanElection();
        PartitionImage after =
                decided(topic, index, Reassignment.cancelling(partition), Election.ONLINE);
        if (isWorse(partition, after) && !unclean) {
            return Refusal.of(
                    ErrorCode.INVALID_REPLICA_ASSIGNMENT,
                    ("Unable to revert partition assignment for %s:%d because it would require an"
                                    + " unclean leader election.")
                            .formatted(topic.name(), index));
        }
        changes.add(topic, index, after);
        return Optional.empty();
    }

    private PartitionImage decided(
            TopicImage topic, int index, Reassignment reassignment, Election election) {
        return changes.change(topic, index).assigned(reassignment).electing(election).decided();
    }

    /// Whether the partition would lose its leader, or everybody who could become it.
    private static boolean isWorse(PartitionImage before, PartitionImage after) {
        return (before.hasLeader() && !after.hasLeader()) || (hasCopy(before) && !hasCopy(after));
    }

    private static boolean hasCopy(PartitionImage partition) {
        return !partition.inSync().isEmpty() || !partition.eligibleLeaders().isEmpty();
    }
}

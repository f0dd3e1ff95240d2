package io.zurau.metadata.control;

import io.zurau.metadata.config.ClusterConfigs;
import io.zurau.metadata.control.InSyncChange.Member;
import io.zurau.metadata.image.BrokerImage;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.image.PartitionImage;
import io.zurau.metadata.image.TopicImage;
import io.zurau.protocol.ErrorCode;
import java.util.List;
import java.util.Optional;

/// One decision about what a broker says of the partitions that it leads: Kafka's AlterPartition
/// (KIP-497, KIP-841, KIP-903).
///
/// **Owner:** the thread that decides.
final class InSyncAlteration {
    private static final long ANY_EPOCH = -1;

    private final PartitionChanges changes;
    private final int nodeId;

    private InSyncAlteration(ClusterImage image, ClusterConfigs configs, int nodeId) {
        this.changes = PartitionChanges.of(image, configs);
        this.nodeId = nodeId;
    }

    static Command<List<ErrorCode>> command(
            int nodeId, long brokerEpoch, List<InSyncChange> asked, ClusterConfigs configs) {
        return image -> {
            if (image.broker(nodeId).filter(b -> b.epoch() == brokerEpoch).isEmpty()) {
                return Decision.answer(
                        asked.stream().map(_ -> ErrorCode.STALE_BROKER_EPOCH).toList());
            }
            InSyncAlteration alteration = new InSyncAlteration(image, configs, nodeId);
            List<ErrorCode> answers = asked.stream().map(alteration::alter).toList();
            return alteration.changes.answering(answers);
        };
    }

    private ErrorCode alter(InSyncChange asked) {
        Optional<TopicImage> topic = changes.cluster().topics().withId(asked.topicId());
        if (topic.isEmpty()) {
            return ErrorCode.UNKNOWN_TOPIC_ID;
        }
        Optional<PartitionImage> partition = changes.partition(topic.get(), asked.partition());
        if (partition.isEmpty()) {
            return ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
        }
        ErrorCode problem = problem(asked, partition.get());
        if (problem != ErrorCode.NONE) {
            return problem;
        }
        PartitionImage after =
                changes.change(topic.get(), asked.partition())
                        .inSync(nodeIds(asked))
                        .recovering(!asked.recovered())
                        .decided();
        changes.add(topic.get(), asked.partition(), after);
        // A reassignment that is complete now can move the leader, and so can its shutting down.
        return after.leader() == nodeId ? ErrorCode.NONE : ErrorCode.NEW_LEADER_ELECTED;
    }

    private static List<Integer> nodeIds(InSyncChange asked) {
        return asked.inSync().stream().map(Member::nodeId).toList();
    }

    private ErrorCode problem(InSyncChange asked, PartitionImage partition) {
        if (asked.leaderEpoch() > partition.leaderEpoch()
                || asked.partitionEpoch() > partition.epoch()) {
            return ErrorCode.NOT_CONTROLLER; // The leader knows more than this node.
        }
        if (asked.leaderEpoch() < partition.leaderEpoch()) {
            return ErrorCode.FENCED_LEADER_EPOCH;
        }
        if (partition.leader() != nodeId) {
            return ErrorCode.INVALID_REQUEST;
        }
        if (asked.partitionEpoch() < partition.epoch()) {
            return ErrorCode.INVALID_UPDATE_VERSION;
        }
        List<Integer> inSync = nodeIds(asked);
        if (!partition.replicas().containsAll(inSync)
                || !Duplicates.among(inSync).isEmpty()
                || !inSync.contains(nodeId)) {
            return ErrorCode.INVALID_REQUEST;
        }
        if (!asked.recovered() && (inSync.size() > 1 || !partition.recovering())) {
            return ErrorCode.INVALID_REQUEST;
        }
        return asked.inSync().stream().allMatch(member -> isEligible(member, partition))
                ? ErrorCode.NONE
                : ErrorCode.INELIGIBLE_REPLICA;
    }

    /// Differs from Kafka: the leader itself counts also while it shuts down, so that it can still
    /// say who has caught up and shall lead in its place.
    private boolean isEligible(Member member, PartitionImage partition) {
        Optional<BrokerImage> broker = changes.cluster().broker(member.nodeId());
        return broker.isPresent()
                && !broker.get().fenced()
                && !broker.get().hasLost(partition.directoryOf(member.nodeId()))
                && (!broker.get().inControlledShutdown() || member.nodeId() == nodeId)
                && (member.brokerEpoch() == ANY_EPOCH
                        || member.brokerEpoch() == broker.get().epoch());
    }
}

package io.zurau.metadata.control;

import io.zurau.metadata.config.ClusterConfigs;
import io.zurau.metadata.control.PartitionChange.Election;
import io.zurau.metadata.image.PartitionImage;
import io.zurau.metadata.image.TopicImage;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.ElectLeadersRequest;
import io.zurau.protocol.message.ElectLeadersRequest.TopicPartitions;
import io.zurau.protocol.message.ElectLeadersResponse;
import io.zurau.protocol.message.ElectLeadersResponse.PartitionResult;
import io.zurau.protocol.message.ElectLeadersResponse.ReplicaElectionResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One decision about a request to elect leaders: preferred ones, or whoever is left (KIP-460).
///
/// **Owner:** the thread that decides.
final class LeaderElection {
    /// Of partitions in one proposal of [#preferred]: about 50 KB. More would keep others waiting.
    static final int MOST_PREFERRED = 1000;

    private static final byte PREFERRED = 0;
    private static final byte UNCLEAN = 1;

    private final PartitionChanges changes;
    private final boolean unclean;

    private LeaderElection(PartitionChanges changes, boolean unclean) {
        this.changes = changes;
        this.unclean = unclean;
    }

    static boolean isKnown(byte electionType) {
        return electionType == PREFERRED || electionType == UNCLEAN;
    }

    /// @param request of a type that [#isKnown]
    static Command<ElectLeadersResponse> command(
            ElectLeadersRequest request, ClusterConfigs configs) {
        return image -> {
            LeaderElection election =
                    new LeaderElection(
                            PartitionChanges.of(image, configs), request.electionType() == UNCLEAN);
            List<TopicPartitions> asked = request.topicPartitions();
            return election.changes.answering(
                    ElectLeadersResponse.builder()
                            .replicaElectionResults(
                                    asked == null ? election.all() : election.elect(asked))
                            .build());
        };
    }

    /// Moves leadership back to preferred leaders, and elects a leader where there is none and one
    /// can be found by now; a bounded number of them.
    ///
    /// @return whether anything was to be done
    static Command<Boolean> preferred(ClusterConfigs configs) {
        return image -> {
            PartitionChanges changes = PartitionChanges.of(image, configs);
            changes.visit(
                    (topic, index, partition) -> {
                        if (changes.size() < MOST_PREFERRED
                                && partition.leader() != partition.preferredLeader()) {
                            Election how =
                                    partition.hasLeader() ? Election.PREFERRED : Election.ONLINE;
                            changes.add(
                                    topic,
                                    index,
                                    changes.change(topic, index).electing(how).decided());
                        }
                    });
            return changes.answering(changes.size() > 0);
        };
    }

    private List<ReplicaElectionResult> elect(List<TopicPartitions> asked) {
        List<ReplicaElectionResult> results = new ArrayList<>();
        for (TopicPartitions one : asked) {
            Optional<TopicImage> topic = changes.cluster().topics().named(one.topic());
            results.add(
                    result(
                            one.topic(),
                            one.partitions().stream()
                                    .map(
                                            index ->
                                                    topic.map(known -> elect(known, index))
                                                            .orElseGet(
                                                                    () ->
                                                                            unknown(
                                                                                    index,
                                                                                    "No such topic as "
                                                                                            + one
                                                                                                    .topic())))
                                    .toList()));
        }
        return results;
    }

    /// All partitions but those that need no election.
    private List<ReplicaElectionResult> all() {
        List<ReplicaElectionResult> results = new ArrayList<>();
        for (TopicImage topic : changes.cluster().topics().all()) {
            List<PartitionResult> partitions = new ArrayList<>();
            for (int index = 0; index < topic.partitions().size(); index++) {
                PartitionResult result = elect(topic, index);
                if (result.errorCode() != ErrorCode.ELECTION_NOT_NEEDED.code()) {
                    partitions.add(result);
                }
            }
            results.add(result(topic.name(), partitions));
        }
        return results;
    }

    private PartitionResult elect(TopicImage topic, int index) {
        Optional<PartitionImage> partition = changes.partition(topic, index);
        if (partition.isEmpty()) {
            return unknown(index, "No such partition as " + topic.name() + "-" + index);
        }
        PartitionImage before = partition.get();
        if (unclean ? before.hasLeader() : before.leader() == before.preferredLeader()) {
            return result(index, ErrorCode.ELECTION_NOT_NEEDED);
        }
        boolean elected =
                changes.add(
                        topic,
                        index,
                        changes.change(topic, index)
                                .electing(unclean ? Election.UNCLEAN : Election.PREFERRED)
                                .decided());
        if (elected) {
            return PartitionResult.builder()
                    .partitionId(index)
                    .errorCode(ErrorCode.NONE)
                    .errorMessage(null)
                    .build();
        }
        return result(
                index,
                unclean
                        ? ErrorCode.ELIGIBLE_LEADERS_NOT_AVAILABLE
                        : ErrorCode.PREFERRED_LEADER_NOT_AVAILABLE);
    }

    private static ReplicaElectionResult result(String topic, List<PartitionResult> partitions) {
        return ReplicaElectionResult.builder().topic(topic).partitionResult(partitions).build();
    }

    private static PartitionResult result(int index, ErrorCode error) {
        return PartitionResult.builder()
                .partitionId(index)
                .errorCode(error)
                .errorMessage(error.message())
                .build();
    }

    private static PartitionResult unknown(int index, String reason) {
        return PartitionResult.builder()
                .partitionId(index)
                .errorCode(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
                .errorMessage(reason)
                .build();
    }
}

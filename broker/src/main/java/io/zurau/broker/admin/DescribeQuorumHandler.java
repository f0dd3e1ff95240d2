package io.zurau.broker.admin;

import io.zurau.broker.Answer;
import io.zurau.broker.RequestContext;
import io.zurau.broker.RequestHandler;
import io.zurau.metadata.control.TopicNames;
import io.zurau.metadata.log.MetadataLog;
import io.zurau.metadata.log.QuorumState;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.message.ApiKey;
import io.zurau.protocol.message.DescribeQuorumRequest;
import io.zurau.protocol.message.DescribeQuorumResponse;
import io.zurau.protocol.message.DescribeQuorumResponse.Listener;
import io.zurau.protocol.message.DescribeQuorumResponse.Node;
import io.zurau.protocol.message.DescribeQuorumResponse.PartitionData;
import io.zurau.protocol.message.DescribeQuorumResponse.ReplicaState;
import io.zurau.protocol.message.DescribeQuorumResponse.TopicData;
import java.util.List;

/// Tells who takes part in the quorum of the metadata log, as this node sees it (KIP-595, KIP-836,
/// KIP-853). Clients know that log as the one partition of Kafka's `__cluster_metadata`.
///
/// The leader knows best how far the others have come. Differs from Kafka: if it cannot be asked,
/// another node tells what it knows.
final class DescribeQuorumHandler implements RequestHandler<DescribeQuorumRequest> {
    private static final int NODES_SINCE_VERSION = 2;
    private static final String LISTENER = "CONTROLLER";

    private final MetadataLog log;

    DescribeQuorumHandler(MetadataLog log) {
        this.log = log;
    }

    @Override
    public ApiKey api() {
        return ApiKey.DESCRIBE_QUORUM;
    }

    @Override
    public Answer handle(DescribeQuorumRequest request, RequestContext context) {
        int version = context.version();
        if (!isAboutTheMetadata(request)) {
            return Answer.of(unknown(request));
        }
        QuorumState quorum = log.quorum();
        return Answer.of(
                DescribeQuorumResponse.builder()
                        .errorMessage(null)
                        .topics(
                                List.of(
                                        TopicData.builder()
                                                .topicName(TopicNames.CLUSTER_METADATA)
                                                .partitions(List.of(partition(quorum, version)))
                                                .build()))
                        .nodes(
                                version < NODES_SINCE_VERSION
                                        ? List.of()
                                        : quorum.voters().stream()
                                                .map(DescribeQuorumHandler::node)
                                                .toList())
                        .build());
    }

    private static boolean isAboutTheMetadata(DescribeQuorumRequest request) {
        return request.topics().size() == 1
                && request.topics().getFirst().topicName().equals(TopicNames.CLUSTER_METADATA)
                && request.topics().getFirst().partitions().size() == 1
                && request.topics().getFirst().partitions().getFirst().partitionIndex() == 0;
    }

    private static DescribeQuorumResponse unknown(DescribeQuorumRequest request) {
        return DescribeQuorumResponse.builder()
                .errorMessage(null)
                .topics(
                        request.topics().stream()
                                .map(
                                        topic ->
                                                TopicData.builder()
                                                        .topicName(topic.topicName())
                                                        .partitions(
                                                                topic.partitions().stream()
                                                                        .map(
                                                                                p ->
                                                                                        unknown(
                                                                                                p
                                                                                                        .partitionIndex()))
                                                                        .toList())
                                                        .build())
                                .toList())
                .build();
    }

    private static PartitionData unknown(int index) {
        ErrorCode error = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
        return PartitionData.builder()
                .partitionIndex(index)
                .errorCode(error)
                .errorMessage(error.message())
                .build();
    }

    private static PartitionData partition(QuorumState quorum, int version) {
        return PartitionData.builder()
                .partitionIndex(0)
                .errorMessage(null)
                .leaderId(quorum.leadership().leaderId())
                .leaderEpoch(quorum.leadership().epoch())
                .highWatermark(quorum.endOffset())
                .currentVoters(states(quorum.voters(), version))
                .observers(states(quorum.observers(), version))
                .build();
    }

    private static List<ReplicaState> states(List<QuorumState.Member> members, int version) {
        return members.stream().map(member -> state(member, version)).toList();
    }

    private static ReplicaState state(QuorumState.Member member, int version) {
        return ReplicaState.builder()
                .replicaId(member.nodeId())
                .replicaDirectoryId(
                        version < NODES_SINCE_VERSION ? Uuid.ZERO : member.directoryId())
                .logEndOffset(member.endOffset())
                .lastFetchTimestamp(member.lastFetchMs())
                .lastCaughtUpTimestamp(member.lastCaughtUpMs())
                .build();
    }

    private static Node node(QuorumState.Member member) {
        return Node.builder()
                .nodeId(member.nodeId())
                .listeners(
                        member.host().isEmpty()
                                ? List.of()
                                : List.of(
                                        Listener.builder()
                                                .name(LISTENER)
                                                .host(member.host())
                                                .port(member.port())
                                                .build()))
                .build();
    }
}

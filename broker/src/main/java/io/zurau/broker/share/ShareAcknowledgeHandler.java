package io.zurau.broker.share;

import io.zurau.broker.Answer;
import io.zurau.broker.RequestContext;
import io.zurau.broker.RequestHandler;
import io.zurau.broker.data.LeaderHints;
import io.zurau.broker.share.ShareSessions.Member;
import io.zurau.broker.share.ShareSessions.Partition;
import io.zurau.broker.share.window.Acknowledgement;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.message.ApiKey;
import io.zurau.protocol.message.ShareAcknowledgeRequest;
import io.zurau.protocol.message.ShareAcknowledgeResponse;
import io.zurau.protocol.message.ShareAcknowledgeResponse.PartitionData;
import io.zurau.protocol.message.ShareAcknowledgeResponse.ShareAcknowledgeTopicResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Takes what a member of a share group says of the records that it has (KIP-932). Answered once it
/// is stored.
final class ShareAcknowledgeHandler implements RequestHandler<ShareAcknowledgeRequest> {
    private static final int RENEWS_SINCE_VERSION = 2;

    private final ShareGroupGate gate;
    private final ShareSessions sessions;
    private final Acknowledging acknowledging;

    ShareAcknowledgeHandler(
            ShareGroupGate gate, ShareSessions sessions, Acknowledging acknowledging) {
        this.gate = gate;
        this.sessions = sessions;
        this.acknowledging = acknowledging;
    }

    @Override
    public ApiKey api() {
        return ApiKey.SHARE_ACKNOWLEDGE;
    }

    @Override
    public Answer handle(ShareAcknowledgeRequest request, RequestContext context)
            throws InterruptedException {
        Optional<Refusal> refusal = gate.refusal(request.groupId(), request.memberId());
        if (refusal.isPresent()) {
            return Answer.of(refused(refusal.get()));
        }
        Member member = ShareGroupGate.member(request.groupId(), request.memberId());
        ErrorCode code = sessions.acknowledge(member, request.shareSessionEpoch());
        if (code != ErrorCode.NONE) {
            return Answer.of(refused(Refusal.of(code)));
        }
        Map<Partition, Refusal> done =
                acknowledging
                        .of(
                                member,
                                said(request),
                                context.version() >= RENEWS_SINCE_VERSION && request.isRenewAck())
                        .await();
        if (request.shareSessionEpoch() == ShareSessions.FINAL_EPOCH) {
            gate.sessionEnded(member);
        }
        return Answer.of(
                response(
                        done,
                        gate.hints(context.listener()),
                        gate.lockDurationMs(member.groupId())));
    }

    /// Without a sentence, as in Kafka.
    private static ShareAcknowledgeResponse refused(Refusal refusal) {
        return ShareAcknowledgeResponse.builder().errorCode(refusal.code()).build();
    }

    private static Map<Partition, List<Acknowledgement.Batch>> said(
            ShareAcknowledgeRequest request) {
        Map<Partition, List<Acknowledgement.Batch>> said = new LinkedHashMap<>();
        request.topics()
                .forEach(
                        topic ->
                                topic.partitions()
                                        .forEach(
                                                partition ->
                                                        said.put(
                                                                new Partition(
                                                                        topic.topicId(),
                                                                        partition.partitionIndex()),
                                                                batches(partition))));
        return said;
    }

    private static List<Acknowledgement.Batch> batches(
            ShareAcknowledgeRequest.AcknowledgePartition partition) {
        return partition.acknowledgementBatches().stream()
                .map(
                        batch ->
                                new Acknowledgement.Batch(
                                        batch.firstOffset(),
                                        batch.lastOffset(),
                                        batch.acknowledgeTypes()))
                .toList();
    }

    private static ShareAcknowledgeResponse response(
            Map<Partition, Refusal> done, LeaderHints hints, int lockDurationMs) {
        Map<Uuid, List<PartitionData>> topics = new LinkedHashMap<>();
        done.forEach(
                (partition, refusal) ->
                        topics.computeIfAbsent(partition.topicId(), _ -> new ArrayList<>())
                                .add(answer(partition, refusal, hints)));
        return ShareAcknowledgeResponse.builder()
                .acquisitionLockTimeoutMs(lockDurationMs)
                .responses(
                        topics.entrySet().stream()
                                .map(
                                        topic ->
                                                ShareAcknowledgeTopicResponse.builder()
                                                        .topicId(topic.getKey())
                                                        .partitions(topic.getValue())
                                                        .build())
                                .toList())
                .nodeEndpoints(
                        hints.nodes().stream()
                                .map(
                                        node ->
                                                ShareAcknowledgeResponse.NodeEndpoint.builder()
                                                        .nodeId(node.id())
                                                        .host(node.host())
                                                        .port(node.port())
                                                        .rack(node.rack())
                                                        .build())
                                .toList())
                .build();
    }

    private static PartitionData answer(Partition partition, Refusal refusal, LeaderHints hints) {
        PartitionData.Builder answer =
                PartitionData.builder()
                        .partitionIndex(partition.index())
                        .errorCode(refusal.code())
                        .errorMessage(refusal.message());
        if (ShareGroupGate.hasMoved(refusal.code())) {
            LeaderHints.Leader leader = hints.leader("", partition.topicId(), partition.index());
            answer.currentLeader(
                    ShareAcknowledgeResponse.LeaderIdAndEpoch.builder()
                            .leaderId(leader.nodeId())
                            .leaderEpoch(leader.epoch())
                            .build());
        }
        return answer.build();
    }
}

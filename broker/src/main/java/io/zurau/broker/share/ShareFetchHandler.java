package io.zurau.broker.share;

import io.zurau.broker.Answer;
import io.zurau.broker.RequestContext;
import io.zurau.broker.RequestHandler;
import io.zurau.broker.data.LeaderHints;
import io.zurau.broker.share.ShareSessions.Member;
import io.zurau.broker.share.ShareSessions.Partition;
import io.zurau.broker.share.window.Acknowledgement;
import io.zurau.coordinator.Pending;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.Payload;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.message.ApiKey;
import io.zurau.protocol.message.ShareFetchRequest;
import io.zurau.protocol.message.ShareFetchResponse;
import io.zurau.protocol.message.ShareFetchResponse.PartitionData;
import io.zurau.protocol.message.ShareFetchResponse.ShareFetchableTopicResponse;
import io.zurau.runtime.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Gives a member of a share group records, and takes what it says of others (KIP-932).
///
/// Nothing else of the connection is read meanwhile.
final class ShareFetchHandler implements RequestHandler<ShareFetchRequest> {
    private static final int RENEWS_SINCE_VERSION = 2;

    private final ShareGroupGate gate;
    private final ShareSessions sessions;
    private final SharePartitions partitions;
    private final Acknowledging acknowledging;
    private final int maxBytes;
    private final Clock clock;

    /// @param maxBytes of one answer
    ShareFetchHandler(
            ShareGroupGate gate,
            ShareSessions sessions,
            SharePartitions partitions,
            Acknowledging acknowledging,
            int maxBytes,
            Clock clock) {
        this.gate = gate;
        this.sessions = sessions;
        this.partitions = partitions;
        this.acknowledging = acknowledging;
        this.maxBytes = maxBytes;
        this.clock = clock;
    }

    @Override
    public ApiKey api() {
        return ApiKey.SHARE_FETCH;
    }

    @Override
    public Answer handle(ShareFetchRequest request, RequestContext context)
            throws InterruptedException {
        Optional<Refusal> refusal =
                gate.refusal(request.groupId(), request.memberId())
                        .or(() -> renewalRefusal(request));
        if (refusal.isPresent()) {
            return Answer.of(refused(refusal.get()));
        }
        Member member = ShareGroupGate.member(request.groupId(), request.memberId());
        ShareSessions.Scope scope =
                sessions.fetch(
                        member,
                        request.shareSessionEpoch(),
                        partitions(request),
                        forgotten(request),
                        acknowledges(request),
                        context.end());
        context.end().onEnd(sessions, () -> gate.connectionEnded(context.end()));
        if (scope instanceof ShareSessions.Scope.Refused refused) {
            if (refused.code() == ErrorCode.SHARE_SESSION_LIMIT_REACHED) {
                // So that the client does not ask again and again.
                clock.sleepUntil(
                        clock.deadline(Duration.ofMillis(Math.max(0, request.maxWaitMs()))));
            }
            return Answer.of(refused(Refusal.of(refused.code())));
        }
        return Answer.of(answer(request, context, member, scope));
    }

    /// Without a sentence, as in Kafka.
    private static ShareFetchResponse refused(Refusal refusal) {
        return ShareFetchResponse.builder().errorCode(refusal.code()).build();
    }

    /// Who asks for more time cannot wait for records meanwhile.
    private static Optional<Refusal> renewalRefusal(ShareFetchRequest request) {
        boolean fetches =
                request.maxBytes() != 0
                        || request.minBytes() != 0
                        || request.maxRecords() != 0
                        || request.maxWaitMs() != 0;
        return request.isRenewAck() && fetches
                ? Optional.of(
                        new Refusal(
                                ErrorCode.INVALID_REQUEST,
                                "A request that renews locks must fetch nothing: MaxBytes,"
                                        + " MinBytes, MaxRecords and MaxWaitMs must be 0."))
                : Optional.empty();
    }

    private static List<Partition> partitions(ShareFetchRequest request) {
        return request.topics().stream()
                .flatMap(
                        topic ->
                                topic.partitions().stream()
                                        .map(
                                                partition ->
                                                        new Partition(
                                                                topic.topicId(),
                                                                partition.partitionIndex())))
                .toList();
    }

    private static List<Partition> forgotten(ShareFetchRequest request) {
        return request.forgottenTopicsData().stream()
                .flatMap(
                        topic ->
                                topic.partitions().stream()
                                        .map(index -> new Partition(topic.topicId(), index)))
                .toList();
    }

    private static boolean acknowledges(ShareFetchRequest request) {
        return request.topics().stream()
                .flatMap(topic -> topic.partitions().stream())
                .anyMatch(partition -> !partition.acknowledgementBatches().isEmpty());
    }

    private ShareFetchResponse answer(
            ShareFetchRequest request,
            RequestContext context,
            Member member,
            ShareSessions.Scope scope)
            throws InterruptedException {
        Pending<Map<Partition, Refusal>> acknowledged =
                acknowledges(request)
                        ? acknowledging.of(
                                member,
                                said(request),
                                context.version() >= RENEWS_SINCE_VERSION && request.isRenewAck())
                        : Pending.done(Map.of());
        Answers answers = new Answers(gate.hints(context.listener()));
        if (scope instanceof ShareSessions.Scope.Session session && !request.isRenewAck()) {
            fetch(request, member, session, answers);
        }
        try {
            acknowledged.await().forEach(answers::acknowledged);
        } catch (InterruptedException e) {
            answers.discard();
            throw e;
        }
        if (scope instanceof ShareSessions.Scope.Final) {
            gate.sessionEnded(member);
        }
        return answers.response(gate.lockDurationMs(member.groupId()));
    }

    private static Map<Partition, List<Acknowledgement.Batch>> said(ShareFetchRequest request) {
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

    private static List<Acknowledgement.Batch> batches(ShareFetchRequest.FetchPartition partition) {
        return partition.acknowledgementBatches().stream()
                .map(
                        batch ->
                                new Acknowledgement.Batch(
                                        batch.firstOffset(),
                                        batch.lastOffset(),
                                        batch.acknowledgeTypes()))
                .toList();
    }

    private void fetch(
            ShareFetchRequest request,
            Member member,
            ShareSessions.Scope.Session session,
            Answers answers)
            throws InterruptedException {
        if (session.partitions().isEmpty()
                || request.maxRecords() <= 0
                || request.maxBytes() <= 0) {
            return;
        }
        // Each of them comes first in its turn.
        List<Partition> rotated = new ArrayList<>(session.partitions());
        Collections.rotate(rotated, -(request.shareSessionEpoch() % rotated.size()));
        ShareFetching fetching =
                new ShareFetching(
                        partitions, member, request, Math.min(maxBytes, request.maxBytes()), clock);
        Map<Partition, ShareFetching.Fetched> fetched = fetching.run(rotated);
        for (Partition partition : session.partitions()) {
            ShareFetching.Fetched one = fetched.get(partition);
            if (one != null || session.news().contains(partition)) {
                answers.fetched(partition, one);
                sessions.told(member, partition, one != null && !one.refusal().isNone());
            }
        }
    }

    /// Gathers the answer, by topic and partition.
    private static final class Answers {
        private final LeaderHints hints;
        private final Map<Partition, PartitionData.Builder> byPartition = new LinkedHashMap<>();
        private final List<ShareFetching.Fetched> files = new ArrayList<>();

        Answers(LeaderHints hints) {
            this.hints = hints;
        }

        private PartitionData.Builder of(Partition partition) {
            return byPartition.computeIfAbsent(
                    partition,
                    _ ->
                            PartitionData.builder()
                                    .partitionIndex(partition.index())
                                    .records(Payload.EMPTY));
        }

        void fetched(Partition partition, ShareFetching.@Nullable Fetched fetched) {
            PartitionData.Builder answer = of(partition);
            if (fetched == null) {
                return;
            }
            files.add(fetched);
            Refusal refusal = fetched.refusal();
            answer.errorCode(refusal.code())
                    .errorMessage(refusal.message())
                    .acquiredRecords(
                            fetched.acquired().stream()
                                    .map(
                                            one ->
                                                    ShareFetchResponse.AcquiredRecords.builder()
                                                            .firstOffset(one.first())
                                                            .lastOffset(one.last())
                                                            .deliveryCount((short) one.deliveries())
                                                            .build())
                                    .toList());
            if (fetched.records() != null) {
                answer.records(fetched.records());
            }
            if (ShareGroupGate.hasMoved(refusal.code())) {
                LeaderHints.Leader leader =
                        hints.leader("", partition.topicId(), partition.index());
                answer.currentLeader(
                        ShareFetchResponse.LeaderIdAndEpoch.builder()
                                .leaderId(leader.nodeId())
                                .leaderEpoch(leader.epoch())
                                .build());
            }
        }

        void acknowledged(Partition partition, Refusal refusal) {
            of(partition)
                    .acknowledgeErrorCode(refusal.code())
                    .acknowledgeErrorMessage(refusal.message());
        }

        void discard() {
            for (ShareFetching.Fetched one : files) {
                if (one.records() != null) {
                    one.records().close();
                }
            }
        }

        ShareFetchResponse response(int lockDurationMs) {
            Map<Uuid, List<PartitionData>> topics = new LinkedHashMap<>();
            byPartition.forEach(
                    (partition, answer) ->
                            topics.computeIfAbsent(partition.topicId(), _ -> new ArrayList<>())
                                    .add(answer.build()));
            return ShareFetchResponse.builder()
                    .acquisitionLockTimeoutMs(lockDurationMs)
                    .responses(
                            topics.entrySet().stream()
                                    .map(
                                            topic ->
                                                    ShareFetchableTopicResponse.builder()
                                                            .topicId(topic.getKey())
                                                            .partitions(topic.getValue())
                                                            .build())
                                    .toList())
                    .nodeEndpoints(
                            hints.nodes().stream()
                                    .map(
                                            node ->
                                                    ShareFetchResponse.NodeEndpoint.builder()
                                                            .nodeId(node.id())
                                                            .host(node.host())
                                                            .port(node.port())
                                                            .rack(node.rack())
                                                            .build())
                                    .toList())
                    .build();
        }
    }
}

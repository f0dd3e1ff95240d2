package io.zurau.broker.data;

import io.zurau.broker.Answer;
import io.zurau.broker.RequestContext;
import io.zurau.broker.RequestHandler;
import io.zurau.broker.partition.FetchWait;
import io.zurau.broker.partition.Partitions;
import io.zurau.broker.partition.Replication;
import io.zurau.broker.partition.WaitingFetches;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.ApiKey;
import io.zurau.protocol.message.ApiResponse;
import io.zurau.protocol.message.FetchRequest;
import io.zurau.protocol.message.FetchResponse;
import io.zurau.protocol.message.FetchResponse.FetchableTopicResponse;
import io.zurau.protocol.message.FetchResponse.LeaderIdAndEpoch;
import io.zurau.protocol.message.FetchResponse.NodeEndpoint;
import io.zurau.protocol.message.FetchResponse.PartitionData;
import io.zurau.runtime.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Gives consumers what they have not read yet, waiting for it if they wish.
///
/// The records in the answer are slices of the log's files; no byte of them passes through here.
final class FetchHandler implements RequestHandler<FetchRequest> {
    private static final byte READ_COMMITTED = 1;
    private static final int RACK_SINCE_VERSION = 11;
    private static final int REPLICA_STATE_SINCE_VERSION = 15;
    private static final int LEADER_SINCE_VERSION = 16;

    private final Partitions partitions;
    private final FetchSessions sessions;
    private final FetchLimits limits;
    private final Replication replication;
    private final Clock clock;

    FetchHandler(
            Partitions partitions,
            FetchSessions sessions,
            FetchLimits limits,
            Replication replication,
            Clock clock) {
        this.partitions = partitions;
        this.sessions = sessions;
        this.limits = limits;
        this.replication = replication;
        this.clock = clock;
    }

    @Override
    public ApiKey api() {
        return ApiKey.FETCH;
    }

    @Override
    public Answer handle(FetchRequest request, RequestContext context) throws InterruptedException {
        FetchRead.Reader reader = reader(request, context);
        return Answer.of(
                switch (sessions.scope(request, context.version())) {
                    case FetchSessions.Scope.Refused refused -> refusal(refused.code());
                    case FetchSessions.Scope.Full full -> full(full, request, reader, context);
                    case FetchSessions.Scope.Incremental incremental ->
                            incremental(incremental.session(), request, reader, context);
                });
    }

    private FetchRead.Reader reader(FetchRequest request, RequestContext context) {
        boolean tellsEpoch = context.version() >= REPLICA_STATE_SINCE_VERSION;
        int replicaId = tellsEpoch ? request.replicaState().replicaId() : request.replicaId();
        return replicaId >= 0
                ? new FetchRead.Reader.Follower(
                        replicaId,
                        tellsEpoch ? request.replicaState().replicaEpoch() : -1,
                        replication.servesFromFollowers())
                : new FetchRead.Reader.Consumer(
                        request.isolationLevel() == READ_COMMITTED,
                        replication.servesFromFollowers()
                                && context.version() >= RACK_SINCE_VERSION,
                        new NearestReplica(
                                replication.servesFromFollowers() ? request.rackId() : "",
                                context.listener(),
                                partitions));
    }

    private static ApiResponse refusal(ErrorCode code) {
        return FetchResponse.builder().errorCode(code.code()).build();
    }

    private FetchResponse full(
            FetchSessions.Scope.Full scope,
            FetchRequest request,
            FetchRead.Reader reader,
            RequestContext context)
            throws InterruptedException {
        FetchRead read = read(scope.partitions(), request, reader);
        Optional<FetchSession> session =
                scope.wantsSession()
                        ? sessions.begin(scope.partitions(), context.version())
                        : Optional.empty();
        Topics topics = new Topics(hints(context));
        for (int i = 0; i < read.answers().size(); i++) {
            FetchedPartition partition = scope.partitions().get(i);
            PartitionData answer = read.answers().get(i);
            session.ifPresent(s -> s.isNews(partition, answer));
            topics.add(partition, answer);
        }
        return FetchResponse.builder()
                .sessionId(session.map(FetchSession::id).orElse(FetchSessions.NO_SESSION))
                .responses(topics.all())
                .nodeEndpoints(topics.leaders())
                .build();
    }

    private FetchResponse incremental(
            FetchSession session,
            FetchRequest request,
            FetchRead.Reader reader,
            RequestContext context)
            throws InterruptedException {
        List<FetchedPartition> wanted = session.partitions();
        FetchRead read = read(wanted, request, reader);
        Topics topics = new Topics(hints(context));
        for (int i = 0; i < wanted.size(); i++) {
            PartitionData answer = read.answers().get(i);
            if (session.isNews(wanted.get(i), answer)) {
                topics.add(wanted.get(i), answer);
            }
        }
        return FetchResponse.builder()
                .sessionId(session.id())
                .responses(topics.all())
                .nodeEndpoints(topics.leaders())
                .build();
    }

    private Optional<LeaderHints> hints(RequestContext context) {
        return context.version() < LEADER_SINCE_VERSION
                ? Optional.empty()
                : Optional.of(new LeaderHints(partitions.image(), context.listener()));
    }

    private FetchRead read(
            List<FetchedPartition> wanted, FetchRequest request, FetchRead.Reader reader)
            throws InterruptedException {
        FetchRead read = awaitBytes(wanted, request, reader);
        replication.quotas().leader().used(read.throttledBytes());
        return read;
    }

    /// Reads until there are as many bytes as the client wants to wait for, or it has waited long
    /// enough, or something cannot wait.
    private FetchRead awaitBytes(
            List<FetchedPartition> wanted, FetchRequest request, FetchRead.Reader reader)
            throws InterruptedException {
        int limit = Math.min(request.maxBytes(), limits.maxResponseBytes());
        FetchRead read = FetchRead.of(wanted, partitions, reader, limit);
        if (request.maxWaitMs() <= 0 || isEnough(read, request)) {
            return read;
        }
        long deadline = clock.deadline(Duration.ofMillis(request.maxWaitMs()));
        List<WaitingFetches> places = read.places();
        try (FetchWait wait = new FetchWait(clock, places)) {
            boolean inTime = true;
            do {
                // Once more after registering, lest news in between be missed.
                read.discard();
                read = FetchRead.of(wanted, partitions, reader, limit);
            } while (!isEnough(read, request)
                    && read.places().equals(places) // Else a role here has changed.
                    && inTime
                    && (inTime = await(wait, deadline, read)));
            return read;
        }
    }

    private static boolean await(FetchWait wait, long deadline, FetchRead read)
            throws InterruptedException {
        try {
            return wait.await(deadline);
        } catch (InterruptedException e) {
            read.discard();
            throw e;
        }
    }

    private static boolean isEnough(FetchRead read, FetchRequest request) {
        return read.isUrgent() || read.answers().isEmpty() || read.bytes() >= request.minBytes();
    }

    /// Collects answers by topic: neighbours of the same topic share one entry. Those that tell a
    /// client that it has the wrong leader get the right one (KIP-951).
    private static final class Topics {
        private final Optional<LeaderHints> hints;
        private final List<FetchableTopicResponse> all = new ArrayList<>();
        private List<PartitionData> current = new ArrayList<>();
        private @Nullable FetchedPartition last; // Whose topic is being collected.

        Topics(Optional<LeaderHints> hints) {
            this.hints = hints;
        }

        void add(FetchedPartition partition, PartitionData answer) {
            if (last == null || !isSameTopic(last, partition)) {
                finish();
                current = new ArrayList<>();
            }
            last = partition;
            current.add(
                    hints.filter(_ -> isWrongLeader(answer))
                            .map(known -> withLeader(answer, known.leader(partition)))
                            .orElse(answer));
        }

        private static boolean isWrongLeader(PartitionData answer) {
            return answer.errorCode() == ErrorCode.NOT_LEADER_OR_FOLLOWER.code()
                    || answer.errorCode() == ErrorCode.FENCED_LEADER_EPOCH.code();
        }

        private static PartitionData withLeader(PartitionData answer, LeaderHints.Leader leader) {
            return answer.toBuilder()
                    .currentLeader(
                            LeaderIdAndEpoch.builder()
                                    .leaderId(leader.nodeId())
                                    .leaderEpoch(leader.epoch())
                                    .build())
                    .build();
        }

        List<NodeEndpoint> leaders() {
            return hints.map(LeaderHints::nodes).orElse(List.of()).stream()
                    .map(
                            node ->
                                    NodeEndpoint.builder()
                                            .nodeId(node.id())
                                            .host(node.host())
                                            .port(node.port())
                                            .rack(node.rack())
                                            .build())
                    .toList();
        }

        private static boolean isSameTopic(FetchedPartition a, FetchedPartition b) {
            return a.topic().equals(b.topic()) && a.topicId().equals(b.topicId());
        }

        private void finish() {
            if (last != null) {
                all.add(
                        FetchableTopicResponse.builder()
                                .topic(last.topic())
                                .topicId(last.topicId())
                                .partitions(current)
                                .build());
            }
        }

        List<FetchableTopicResponse> all() {
            finish();
            last = null;
            return all;
        }
    }
}

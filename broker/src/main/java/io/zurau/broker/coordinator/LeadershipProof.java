package io.zurau.broker.coordinator;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zurau.broker.partition.PartitionLeader;
import io.zurau.broker.peer.PeerConnection;
import io.zurau.broker.peer.Peers;
import io.zurau.metadata.image.PartitionImage;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.message.OffsetForLeaderEpochRequest;
import io.zurau.protocol.message.OffsetForLeaderEpochRequest.OffsetForLeaderPartition;
import io.zurau.protocol.message.OffsetForLeaderEpochRequest.OffsetForLeaderTopic;
import io.zurau.protocol.message.OffsetForLeaderEpochResponse;
import io.zurau.runtime.Clock;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;

/// Finds out whether this broker still leads a partition, although it may be cut off from the
/// metadata: a coordinator that does not know that it was replaced would answer from old memory.
///
/// Whoever may lead next is in sync here, or eligible. So each of those is asked with our leader
/// epoch. If none of them has heard of a newer one, none had acknowledged anything as the next
/// leader when the question was asked.
///
/// **Guard:** `idleLock`, a leaf.
final class LeadershipProof implements AutoCloseable {
    private static final int VERSION = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final Duration PAUSE = Duration.ofMillis(20);

    /// Whoever does not answer is out of sync by then.
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final Peers peers;
    private final ReentrantLock idleLock = new ReentrantLock();

    @GuardedBy("idleLock")
    private final TreeMap<Integer, PeerConnection> idle = new TreeMap<>();

    @GuardedBy("idleLock")
    private boolean closed;

    LeadershipProof(Peers peers) {
        this.peers = peers;
    }

    /// @return `NONE` if it led when this was called; `NOT_LEADER_OR_FOLLOWER` if another broker
    ///   does; `REQUEST_TIMED_OUT` if somebody cannot be asked
    ErrorCode of(TopicPartition partition, PartitionLeader leader) throws InterruptedException {
        Clock clock = peers.seams().clock();
        long deadline = clock.deadline(LIMIT);
        int leaderEpoch = leader.leaderEpoch();
        Set<Integer> agreed = new TreeSet<>(Set.of(peers.nodeId()));
        while (!agreed.containsAll(candidates(leader.image()))) {
            for (int peerId : candidates(leader.image())) {
                if (!agreed.contains(peerId)) {
                    switch (ask(peerId, partition, leaderEpoch)) {
                        case FENCED_LEADER_EPOCH -> {
                            return ErrorCode.NOT_LEADER_OR_FOLLOWER;
                        }
                        // It follows, or has not heard of this leader yet.
                        case NOT_LEADER_OR_FOLLOWER, UNKNOWN_LEADER_EPOCH -> agreed.add(peerId);
                        default -> {
                            // Once more.
                        }
                    }
                }
            }
            if (isClosed() || !clock.isAhead(deadline)) {
                return ErrorCode.REQUEST_TIMED_OUT;
            }
            if (!agreed.containsAll(candidates(leader.image()))) {
                clock.sleepUntil(clock.deadline(PAUSE));
            }
        }
        return leader.leaderEpoch() == leaderEpoch
                ? ErrorCode.NONE
                : ErrorCode.NOT_LEADER_OR_FOLLOWER;
    }

    private static Set<Integer> candidates(PartitionImage image) {
        Set<Integer> candidates = new TreeSet<>(image.inSync());
        candidates.addAll(image.eligibleLeaders());
        return candidates;
    }

    private ErrorCode ask(int peerId, TopicPartition partition, int leaderEpoch)
            throws InterruptedException {
        try {
            PeerConnection connection = takeIdle(peerId).orElse(null);
            if (connection == null) {
                connection = peers.connect(peerId);
            }
            OffsetForLeaderEpochResponse answer =
                    connection.call(
                            question(partition, leaderEpoch),
                            VERSION,
                            OffsetForLeaderEpochResponse.class,
                            PATIENCE);
            putIdle(peerId, connection);
            return answer.topics().stream()
                    .flatMap(topic -> topic.partitions().stream())
                    .map(found -> ErrorCode.forCode(found.errorCode()))
                    .findFirst()
                    .orElse(ErrorCode.UNKNOWN_SERVER_ERROR);
        } catch (IOException e) {
            return ErrorCode.NETWORK_EXCEPTION; // A call that fails closes its connection.
        }
    }

    private OffsetForLeaderEpochRequest question(TopicPartition partition, int leaderEpoch) {
        return OffsetForLeaderEpochRequest.builder()
                .replicaId(peers.nodeId())
                .topics(
                        List.of(
                                OffsetForLeaderTopic.builder()
                                        .topic(partition.topic())
                                        .partitions(
                                                List.of(
                                                        OffsetForLeaderPartition.builder()
                                                                .partition(partition.partition())
                                                                .currentLeaderEpoch(leaderEpoch)
                                                                .leaderEpoch(leaderEpoch)
                                                                .build()))
                                        .build()))
                .build();
    }

    private boolean isClosed() {
        idleLock.lock();
        try {
            return closed;
        } finally {
            idleLock.unlock();
        }
    }

    private Optional<PeerConnection> takeIdle(int peerId) {
        idleLock.lock();
        try {
            return Optional.ofNullable(idle.remove(peerId));
        } finally {
            idleLock.unlock();
        }
    }

    /// One for each broker is kept.
    private void putIdle(int peerId, PeerConnection connection) {
        idleLock.lock();
        try {
            if (!closed && idle.putIfAbsent(peerId, connection) == null) {
                return;
            }
        } finally {
            idleLock.unlock();
        }
        connection.close();
    }

    @Override
    public void close() {
        TreeMap<Integer, PeerConnection> rest;
        idleLock.lock();
        try {
            closed = true;
            rest = new TreeMap<>(idle);
            idle.clear();
        } finally {
            idleLock.unlock();
        }
        rest.values().forEach(PeerConnection::close);
    }
}

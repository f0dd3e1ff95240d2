package io.zurau.broker.coordinator;

import io.zurau.metadata.image.PartitionImage;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.TopicPartition;
import io.zurau.runtime.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/// Finds out whether this broker still leads a partition, although it may be cut off from the
/// metadata: a coordinator that does not know that it was replaced would answer from old memory.
///
/// Whoever may lead next is in sync here, or eligible. So each of those is asked with our leader
/// epoch. If none of them has heard of a newer one, none had acknowledged anything as the next
/// leader when the question was asked.
final class LeadershipProof implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(20);

    /// Whoever does not answer is out of sync by then.
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final int nodeId;
    private final Clock clock;
    private final Witnesses witnesses;
    private volatile boolean closed;

    /// The other brokers.
    interface Witnesses extends AutoCloseable {
        /// @return `FENCED_LEADER_EPOCH` if the broker has heard of a newer leader;
        ///   `NOT_LEADER_OR_FOLLOWER` or `UNKNOWN_LEADER_EPOCH` if it has not; otherwise why that
        ///   is not known
        ErrorCode ask(int brokerId, TopicPartition partition, int leaderEpoch)
                throws InterruptedException;

        @Override
        void close();
    }

    /// @param nodeId this broker
    LeadershipProof(int nodeId, Clock clock, Witnesses witnesses) {
        this.nodeId = nodeId;
        this.clock = clock;
        this.witnesses = witnesses;
    }

    /// @param image of the partition, as this broker's role in it has it
    /// @return `NONE` if it led when this was called; `NOT_LEADER_OR_FOLLOWER` if another broker
    ///   does; `REQUEST_TIMED_OUT` if somebody cannot be asked
    ErrorCode of(TopicPartition partition, Supplier<PartitionImage> image)
            throws InterruptedException {
        long deadline = clock.deadline(LIMIT);
        int leaderEpoch = image.get().leaderEpoch();
        Set<Integer> agreed = new TreeSet<>(Set.of(nodeId));
        while (true) {
            PartitionImage now = image.get(); // Who does not answer falls out of sync.
            if (now.leaderEpoch() != leaderEpoch) {
                return ErrorCode.NOT_LEADER_OR_FOLLOWER;
            }
            Set<Integer> left = new TreeSet<>(now.inSync());
            left.addAll(now.eligibleLeaders());
            left.removeAll(agreed);
            if (left.isEmpty()) {
                return ErrorCode.NONE;
            }
            for (int brokerId : left) {
                switch (witnesses.ask(brokerId, partition, leaderEpoch)) {
                    case FENCED_LEADER_EPOCH -> {
                        return ErrorCode.NOT_LEADER_OR_FOLLOWER;
                    }
                    case NOT_LEADER_OR_FOLLOWER, UNKNOWN_LEADER_EPOCH -> agreed.add(brokerId);
                    default -> {
                        if (closed || !clock.isAhead(deadline)) {
                            return ErrorCode.REQUEST_TIMED_OUT;
                        }
                        clock.sleepUntil(clock.deadline(PAUSE));
                    }
                }
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        witnesses.close();
    }
}

package io.zurau.broker.partition;

import io.zurau.log.AppendOrigin;
import io.zurau.log.AppendOutcome;
import io.zurau.log.PartitionLog;
import io.zurau.metadata.control.InSyncChange;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.image.PartitionImage;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.Uuid;
import io.zurau.runtime.Clock;
import io.zurau.runtime.StorageFailure;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The leader's side of one partition: who leads it, what is appended, and who waits for news. What
/// is safe of that its [Watermark] knows.
///
/// **Guard:** `partitionLock` for who leads and for the order of appends, taken after a
/// connection's and before the log's. Readers do not take it.
public final class PartitionLeader implements ReadableReplica, Role {
    private static final long NO_OFFSET = -1;

    private final TopicPartition topicPartition;
    private final Uuid topicId;
    private final Replication replication;

    private final ReentrantLock partitionLock = new ReentrantLock();

    private final Freeze freeze; // Guarded by `partitionLock`.
    private volatile boolean throttled; // Whether what followers fetch counts for the quota.
    private final Watermark watermark;
    private final WaitingFetches waitingConsumers = new WaitingFetches();
    private final WaitingFetches waitingFollowers = new WaitingFetches();

    private final TransactionGate transactions;

    private volatile @Nullable ErrorCode ended; // Why it does not lead any more.

    PartitionLeader(
            LocalReplica replica,
            PartitionImage image,
            TopicConfig config,
            Replication replication,
            Clock clock) {
        this.topicPartition = replica.partition();
        this.topicId = replica.topicId();
        this.replication = replication;
        this.transactions = new TransactionGate(this, clock);
        this.freeze = new Freeze(partitionLock, clock);
        this.throttled = throttles(config);
        this.watermark =
                new Watermark(
                        replica,
                        image,
                        config.minInSyncReplicas(),
                        replication,
                        clock,
                        new WatermarkListener());
        watermark.advance();
    }

    private final class WatermarkListener implements Watermark.Listener {
        @Override
        public void moved() {
            waitingConsumers.wake();
            if (replication.servesFromFollowers()) {
                waitingFollowers.wake(); // Their consumers wait for it, too.
            }
        }

        @Override
        public void caughtUp() {
            replication.inSyncChanges().accept(PartitionLeader.this);
        }
    }

    private boolean throttles(TopicConfig config) {
        return config.throttlesLeader(topicPartition.partition(), replication.nodeId());
    }

    public TopicPartition topicPartition() {
        return topicPartition;
    }

    public Uuid topicId() {
        return topicId;
    }

    @Override
    public LocalReplica replica() {
        return new LocalReplica(topicPartition, topicId, log());
    }

    @Override
    public PartitionLog log() {
        return watermark.log();
    }

    public int leaderEpoch() {
        return image().leaderEpoch();
    }

    @Override
    public PartitionImage image() {
        return watermark.image();
    }

    /// Appends now; the answer may come later, when every in-sync replica has stored the records.
    ///
    /// @param batches patched in place: offsets, leader epoch, and what the topic's configuration
    ///   demands
    public PendingAck append(ByteBuffer batches, Acks wanted, AppendOrigin origin) {
        return append(batches, wanted, origin, () -> ErrorCode.NONE);
    }

    /// Records of transactions, and the ends of these.
    public TransactionGate transactions() {
        return transactions;
    }

    /// @param admission asked while nobody else appends; what it refuses is not appended
    PendingAck append(
            ByteBuffer batches, Acks wanted, AppendOrigin origin, Supplier<ErrorCode> admission) {
        AppendOutcome outcome;
        partitionLock.lock();
        try {
            if (!freeze.awaitEnd(() -> ended != null)) {
                return PendingAck.refused(
                        ErrorCode.NOT_LEADER_OR_FOLLOWER,
                        topicPartition + " is being moved to another log directory.");
            }
            ErrorCode why = ended;
            if (why != null) {
                return PendingAck.refused(why, "This broker does not lead " + topicPartition + ".");
            }
            if (wanted == Acks.ALL && !watermark.enoughInSync()) {
                return PendingAck.refused(
                        ErrorCode.NOT_ENOUGH_REPLICAS,
                        "%s has %d in-sync replicas, but min.insync.replicas is %d."
                                .formatted(
                                        topicPartition,
                                        image().inSync().size(),
                                        watermark.minInSync()));
            }
            ErrorCode refusal = admission.get();
            if (refusal != ErrorCode.NONE) {
                return PendingAck.refused(refusal, refusal.message());
            }
            outcome = log().append(batches, origin, leaderEpoch());
        } finally {
            partitionLock.unlock();
        }
        return switch (outcome) {
            case AppendOutcome.Refused refused ->
                    PendingAck.refused(
                            refused,
                            startIsTold(refused.code()) ? log().logStartOffset() : NO_OFFSET);
            case AppendOutcome.Appended appended -> {
                waitingFollowers.wake();
                yield watermark.acknowledge(appended, wanted);
            }
        };
    }

    /// Takes away the records below an offset, which is not above the high watermark: they are in
    /// no copy either that takes the log's place.
    ///
    /// @return the error code of the answer to DeleteRecords
    public ErrorCode deleteBefore(long offset) {
        partitionLock.lock();
        try {
            if (!freeze.awaitEnd(() -> ended != null)) {
                return ErrorCode.NOT_LEADER_OR_FOLLOWER;
            }
            if (ended != null) {
                return ended;
            }
            log().deleteBefore(offset);
            return ErrorCode.NONE;
        } catch (StorageFailure e) {
            return ErrorCode.KAFKA_STORAGE_ERROR;
        } finally {
            partitionLock.unlock();
        }
    }

    @Override
    public void freeze() {
        freeze.begin();
    }

    @Override
    public void thaw() {
        freeze.end();
    }

    @Override
    public void moveTo(PartitionLog copy) {
        partitionLock.lock();
        try {
            copy.beginEpoch(leaderEpoch());
            log().onStored(_ -> {});
            watermark.moveTo(copy);
            copy.onStored(_ -> advance());
            freeze.end();
        } finally {
            partitionLock.unlock();
        }
        advance();
    }

    /// As in Kafka: not where the batch as a whole cannot be taken.
    private static boolean startIsTold(ErrorCode refusal) {
        return switch (refusal) {
            case CORRUPT_MESSAGE, MESSAGE_TOO_LARGE, RECORD_LIST_TOO_LARGE, KAFKA_STORAGE_ERROR ->
                    false;
            default -> true;
        };
    }

    /// Moves the high watermark to the end of what every in-sync replica has stored, and releases
    /// who waited for that.
    void advance() {
        watermark.advance();
    }

    /// A follower asks for what lies from `offset` on, so it has stored what lies below.
    ///
    /// @param leaderEpoch in which it asks, as it was checked. In another the follower may have cut
    ///   its log since.
    /// @param brokerEpoch as the follower says; -1 if it does not
    /// @param startOffset where the follower's log starts; -1 if it does not say
    /// @return `NONE`; if it does not count, why
    public ErrorCode fetchedBy(
            int follower, int leaderEpoch, long brokerEpoch, long offset, long startOffset) {
        return watermark.fetchedBy(
                new FollowerProgress(follower, startOffset, offset), leaderEpoch, brokerEpoch);
    }

    /// What the in-sync replicas should become; empty if they are as they should be. Whoever comes
    /// in counts from now on, until [#settled] or until the metadata shows what became of it.
    ///
    /// @param cluster which followers can be taken in
    public Optional<InSyncChange> proposeInSync(ClusterImage cluster) {
        return ended == null ? watermark.proposeInSync(cluster) : Optional.empty();
    }

    /// It is known that the change was refused, or is in the image that this partition was told.
    public void settled() {
        watermark.settled();
    }

    /// Whether the high watermark is known to be no lower than any leader before has told: not
    /// until the in-sync replicas have stored all that was there when this leader began (KIP-207).
    public boolean isWatermarkCertain() {
        return watermark.isCertain();
    }

    @Override
    public long highWatermark() {
        return watermark.offset();
    }

    @Override
    public WaitingFetches waitingConsumers() {
        return waitingConsumers;
    }

    /// The followers' fetches, to wake when something was appended.
    public WaitingFetches waitingFollowers() {
        return waitingFollowers;
    }

    /// Whether what followers fetch counts for the leader's quota (KIP-73).
    public boolean isThrottled() {
        return throttled;
    }

    /// Whether the follower gets nothing for now: it is out of sync, and the quota is used up.
    public boolean holdsBack(int follower) {
        return throttled
                && !image().inSync().contains(follower)
                && replication.quotas().leader().isUsedUp();
    }

    /// How far the followers in sync have come, as their last fetches told.
    public List<FollowerProgress> inSyncFollowers() {
        return watermark.inSyncFollowers();
    }

    /// Follows the metadata: the same leader, perhaps with a new epoch, ISR or configuration.
    void lead(PartitionImage after, TopicConfig config) {
        partitionLock.lock();
        try {
            if (after.leaderEpoch() > leaderEpoch()) {
                log().beginEpoch(after.leaderEpoch());
            }
            watermark.follow(after, config.minInSyncReplicas());
            throttled = throttles(config);
        } finally {
            partitionLock.unlock();
        }
        advance();
    }

    /// Refuses all appends from now on and answers whoever waits.
    public void end(ErrorCode why) {
        retire(why);
        watermark.fail(why);
    }

    /// Refuses all appends from now on and answers the readers that wait. What is appended may
    /// still become stored, so its producers wait on.
    void retire(ErrorCode why) {
        partitionLock.lock();
        try {
            ended = why;
            freeze.lookAgain();
        } finally {
            partitionLock.unlock();
        }
        waitingConsumers.wake();
        waitingFollowers.wake();
    }
}

package io.zurau.broker.partition;

import com.google.errorprone.annotations.concurrent.GuardedBy;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The leader's side of one partition: it appends, follows how far its followers have come, and
/// releases the producers and consumers that wait for the high watermark to move.
///
/// **Guard:** `partitionLock` for who leads and for the order of appends, taken after a
/// connection's and before the log's; `watermarkLock`, taken after it and held for moments only,
/// for who waits, so that the journal never waits for an append. Readers take neither.
///
/// # The high watermark
///
/// is the smallest end of what the in-sync replicas have stored. From the moment that this leader
/// proposes a replica as in sync until it knows what became of that, the replica counts: the
/// controller may elect it before this leader hears of it. A replica that is proposed to leave
/// counts until the metadata says that it has left. While fewer than `min.insync.replicas` are in
/// sync the high watermark stays (KIP-966): what is below it is then on every replica that may lead
/// later.
public final class PartitionLeader implements ReadableReplica, Role {
    private static final long NO_OFFSET = -1;

    private final TopicPartition topicPartition;
    private final Uuid topicId;
    private final Replication replication;
    private final Clock clock;

    private final ReentrantLock partitionLock = new ReentrantLock();
    private final ReentrantLock watermarkLock = new ReentrantLock();

    private final Freeze freeze; // Guarded by `partitionLock`.
    private volatile PartitionLog log;
    private volatile PartitionImage image;
    private volatile int minInSync;
    private volatile boolean throttled; // Whether what followers fetch counts for the quota.
    private volatile long epochStartOffset; // Where this leader's epoch begins.

    @GuardedBy("watermarkLock")
    private final PendingAcks acks;

    private final WaitingFetches waitingConsumers = new WaitingFetches();
    private final WaitingFetches waitingFollowers = new WaitingFetches();

    @GuardedBy("watermarkLock")
    private final Followers followers = new Followers();

    @GuardedBy("watermarkLock")
    private final InSyncReplicas inSync;

    private final TransactionGate transactions;

    private volatile long highWatermark; // Exclusive. Never moves back while this object leads.
    private volatile @Nullable ErrorCode ended; // Why it does not lead any more.

    PartitionLeader(
            LocalReplica replica,
            PartitionImage image,
            TopicConfig config,
            Replication replication,
            Clock clock) {
        this.topicPartition = replica.partition();
        this.topicId = replica.topicId();
        this.log = replica.log();
        this.image = image;
        this.replication = replication;
        this.inSync = new InSyncReplicas(topicPartition, replica.topicId(), replication, followers);
        configure(config);
        this.clock = clock;
        this.transactions = new TransactionGate(this, clock);
        this.acks = new PendingAcks(watermarkLock, clock);
        this.freeze = new Freeze(partitionLock, clock);
        this.highWatermark = Math.min(log.highWatermark(), log.storedEndOffset());
        this.epochStartOffset = log.logEndOffset();
        watermarkLock.lock();
        try {
            followers.follow(others(image.replicas()), clock.nanos());
        } finally {
            watermarkLock.unlock();
        }
        advance();
    }

    private void configure(TopicConfig config) {
        minInSync = config.minInSyncReplicas();
        throttled = config.throttlesLeader(topicPartition.partition(), replication.nodeId());
    }

    private List<Integer> others(List<Integer> nodes) {
        return nodes.stream().filter(node -> node != replication.nodeId()).toList();
    }

    public TopicPartition topicPartition() {
        return topicPartition;
    }

    public Uuid topicId() {
        return topicId;
    }

    @Override
    public LocalReplica replica() {
        return new LocalReplica(topicPartition, topicId, log);
    }

    @Override
    public PartitionLog log() {
        return log;
    }

    public int leaderEpoch() {
        return image.leaderEpoch();
    }

    @Override
    public PartitionImage image() {
        return image;
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
            if (wanted == Acks.ALL && !enoughInSync()) {
                return PendingAck.refused(
                        ErrorCode.NOT_ENOUGH_REPLICAS,
                        "%s has %d in-sync replicas, but min.insync.replicas is %d."
                                .formatted(topicPartition, image.inSync().size(), minInSync));
            }
            ErrorCode refusal = admission.get();
            if (refusal != ErrorCode.NONE) {
                return PendingAck.refused(refusal, refusal.message());
            }
            outcome = log.append(batches, origin, image.leaderEpoch());
        } finally {
            partitionLock.unlock();
        }
        return switch (outcome) {
            case AppendOutcome.Refused refused ->
                    PendingAck.refused(
                            refused,
                            startIsTold(refused.code()) ? log.logStartOffset() : NO_OFFSET);
            case AppendOutcome.Appended appended -> acknowledge(appended, wanted);
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
            log.deleteBefore(offset);
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
            copy.beginEpoch(image.leaderEpoch());
            log.onStored(_ -> {});
            watermarkLock.lock();
            try {
                copy.highWatermark(highWatermark);
                log = copy; // From now on it is told of a higher one.
            } finally {
                watermarkLock.unlock();
            }
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

    /// As Kafka since 4.0: more than all replicas cannot be asked for.
    private boolean enoughInSync() {
        return image.inSync().size() >= Math.min(minInSync, image.replicas().size());
    }

    private PendingAck acknowledge(AppendOutcome.Appended appended, Acks wanted) {
        waitingFollowers.wake();
        advance(); // What is not synced is stored already.
        if (wanted == Acks.NONE || isReached(wanted, appended.lastOffset())) {
            return PendingAck.done(appended);
        }
        PendingAck ack = PendingAck.waiting(appended, wanted, this);
        watermarkLock.lock();
        try {
            acks.add(ack, wanted);
            // Either may have moved meanwhile.
            acks.stored(log.storedEndOffset());
            acks.replicated(highWatermark);
        } finally {
            watermarkLock.unlock();
        }
        return ack;
    }

    /// Whether a record is as safe as a producer wants it.
    boolean isReached(Acks wanted, long offset) {
        return (wanted == Acks.ALL ? highWatermark : log.storedEndOffset()) > offset;
    }

    ErrorCode await(PendingAck ack, long deadlineNanos) throws InterruptedException {
        advance(); // The journal tells partitions one after the other; ask instead of waiting.
        watermarkLock.lock();
        try {
            return acks.await(ack, deadlineNanos);
        } finally {
            watermarkLock.unlock();
        }
    }

    /// Moves the high watermark to the end of what every in-sync replica has stored, and releases
    /// who waited for that.
    void advance() {
        long stored = log.storedEndOffset();
        if (stored <= highWatermark) {
            return;
        }
        boolean moved = false;
        watermarkLock.lock();
        try {
            if (acks.haveFailed()) {
                return; // What is stored now is another leader's.
            }
            acks.stored(stored);
            long storedByAll = storedByAll(stored);
            if (storedByAll > highWatermark && enoughInSync()) {
                highWatermark = storedByAll;
                log.highWatermark(storedByAll);
                acks.replicated(storedByAll);
                moved = true;
            }
        } finally {
            watermarkLock.unlock();
        }
        if (moved) {
            waitingConsumers.wake();
            if (replication.servesFromFollowers()) {
                waitingFollowers.wake(); // Their consumers wait for it, too.
            }
        }
    }

    @GuardedBy("watermarkLock")
    private long storedByAll(long storedHere) {
        long smallest = storedHere;
        for (int node : image.inSync()) {
            smallest = Math.min(smallest, storedBy(node, storedHere));
        }
        for (int node : inSync.joining()) {
            smallest = Math.min(smallest, storedBy(node, storedHere));
        }
        return smallest;
    }

    @GuardedBy("watermarkLock")
    private long storedBy(int node, long storedHere) {
        return node == replication.nodeId() ? storedHere : followers.storedEndOffset(node);
    }

    /// A follower asks for what lies from `offset` on, so it has stored what lies below.
    ///
    /// @param brokerEpoch as the follower says; -1 if it does not
    /// @param startOffset where the follower's log starts; -1 if it does not say
    /// @return false if it is no replica of this partition
    public boolean fetchedBy(int follower, long brokerEpoch, long offset, long startOffset) {
        boolean caughtUp;
        watermarkLock.lock();
        try {
            if (!followers.fetched(
                    new FollowerProgress(follower, startOffset, offset),
                    brokerEpoch,
                    log.logEndOffset(),
                    clock.nanos())) {
                return false;
            }
            caughtUp = inSync.hasCome(follower, position());
        } finally {
            watermarkLock.unlock();
        }
        advance();
        if (caughtUp) {
            replication.inSyncChanges().accept(this);
        }
        return true;
    }

    /// What the in-sync replicas should become; empty if they are as they should be. Whoever comes
    /// in counts from now on, until [#settled] or until the metadata shows what became of it.
    ///
    /// @param cluster which followers can be taken in
    public Optional<InSyncChange> proposeInSync(ClusterImage cluster) {
        watermarkLock.lock();
        try {
            if (ended != null) {
                return Optional.empty();
            }
            return inSync.propose(cluster, position(), clock.nanos());
        } finally {
            watermarkLock.unlock();
        }
    }

    private InSyncReplicas.Position position() {
        return new InSyncReplicas.Position(
                image, log.logEndOffset(), highWatermark, epochStartOffset);
    }

    /// It is known that the change was refused, or is in the image that this partition was told.
    public void settled() {
        watermarkLock.lock();
        try {
            inSync.settle();
        } finally {
            watermarkLock.unlock();
        }
        advance();
    }

    /// Whether the high watermark is known to be no lower than any leader before has told: not
    /// until the in-sync replicas have stored all that was there when this leader began (KIP-207).
    public boolean isWatermarkCertain() {
        return highWatermark >= epochStartOffset;
    }

    @Override
    public long highWatermark() {
        return highWatermark;
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
                && !image.inSync().contains(follower)
                && replication.quotas().leader().isUsedUp();
    }

    /// How far the followers in sync have come, as their last fetches told.
    public List<FollowerProgress> inSyncFollowers() {
        watermarkLock.lock();
        try {
            List<FollowerProgress> inSync = new ArrayList<>();
            for (int node : image.inSync()) {
                followers.progress(node).ifPresent(inSync::add);
            }
            return inSync;
        } finally {
            watermarkLock.unlock();
        }
    }

    /// Follows the metadata: the same leader, perhaps with a new epoch, ISR or configuration.
    void lead(PartitionImage after, TopicConfig config) {
        partitionLock.lock();
        try {
            boolean newEpoch = after.leaderEpoch() > image.leaderEpoch();
            if (newEpoch) {
                log.beginEpoch(after.leaderEpoch());
            }
            watermarkLock.lock();
            try {
                if (newEpoch) {
                    epochStartOffset = log.logEndOffset();
                    followers.beginEpoch();
                }
                if (after.epoch() != image.epoch()) {
                    inSync.settle(); // The image shows what became of them.
                }
                followers.follow(others(after.replicas()), clock.nanos());
                image = after;
                configure(config);
            } finally {
                watermarkLock.unlock();
            }
        } finally {
            partitionLock.unlock();
        }
        advance();
    }

    /// Refuses all appends from now on and answers whoever waits.
    void end(ErrorCode why) {
        retire(why);
        watermarkLock.lock();
        try {
            acks.fail(why);
        } finally {
            watermarkLock.unlock();
        }
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

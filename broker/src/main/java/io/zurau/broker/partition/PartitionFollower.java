package io.zurau.broker.partition;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zurau.log.AppendOrigin;
import io.zurau.log.AppendOutcome;
import io.zurau.log.EpochEnd;
import io.zurau.log.PartitionLog;
import io.zurau.metadata.image.PartitionImage;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.Uuid;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The follower's side of one partition: it repeats the leader's log, after cutting off what the
/// leader does not have (KIP-101, KIP-279). Consumers that were sent here read what lies below the
/// high watermark that the leader told last (KIP-392).
///
/// **Guard:** `partitionLock`, taken before the log's: nothing is changed in the log after
/// [#retire] has returned, so that the next role finds it still.
public final class PartitionFollower implements ReadableReplica, Role {
    private static final int NO_EPOCH = -1;

    private final ReentrantLock partitionLock = new ReentrantLock();
    private final WaitingFetches waitingConsumers = new WaitingFetches();
    private final Replication replication;
    private final boolean hasLed;
    private volatile LocalReplica replica;
    private volatile PartitionImage image;
    private volatile boolean throttled; // Whether what is fetched counts for the quota.
    private volatile boolean retired;

    private volatile boolean frozen; // Changed under `partitionLock`.

    @GuardedBy("partitionLock")
    private @Nullable ReplicaMove move; // Hears of what is taken away.

    /// @param hasLed whether this broker led the partition just before
    PartitionFollower(
            LocalReplica replica,
            PartitionImage image,
            TopicConfig config,
            Replication replication,
            boolean hasLed) {
        this.hasLed = hasLed;
        this.replica = replica;
        this.image = image;
        this.replication = replication;
        configure(config);
    }

    private void configure(TopicConfig config) {
        throttled = config.throttlesFollower(topicPartition().partition(), replication.nodeId());
    }

    boolean hasLed() {
        return hasLed;
    }

    @Override
    public LocalReplica replica() {
        return replica;
    }

    public TopicPartition topicPartition() {
        return replica.partition();
    }

    public Uuid topicId() {
        return replica.topicId();
    }

    @Override
    public PartitionLog log() {
        return replica.log();
    }

    @Override
    public PartitionImage image() {
        return image;
    }

    @Override
    public long highWatermark() {
        return replica.log().highWatermark();
    }

    @Override
    public WaitingFetches waitingConsumers() {
        return waitingConsumers;
    }

    /// Whether it must not fetch for now: a copy takes its log's place, or it is out of sync, and
    /// the quota is used up (KIP-73).
    public boolean isHeldBack() {
        return frozen || isOverQuota();
    }

    private boolean isOverQuota() {
        return throttled
                && !image.inSync().contains(replication.nodeId())
                && replication.quotas().follower().isUsedUp();
    }

    /// The epoch of the last record; -1 if there is none.
    public int lastRecordsEpoch() {
        PartitionLog log = replica.log();
        long end = log.logEndOffset();
        return end > log.logStartOffset() ? log.epochOf(end - 1) : NO_EPOCH;
    }

    /// Appends what the leader of an epoch sent.
    ///
    /// @param leadersStart the leader's log start; what lies below is given up here too
    /// @param leadersWatermark exclusive
    /// @throws io.zurau.runtime.StorageFailure if the log refuses
    public void append(int epoch, ByteBuffer batches, long leadersStart, long leadersWatermark) {
        if (throttled) {
            replication.quotas().follower().used(batches.remaining());
        }
        long watermarkBefore = highWatermark();
        ifFollowing(
                epoch,
                () -> {
                    PartitionLog log = replica.log();
                    if (batches.hasRemaining()) {
                        AppendOutcome outcome = log.append(batches, AppendOrigin.REPLICA, epoch);
                        if (outcome instanceof AppendOutcome.Refused refused) {
                            throw new ReplicaRefused(topicPartition() + ": " + refused.reason());
                        }
                    }
                    log.highWatermark(Math.min(leadersWatermark, log.logEndOffset()));
                    if (leadersStart > log.logStartOffset()) {
                        log.deleteBefore(Math.min(leadersStart, log.highWatermark()));
                    }
                });
        if (highWatermark() > watermarkBefore) {
            waitingConsumers.wake();
        }
    }

    /// Cuts off what follows an epoch that the leader had, or had less of.
    ///
    /// @param end the leader's largest epoch not above that of the last record here, and where it
    ///   ends there
    public void truncate(int epoch, EpochEnd end) {
        ifFollowing(
                epoch,
                () -> {
                    PartitionLog log = replica.log();
                    EpochEnd here = log.endOffsetForEpoch(end.epoch());
                    long offset =
                            here.epoch() < 0
                                    ? end.endOffset()
                                    : Math.min(here.endOffset(), end.endOffset());
                    log.truncateTo(offset);
                    ifMoving(moving -> moving.cutTo(offset));
                });
    }

    /// The leader's log has nothing in common with this one: begins anew where that one starts.
    public void restartAt(int epoch, long leadersStart) {
        ifFollowing(
                epoch,
                () -> {
                    replica.log().truncateFullyAndStartAt(leadersStart);
                    ifMoving(moving -> moving.restartAt(leadersStart));
                });
    }

    private void ifFollowing(int epoch, Runnable change) {
        partitionLock.lock();
        try {
            if (!retired && !frozen && image.leaderEpoch() == epoch) {
                change.run();
            }
        } finally {
            partitionLock.unlock();
        }
    }

    @SuppressWarnings("GuardedBy") // Called by what [#ifFollowing] runs.
    private void ifMoving(Consumer<ReplicaMove> told) {
        if (move != null) {
            told.accept(move);
        }
    }

    /// Tells a move of what is taken away from now on; null ends that.
    void tell(@Nullable ReplicaMove moving) {
        partitionLock.lock();
        try {
            move = moving;
        } finally {
            partitionLock.unlock();
        }
    }

    @Override
    public void freeze() {
        partitionLock.lock();
        try {
            frozen = true;
        } finally {
            partitionLock.unlock();
        }
    }

    @Override
    public void thaw() {
        partitionLock.lock();
        try {
            frozen = false;
        } finally {
            partitionLock.unlock();
        }
    }

    @Override
    public void moveTo(PartitionLog copy) {
        partitionLock.lock();
        try {
            copy.highWatermark(replica.log().highWatermark());
            replica = new LocalReplica(replica.partition(), replica.topicId(), copy);
            move = null;
            frozen = false;
        } finally {
            partitionLock.unlock();
        }
    }

    /// Follows the metadata: another leader, perhaps.
    void follow(PartitionImage after, TopicConfig config) {
        partitionLock.lock();
        try {
            image = after;
            configure(config);
        } finally {
            partitionLock.unlock();
        }
        waitingConsumers.wake(); // They may have an older epoch.
    }

    /// Changes nothing from now on. Consumers that wait are answered by whoever comes next.
    void retire() {
        partitionLock.lock();
        try {
            retired = true;
        } finally {
            partitionLock.unlock();
        }
        waitingConsumers.wake();
    }
}

package io.zurau.broker.partition;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zurau.log.AppendOrigin;
import io.zurau.log.AppendOutcome;
import io.zurau.log.PartitionLog;
import io.zurau.metadata.image.PartitionImage;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.Uuid;
import io.zurau.runtime.Clock;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The leader's side of one partition: it appends, knows the high watermark and releases the
/// producers and consumers that wait for it to move.
///
/// **Guard:** `partitionLock` for who leads and for the order of appends, taken after a
/// connection's and before the log's; `watermarkLock`, taken after it and held for moments only,
/// for who waits, so that the journal never waits for an append. Readers take neither.
///
/// On one node the leader is the only replica, so the high watermark is the end of what the log has
/// stored.
public final class PartitionLeader {
    private static final long NO_OFFSET = -1;

    private final TopicPartition topicPartition;
    private final Uuid topicId;
    private final PartitionLog log;
    private final Clock clock;

    private final ReentrantLock partitionLock = new ReentrantLock();
    private final ReentrantLock watermarkLock = new ReentrantLock();

    private volatile PartitionImage image;
    private volatile int minInSync;

    @GuardedBy("watermarkLock")
    private final AckQueue waitingProducers = new AckQueue();

    @GuardedBy("watermarkLock")
    private final Set<FetchWait> waitingReaders = new LinkedHashSet<>();

    @GuardedBy("watermarkLock")
    private @Nullable ErrorCode failed; // Why producers do not wait any more.

    private volatile long highWatermark; // Exclusive. Never moves back while this object leads.
    private volatile @Nullable ErrorCode ended; // Why it does not lead any more.

    PartitionLeader(
            TopicPartition topicPartition,
            Uuid topicId,
            PartitionLog log,
            PartitionImage image,
            int minInSync,
            Clock clock) {
        this.topicPartition = topicPartition;
        this.topicId = topicId;
        this.log = log;
        this.image = image;
        this.minInSync = minInSync;
        this.clock = clock;
        this.highWatermark = log.storedEndOffset();
        log.highWatermark(highWatermark);
    }

    public TopicPartition topicPartition() {
        return topicPartition;
    }

    public Uuid topicId() {
        return topicId;
    }

    public PartitionLog log() {
        return log;
    }

    public int leaderEpoch() {
        return image.leaderEpoch();
    }

    /// The image that this partition was last told.
    public PartitionImage image() {
        return image;
    }

    /// Appends now; the answer may come later, when every in-sync replica has stored the records.
    ///
    /// @param batches patched in place: offsets, leader epoch, and what the topic's configuration
    ///   demands
    public PendingAck append(ByteBuffer batches, Acks acks, AppendOrigin origin) {
        AppendOutcome outcome;
        partitionLock.lock();
        try {
            ErrorCode why = ended;
            if (why != null) {
                return PendingAck.refused(why, "This broker does not lead " + topicPartition + ".");
            }
            if (acks == Acks.ALL && !enoughInSync()) {
                return PendingAck.refused(
                        ErrorCode.NOT_ENOUGH_REPLICAS,
                        "%s has %d in-sync replicas, but min.insync.replicas is %d."
                                .formatted(topicPartition, image.inSync().size(), minInSync));
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
            case AppendOutcome.Appended appended -> acknowledge(appended, acks);
        };
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

    private PendingAck acknowledge(AppendOutcome.Appended appended, Acks acks) {
        advance(); // What is not synced is stored already.
        if (acks == Acks.NONE || highWatermark > appended.lastOffset()) {
            return PendingAck.done(appended);
        }
        PendingAck ack = PendingAck.waiting(appended, this);
        watermarkLock.lock();
        try {
            waitingProducers.add(ack);
            waitingProducers.release(highWatermark); // It may have moved meanwhile.
            if (failed != null) {
                waitingProducers.failAll(failed);
            }
        } finally {
            watermarkLock.unlock();
        }
        return ack;
    }

    ErrorCode await(PendingAck ack, long deadlineNanos) throws InterruptedException {
        advance(); // The journal tells partitions one after the other; ask instead of waiting.
        watermarkLock.lock();
        try {
            while (ack.settled == null) {
                if (ack.settledCondition == null) {
                    ack.settledCondition = watermarkLock.newCondition();
                }
                if (!clock.await(watermarkLock, ack.settledCondition, deadlineNanos)
                        && ack.settled == null) {
                    return ErrorCode.REQUEST_TIMED_OUT;
                }
            }
            return ack.settled;
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
        List<FetchWait> readers = List.of();
        watermarkLock.lock();
        try {
            if (stored > highWatermark) {
                highWatermark = stored;
                waitingProducers.release(stored);
                if (!waitingReaders.isEmpty()) {
                    readers = new ArrayList<>(waitingReaders);
                }
            }
        } finally {
            watermarkLock.unlock();
        }
        log.highWatermark(stored);
        readers.forEach(FetchWait::wake);
    }

    /// Exclusive: consumers see what lies below.
    public long highWatermark() {
        return highWatermark;
    }

    /// Exclusive: the end of what is below the high watermark and in no open transaction.
    public long lastStableOffset() {
        return Math.min(log.lastStableOffset(), highWatermark);
    }

    /// How far a reader may read, exclusive.
    public long readableEnd(boolean readCommitted) {
        return readCommitted ? lastStableOffset() : highWatermark;
    }

    /// Compares the epoch that a client believes in, or -1 if it does not say, with the true one.
    public ErrorCode checkEpoch(int clientsEpoch) {
        int epoch = image.leaderEpoch();
        if (clientsEpoch < 0 || clientsEpoch == epoch) {
            return ErrorCode.NONE;
        }
        return clientsEpoch < epoch
                ? ErrorCode.FENCED_LEADER_EPOCH
                : ErrorCode.UNKNOWN_LEADER_EPOCH;
    }

    void addReader(FetchWait reader) {
        watermarkLock.lock();
        try {
            waitingReaders.add(reader);
        } finally {
            watermarkLock.unlock();
        }
    }

    void removeReader(FetchWait reader) {
        watermarkLock.lock();
        try {
            waitingReaders.remove(reader);
        } finally {
            watermarkLock.unlock();
        }
    }

    /// Follows the metadata: the same leader, perhaps with a new epoch, ISR or configuration.
    void lead(PartitionImage after, int minInSyncNow) {
        partitionLock.lock();
        try {
            if (after.leaderEpoch() > image.leaderEpoch()) {
                log.beginEpoch(after.leaderEpoch());
            }
            image = after;
            minInSync = minInSyncNow;
        } finally {
            partitionLock.unlock();
        }
    }

    /// Refuses all appends from now on and answers whoever waits.
    void end(ErrorCode why) {
        retire(why);
        watermarkLock.lock();
        try {
            failed = why;
            waitingProducers.failAll(why);
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
        } finally {
            partitionLock.unlock();
        }
        List<FetchWait> readers;
        watermarkLock.lock();
        try {
            readers = new ArrayList<>(waitingReaders);
        } finally {
            watermarkLock.unlock();
        }
        readers.forEach(FetchWait::wake);
    }
}

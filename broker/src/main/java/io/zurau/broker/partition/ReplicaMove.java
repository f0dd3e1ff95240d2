package io.zurau.broker.partition;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zurau.log.AppendOrigin;
import io.zurau.log.AppendOutcome;
import io.zurau.log.EpochEnd;
import io.zurau.log.LogDirectory;
import io.zurau.log.LogSlice;
import io.zurau.log.PartitionLog;
import io.zurau.log.ReadOutcome;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.Uuid;
import io.zurau.runtime.StorageFailure;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/// The copy of one replica on its way into another log directory (KIP-113).
///
/// The copy never has what the present log has not stored: whatever a crash takes from the present
/// log, the copy has not got.
///
/// **Guard:** `moveLock`, taken after the partition's and before those of the logs.
public final class ReplicaMove {
    private static final int NO_EPOCH = -1;
    private static final int CHUNK_BYTES = 1 << 20;

    private final LogDirectory fromDirectory;
    private final LogDirectory toDirectory;
    private final PartitionLog from;
    private final PartitionLog to;
    private final ReentrantLock moveLock = new ReentrantLock();

    @GuardedBy("moveLock")
    private boolean over; // The copy is in use, or given up.

    private volatile boolean caughtUp;
    private volatile boolean durable;
    private volatile boolean committing; // The metadata may say so at any moment.

    /// @param to of the same partition, with nothing in it that `from` never had
    ReplicaMove(
            LogDirectory fromDirectory,
            PartitionLog from,
            LogDirectory toDirectory,
            PartitionLog to) {
        this.fromDirectory = fromDirectory;
        this.from = from;
        this.toDirectory = toDirectory;
        this.to = to;
    }

    public TopicPartition partition() {
        return from.partition();
    }

    PartitionLog from() {
        return from;
    }

    PartitionLog to() {
        return to;
    }

    Uuid destination() {
        return toDirectory.id();
    }

    LogDirectory fromDirectory() {
        return fromDirectory;
    }

    LogDirectory toDirectory() {
        return toDirectory;
    }

    /// Whether the metadata is being told that the copy takes the place of the log. Until it is
    /// known what became of that, the replica is frozen, and the move cannot be given up.
    boolean isCommitting() {
        return committing;
    }

    void committing(boolean now) {
        committing = now;
    }

    /// How many records the copy lacks, about.
    public long lag() {
        return Math.max(0, from.logEndOffset() - to.logEndOffset());
    }

    /// Whether the last piece that was copied was the last that there was.
    public boolean isCaughtUp() {
        return caughtUp;
    }

    /// Cuts off what a copy from before a restart has and the present log has not.
    void align() {
        change(
                () -> {
                    if (to.logEndOffset() > from.logEndOffset()) {
                        to.truncateTo(from.logEndOffset());
                    }
                    while (to.logEndOffset() > to.logStartOffset()) {
                        int epoch = to.epochOf(to.logEndOffset() - 1);
                        EpochEnd there = from.endOffsetForEpoch(epoch);
                        if (there.epoch() == epoch && there.endOffset() >= to.logEndOffset()) {
                            return;
                        }
                        EpochEnd here = to.endOffsetForEpoch(there.epoch());
                        long common = Math.min(here.endOffset(), there.endOffset());
                        if (there.epoch() == NO_EPOCH || common >= to.logEndOffset()) {
                            to.truncateFullyAndStartAt(from.logStartOffset());
                            return;
                        }
                        to.truncateTo(common);
                    }
                });
    }

    /// Begins the copy again.
    void beginAgain() {
        change(() -> to.truncateFullyAndStartAt(from.logStartOffset()));
    }

    /// Copies some of what the present log has stored.
    ///
    /// @param maxBytes how much, but for a single larger batch
    /// @return how many bytes; 0 if there is nothing to copy now
    /// @throws StorageFailure if either log cannot be used any more
    public int copySome(int maxBytes) {
        moveLock.lock();
        try {
            if (over) {
                return 0;
            }
            requireUsable();
            long end = from.storedEndOffset();
            int bytes = copyUntil(end, maxBytes);
            caughtUp = to.logEndOffset() >= end;
            return bytes;
        } finally {
            moveLock.unlock();
        }
    }

    private void requireUsable() {
        for (PartitionLog log : List.of(from, to)) {
            if (!log.isUsable()) {
                throw new StorageFailure(
                        log.directoryId().toString(),
                        "A log of %s has failed.".formatted(partition()));
            }
        }
    }

    @GuardedBy("moveLock")
    private int copyUntil(long end, int maxBytes) {
        followStart();
        if (to.logEndOffset() >= end) {
            return 0;
        }
        return switch (from.read(to.logEndOffset(), maxBytes, end, true)) {
            case ReadOutcome.Refused _ -> 0; // Retention took it away just now, or it has failed.
            case LogSlice slice -> {
                try (slice) {
                    append(slice);
                    yield slice.sizeInBytes();
                }
            }
        };
    }

    @GuardedBy("moveLock")
    private void append(LogSlice slice) {
        if (!slice.isEmpty()
                && to.append(slice.toBuffer(), AppendOrigin.REPLICA, NO_EPOCH)
                        instanceof AppendOutcome.Refused refused) {
            throw new ReplicaRefused(partition() + ": " + refused.reason());
        }
    }

    @GuardedBy("moveLock")
    private void followStart() {
        long start = from.logStartOffset();
        if (to.logEndOffset() < start) {
            to.truncateFullyAndStartAt(start);
        } else if (to.logStartOffset() < start) {
            to.deleteBefore(start);
        }
    }

    /// Whether [#makeDurable] was called.
    public boolean isDurable() {
        return durable;
    }

    /// Makes the copy as durable as any log. It takes as long as the device needs for what the copy
    /// has.
    public void makeDurable() {
        to.sync(); // Most of the work, while nobody has to wait for it.
        change(() -> to.configure(from.config().withDurable(true)));
        durable = true;
    }

    /// Copies the rest, and waits until all of it is stored. Nothing may be appended meanwhile.
    ///
    /// @throws ReplicaRefused if the move is over, or the rest cannot be copied
    public void finish() {
        fromDirectory.awaitStored();
        moveLock.lock();
        try {
            if (over) {
                throw new ReplicaRefused(partition() + " is not moved any more.");
            }
            followStart(); // Records may have been deleted since the last piece.
            long end = from.logEndOffset();
            while (to.logEndOffset() < end) {
                if (copyUntil(end, CHUNK_BYTES) == 0) {
                    throw new ReplicaRefused(partition() + " cannot be read to its end.");
                }
            }
        } finally {
            moveLock.unlock();
        }
        toDirectory.awaitStored();
        requireUsable();
    }

    /// The present log was cut to an offset.
    void cutTo(long offset) {
        change(() -> to.truncateTo(Math.min(offset, to.logEndOffset())));
    }

    /// The present log begins anew at an offset.
    void restartAt(long offset) {
        change(() -> to.truncateFullyAndStartAt(offset));
    }

    /// Nothing is changed in the copy from now on.
    void end() {
        moveLock.lock();
        try {
            over = true;
        } finally {
            moveLock.unlock();
        }
    }

    private void change(Runnable change) {
        moveLock.lock();
        try {
            if (!over) {
                change.run();
            }
        } finally {
            moveLock.unlock();
        }
    }
}

package io.zurau.broker.partition;

import io.zurau.log.AppendOutcome;
import io.zurau.protocol.ErrorCode;
import java.util.List;
import java.util.concurrent.locks.Condition;
import org.jspecify.annotations.Nullable;

/// What became of one append, now or later: refused, or appended and waiting for the high watermark
/// to pass it.
///
/// **Guard:** the partition's `watermarkLock` guards what changes.
public final class PendingAck {
    private final AppendOutcome outcome;
    private final @Nullable PartitionLeader waitsIn; // Null if there is nothing to wait for.
    private final long lastOffset; // Inclusive; -1 if refused.
    private final long logStartOffset; // -1 if the log was not asked.

    /// Null until it is settled.
    @Nullable ErrorCode settled;

    /// Made by the one who waits.
    @Nullable Condition settledCondition;

    private PendingAck(
            AppendOutcome outcome,
            @Nullable PartitionLeader waitsIn,
            long lastOffset,
            long logStartOffset) {
        this.outcome = outcome;
        this.waitsIn = waitsIn;
        this.lastOffset = lastOffset;
        this.logStartOffset = logStartOffset;
    }

    public static PendingAck refused(ErrorCode code, String reason) {
        return new PendingAck(new AppendOutcome.Refused(code, reason, List.of()), null, -1, -1);
    }

    static PendingAck refused(AppendOutcome.Refused refused, long logStartOffset) {
        return new PendingAck(refused, null, -1, logStartOffset);
    }

    static PendingAck done(AppendOutcome.Appended appended) {
        return new PendingAck(appended, null, appended.lastOffset(), appended.logStartOffset());
    }

    static PendingAck waiting(AppendOutcome.Appended appended, PartitionLeader leader) {
        return new PendingAck(appended, leader, appended.lastOffset(), appended.logStartOffset());
    }

    /// What the log said.
    public AppendOutcome outcome() {
        return outcome;
    }

    /// Of the log that appended or refused; -1 if no log was asked.
    public long logStartOffset() {
        return logStartOffset;
    }

    long lastOffset() {
        return lastOffset;
    }

    /// Whether [#await] would return at once.
    public boolean isSettled() {
        return waitsIn == null || waitsIn.highWatermark() > lastOffset;
    }

    /// Waits until every in-sync replica has stored what was appended.
    ///
    /// @return `NONE`, or why that is not known: `REQUEST_TIMED_OUT`, or what ended the partition;
    ///   the records may still become stored then
    public ErrorCode await(long deadlineNanos) throws InterruptedException {
        return waitsIn == null ? ErrorCode.NONE : waitsIn.await(this, deadlineNanos);
    }
}

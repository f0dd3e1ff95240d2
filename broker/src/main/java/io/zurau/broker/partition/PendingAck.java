package io.zurau.broker.partition;

import io.zurau.log.AppendOutcome;
import io.zurau.protocol.ErrorCode;
import java.util.List;
import java.util.concurrent.locks.Condition;
import org.jspecify.annotations.Nullable;

/// What became of one append, now or later: refused, or appended and waiting until it is as safe as
/// the producer wants it.
///
/// **Guard:** the partition's `watermarkLock` guards what changes.
public final class PendingAck {
    private final AppendOutcome outcome;
    private final @Nullable Watermark waitsIn; // Null if there is nothing to wait for.
    private final Acks acks;
    private final long lastOffset; // Inclusive; -1 if refused.
    private final long logStartOffset; // -1 if the log was not asked.

    /// Null until it is settled.
    @Nullable ErrorCode settled;

    /// Made by the one who waits.
    @Nullable Condition settledCondition;

    private PendingAck(
            AppendOutcome outcome,
            @Nullable Watermark waitsIn,
            Acks acks,
            long lastOffset,
            long logStartOffset) {
        this.outcome = outcome;
        this.waitsIn = waitsIn;
        this.acks = acks;
        this.lastOffset = lastOffset;
        this.logStartOffset = logStartOffset;
    }

    public static PendingAck refused(ErrorCode code, String reason) {
        return new PendingAck(
                new AppendOutcome.Refused(code, reason, List.of()), null, Acks.NONE, -1, -1);
    }

    static PendingAck refused(AppendOutcome.Refused refused, long logStartOffset) {
        return new PendingAck(refused, null, Acks.NONE, -1, logStartOffset);
    }

    static PendingAck done(AppendOutcome.Appended appended) {
        return new PendingAck(
                appended, null, Acks.NONE, appended.lastOffset(), appended.logStartOffset());
    }

    static PendingAck waiting(AppendOutcome.Appended appended, Acks acks, Watermark watermark) {
        return new PendingAck(
                appended, watermark, acks, appended.lastOffset(), appended.logStartOffset());
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
        return waitsIn == null || waitsIn.isReached(acks, lastOffset);
    }

    /// Waits until who shall have stored what was appended has.
    ///
    /// @return `NONE`, or why that is not known: `REQUEST_TIMED_OUT`, or what ended the partition;
    ///   the records may still become stored then
    public ErrorCode await(long deadlineNanos) throws InterruptedException {
        return waitsIn == null ? ErrorCode.NONE : waitsIn.await(this, deadlineNanos);
    }
}

package io.zurau.coordinator;

import io.zurau.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntSupplier;

/// What the decisions of one round may see of the world, and where they put what follows from them:
/// records, answers, timers and what the world outside is told.
public final class Turn<T> {
    private final long nowNanos;
    private final long nowMs;
    private final int largestRecord;
    private final long firstOffset;
    private final Deadlines<T> timers;
    private final IntSupplier crowd;
    private final Function<LogEntry, ErrorCode> logCheck;
    private final List<LogEntry> entries = new ArrayList<>();
    private final List<Answer<?>> answers = new ArrayList<>();
    private final List<Runnable> consequences = new ArrayList<>();
    private long recordBytes;
    private long neededOffset;
    private boolean mustBeNewest;

    /// @param value what `reply` is settled with, once the records are stored
    record Answer<A>(Reply<A> reply, A value) {
        void settle() {
            reply.settle(value);
        }
    }

    /// @param nowNanos on the monotonic clock, for timers
    /// @param nowMs on the wall clock, for time stamps
    /// @param largestRecord in bytes, by [CoordinatorRecord#sizeInBytes]
    /// @param logCheck whether the log, as it is before this round, would take an entry
    public Turn(
            long nowNanos,
            long nowMs,
            int largestRecord,
            Deadlines<T> timers,
            Function<LogEntry, ErrorCode> logCheck) {
        this(nowNanos, nowMs, largestRecord, 0, timers, logCheck, timers::size);
    }

    /// @param firstOffset that the first entry of this round gets in the log
    /// @param crowd what [#crowd] says
    public Turn(
            long nowNanos,
            long nowMs,
            int largestRecord,
            long firstOffset,
            Deadlines<T> timers,
            Function<LogEntry, ErrorCode> logCheck,
            IntSupplier crowd) {
        this.nowNanos = nowNanos;
        this.nowMs = nowMs;
        this.largestRecord = largestRecord;
        this.firstOffset = firstOffset;
        this.timers = timers;
        this.logCheck = logCheck;
        this.crowd = crowd;
    }

    /// Of the monotonic clock.
    public long nowNanos() {
        return nowNanos;
    }

    /// Milliseconds since 1970-01-01 UTC.
    public long nowMs() {
        return nowMs;
    }

    /// How many groups, members and other things the coordinators of this kind remember on this
    /// broker, roughly.
    public int crowd() {
        return crowd.getAsInt();
    }

    /// Whether the log can take this record.
    public boolean fits(CoordinatorRecord record) {
        return record.sizeInBytes() <= largestRecord;
    }

    public int largestRecord() {
        return largestRecord;
    }

    /// The offset in the log that the next entry gets.
    public long nextOffset() {
        return firstOffset + entries.size();
    }

    /// The log's entries below the offset are needed no more, once this round is stored.
    public void deleteBefore(long offset) {
        neededOffset = offset;
    }

    /// From where on the log is needed, as far as it was told in this round; otherwise 0.
    public long neededOffset() {
        return neededOffset;
    }

    /// Why the log would not take an entry of a transaction, so that it must not be appended;
    /// `NONE` if it would.
    public ErrorCode check(LogEntry entry) {
        return endsBefore(entry) ? ErrorCode.CONCURRENT_TRANSACTIONS : logCheck.apply(entry);
    }

    /// Whether a transaction of the same producer ends in this round: the log does not know yet.
    private boolean endsBefore(LogEntry entry) {
        return entry instanceof LogEntry.Pending pending
                && entries.stream()
                        .anyMatch(
                                before ->
                                        before instanceof LogEntry.Ended ended
                                                && ended.producer().id()
                                                        == pending.producer().id());
    }

    /// What is answered is wrong if another broker coordinates by now: that must be made sure
    /// before the answers of this round leave. Records that are stored show it, too.
    public void mustBeNewest() {
        mustBeNewest = true;
    }

    boolean isToBeConfirmed() {
        return mustBeNewest && entries.isEmpty();
    }

    public void append(CoordinatorRecord record) {
        append(new LogEntry.Plain(record));
    }

    public void append(LogEntry entry) {
        entries.add(entry);
        recordBytes += entry.sizeInBytes();
    }

    public <A> void answer(Reply<A> reply, A value) {
        answers.add(new Answer<>(reply, value));
    }

    /// Something to be told to the world outside, once the records are stored. It must not block.
    public void then(Runnable consequence) {
        consequences.add(consequence);
    }

    /// Sets the timer, or moves it if it is set already.
    public void schedule(T timer, long delayMs) {
        timers.schedule(timer, nowNanos + delayMs * 1_000_000);
    }

    /// Sets the timer, unless it is set already.
    public void scheduleIfUnset(T timer, long delayMs) {
        if (!timers.has(timer)) {
            schedule(timer, delayMs);
        }
    }

    public void cancel(T timer) {
        timers.cancel(timer);
    }

    /// What the records of this round take so far.
    public long recordBytes() {
        return recordBytes;
    }

    public List<LogEntry> entries() {
        return entries;
    }

    List<Answer<?>> answers() {
        return answers;
    }

    /// Gives the answers, in the order of the decisions, and tells the world outside.
    public void settle() {
        answers.forEach(Answer::settle);
        consequences.forEach(Runnable::run);
    }
}

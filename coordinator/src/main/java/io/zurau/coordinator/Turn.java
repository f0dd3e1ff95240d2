package io.zurau.coordinator;

import java.util.ArrayList;
import java.util.List;

/// What the decisions of one round may see of the world, and where they put what follows from them:
/// records, answers and timers.
public final class Turn<T> {
    private final long nowNanos;
    private final long nowMs;
    private final int largestRecord;
    private final Deadlines<T> timers;
    private final List<CoordinatorRecord> records = new ArrayList<>();
    private final List<Answer<?>> answers = new ArrayList<>();
    private long recordBytes;

    /// @param value what `reply` is settled with, once the records are stored
    record Answer<A>(Reply<A> reply, A value) {
        void settle() {
            reply.settle(value);
        }
    }

    /// @param nowNanos on the monotonic clock, for timers
    /// @param nowMs on the wall clock, for time stamps
    /// @param largestRecord in bytes, by [CoordinatorRecord#sizeInBytes]
    public Turn(long nowNanos, long nowMs, int largestRecord, Deadlines<T> timers) {
        this.nowNanos = nowNanos;
        this.nowMs = nowMs;
        this.largestRecord = largestRecord;
        this.timers = timers;
    }

    /// Milliseconds since 1970-01-01 UTC.
    public long nowMs() {
        return nowMs;
    }

    /// Whether the log can take this record.
    public boolean fits(CoordinatorRecord record) {
        return record.sizeInBytes() <= largestRecord;
    }

    public int largestRecord() {
        return largestRecord;
    }

    public void append(CoordinatorRecord record) {
        records.add(record);
        recordBytes += record.sizeInBytes();
    }

    public <A> void answer(Reply<A> reply, A value) {
        answers.add(new Answer<>(reply, value));
    }

    /// Sets the timer, or moves it if it is set already.
    public void schedule(T timer, long delayMs) {
        timers.schedule(timer, nowNanos + delayMs * 1_000_000);
    }

    public void cancel(T timer) {
        timers.cancel(timer);
    }

    /// What the records of this round take so far.
    public long recordBytes() {
        return recordBytes;
    }

    public List<CoordinatorRecord> records() {
        return records;
    }

    List<Answer<?>> answers() {
        return answers;
    }

    /// Gives the answers, in the order of the decisions.
    public void settle() {
        answers.forEach(Answer::settle);
    }
}

package io.zurau.coordinator;

import io.zurau.protocol.ErrorCode;
import io.zurau.runtime.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;

/// A log that stores in memory, takes its time and fails when told. Owned by the simulation's
/// thread.
public final class MemoryLog implements CoordinatorLog {
    private final Clock clock;
    private final Map<Integer, List<LogEntry>> stored = new TreeMap<>();
    private Duration latency = Duration.ofMillis(1);
    private ErrorCode refusal = ErrorCode.NONE;
    private boolean storesNevertheless;
    private boolean once;
    private boolean ledElsewhere;
    private boolean replaced;
    private int appends;

    public MemoryLog(Clock clock) {
        this.clock = clock;
    }

    public void takes(Duration newLatency) {
        latency = newLatency;
    }

    /// @param nevertheless whether the records are stored although the append fails
    public void refusesWith(ErrorCode code, boolean nevertheless) {
        refusal = code;
        storesNevertheless = nevertheless;
    }

    /// Refuses the next append only.
    public void refusesOnce(ErrorCode code, boolean nevertheless) {
        refusesWith(code, nevertheless);
        once = true;
    }

    public void isLedElsewhere(boolean elsewhere) {
        ledElsewhere = elsewhere;
    }

    /// Another broker leads, and nobody here has heard of it.
    public void isReplaced() {
        replaced = true;
    }

    @Override
    public ErrorCode confirm(int partition) {
        return replaced ? ErrorCode.NOT_LEADER_OR_FOLLOWER : ErrorCode.NONE;
    }

    public int appends() {
        return appends;
    }

    public List<LogEntry> stored(int partition) {
        return stored.computeIfAbsent(partition, p -> new ArrayList<>());
    }

    @Override
    public ErrorCode append(int partition, List<LogEntry> entries) throws InterruptedException {
        clock.sleepUntil(clock.deadline(latency));
        appends++;
        ErrorCode code = refusal;
        if (code == ErrorCode.NONE || storesNevertheless) {
            entries.forEach(entry -> stored(partition).add(entry));
        }
        if (once) {
            once = false;
            refusal = ErrorCode.NONE;
        }
        return code;
    }

    @Override
    public ErrorCode load(int partition, Sink sink) throws InterruptedException {
        clock.sleepUntil(clock.deadline(latency));
        for (LogEntry entry : stored(partition)) {
            switch (entry) {
                case LogEntry.Plain plain -> sink.record(plain.record());
                case LogEntry.Pending pending ->
                        sink.transactional(pending.producer().id(), pending.record());
                case LogEntry.Ended ended ->
                        sink.transactionEnded(ended.producer().id(), ended.committed());
            }
        }
        return ErrorCode.NONE;
    }

    @Override
    public OptionalInt largestRecord(int partition) {
        return ledElsewhere ? OptionalInt.empty() : OptionalInt.of(1_000_000);
    }
}

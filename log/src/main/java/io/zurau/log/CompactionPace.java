package io.zurau.log;

import io.zurau.runtime.Clock;

/// Lets compaction read and write no more than so many bytes per second, over each tenth of one.
///
/// Owned by the compactor's task.
final class CompactionPace {
    private static final long SECOND_NANOS = 1_000_000_000;

    private final Clock clock;
    private final double bytesPerSecond;
    private final double mostAtOnce;
    private double used; // Since the start of the turn.
    private long turnStart;

    CompactionPace(Clock clock, double bytesPerSecond) {
        this.clock = clock;
        this.bytesPerSecond = bytesPerSecond;
        this.mostAtOnce = bytesPerSecond / 10;
        this.turnStart = clock.nanos();
    }

    /// Waits until that much may be used.
    void used(long bytes) throws InterruptedException {
        used += bytes;
        if (used < mostAtOnce) {
            return;
        }
        long due = turnStart + (long) (used / bytesPerSecond * SECOND_NANOS);
        clock.sleepUntil(due);
        turnStart = Math.max(due, clock.nanos());
        used = 0;
    }
}

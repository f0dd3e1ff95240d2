package io.zurau.simulation;

import io.zurau.runtime.Clock;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/// A machine's view of virtual time. Its monotonic clock starts anywhere in 64 bits, so that
/// comparing two points by `<` instead of by their difference is found out.
///
/// **Guard:** the driver thread, see [Scheduler].
public final class SimClock implements Clock {
    /// The start of every simulation, on the wall.
    public static final long EPOCH_MS = 1_800_000_000_000L;

    /// A deadline farther away is none: a simulation must not jump a century ahead instead of
    /// reporting that nothing moves.
    private static final long NEVER_NANOS = FAR.toNanos() / 2;

    private final Scheduler scheduler;
    private final SimProcess process;
    private final long originNanos;
    private final LongSupplier wallShiftMs;

    SimClock(Scheduler scheduler, SimProcess process, long originNanos, LongSupplier wallShiftMs) {
        this.scheduler = scheduler;
        this.process = process;
        this.originNanos = originNanos;
        this.wallShiftMs = wallShiftMs;
    }

    @Override
    public long wallMs() {
        return EPOCH_MS + wallShiftMs.getAsLong() + scheduler.nowNanos() / 1_000_000;
    }

    @Override
    public long nanos() {
        return originNanos + scheduler.nowNanos();
    }

    @Override
    @SuppressWarnings("WaitNotInLoop") // The caller's loop: it knows what it waits for.
    public boolean await(ReentrantLock lock, Condition condition, long deadlineNanos)
            throws InterruptedException {
        long ahead = deadlineNanos - nanos();
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        if (ahead <= 0) {
            return false;
        }
        if (ahead >= NEVER_NANOS) {
            condition.await();
            return true;
        }
        Scheduler.Timer timer =
                scheduler.at(
                        scheduler.nowNanos() + ahead,
                        process,
                        process.name() + "/deadline",
                        () -> process.start("wake", () -> signal(lock, condition)));
        try {
            condition.await();
        } finally {
            scheduler.cancel(timer);
        }
        return isAhead(deadlineNanos);
    }

    private static void signal(ReentrantLock lock, Condition condition) {
        lock.lock();
        try {
            condition.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void sleepUntil(long deadlineNanos) throws InterruptedException {
        Waiters nobody = new Waiters();
        while (isAhead(deadlineNanos)) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            nobody.await(this, deadlineNanos);
        }
    }

    /// Wakes a thread at a point on [#nanos()].
    ///
    /// @return takes the alarm back
    Runnable alarm(Thread thread, long deadlineNanos) {
        long ahead = deadlineNanos - nanos();
        if (ahead >= NEVER_NANOS) {
            return () -> {};
        }
        Scheduler.Timer timer =
                scheduler.at(
                        scheduler.nowNanos() + ahead,
                        process,
                        process.name() + "/alarm",
                        () -> LockSupport.unpark(thread));
        return () -> scheduler.cancel(timer);
    }

    /// Lets virtual time pass for the current task. Interrupts wait: devices know none.
    void pass(long nanos) {
        Waiters nobody = new Waiters();
        boolean interrupted = Thread.interrupted();
        long until = nanos() + nanos;
        while (isAhead(until)) {
            nobody.await(this, until);
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

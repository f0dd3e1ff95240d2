package io.zurau.runtime;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// The machine's clock.
public final class SystemClock implements Clock {
    @Override
    public long wallMs() {
        return System.currentTimeMillis();
    }

    @Override
    public long nanos() {
        return System.nanoTime();
    }

    @Override
    @SuppressWarnings("WaitNotInLoop") // The caller's loop: it knows what it waits for.
    public boolean await(ReentrantLock lock, Condition condition, long deadlineNanos)
            throws InterruptedException {
        return condition.awaitNanos(deadlineNanos - System.nanoTime()) > 0;
    }

    @Override
    public void sleepUntil(long deadlineNanos) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(deadlineNanos - System.nanoTime());
    }
}

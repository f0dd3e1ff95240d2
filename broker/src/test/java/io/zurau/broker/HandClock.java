package io.zurau.broker;

import io.zurau.runtime.Clock;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// A clock that a test moves by hand; nobody can wait by it.
public final class HandClock implements Clock {
    private long nanos;

    public void advance(int seconds) {
        nanos += Duration.ofSeconds(seconds).toNanos();
    }

    @Override
    public long wallMs() {
        return nanos / 1_000_000;
    }

    @Override
    public long nanos() {
        return nanos;
    }

    @Override
    public boolean await(ReentrantLock lock, Condition condition, long deadlineNanos) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void sleepUntil(long deadlineNanos) {
        throw new UnsupportedOperationException();
    }
}

package io.zurau.quorum;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zurau.metadata.log.Subscribers;
import io.zurau.runtime.Clock;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// The newest of something that this node knows, wherever it came from. Never falls back.
///
/// **Guard:** `newestLock`. Subscribers are called without it, by [#tell()].
final class Newest<T> {
    private final ReentrantLock newestLock = new ReentrantLock();
    private final Condition changed = newestLock.newCondition();
    private final Clock clock;
    private final BiPredicate<T, T> replaces;
    private final Subscribers<T> subscribers;

    @GuardedBy("newestLock")
    private T newest;

    @GuardedBy("newestLock")
    private long changes;

    @GuardedBy("newestLock")
    private boolean closed;

    /// @param replaces whether the first is newer than the second
    Newest(T first, BiPredicate<T, T> replaces, Clock clock) {
        this.newest = first;
        this.replaces = replaces;
        this.clock = clock;
        this.subscribers = new Subscribers<>(first);
    }

    /// Keeps `value` if it is newer than what is known.
    void offer(T value) {
        newestLock.lock();
        try {
            if (!replaces.test(value, newest)) {
                return;
            }
            newest = value;
            changes++;
            subscribers.publish(value);
            changed.signalAll();
        } finally {
            newestLock.unlock();
        }
    }

    T value() {
        newestLock.lock();
        try {
            return newest;
        } finally {
            newestLock.unlock();
        }
    }

    /// Waits until the newest is as wanted.
    ///
    /// @return whether it is; not if time ran out or this was closed before
    boolean await(Predicate<T> wanted, long deadlineNanos) throws InterruptedException {
        newestLock.lockInterruptibly();
        try {
            while (!wanted.test(newest)) {
                if (closed || !clock.await(newestLock, changed, deadlineNanos)) {
                    return wanted.test(newest);
                }
            }
            return true;
        } finally {
            newestLock.unlock();
        }
    }

    void subscribe(Consumer<T> subscriber) {
        subscribers.add(subscriber);
    }

    /// Returns when the subscribers have seen what was newest at the call.
    void tell() {
        subscribers.tell();
    }

    /// Tells the subscribers about every change, until this is closed.
    void keepTelling() {
        long told = 0;
        while (true) {
            newestLock.lock();
            try {
                while (!closed && changes == told) {
                    changed.awaitUninterruptibly();
                }
                if (closed) {
                    return;
                }
                told = changes;
            } finally {
                newestLock.unlock();
            }
            subscribers.tell();
        }
    }

    void close() {
        newestLock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            newestLock.unlock();
        }
    }
}

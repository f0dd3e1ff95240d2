package io.zurau.runtime;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Time, and the only way to wait for it.
///
/// Deadlines are points on the monotonic clock ([#nanos()]), never on the wall clock, which may
/// jump.
public interface Clock {
    /// Milliseconds since 1970-01-01 UTC. May jump in both directions; only for time stamps that
    /// others see.
    long wallMs();

    /// Nanoseconds since some fixed moment. Never falls; only differences mean something.
    long nanos();

    /// Waits on `condition` until it is signalled or the deadline has passed; may also return for
    /// no reason, so callers wait in a loop around what they wait for.
    ///
    /// @param lock the lock that `condition` belongs to, held by the caller
    /// @param deadlineNanos a point on [#nanos()]
    /// @return whether the deadline is still ahead
    boolean await(ReentrantLock lock, Condition condition, long deadlineNanos)
            throws InterruptedException;

    /// Sleeps until the deadline; returns at once if it has passed.
    void sleepUntil(long deadlineNanos) throws InterruptedException;

    /// The point on [#nanos()] that lies `ahead` from now; a duration too long to count is no
    /// deadline at all.
    default long deadline(Duration ahead) {
        long now = nanos();
        if (ahead.compareTo(FAR) >= 0) {
            return now + FAR.toNanos();
        }
        return now + ahead.toNanos();
    }

    /// Far enough to mean never, near enough that adding it to [#nanos()] does not overflow in
    /// comparisons.
    Duration FAR = Duration.ofDays(36_500);

    /// Whether the deadline lies ahead.
    default boolean isAhead(long deadlineNanos) {
        return deadlineNanos - nanos() > 0;
    }
}

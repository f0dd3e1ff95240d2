package io.zurau.broker.partition;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zurau.runtime.Clock;
import java.util.concurrent.locks.ReentrantLock;

/// How many bytes per second throttled replicas may cost this node, in one direction (KIP-73).
///
/// A bucket that the rate fills, with one second's worth at most. Whoever finds something in it may
/// take a whole fetch; so it can fall below nothing, and is used up until it has been filled again.
/// Differs from Kafka, which counts over eleven windows of a second: the mean rate is the same.
///
/// **Guard:** `quotaLock`, held for moments only and while no other lock is taken.
public final class ReplicationQuota {
    public static final long UNLIMITED = Long.MAX_VALUE;
    private static final double NANOS_PER_SECOND = 1e9;

    private final Clock clock;
    private final ReentrantLock quotaLock = new ReentrantLock();

    @GuardedBy("quotaLock")
    private long rate = UNLIMITED; // Bytes per second.

    @GuardedBy("quotaLock")
    private double left; // Bytes; below zero what was taken in advance.

    @GuardedBy("quotaLock")
    private long filledNanos; // When `left` was right.

    public ReplicationQuota(Clock clock) {
        this.clock = clock;
        this.filledNanos = clock.nanos();
    }

    /// @param bytesPerSecond zero stops what is throttled
    public void limit(long bytesPerSecond) {
        quotaLock.lock();
        try {
            if (bytesPerSecond != rate) {
                fill();
                rate = bytesPerSecond;
                left = Math.min(left, 0); // Nothing was saved under another limit.
            }
        } finally {
            quotaLock.unlock();
        }
    }

    /// Whether throttled replicas must wait.
    public boolean isUsedUp() {
        quotaLock.lock();
        try {
            if (rate == UNLIMITED) {
                return false;
            }
            fill();
            return left <= 0;
        } finally {
            quotaLock.unlock();
        }
    }

    /// So much was sent or fetched for throttled replicas, in sync or not.
    public void used(long bytes) {
        quotaLock.lock();
        try {
            if (rate != UNLIMITED) {
                fill();
                left -= bytes;
            }
        } finally {
            quotaLock.unlock();
        }
    }

    @GuardedBy("quotaLock")
    private void fill() {
        long now = clock.nanos();
        if (rate == UNLIMITED) {
            left = 0;
        } else {
            left = Math.min((double) rate, left + (now - filledNanos) / NANOS_PER_SECOND * rate);
        }
        filledNanos = now;
    }
}

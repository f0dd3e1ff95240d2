package io.zurau.broker.partition;

import io.zurau.runtime.Clock;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/// Keeps appends from a log for the moment in which a copy takes its place.
///
/// **Guard:** the partition's lock, taken here where it must be.
final class Freeze {
    /// Usually it takes milliseconds; longer if nobody can change the metadata.
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final ReentrantLock partitionLock;
    private final Condition changed;
    private final Clock clock;
    private boolean frozen;

    Freeze(ReentrantLock partitionLock, Clock clock) {
        this.partitionLock = partitionLock;
        this.changed = partitionLock.newCondition();
        this.clock = clock;
    }

    void begin() {
        become(true);
    }

    void end() {
        become(false);
    }

    private void become(boolean isFrozen) {
        partitionLock.lock();
        try {
            frozen = isFrozen;
            changed.signalAll();
        } finally {
            partitionLock.unlock();
        }
    }

    /// Who waits shall look whether there is still something to wait for. Under the lock.
    void lookAgain() {
        changed.signalAll();
    }

    /// Waits for the end. Under the lock.
    ///
    /// @param pointless whether the wait is to be cut short
    /// @return false if it takes too long
    boolean awaitEnd(BooleanSupplier pointless) {
        if (!frozen) {
            return true;
        }
        long deadline = clock.deadline(PATIENCE);
        try {
            while (frozen && !pointless.getAsBoolean()) {
                if (!clock.await(partitionLock, changed, deadline)) {
                    break;
                }
            }
            return !frozen || pointless.getAsBoolean();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}

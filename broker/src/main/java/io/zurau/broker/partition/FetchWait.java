package io.zurau.broker.partition;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zurau.runtime.Clock;
import java.util.Collection;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// One fetch that waits until any of its partitions has more to read.
///
/// It waits in a place of each of them; closing it leaves the places.
///
/// **Guard:** `fetchLock`, taken by partitions that have let go of their own locks.
public final class FetchWait implements AutoCloseable {
    private final Clock clock;
    private final Collection<WaitingFetches> places;
    private final ReentrantLock fetchLock = new ReentrantLock();
    private final Condition woken = fetchLock.newCondition();

    @GuardedBy("fetchLock")
    private boolean moreToRead;

    /// From now on news of these places are not missed.
    public FetchWait(Clock clock, Collection<WaitingFetches> places) {
        this.clock = clock;
        this.places = places;
        places.forEach(place -> place.add(this));
    }

    /// Waits until a partition has had news since the last call.
    ///
    /// @return false if the deadline passed without
    public boolean await(long deadlineNanos) throws InterruptedException {
        fetchLock.lock();
        try {
            while (!moreToRead) {
                if (!clock.await(fetchLock, woken, deadlineNanos)) {
                    return moreToRead;
                }
            }
            moreToRead = false;
            return true;
        } finally {
            fetchLock.unlock();
        }
    }

    void wake() {
        fetchLock.lock();
        try {
            moreToRead = true;
            woken.signal();
        } finally {
            fetchLock.unlock();
        }
    }

    @Override
    public void close() {
        places.forEach(place -> place.remove(this));
    }
}

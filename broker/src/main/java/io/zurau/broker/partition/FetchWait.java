package io.zurau.broker.partition;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zurau.runtime.Clock;
import java.util.Collection;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// One fetch that waits until any of its partitions has more to read.
///
/// Each of the partitions holds it while it waits; closing it lets go.
///
/// **Guard:** `fetchLock`, taken by partitions that have let go of their own locks.
public final class FetchWait implements AutoCloseable {
    private final Clock clock;
    private final Collection<PartitionLeader> partitions;
    private final ReentrantLock fetchLock = new ReentrantLock();
    private final Condition woken = fetchLock.newCondition();

    @GuardedBy("fetchLock")
    private boolean moreToRead;

    /// From now on news of these partitions are not missed.
    ///
    /// @param forFollower whether appended records are news, or else what the high watermark passes
    public FetchWait(Clock clock, Collection<PartitionLeader> partitions, boolean forFollower) {
        this.clock = clock;
        this.partitions = partitions;
        partitions.forEach(partition -> partition.addReader(this, forFollower));
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
        partitions.forEach(partition -> partition.removeReader(this));
    }
}

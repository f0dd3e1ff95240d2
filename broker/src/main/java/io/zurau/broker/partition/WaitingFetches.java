package io.zurau.broker.partition;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/// The fetches that wait for one kind of news of one replica.
///
/// Its size is bounded by the number of connections. **Guard:** `waitingLock`, held for moments
/// only and while no other lock is taken.
public final class WaitingFetches {
    private final ReentrantLock waitingLock = new ReentrantLock();

    @GuardedBy("waitingLock")
    private final Set<FetchWait> waiting = new LinkedHashSet<>();

    void add(FetchWait fetch) {
        waitingLock.lock();
        try {
            waiting.add(fetch);
        } finally {
            waitingLock.unlock();
        }
    }

    void remove(FetchWait fetch) {
        waitingLock.lock();
        try {
            waiting.remove(fetch);
        } finally {
            waitingLock.unlock();
        }
    }

    /// There is news.
    public void wake() {
        List<FetchWait> fetches;
        waitingLock.lock();
        try {
            fetches = waiting.isEmpty() ? List.of() : List.copyOf(waiting);
        } finally {
            waitingLock.unlock();
        }
        fetches.forEach(FetchWait::wake);
    }
}

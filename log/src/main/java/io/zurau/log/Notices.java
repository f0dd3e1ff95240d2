package io.zurau.log;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zurau.runtime.Tasks;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Calls listeners on a task of its own, with no lock held: a listener may wait for a lock whose
/// owner waits for room in the journal, so the journal's writer must not call it.
///
/// Each log has at most one call in the queue, which bounds it.
///
/// **Guard:** `noticesLock`, not held during a call.
final class Notices implements AutoCloseable {
    private final ReentrantLock noticesLock = new ReentrantLock();
    private final Condition arrived = noticesLock.newCondition();

    @GuardedBy("noticesLock")
    private Deque<Runnable> waiting = new ArrayDeque<>();

    @GuardedBy("noticesLock")
    private boolean idle;

    @GuardedBy("noticesLock")
    private boolean closing;

    private final Tasks.Task teller;

    Notices(Tasks tasks, String name) {
        teller = tasks.start("notices of " + name, this::callAll);
    }

    void add(Runnable call) {
        noticesLock.lock();
        try {
            waiting.add(call);
            if (idle) {
                arrived.signal();
            }
        } finally {
            noticesLock.unlock();
        }
    }

    private void callAll() {
        Deque<Runnable> calls = next();
        while (!calls.isEmpty()) {
            calls.forEach(Runnable::run);
            calls = next();
        }
    }

    /// Waits for calls; none when this is closed.
    private Deque<Runnable> next() {
        noticesLock.lock();
        try {
            while (waiting.isEmpty() && !closing) {
                idle = true;
                arrived.awaitUninterruptibly();
            }
            idle = false;
            Deque<Runnable> taken = waiting;
            waiting = new ArrayDeque<>();
            return taken;
        } finally {
            noticesLock.unlock();
        }
    }

    /// Makes the calls that wait, then ends.
    @Override
    public void close() {
        noticesLock.lock();
        try {
            closing = true;
            arrived.signal();
        } finally {
            noticesLock.unlock();
        }
        Joining.join(teller);
    }
}

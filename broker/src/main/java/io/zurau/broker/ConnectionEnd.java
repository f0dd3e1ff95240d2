package io.zurau.broker;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/// The end of one connection, for those who keep something for its client.
///
/// **Guard:** `endLock`, a leaf: listeners are called after it is released.
public final class ConnectionEnd {
    private final ReentrantLock endLock = new ReentrantLock();

    @GuardedBy("endLock")
    private final Map<Object, Runnable> listeners = new LinkedHashMap<>();

    @GuardedBy("endLock")
    private boolean ended;

    /// Calls the listener when the connection ends; at once if it has.
    ///
    /// @param owner has one listener at most: its first
    public void onEnd(Object owner, Runnable listener) {
        endLock.lock();
        try {
            if (!ended) {
                listeners.putIfAbsent(owner, listener);
                return;
            }
        } finally {
            endLock.unlock();
        }
        listener.run();
    }

    /// Called by the connection, once.
    public void ended() {
        List<Runnable> all;
        endLock.lock();
        try {
            ended = true;
            all = List.copyOf(listeners.values());
            listeners.clear();
        } finally {
            endLock.unlock();
        }
        all.forEach(Runnable::run);
    }
}

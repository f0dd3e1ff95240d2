package io.zurau.broker.transaction;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zurau.broker.peer.Peers;
import io.zurau.runtime.Tasks;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntFunction;

/// One outbox, and one task, for each broker that was ever told something.
///
/// **Guard:** `boxesLock`, a leaf but for starting tasks.
final class Outboxes<T> implements AutoCloseable {
    private final String name;
    private final Peers peers;
    private final IntFunction<Outbox.Sender<T>> senders;
    private final ReentrantLock boxesLock = new ReentrantLock();

    private record Running<T>(Outbox<T> box, Tasks.Task task) {}

    @GuardedBy("boxesLock")
    private final Map<Integer, Running<T>> byPeer = new TreeMap<>();

    @GuardedBy("boxesLock")
    private boolean closed;

    /// @param senders of each peer
    Outboxes(String name, Peers peers, IntFunction<Outbox.Sender<T>> senders) {
        this.name = name;
        this.peers = peers;
        this.senders = senders;
    }

    /// @return whether it was taken
    boolean offer(int peerId, T item) {
        boxesLock.lock();
        try {
            return !closed && byPeer.computeIfAbsent(peerId, this::start).box.offer(item);
        } finally {
            boxesLock.unlock();
        }
    }

    private Running<T> start(int peerId) {
        Outbox<T> box = new Outbox<>(peerId, peers, senders.apply(peerId));
        return new Running<>(box, peers.seams().tasks().start(name + " for " + peerId, box::run));
    }

    @Override
    public void close() {
        boxesLock.lock();
        try {
            closed = true;
            byPeer.values().forEach(running -> running.box.close());
        } finally {
            boxesLock.unlock();
        }
    }
}

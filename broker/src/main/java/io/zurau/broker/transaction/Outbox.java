package io.zurau.broker.transaction;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zurau.broker.peer.PeerConnection;
import io.zurau.broker.peer.Peers;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// What one broker is to be told or asked. Gathers while an earlier batch is on its way; so a busy
/// peer gets few, large requests, and an idle one is asked at once.
///
/// **Guard:** `itemsLock`, a leaf, for what waits. The connection is the sending task's; whoever
/// closes this closes it too.
final class Outbox<T> implements AutoCloseable {
    /// Together in one batch.
    private static final int MOST_TOGETHER = 1_000;

    /// Waiting; more are refused.
    private static final int MOST_WAITING = 20_000;

    /// Does something with a batch, and learns when that failed.
    interface Sender<T> {
        void send(Connecting peer, List<T> batch) throws IOException, InterruptedException;

        /// Nothing is known of what became of the batch.
        void failed(List<T> batch);
    }

    /// The connection to the peer, opened when it is first needed.
    @FunctionalInterface
    interface Connecting {
        PeerConnection connection() throws IOException;
    }

    private final int peerId;
    private final Peers peers;
    private final Sender<T> sender;
    private final ReentrantLock itemsLock = new ReentrantLock();
    private final Condition changed = itemsLock.newCondition();
    private volatile @Nullable PeerConnection connection; // Opened and used by the task only.

    @GuardedBy("itemsLock")
    private final ArrayDeque<T> items = new ArrayDeque<>();

    @GuardedBy("itemsLock")
    private boolean closed;

    /// Owned by whoever starts its task with [#run].
    Outbox(int peerId, Peers peers, Sender<T> sender) {
        this.peerId = peerId;
        this.peers = peers;
        this.sender = sender;
    }

    /// @return whether it was taken; if not there is too much already, or it is over
    boolean offer(T item) {
        itemsLock.lock();
        try {
            if (closed || items.size() >= MOST_WAITING) {
                return false;
            }
            items.add(item);
            changed.signal();
            return true;
        } finally {
            itemsLock.unlock();
        }
    }

    /// The body of the sending task.
    void run() {
        try {
            List<T> batch = take();
            while (!batch.isEmpty()) {
                send(batch);
                batch = take();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            close();
            drop();
            sender.failed(takeAll());
        }
    }

    private void send(List<T> batch) throws InterruptedException {
        try {
            sender.send(this::connection, batch);
        } catch (IOException e) {
            drop();
            sender.failed(batch);
        }
    }

    private PeerConnection connection() throws IOException {
        PeerConnection open = connection;
        if (open == null) {
            open = peers.connect(peerId);
            connection = open;
        }
        return open;
    }

    private void drop() {
        PeerConnection open = connection;
        if (open != null) {
            open.close();
            connection = null;
        }
    }

    /// @return empty when it is over
    private List<T> take() throws InterruptedException {
        itemsLock.lockInterruptibly();
        try {
            while (items.isEmpty() && !closed) {
                changed.await();
            }
            List<T> taken = new ArrayList<>();
            while (!closed && !items.isEmpty() && taken.size() < MOST_TOGETHER) {
                taken.add(items.remove());
            }
            return taken;
        } finally {
            itemsLock.unlock();
        }
    }

    private List<T> takeAll() {
        itemsLock.lock();
        try {
            List<T> taken = new ArrayList<>(items);
            items.clear();
            return taken;
        } finally {
            itemsLock.unlock();
        }
    }

    /// The task ends; what is on its way, and what waits, has failed.
    @Override
    public void close() {
        PeerConnection open = connection;
        if (open != null) {
            open.close();
        }
        itemsLock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            itemsLock.unlock();
        }
    }
}

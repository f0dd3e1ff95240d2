package io.zurau.broker.cluster;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zurau.broker.peer.PeerConnection;
import io.zurau.broker.peer.Peers;
import io.zurau.runtime.Clock;
import io.zurau.runtime.Tasks;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Holds a connection to a broker, over which nothing is said. When it breaks, and the machine says
/// that nobody listens there any more, the process has died, and nobody need wait for its
/// heartbeats to stay away.
///
/// A machine that does not answer at all proves nothing: that is left to the heartbeats.
///
/// **Guard:** `watchLock`.
final class BrokerWatch implements AutoCloseable {
    private static final Duration AFTER_TROUBLE = Duration.ofMillis(200);

    private final int nodeId;
    private final Peers peers;
    private final Clock clock;
    private final Runnable whenDead;
    private final ReentrantLock watchLock = new ReentrantLock();
    private final Condition told = watchLock.newCondition();
    private final Tasks.Task task;

    @GuardedBy("watchLock")
    private boolean broken;

    @GuardedBy("watchLock")
    private boolean closed;

    /// @param whenDead called at most once, on a task of the watch's
    BrokerWatch(int nodeId, Peers peers, Runnable whenDead) {
        this.nodeId = nodeId;
        this.peers = peers;
        this.clock = peers.seams().clock();
        this.whenDead = whenDead;
        this.task = peers.seams().tasks().start("watches broker " + nodeId, this::run);
    }

    private void run() {
        try {
            while (!isClosed()) {
                try (PeerConnection held = peers.connect(nodeId)) {
                    awaitEnd(held);
                } catch (ConnectException nobodyListens) {
                    if (!isClosed()) {
                        whenDead.run();
                    }
                    return;
                } catch (IOException silent) {
                    clock.sleepUntil(clock.deadline(AFTER_TROUBLE));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitEnd(PeerConnection held) throws InterruptedException {
        held.onBroken(this::breaks);
        watchLock.lock();
        try {
            while (!broken && !closed) {
                told.await();
            }
            broken = false;
        } finally {
            watchLock.unlock();
        }
    }

    private void breaks() {
        watchLock.lock();
        try {
            broken = true;
            told.signalAll();
        } finally {
            watchLock.unlock();
        }
    }

    private boolean isClosed() {
        watchLock.lock();
        try {
            return closed;
        } finally {
            watchLock.unlock();
        }
    }

    /// Does not wait for the task's end: it may be the task that closes.
    @Override
    public void close() {
        watchLock.lock();
        try {
            closed = true;
            told.signalAll();
        } finally {
            watchLock.unlock();
        }
        task.interrupt();
    }
}

package io.zurau.broker.cluster;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zurau.broker.peer.Peers;
import io.zurau.metadata.log.Leadership;
import io.zurau.metadata.log.MetadataLog;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Watches the node that leads the metadata log, and tells the log when that node's process has
/// died: the next leader is elected at once then, not after the quorum's election timeout.
///
/// **Guard:** `watchLock`.
public final class LeaderWatch implements AutoCloseable {
    private final int nodeId;
    private final Peers peers;
    private final ReentrantLock watchLock = new ReentrantLock();

    @GuardedBy("watchLock")
    private @Nullable BrokerWatch watch;

    @GuardedBy("watchLock")
    private boolean closed;

    public LeaderWatch(int nodeId, Peers peers) {
        this.nodeId = nodeId;
        this.peers = peers;
    }

    public void start(MetadataLog metadataLog) {
        metadataLog.subscribeLeadership(
                leadership -> watch(leadership, () -> metadataLog.leaderHasDied(leadership)));
    }

    private void watch(Leadership leadership, Runnable whenDead) {
        int leader = leadership.leaderId();
        watchLock.lock();
        try {
            endWatch();
            if (!closed && leader != nodeId && leader != Leadership.NOBODY) {
                watch = new BrokerWatch(leader, peers, whenDead);
            }
        } finally {
            watchLock.unlock();
        }
    }

    @GuardedBy("watchLock")
    private void endWatch() {
        if (watch != null) {
            watch.close();
            watch = null;
        }
    }

    @Override
    public void close() {
        watchLock.lock();
        try {
            closed = true;
            endWatch();
        } finally {
            watchLock.unlock();
        }
    }
}

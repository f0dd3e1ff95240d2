package io.zurau.broker.peer;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zurau.runtime.Seams;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;

/// Connections to other brokers for whoever asks them now and then, kept open between the
/// questions: a few to each.
///
/// **Guard:** `idleLock`, a leaf.
public final class IdleConnections implements AutoCloseable {
    private static final int MOST_TO_A_PEER = 8;

    private final Peers peers;
    private final ReentrantLock idleLock = new ReentrantLock();

    @GuardedBy("idleLock")
    private final Map<Integer, ArrayDeque<PeerConnection>> idle = new TreeMap<>();

    @GuardedBy("idleLock")
    private boolean closed;

    /// What is asked by a connection.
    @FunctionalInterface
    public interface Question<A> {
        A by(PeerConnection connection) throws IOException, InterruptedException;
    }

    public IdleConnections(Peers peers) {
        this.peers = peers;
    }

    public int nodeId() {
        return peers.nodeId();
    }

    public Seams seams() {
        return peers.seams();
    }

    /// @param question its answer must not refer to the connection's memory
    /// @throws IOException if the broker cannot be asked, or does not answer in time
    public <A> A ask(int peerId, Question<A> question) throws IOException, InterruptedException {
        PeerConnection connection = take(peerId);
        try {
            A answer = question.by(connection);
            giveBack(peerId, connection);
            return answer;
        } catch (IOException | InterruptedException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    private PeerConnection take(int peerId) throws IOException {
        idleLock.lock();
        try {
            ArrayDeque<PeerConnection> waiting = idle.get(peerId);
            while (waiting != null && !waiting.isEmpty()) {
                PeerConnection connection = waiting.pop();
                if (!connection.isBroken()) {
                    return connection;
                }
            }
        } finally {
            idleLock.unlock();
        }
        return peers.connect(peerId);
    }

    private void giveBack(int peerId, PeerConnection connection) {
        idleLock.lock();
        try {
            ArrayDeque<PeerConnection> waiting =
                    idle.computeIfAbsent(peerId, _ -> new ArrayDeque<>());
            if (!closed && waiting.size() < MOST_TO_A_PEER) {
                waiting.push(connection);
                return;
            }
        } finally {
            idleLock.unlock();
        }
        connection.close();
    }

    public boolean isClosed() {
        idleLock.lock();
        try {
            return closed;
        } finally {
            idleLock.unlock();
        }
    }

    /// None is kept any more. Whoever asks is not interrupted.
    @Override
    public void close() {
        List<PeerConnection> all;
        idleLock.lock();
        try {
            closed = true;
            all = idle.values().stream().flatMap(ArrayDeque::stream).toList();
            idle.clear();
        } finally {
            idleLock.unlock();
        }
        all.forEach(PeerConnection::close);
    }
}

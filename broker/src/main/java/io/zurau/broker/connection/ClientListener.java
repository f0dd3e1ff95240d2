package io.zurau.broker.connection;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zurau.broker.ApiVersionsHandler;
import io.zurau.broker.RequestRouter;
import io.zurau.runtime.Network;
import io.zurau.runtime.Seams;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Accepts connections on one address and keeps their number and their idleness within the limits.
///
/// **Guard:** `connectionsLock`. Connections are closed without holding it.
public final class ClientListener implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ClientListener.class);
    private static final Duration LIMIT_LOOKED_AT = Duration.ofSeconds(1);
    private static final Duration PAUSE_AFTER_TROUBLE = Duration.ofMillis(100);
    private static final Duration LONGEST_IDLE_CHECK = Duration.ofSeconds(30);
    private static final int IDLE_CHECKS_PER_LIMIT = 10;

    private final Network.Listener listener;
    private final ListenerContext context;

    private final ReentrantLock connectionsLock = new ReentrantLock();
    private final Condition ended = connectionsLock.newCondition();

    @GuardedBy("connectionsLock")
    private final Set<Connection> connections = new LinkedHashSet<>();

    @GuardedBy("connectionsLock")
    private boolean closed;

    private long lastConnectedNanos; // The accepting thread's.

    /// @param listener bound, but nobody accepts from it yet
    /// @param name for example `PLAINTEXT`
    /// @param limits as they are at the moment of the question
    public ClientListener(
            Network.Listener listener,
            String name,
            Supplier<ConnectionLimits> limits,
            BufferPool buffers,
            RequestRouter router,
            ApiVersionsHandler apiVersions,
            Seams seams,
            ConnectionProbe probe) {
        this.listener = listener;
        this.lastConnectedNanos = seams.clock().nanos();
        this.context =
                new ListenerContext(
                        name,
                        limits,
                        buffers,
                        router,
                        apiVersions,
                        seams.clock(),
                        seams.tasks(),
                        probe);
    }

    /// Starts to accept.
    public void start() {
        context.tasks().start("accept " + context.name(), this::acceptAll);
        if (!context.limits().maxIdle().isNegative()) {
            context.tasks().start("idle " + context.name(), this::closeIdle);
        }
    }

    public int port() {
        return listener.port();
    }

    public String name() {
        return context.name();
    }

    private void acceptAll() {
        try {
            while (awaitPlace()) {
                acceptOne();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void acceptOne() throws InterruptedException {
        try {
            admit(listener.accept());
        } catch (IOException e) {
            if (!isClosed()) {
                log.atWarn()
                        .addKeyValue("listener", context.name())
                        .addKeyValue("reason", e.getMessage())
                        .log("Could not accept a connection");
                context.clock().sleepUntil(context.clock().deadline(PAUSE_AFTER_TROUBLE));
            }
        }
    }

    /// Waits while the listener is full. False once it is closed.
    private boolean awaitPlace() throws InterruptedException {
        connectionsLock.lock();
        try {
            while (!closed && connections.size() >= context.limits().maxConnections()) {
                // Not only until one ends: the limit may be raised meanwhile.
                context.clock()
                        .await(connectionsLock, ended, context.clock().deadline(LIMIT_LOOKED_AT));
            }
            return !closed;
        } finally {
            connectionsLock.unlock();
        }
    }

    private void admit(Network.Connection accepted) {
        String host = accepted.remoteHost();
        Connection connection = new Connection(accepted, context, connectedNanos());
        connectionsLock.lock();
        try {
            if (closed || isFullFor(host)) {
                accepted.close();
                context.probe().refused();
                return;
            }
            connections.add(connection);
        } finally {
            connectionsLock.unlock();
        }
        context.probe().opened();
        context.tasks()
                .start("client " + host + ":" + accepted.remotePort(), () -> serve(connection));
    }

    /// Each connection has a moment of its own, in the order in which they were made: who must know
    /// which of two is newer can tell, even if both were accepted at once after a pause.
    private long connectedNanos() {
        long now = context.clock().nanos();
        lastConnectedNanos = now - lastConnectedNanos > 0 ? now : lastConnectedNanos + 1;
        return lastConnectedNanos;
    }

    @GuardedBy("connectionsLock")
    private boolean isFullFor(String host) {
        int limit = context.limits().maxConnectionsPerHost();
        return connections.size() >= limit
                && connections.stream().filter(c -> c.host().equals(host)).count() >= limit;
    }

    private void serve(Connection connection) {
        try {
            connection.serve();
        } finally {
            connectionsLock.lock();
            try {
                connections.remove(connection);
                ended.signalAll();
            } finally {
                connectionsLock.unlock();
            }
            context.probe().closed();
        }
    }

    private void closeIdle() {
        Duration limit = context.limits().maxIdle();
        Duration pause = limit.dividedBy(IDLE_CHECKS_PER_LIMIT).plusMillis(1);
        if (pause.compareTo(LONGEST_IDLE_CHECK) > 0) {
            pause = LONGEST_IDLE_CHECK;
        }
        try {
            while (!isClosed()) {
                awaitClosedUntil(context.clock().deadline(pause));
                long since = context.clock().nanos() - limit.toNanos();
                for (Connection connection : open()) {
                    if (connection.isIdleSince(since)) {
                        context.probe().closedIdle();
                        connection.close();
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    public void stopAccepting() {
        connectionsLock.lock();
        try {
            closed = true;
            ended.signalAll();
        } finally {
            connectionsLock.unlock();
        }
        listener.close();
    }

    /// Closes each connection as soon as everything that it asked is answered.
    public void stopReading() {
        open().forEach(Connection::drain);
    }

    /// Waits until all connections have ended, but not longer than that.
    public void awaitEmpty(Duration patience) throws InterruptedException {
        long deadline = context.clock().deadline(patience);
        connectionsLock.lock();
        try {
            while (!connections.isEmpty()
                    && context.clock().await(connectionsLock, ended, deadline)) {
                // Until the last has ended, or the time is up.
            }
        } finally {
            connectionsLock.unlock();
        }
    }

    @Override
    public void close() {
        stopAccepting();
        open().forEach(Connection::close);
    }

    private void awaitClosedUntil(long deadlineNanos) throws InterruptedException {
        connectionsLock.lock();
        try {
            while (!closed && context.clock().await(connectionsLock, ended, deadlineNanos)) {
                // A connection has ended; go on waiting.
            }
        } finally {
            connectionsLock.unlock();
        }
    }

    private boolean isClosed() {
        connectionsLock.lock();
        try {
            return closed;
        } finally {
            connectionsLock.unlock();
        }
    }

    private List<Connection> open() {
        connectionsLock.lock();
        try {
            return new ArrayList<>(connections);
        } finally {
            connectionsLock.unlock();
        }
    }
}

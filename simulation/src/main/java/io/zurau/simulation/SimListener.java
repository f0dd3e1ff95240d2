package io.zurau.simulation;

import io.zurau.runtime.Network;
import java.io.IOException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.util.ArrayDeque;
import java.util.Deque;

/// A machine's open port.
///
/// **Guard:** the driver thread, see [Scheduler].
final class SimListener implements Network.Listener {
    private final Wires wires;
    private final String host;
    private final int port;
    private final Deque<SimConnection> arrived = new ArrayDeque<>();
    private final Waiters waiters = new Waiters();
    private boolean closed;

    SimListener(Wires wires, String host, int port) {
        this.wires = wires;
        this.host = host;
        this.port = port;
    }

    String host() {
        return host;
    }

    String address() {
        return host + ":" + port;
    }

    void arrive(SimConnection connection) {
        arrived.addLast(connection);
        waiters.wakeAll();
    }

    @Override
    public Network.Connection accept() throws IOException {
        while (true) {
            if (closed) {
                throw new AsynchronousCloseException();
            }
            if (Thread.currentThread().isInterrupted()) {
                close();
                throw new ClosedByInterruptException();
            }
            SimConnection connection = arrived.pollFirst();
            if (connection != null) {
                return connection;
            }
            waiters.await();
        }
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public void close() {
        closed = true;
        wires.remove(this);
        arrived.forEach(SimConnection::close);
        arrived.clear();
        waiters.wakeAll();
    }
}

package io.zurau.runtime;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/// TCP over blocking channels.
///
/// On a virtual thread a blocked call parks the thread and holds no carrier. Interrupting a task
/// that is blocked here closes its connection, as the JDK does it.
public final class SocketNetwork implements Network {
    /// Connections that may wait to be accepted; a burst of reconnecting clients must fit.
    private static final int BACKLOG = 1024;

    @Override
    public Listener listen(String host, int port) throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open();
        try {
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            channel.bind(resolved(host, port), BACKLOG);
            return new SocketListener(channel);
        } catch (IOException e) {
            channel.close();
            throw new IOException(
                    "Cannot listen on %s:%d: %s.".formatted(host, port, reason(e)), e);
        }
    }

    @Override
    public Connection connect(String host, int port, Duration timeout) throws IOException {
        SocketChannel channel = SocketChannel.open();
        try {
            // Only the socket's own connect takes a timeout; a channel's would need a selector.
            channel.socket().connect(resolved(host, port), timeoutMs(timeout));
            return new SocketConnection(channel);
        } catch (SocketTimeoutException e) {
            channel.close();
            throw new IOException(
                    "Cannot connect to %s:%d: no answer within %d ms."
                            .formatted(host, port, timeout.toMillis()),
                    e);
        } catch (ConnectException e) {
            channel.close();
            throw (IOException)
                    new ConnectException(
                                    "Cannot connect to %s:%d: %s.".formatted(host, port, reason(e)))
                            .initCause(e);
        } catch (IOException e) {
            channel.close();
            throw new IOException(
                    "Cannot connect to %s:%d: %s.".formatted(host, port, reason(e)), e);
        }
    }

    /// The JDK reads 0 as "for ever", so the shortest timeout is one millisecond.
    private static int timeoutMs(Duration timeout) {
        return (int) Math.clamp(timeout.toMillis(), 1L, Integer.MAX_VALUE);
    }

    private static InetSocketAddress resolved(String host, int port) throws IOException {
        InetSocketAddress address = new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            throw new IOException("unknown host");
        }
        return address;
    }

    private static String reason(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    private record SocketListener(ServerSocketChannel channel) implements Listener {
        @Override
        public Connection accept() throws IOException {
            return new SocketConnection(channel.accept());
        }

        @Override
        public int port() {
            return channel.socket().getLocalPort();
        }

        @Override
        public void close() {
            closeQuietly(channel);
        }
    }

    /// There is nothing left to do about a socket that does not even close.
    static void closeQuietly(java.nio.channels.Channel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // The system has freed it anyway.
        }
    }
}

package io.zurau.runtime;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/// One TCP connection. Direct buffers spare a copy.
final class SocketConnection implements Network.Connection {
    private final SocketChannel channel;
    private final InetSocketAddress remote;

    SocketConnection(SocketChannel channel) throws IOException {
        this.channel = channel;
        try {
            this.remote = (InetSocketAddress) channel.getRemoteAddress();
            // Answers are written whole; waiting for more to send would only delay them.
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        } catch (IOException e) {
            SocketNetwork.closeQuietly(channel);
            throw e;
        }
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        return channel.read(target);
    }

    @Override
    public void write(ByteBuffer... sources) throws IOException {
        int first = 0;
        while (first < sources.length) {
            if (sources[first].hasRemaining()) {
                channel.write(sources, first, sources.length - first);
            } else {
                first++;
            }
        }
    }

    @Override
    public void write(DiskFile file, long position, long count) throws IOException {
        letTransfersReturn();
        long sent = 0;
        while (sent < count) {
            long now = file.transferTo(position + sent, count - sent, channel);
            if (now <= 0) {
                throw new EOFException(
                        "The file ends at %d, but bytes up to %d were to be sent."
                                .formatted(position + sent, position + count));
            }
            sent += now;
        }
    }

    /// In the JDK, what a virtual thread writes to a socket never blocks in the system, but what it
    /// transfers from a file does, with its carrier and beyond the reach of closing; unless it has
    /// written before, if only nothing.
    private void letTransfersReturn() throws IOException {
        channel.write(ByteBuffer.allocate(0));
    }

    @Override
    public String remoteHost() {
        return remote.getAddress().getHostAddress();
    }

    @Override
    public int remotePort() {
        return remote.getPort();
    }

    @Override
    public void close() {
        SocketNetwork.closeQuietly(channel);
    }
}

package io.zurau.runtime;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;

/// Streams of bytes between machines: TCP, or its simulated twin.
///
/// All calls block; closing a listener or connection from another thread wakes whoever is blocked
/// in it with an [IOException]. Network trouble is ordinary, so it is the checked [IOException],
/// unlike disk trouble.
public interface Network {
    /// Listens on an address of this machine.
    ///
    /// @param port 0 picks a free one
    /// @throws IOException if the address is taken or not of this machine; the message names it
    Listener listen(String host, int port) throws IOException;

    /// Opens a connection.
    ///
    /// @throws java.net.ConnectException if the machine answers that nobody listens there
    /// @throws IOException if nobody answers within `timeout`, or the address is unknown; the
    ///   message names it
    Connection connect(String host, int port, Duration timeout) throws IOException;

    /// Accepts connections on one address.
    interface Listener extends AutoCloseable {
        Connection accept() throws IOException;

        /// The port it listens on, never 0.
        int port();

        @Override
        void close();
    }

    /// One stream in each direction. One thread may read while another writes.
    interface Connection extends AutoCloseable {
        /// Reads what is there, at least one byte unless `target` is full, blocking until there is
        /// some.
        ///
        /// @return the number of bytes read, or -1 when the other side has closed its stream
        int read(ByteBuffer target) throws IOException;

        /// Writes all remaining bytes of all sources, in order.
        void write(ByteBuffer... sources) throws IOException;

        /// Writes `count` bytes of `file` from `position` on, without copying them through this
        /// process where the system can.
        ///
        /// @throws IOException also when the file is shorter than that; the connection is then of
        ///   no use any more
        void write(DiskFile file, long position, long count) throws IOException;

        /// The other side's address, without the port.
        String remoteHost();

        /// The other side's port.
        int remotePort();

        @Override
        void close();
    }
}

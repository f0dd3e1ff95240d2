package io.zurau.runtime;

import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/// One open file of a [Disk]. Safe for concurrent use at different positions.
///
/// Any trouble of the device is a [StorageFailure].
public interface DiskFile extends AutoCloseable {
    /// Reads from `position` on until `target` is full or the file ends.
    ///
    /// @return the number of bytes read, 0 at or behind the end
    int read(ByteBuffer target, long position);

    /// Writes all remaining bytes of `source` at `position`, growing the file if need be.
    void write(ByteBuffer source, long position);

    /// Cuts the file to `size` if it is longer.
    void truncate(long size);

    long size();

    /// Returns when everything written so far, and the file's size, would survive a power failure.
    void sync();

    /// Sends bytes to a channel, without copying them through this process where the system can.
    ///
    /// @return the number of bytes sent, which may be fewer than asked for; 0 at or behind the end
    ///   of the file
    /// @throws java.io.IOException trouble of the target; that of the file is a [StorageFailure]
    long transferTo(long position, long count, WritableByteChannel target)
            throws java.io.IOException;

    /// What positions and lengths of synced writes must be multiples of; 1 where the system does
    /// not care.
    default int alignment() {
        return 1;
    }

    /// A buffer whose memory is aligned to [#alignment()], with room for `capacity` bytes rounded
    /// up to it.
    default ByteBuffer alignedBuffer(int capacity) {
        return ByteBuffer.allocateDirect(capacity);
    }

    @Override
    void close();
}

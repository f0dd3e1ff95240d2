package io.zurau.client;

import io.zurau.protocol.MalformedMessage;
import io.zurau.runtime.Network;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;

/// Takes the frames off a connection: four bytes of length, then the frame. Owned by the
/// connection's reader task.
final class FrameReader {
    private static final int READ_AHEAD_BYTES = 64 * 1024;

    private final Network.Connection wire;
    private final int maxFrameBytes;
    private final ByteBuffer ahead = ByteBuffer.allocateDirect(READ_AHEAD_BYTES).limit(0);

    FrameReader(Network.Connection wire, int maxFrameBytes) {
        this.wire = wire;
        this.maxFrameBytes = maxFrameBytes;
    }

    /// The next frame, in memory of its own.
    ///
    /// @throws EOFException if the other side has closed
    ByteBuffer next() throws IOException {
        ByteBuffer length = ByteBuffer.allocate(Integer.BYTES);
        fill(length);
        int size = length.flip().getInt();
        if (size < Integer.BYTES || size > maxFrameBytes) {
            throw new MalformedMessage(
                    "A frame of %d bytes is beyond what one may have (%d to %d)."
                            .formatted(size, Integer.BYTES, maxFrameBytes));
        }
        ByteBuffer frame = ByteBuffer.allocate(size);
        fill(frame);
        return frame.flip();
    }

    private void fill(ByteBuffer target) throws IOException {
        while (target.hasRemaining()) {
            if (ahead.hasRemaining()) {
                int count = Math.min(ahead.remaining(), target.remaining());
                target.put(target.position(), ahead, ahead.position(), count);
                ahead.position(ahead.position() + count);
                target.position(target.position() + count);
            } else if (target.remaining() >= READ_AHEAD_BYTES) {
                read(target);
            } else {
                ahead.clear();
                try {
                    read(ahead);
                } finally {
                    ahead.flip();
                }
            }
        }
    }

    private void read(ByteBuffer target) throws IOException {
        if (wire.read(target) < 0) {
            throw new EOFException();
        }
    }
}

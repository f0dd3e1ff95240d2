package io.zurau.broker.connection;

import io.zurau.protocol.MalformedMessage;
import io.zurau.runtime.Network;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Cuts what a client sends into frames.
///
/// It reads whatever has arrived, so one system call often brings a whole request or several. A
/// silent client costs the small buffer of its connection; one that sends gets a buffer from the
/// pool as large as its last frame was, so that the next one is read without moving it.
///
/// **Owner:** the connection's reading thread.
final class FrameReader implements AutoCloseable {
    private static final int SMALL_BYTES = 4096;
    private static final int LENGTH_BYTES = 4;
    private static final int LARGEST_KEPT_BYTES = 1 << 20;
    // A client that only claims to send much gets more room as its bytes arrive.
    private static final int LARGEST_STEP_BYTES = 1 << 20;
    private static final int STEP_FACTOR = 4;

    private final Network.Connection connection;
    private final BufferPool pool;
    private final int maxFrameBytes;
    private final ByteBuffer small = ByteBuffer.allocateDirect(SMALL_BYTES);

    private ByteBuffer buffer = small; // Filled up to its position.
    private boolean isPooled; // Whether the buffer is the pool's.
    private int start; // Where the first frame that was not handed out begins.
    private int lastFrameBytes; // With its length.

    FrameReader(Network.Connection connection, BufferPool pool, int maxFrameBytes) {
        this.connection = connection;
        this.pool = pool;
        this.maxFrameBytes = maxFrameBytes;
    }

    /// The next frame without its length, valid until the next call; null when the client has
    /// closed its stream between two frames.
    ///
    /// @throws MalformedMessage if the frame's length is impossible or the stream ends within it
    @Nullable ByteBuffer next() throws IOException, InterruptedException {
        while (true) {
            int available = buffer.position() - start;
            int wanted = LENGTH_BYTES;
            if (available >= LENGTH_BYTES) {
                wanted += checkedLength(buffer.getInt(start));
                if (available >= wanted) {
                    ByteBuffer frame = buffer.slice(start + LENGTH_BYTES, wanted - LENGTH_BYTES);
                    start += wanted;
                    lastFrameBytes = wanted;
                    return frame;
                }
            }
            makeRoom(available, wanted);
            if (connection.read(buffer) < 0) {
                if (available == 0) {
                    return null;
                }
                throw new MalformedMessage(
                        "The stream ends after %d of %d bytes of a frame."
                                .formatted(available, wanted));
            }
        }
    }

    private int checkedLength(int length) {
        if (length < 0 || length > maxFrameBytes) {
            throw new MalformedMessage(
                    "A frame of %d bytes is not between 0 and socket.request.max.bytes (%d)."
                            .formatted(length, maxFrameBytes));
        }
        return length;
    }

    private void makeRoom(int available, int wanted) throws InterruptedException {
        if (available == 0) {
            start = 0;
            fitToClient();
            buffer.clear();
        } else if (start + wanted > buffer.capacity()) {
            if (wanted <= buffer.capacity()) {
                moveToStart(available);
            } else if (!buffer.hasRemaining() || wanted <= LARGEST_STEP_BYTES) {
                grow(available, wanted);
            }
        }
    }

    /// Between two frames: takes or returns the pool's buffer according to the last frame.
    private void fitToClient() {
        boolean wantsPooled = lastFrameBytes > SMALL_BYTES && lastFrameBytes <= LARGEST_KEPT_BYTES;
        if (isPooled && (!wantsPooled || buffer.capacity() < lastFrameBytes)) {
            release();
        }
        if (!isPooled && wantsPooled) {
            ByteBuffer pooled = pool.tryBorrow(lastFrameBytes);
            isPooled = pooled != null;
            buffer = pooled == null ? small : pooled;
        }
    }

    /// Within a frame that does not fit. The old buffer goes back before the new one is waited for,
    /// lest two connections wait for each other.
    private void grow(int available, int wanted) throws InterruptedException {
        long step = Math.max(LARGEST_STEP_BYTES, (long) STEP_FACTOR * buffer.capacity());
        int size = (int) Math.min(wanted, step);
        ByteBuffer begun = buffer.slice(start, available);
        if (isPooled) {
            begun = ByteBuffer.allocate(available).put(begun).flip();
            release();
        }
        buffer = pool.borrow(size);
        isPooled = true;
        buffer.put(begun);
        start = 0;
    }

    private void moveToStart(int available) {
        buffer.put(0, buffer, start, available);
        buffer.position(available);
        start = 0;
    }

    private void release() {
        if (isPooled) {
            ByteBuffer pooled = buffer;
            buffer = small;
            isPooled = false;
            pool.giveBack(pooled);
        }
    }

    @Override
    public void close() {
        release();
    }
}

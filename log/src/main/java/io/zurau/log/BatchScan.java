package io.zurau.log;

import io.zurau.protocol.record.CorruptRecords;
import io.zurau.protocol.record.RecordBatch;
import io.zurau.runtime.DiskFile;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// A walk over the batches of a file. It stops at the first thing that is no whole batch.
///
/// Owned by one thread.
final class BatchScan {
    /// Enough for the batches between two index entries.
    static final int SHORT_CHUNK = 8 << 10;

    /// Enough for a disk to be fast.
    static final int LONG_CHUNK = 256 << 10;

    private final DiskFile file;
    private final int until;
    private ByteBuffer window;
    private int windowStart; // Where in the file the window's first byte lies.
    private int position; // Of the batch given last.
    private int next; // Behind it.

    /// @param until exclusive; a batch that reaches beyond is not whole
    /// @param chunk how many bytes to read at once
    BatchScan(DiskFile file, int from, int until, int chunk) {
        this.file = file;
        this.until = until;
        this.window = ByteBuffer.allocate(Math.min(chunk, Math.max(until - from, 1))).limit(0);
        this.windowStart = from;
        this.position = from;
        this.next = from;
    }

    /// The next batch, good until the next call; null if there is none. Its length is right, but
    /// only its header is there.
    @Nullable RecordBatch nextHeader() {
        if (until - next < RecordBatch.HEADER_SIZE || !fill(RecordBatch.HEADER_SIZE)) {
            return null;
        }
        RecordBatch header;
        try {
            header = RecordBatch.headerAt(window, next - windowStart);
        } catch (CorruptRecords e) {
            return null;
        }
        if (header.sizeInBytes() > until - next) {
            return null;
        }
        position = next;
        next += header.sizeInBytes();
        return header;
    }

    /// The batch given last, with all its bytes; null if the file ends before.
    @Nullable RecordBatch whole() {
        int end = next;
        next = position;
        boolean filled = fill(end - position);
        next = end;
        return filled ? RecordBatch.at(window, position - windowStart) : null;
    }

    /// Sees to it that so many bytes from `next` on are in the window.
    private boolean fill(int bytes) {
        int have = windowStart + window.limit() - next;
        if (have >= bytes) {
            return true;
        }
        if (bytes > window.capacity()) {
            window = ByteBuffer.allocate(bytes);
        }
        windowStart = next;
        window.clear().limit(Math.min(window.capacity(), until - next));
        file.read(window, next);
        window.flip();
        return window.limit() >= bytes;
    }

    /// Where the batch given last begins.
    int position() {
        return position;
    }

    /// Behind the batch given last: up to here the bytes are good.
    int end() {
        return next;
    }
}

package io.zurau.protocol.record;

import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.NoSuchElementException;

/// Batches that stand back to back between a buffer's position and limit. Walking over them makes
/// one small object per batch, moves nothing in the buffer, and throws [CorruptRecords] at the
/// first thing that is no batch.
public final class RecordBatches implements Iterable<RecordBatch> {
    private final ByteBuffer buffer;
    private final int from;
    private final boolean mayBeCut;

    private RecordBatches(ByteBuffer buffer, boolean mayBeCut) {
        this.buffer = buffer;
        this.from = buffer.position();
        this.mayBeCut = mayBeCut;
    }

    /// Batches of which the last is whole too, or the walk fails.
    public static RecordBatches whole(ByteBuffer buffer) {
        return new RecordBatches(buffer, false);
    }

    /// Batches of which the last may be cut off, as in the answer to a fetch: the walk ends before
    /// it.
    public static RecordBatches cut(ByteBuffer buffer) {
        return new RecordBatches(buffer, true);
    }

    /// How many bytes the batches of the walk have together.
    public int sizeInBytes() {
        int size = 0;
        for (RecordBatch batch : this) {
            size += batch.sizeInBytes();
        }
        return size;
    }

    @Override
    public Iterator<RecordBatch> iterator() {
        return new Walk();
    }

    private boolean isCutAt(int position) {
        int remaining = buffer.limit() - position;
        return remaining < RecordBatch.HEADER_SIZE
                || remaining - RecordBatch.LOG_OVERHEAD
                        < buffer.getInt(position + RecordBatch.LENGTH_AT);
    }

    private final class Walk implements Iterator<RecordBatch> {
        private int next = from;

        @Override
        public boolean hasNext() {
            return next < buffer.limit() && !(mayBeCut && isCutAt(next));
        }

        @Override
        public RecordBatch next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            RecordBatch batch = RecordBatch.at(buffer, next);
            next += batch.sizeInBytes();
            return batch;
        }
    }
}

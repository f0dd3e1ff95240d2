package io.zurau.protocol.record;

import io.zurau.protocol.compression.BadCompression;
import io.zurau.protocol.compression.Compression;
import io.zurau.protocol.compression.Decompressor;
import io.zurau.protocol.compression.Decompressors;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// A walk over the records of one batch that makes no object per record and skips keys and values.
/// The bytes come in pieces: one for a batch that is not compressed, as many as the decompressor
/// makes for another one, so that a batch of any size is walked over in the memory of one piece.
///
/// The structure of each record is checked on the way; offset deltas only have to grow, because
/// compaction leaves gaps. Owned by one thread at a time, as its decompressors are, which must not
/// be used for anything else until the walk is over.
public final class RecordCursor {
    private final RecordBatch batch;
    private final Decompressors decompressors;
    private final long maxBytes;
    private final int count;
    private final boolean appendTime;
    private final long baseTimestamp;

    private @Nullable Decompressor source; // Null if there is but one piece.
    private ByteBuffer piece;
    private int at; // Absolute, in the piece.
    private int end; // Exclusive.
    private long before; // What to add to `at` for the position among all decompressed bytes.

    private int index = -1;
    private int offsetDelta = -1;
    private long timestampDelta;
    private boolean hasKey;

    /// Begins before the first record.
    ///
    /// @param maxBytes a batch whose records take more than this is [CorruptRecords]
    public RecordCursor(RecordBatch batch, Decompressors decompressors, long maxBytes) {
        this.batch = batch;
        this.decompressors = decompressors;
        this.maxBytes = maxBytes;
        this.count = batch.recordCount();
        this.appendTime = batch.timestampType() == TimestampType.LOG_APPEND_TIME;
        this.baseTimestamp = batch.baseTimestamp();
        this.piece = batch.buffer();
    }

    /// Which record it is, counted from 0; -1 before the first.
    public int index() {
        return index;
    }

    public long offset() {
        return batch.baseOffset() + offsetDelta;
    }

    int offsetDelta() {
        return offsetDelta;
    }

    public long timestamp() {
        return appendTime ? batch.maxTimestamp() : baseTimestamp + timestampDelta;
    }

    public boolean hasKey() {
        return hasKey;
    }

    /// What the records so far take when they are not compressed.
    long recordBytes() {
        return before + at;
    }

    /// Goes to the next record; false behind the last.
    ///
    /// @throws CorruptRecords if there is none although there should be, or the other way round
    public boolean next() {
        if (index < 0) {
            begin();
        }
        index++;
        if (index < count) {
            readRecord();
            return true;
        }
        if (at < end || more()) {
            throw new CorruptRecords("Bytes remain behind the last of " + count + " records.");
        }
        return false;
    }

    private void begin() {
        Compression compression = batch.compression();
        if (compression == Compression.NONE) {
            at = batch.position() + RecordBatch.HEADER_SIZE;
            end = batch.position() + batch.sizeInBytes();
            before = -at;
            return;
        }
        Decompressor decompressor = decompressors.of(compression);
        try {
            decompressor.begin(batch.payload(), (int) Math.min(Integer.MAX_VALUE, maxBytes));
        } catch (BadCompression bad) {
            throw new CorruptRecords(bad.sentence());
        }
        source = decompressor;
    }

    private void readRecord() {
        int size = nextInt();
        long recordEnd = before + at + size;
        nextByte(); // Attributes: none are defined.
        timestampDelta = nextLong();
        int lastOffsetDelta = offsetDelta;
        offsetDelta = nextInt();
        if (offsetDelta <= lastOffsetDelta) {
            throw new CorruptRecords(
                    "Record %d of the batch has offset delta %d, after %d."
                            .formatted(index, offsetDelta, lastOffsetDelta));
        }
        int keyLength = nextInt();
        hasKey = keyLength >= 0;
        skip(keyLength);
        skip(nextInt());
        int headers = nextInt();
        if (headers != 0) {
            skipHeaders(headers, recordEnd);
        }
        if (before + at != recordEnd) {
            throw new CorruptRecords(
                    "Record " + index + " does not end where its size, " + size + ", says.");
        }
    }

    private void skipHeaders(int count, long recordEnd) {
        // Each takes two bytes at least, which bounds the loop.
        if (count < 0 || count > (recordEnd - before - at) / 2) {
            throw new CorruptRecords(
                    "Record " + index + " says it has " + count + " headers, which do not fit it.");
        }
        for (int i = 0; i < count; i++) {
            int keyLength = nextInt();
            if (keyLength < 0) {
                throw new CorruptRecords("Record " + index + " has a header without a key.");
            }
            skip(keyLength);
            skip(nextInt());
        }
    }

    /// Negative lengths stand for null, which has no bytes.
    private void skip(int length) {
        if (length <= end - at) {
            at += Math.max(0, length);
        } else {
            skipPieces(length);
        }
    }

    private void skipPieces(int length) {
        int left = length;
        while (left > end - at) {
            left -= end - at;
            at = end;
            if (!more()) {
                throw cutOff();
            }
        }
        at += left;
    }

    private int nextInt() {
        int next = nextByte();
        if (next >= 0) {
            return Varints.decode(next);
        }
        int value = next & 0x7f;
        for (int shift = 7; shift <= 28; shift += 7) {
            next = nextByte();
            value |= (next & 0x7f) << shift;
            if (next >= 0) {
                return Varints.decode(value);
            }
        }
        throw new CorruptRecords("A varint in record " + index + " is longer than 5 bytes.");
    }

    private long nextLong() {
        long value = 0;
        for (int shift = 0; shift <= 63; shift += 7) {
            int next = nextByte();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return Varints.decode(value);
            }
        }
        throw new CorruptRecords("A varlong in record " + index + " is longer than 10 bytes.");
    }

    private byte nextByte() {
        if (at == end && !more()) {
            throw cutOff();
        }
        return piece.get(at++);
    }

    /// Goes to the next piece that has bytes; false if there is none.
    private boolean more() {
        if (source == null) {
            return false;
        }
        try {
            return more(source);
        } catch (BadCompression bad) {
            throw new CorruptRecords(bad.sentence());
        }
    }

    private boolean more(Decompressor source) {
        before += at;
        at = 0;
        end = 0;
        for (ByteBuffer next = source.next(); next != null; next = source.next()) {
            if (next.hasRemaining()) {
                piece = next;
                at = next.position();
                end = next.limit();
                before -= at;
                if (before + end > maxBytes) {
                    throw new CorruptRecords(
                            "The records exceed " + maxBytes + " bytes when decompressed.");
                }
                return true;
            }
        }
        return false;
    }

    private CorruptRecords cutOff() {
        return new CorruptRecords(
                "The batch ends within record " + index + " of the " + count + " it says it has.");
    }
}

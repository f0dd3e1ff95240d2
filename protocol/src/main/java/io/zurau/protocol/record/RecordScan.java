package io.zurau.protocol.record;

import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.compression.Decompressor;
import io.zurau.protocol.record.BatchVerdict.Invalid;
import io.zurau.protocol.record.BatchVerdict.Valid;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// One walk over all records of one batch that makes no object per record. The bytes come in
/// pieces: one for a batch that is not compressed, as many as the decompressor makes for another
/// one, so that a batch of any size is walked over in the memory of one piece.
final class RecordScan {
    private final RecordBatch batch;
    private final ValidationRules rules;
    private final long earliest;
    private final long latest;
    private final long maxBytes;

    private @Nullable Decompressor source; // Null if there is but one piece.
    private ByteBuffer piece;
    private int at; // Absolute, in the piece.
    private int end; // Exclusive.
    private long before; // What to add to `at` for the position among all decompressed bytes.
    private int index = -1;

    private int keyless = -1; // The first record without a key that must have one.
    private int mistimed = -1; // The first record with a timestamp out of range.
    private long mistimedAt;

    RecordScan(RecordBatch batch, ValidationRules rules, long nowMs) {
        this.batch = batch;
        this.rules = rules;
        this.earliest = rules.earliest(nowMs);
        this.latest = rules.latest(nowMs);
        this.maxBytes = rules.maxDecompressedBytes();
        this.piece = batch.buffer();
    }

    /// Which record the walk has reached; -1 before the first.
    int index() {
        return index;
    }

    /// Walks over records that are not compressed.
    BatchVerdict run() {
        at = batch.position() + RecordBatch.HEADER_SIZE;
        end = batch.position() + batch.sizeInBytes();
        before = -at;
        return walk();
    }

    /// Walks over compressed records.
    BatchVerdict run(Decompressor decompressor) {
        decompressor.begin(batch.payload(), (int) Math.min(Integer.MAX_VALUE, maxBytes));
        source = decompressor;
        at = 0;
        end = 0;
        before = 0;
        return walk();
    }

    private BatchVerdict walk() {
        int count = batch.recordCount();
        long baseTimestamp = batch.baseTimestamp();
        long maxTimestamp = RecordBatch.NO_TIMESTAMP;
        int maxTimestampOffsetDelta = -1;
        for (index = 0; index < count; index++) {
            long timestamp = baseTimestamp + nextRecord();
            if (timestamp > maxTimestamp) {
                maxTimestamp = timestamp;
                maxTimestampOffsetDelta = index;
            }
            if ((timestamp < earliest || timestamp > latest)
                    && timestamp != RecordBatch.NO_TIMESTAMP
                    && mistimed < 0) {
                mistimed = index;
                mistimedAt = timestamp;
            }
        }
        index = -1;
        if (at < end || more()) {
            throw new CorruptRecords("Bytes remain behind the last of " + count + " records.");
        }
        Invalid refused = refused();
        return refused != null
                ? refused
                : new Valid(batch, count, maxTimestamp, maxTimestampOffsetDelta, before + at);
    }

    private @Nullable Invalid refused() {
        if (mistimed >= 0) {
            return new Invalid(
                    ErrorCode.INVALID_TIMESTAMP,
                    "Timestamp %d of record %d is out of range; it should be within [%d, %d]."
                            .formatted(mistimedAt, mistimed, earliest, latest),
                    mistimed);
        }
        if (keyless >= 0) {
            return new Invalid(
                    ErrorCode.INVALID_RECORD,
                    "A compacted topic cannot accept record " + keyless + " without a key.",
                    keyless);
        }
        return null;
    }

    /// Walks over one record and answers with its timestamp delta.
    private long nextRecord() {
        int size = nextInt();
        long recordEnd = before + at + size;
        nextByte(); // Attributes: none are defined.
        long timestampDelta = nextLong();
        int offsetDelta = nextInt();
        if (offsetDelta != index) {
            throw new CorruptRecords(
                    "Record " + index + " of the batch has offset delta " + offsetDelta + ".");
        }
        int keyLength = nextInt();
        if (keyLength >= 0) {
            skip(keyLength);
        } else if (rules.requireKeys() && keyless < 0) {
            keyless = index;
        }
        skip(nextInt());
        int headers = nextInt();
        if (headers != 0) {
            skipHeaders(headers, recordEnd);
        }
        if (before + at != recordEnd) {
            throw new CorruptRecords(
                    "Record " + index + " does not end where its size, " + size + ", says.");
        }
        return timestampDelta;
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
                "The batch ends within record "
                        + index
                        + " of the "
                        + batch.recordCount()
                        + " it says it has.");
    }
}

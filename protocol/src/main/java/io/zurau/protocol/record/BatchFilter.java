package io.zurau.protocol.record;

import io.zurau.protocol.compression.BadCompression;
import io.zurau.protocol.compression.Compression;
import io.zurau.protocol.compression.Compressors;
import io.zurau.protocol.compression.Decompressor;
import io.zurau.protocol.compression.Decompressors;
import io.zurau.protocol.compression.GrowableBytes;
import java.nio.ByteBuffer;

/// Takes records out of batches, as compaction does. What stays keeps its offset, its time and its
/// bytes; the batch keeps its first and its last offset, its producer, its epoch and its codec.
///
/// One batch after the other: [#choose], then what was chosen as [#rewritten] or [#emptied], which
/// are valid until the next batch. Owned by one thread at a time. Holds compressors, whose native
/// memory only [#close()] gives back.
public final class BatchFilter implements AutoCloseable {
    private static final int SMALLEST_RECORD = 7;

    private final Decompressors decompressors = new Decompressors();
    private final Compressors compressors = new Compressors();
    private final int maxUnpackedBytes;
    private final GrowableBytes unpacked = new GrowableBytes(0);
    private final GrowableBytes kept = new GrowableBytes(0); // Room for a header, then records.
    private final GrowableBytes moved = new GrowableBytes(0); // The same with other timestamps.
    private final GrowableBytes packed = new GrowableBytes(0);

    // The record that is being looked at.
    private byte[] source = new byte[0];
    private int at;
    private int end;
    private long timestampDelta;
    private int offsetDelta;

    /// @param maxUnpackedBytes a batch that becomes larger than this is [CorruptRecords]
    public BatchFilter(int maxUnpackedBytes) {
        this.maxUnpackedBytes = maxUnpackedBytes;
    }

    /// Says of each record whether it stays.
    @FunctionalInterface
    public interface Choice {
        /// @param bytes hold the key
        /// @param keyAt where it begins
        /// @param keyLength -1 if there is none
        /// @param isTombstone whether there is no value
        boolean keeps(long offset, byte[] bytes, int keyAt, int keyLength, boolean isTombstone);
    }

    /// What stays of a batch.
    ///
    /// @param all whether that is every record
    /// @param tombstones whether a record without a value is among them
    /// @param maxTimestamp of those records; -1 for none
    public record Kept(int records, boolean all, boolean tombstones, long maxTimestamp) {}

    /// Looks at the records of a batch and remembers those that stay.
    ///
    /// @throws CorruptRecords if the records are not what the header says
    public Kept choose(RecordBatch batch, Choice choice) {
        begin(batch);
        int count = batch.recordCount();
        if (count < 0 || count > (end - at) / SMALLEST_RECORD) {
            throw new CorruptRecords(batch + " says it has " + count + " records.");
        }
        kept.clear();
        putHeaderRoom(kept);
        long baseOffset = batch.baseOffset();
        long baseTimestamp = batch.baseTimestamp();
        int records = 0;
        boolean tombstones = false;
        long maxTimestamp = RecordBatch.NO_TIMESTAMP;
        int from = at; // Of the records that stay and are not copied yet.
        for (int i = 0; i < count; i++) {
            int begin = at;
            int recordEnd = beginRecord();
            int keyLength = nextInt();
            int keyAt = at;
            skip(keyLength, recordEnd);
            boolean isTombstone = nextInt() < 0;
            at = recordEnd;
            if (choice.keeps(baseOffset + offsetDelta, source, keyAt, keyLength, isTombstone)) {
                records++;
                tombstones |= isTombstone;
                maxTimestamp = Math.max(maxTimestamp, baseTimestamp + timestampDelta);
            } else {
                kept.put(source, from, begin - from);
                from = recordEnd;
            }
        }
        if (at != end) {
            throw new CorruptRecords("Bytes remain behind the last record of " + batch + ".");
        }
        kept.put(source, from, end - from);
        if (batch.timestampType() == TimestampType.LOG_APPEND_TIME) {
            maxTimestamp = batch.maxTimestamp();
        }
        return new Kept(records, records == count, tombstones, maxTimestamp);
    }

    private void begin(RecordBatch batch) {
        Compression codec = batch.compression();
        if (codec == Compression.NONE && batch.buffer().hasArray()) {
            source = batch.buffer().array();
            int start = batch.buffer().arrayOffset() + batch.position();
            at = start + RecordBatch.HEADER_SIZE;
            end = start + batch.sizeInBytes();
            return;
        }
        unpacked.clear();
        if (codec == Compression.NONE) {
            unpacked.put(batch.payload());
        } else {
            unpack(codec, batch.payload());
        }
        source = unpacked.array();
        at = 0;
        end = unpacked.size();
    }

    private void unpack(Compression codec, ByteBuffer payload) {
        try {
            Decompressor decompressor = decompressors.of(codec);
            decompressor.begin(payload, maxUnpackedBytes);
            for (ByteBuffer piece = decompressor.next();
                    piece != null;
                    piece = decompressor.next()) {
                if (piece.remaining() > maxUnpackedBytes - unpacked.size()) {
                    throw new CorruptRecords(
                            "The records of a batch exceed " + maxUnpackedBytes + " bytes.");
                }
                unpacked.put(piece);
            }
        } catch (BadCompression bad) {
            throw new CorruptRecords(bad.sentence());
        }
    }

    /// Reads a record up to its key.
    ///
    /// @return where it ends
    private int beginRecord() {
        int size = nextInt();
        if (size < SMALLEST_RECORD - 1 || size > end - at) {
            throw new CorruptRecords("Size " + size + " of a record does not fit its batch.");
        }
        int recordEnd = at + size;
        at++; // Attributes: none are defined.
        timestampDelta = nextLong();
        offsetDelta = nextInt();
        return recordEnd;
    }

    private void skip(int length, int recordEnd) {
        if (length > recordEnd - at) {
            throw new CorruptRecords("A key of " + length + " bytes does not fit its record.");
        }
        at += Math.max(0, length);
    }

    private int nextInt() {
        long value = nextLong();
        if (value != (int) value) {
            throw new CorruptRecords("A varint is longer than 5 bytes.");
        }
        return (int) value;
    }

    private long nextLong() {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            if (at >= end) {
                throw new CorruptRecords("A varint is cut off.");
            }
            int next = source[at++];
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return Varints.decode(value);
            }
        }
        throw new CorruptRecords("A varlong is longer than 10 bytes.");
    }

    /// The batch with the records that stay.
    ///
    /// @param what of this batch was chosen just now: at least one record
    /// @param horizonMs when its tombstones or its marker may go (KIP-534); -1 to leave that as it
    ///   is
    /// @param level for a batch that is compressed
    public ByteBuffer rewritten(RecordBatch batch, Kept what, long horizonMs, int level) {
        GrowableBytes records = kept;
        int attributes = batch.attributes();
        long baseTimestamp = batch.baseTimestamp();
        if (horizonMs >= 0) {
            moveTimestamps(what.records, baseTimestamp - horizonMs);
            records = moved;
            attributes |= RecordBatch.DELETE_HORIZON_BIT;
            baseTimestamp = horizonMs;
        }
        if (batch.isCompressed()) {
            packed.clear();
            putHeaderRoom(packed);
            int size = records.size() - RecordBatch.HEADER_SIZE;
            compressors
                    .of(batch.compression(), level)
                    .compress(records.array(), RecordBatch.HEADER_SIZE, size, packed);
            records = packed;
        }
        return seal(records, batch, attributes, baseTimestamp, what.maxTimestamp, what.records);
    }

    /// The batch without records: its offsets and its producer's last sequence number stay known.
    public ByteBuffer emptied(RecordBatch batch) {
        kept.clear();
        putHeaderRoom(kept);
        int attributes =
                batch.attributes() & ~(RecordBatch.CODEC_BITS | RecordBatch.DELETE_HORIZON_BIT);
        return seal(kept, batch, attributes, RecordBatch.NO_TIMESTAMP, batch.maxTimestamp(), 0);
    }

    /// Writes the records that stay with timestamps relative to another base.
    private void moveTimestamps(int count, long shift) {
        moved.clear();
        putHeaderRoom(moved);
        source = kept.array();
        at = RecordBatch.HEADER_SIZE;
        end = kept.size();
        for (int i = 0; i < count; i++) {
            int recordEnd = beginRecord();
            int rest = recordEnd - at;
            long delta = timestampDelta + shift;
            int size = 1 + Varints.sizeOf(delta) + Varints.sizeOf(offsetDelta) + rest;
            moved.reserve(Varints.sizeOf(size) + size);
            byte[] target = moved.array();
            int to = Varints.writeInt(size, target, moved.size());
            target[to++] = 0;
            to = Varints.writeLong(delta, target, to);
            moved.resize(Varints.writeInt(offsetDelta, target, to));
            moved.put(source, at, rest);
            at = recordEnd;
        }
    }

    private static void putHeaderRoom(GrowableBytes bytes) {
        bytes.reserve(RecordBatch.HEADER_SIZE);
        bytes.resize(RecordBatch.HEADER_SIZE);
    }

    private static ByteBuffer seal(
            GrowableBytes bytes,
            RecordBatch like,
            int attributes,
            long baseTimestamp,
            long maxTimestamp,
            int records) {
        ByteBuffer buffer = bytes.view(0);
        buffer.put(0, like.buffer(), like.position(), RecordBatch.HEADER_SIZE);
        buffer.putInt(RecordBatch.LENGTH_AT, bytes.size() - RecordBatch.LOG_OVERHEAD);
        buffer.putShort(RecordBatch.ATTRIBUTES_AT, (short) attributes);
        buffer.putLong(RecordBatch.BASE_TIMESTAMP_AT, baseTimestamp);
        buffer.putLong(RecordBatch.MAX_TIMESTAMP_AT, maxTimestamp);
        buffer.putInt(RecordBatch.COUNT_AT, records);
        RecordBatch.at(buffer, 0).sealCrc();
        return buffer;
    }

    @Override
    public void close() {
        decompressors.close();
        compressors.close();
    }
}

package io.zurau.protocol.record;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.zurau.protocol.compression.Compression;
import io.zurau.protocol.compression.Compressors;
import io.zurau.protocol.compression.GrowableBytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Makes one batch after the other. Its memory grows with the batches and is kept from one to the
/// next ([#clear()]). Owned by one thread at a time.
///
/// What describes the batch may be set at any time before [#build(Compressors)], but for
/// [#baseOffset(long)] and [#deleteHorizon(long)], which the first record already needs.
public final class RecordBatchBuilder {
    private static final byte[] ROOM_FOR_HEADER = new byte[RecordBatch.HEADER_SIZE];

    private final GrowableBytes plain; // Room for the header, then the records.
    private @Nullable GrowableBytes compressed; // The same, made when it is first needed.

    private Compression compression = Compression.NONE;
    private int compressionLevel;
    private long baseOffset;
    private long lastOffset;
    private int partitionLeaderEpoch;
    private int attributes; // Without the codec.
    private long baseTimestamp;
    private long maxTimestamp;
    private long maxTimestampOffset;
    private long appendTimeMs;
    private long producerId;
    private short producerEpoch;
    private int baseSequence;
    private int recordCount;

    public RecordBatchBuilder(int initialCapacity) {
        plain = new GrowableBytes(Math.max(initialCapacity, RecordBatch.HEADER_SIZE));
        clear();
    }

    /// Forgets the records and what described them, but the codec.
    @CanIgnoreReturnValue
    public RecordBatchBuilder clear() {
        plain.clear();
        plain.put(ROOM_FOR_HEADER, 0, ROOM_FOR_HEADER.length);
        baseOffset = 0;
        lastOffset = -1;
        partitionLeaderEpoch = RecordBatch.NO_PARTITION_LEADER_EPOCH;
        attributes = 0;
        baseTimestamp = RecordBatch.NO_TIMESTAMP;
        maxTimestamp = RecordBatch.NO_TIMESTAMP;
        maxTimestampOffset = -1;
        appendTimeMs = RecordBatch.NO_TIMESTAMP;
        producerId = RecordBatch.NO_PRODUCER_ID;
        producerEpoch = RecordBatch.NO_PRODUCER_EPOCH;
        baseSequence = RecordBatch.NO_SEQUENCE;
        recordCount = 0;
        return this;
    }

    @CanIgnoreReturnValue
    public RecordBatchBuilder compression(Compression codec) {
        return compression(codec, codec.defaultLevel());
    }

    @CanIgnoreReturnValue
    public RecordBatchBuilder compression(Compression codec, int level) {
        compression = codec;
        compressionLevel = level;
        return this;
    }

    /// 0 unless said, as a producer writes it.
    @CanIgnoreReturnValue
    public RecordBatchBuilder baseOffset(long offset) {
        requireNoRecords();
        baseOffset = offset;
        lastOffset = offset - 1;
        return this;
    }

    /// Inclusive. For a batch whose last records were taken out by compaction.
    @CanIgnoreReturnValue
    public RecordBatchBuilder lastOffset(long offset) {
        if (offset < lastOffset) {
            throw new IllegalArgumentException(
                    "Last offset " + offset + " is below that of a record, " + lastOffset + ".");
        }
        lastOffset = offset;
        return this;
    }

    @CanIgnoreReturnValue
    public RecordBatchBuilder partitionLeaderEpoch(int epoch) {
        partitionLeaderEpoch = epoch;
        return this;
    }

    /// Gives all records the time of their appending instead of their own.
    @CanIgnoreReturnValue
    public RecordBatchBuilder logAppendTime(long timeMs) {
        attributes |= RecordBatch.LOG_APPEND_TIME_BIT;
        appendTimeMs = timeMs;
        return this;
    }

    /// When compaction may drop the batch's tombstones (KIP-534).
    @CanIgnoreReturnValue
    public RecordBatchBuilder deleteHorizon(long timeMs) {
        requireNoRecords();
        attributes |= RecordBatch.DELETE_HORIZON_BIT;
        baseTimestamp = timeMs;
        return this;
    }

    /// -1, -1, -1 for a producer that is not idempotent.
    @CanIgnoreReturnValue
    public RecordBatchBuilder producer(long id, short epoch, int firstSequence) {
        producerId = id;
        producerEpoch = epoch;
        baseSequence = firstSequence;
        return this;
    }

    @CanIgnoreReturnValue
    public RecordBatchBuilder transactional(boolean transactional) {
        setAttribute(RecordBatch.TRANSACTIONAL_BIT, transactional);
        return this;
    }

    @CanIgnoreReturnValue
    public RecordBatchBuilder control(boolean control) {
        setAttribute(RecordBatch.CONTROL_BIT, control);
        return this;
    }

    private void setAttribute(int bit, boolean set) {
        attributes = set ? attributes | bit : attributes & ~bit;
    }

    private void requireNoRecords() {
        if (recordCount > 0) {
            throw new IllegalStateException("The batch already has records.");
        }
    }

    public int recordCount() {
        return recordCount;
    }

    public boolean isEmpty() {
        return recordCount == 0;
    }

    /// Of the batch so far, if it were not compressed.
    public int uncompressedSize() {
        return plain.size();
    }

    /// The largest timestamp of a record so far, or -1.
    public long maxTimestamp() {
        return maxTimestamp;
    }

    /// The offset of the first record with the largest timestamp, or -1.
    public long maxTimestampOffset() {
        return maxTimestampOffset;
    }

    /// What one more record takes at most, uncompressed; a length of null is 0.
    public static int sizeAtMost(int keyLength, int valueLength, List<Header> headers) {
        long size = RecordSize.MOST_OVERHEAD + (long) keyLength + valueLength;
        return (int) Math.min(Integer.MAX_VALUE, size + RecordSize.ofHeaders(headers));
    }

    /// Adds a record at the next offset. The buffers' positions stay.
    public void append(
            long timestamp,
            @Nullable ByteBuffer key,
            @Nullable ByteBuffer value,
            List<Header> headers) {
        appendAt(lastOffset + 1, timestamp, key, value, headers);
    }

    /// Adds a record at an offset behind those before it. The buffers' positions stay.
    public void appendAt(
            long offset,
            long timestamp,
            @Nullable ByteBuffer key,
            @Nullable ByteBuffer value,
            List<Header> headers) {
        int keyLength = key == null ? -1 : key.remaining();
        int valueLength = value == null ? -1 : value.remaining();
        begin(offset, timestamp, keyLength, valueLength, headers);
        if (key != null) {
            plain.put(key);
        }
        putInt(valueLength);
        if (value != null) {
            plain.put(value);
        }
        putHeaders(headers);
    }

    /// Adds a record at the next offset.
    public void append(
            long timestamp, byte @Nullable [] key, byte @Nullable [] value, List<Header> headers) {
        int keyLength = key == null ? -1 : key.length;
        int valueLength = value == null ? -1 : value.length;
        begin(lastOffset + 1, timestamp, keyLength, valueLength, headers);
        if (key != null) {
            plain.put(key, 0, key.length);
        }
        putInt(valueLength);
        if (value != null) {
            plain.put(value, 0, value.length);
        }
        putHeaders(headers);
    }

    /// Counts the record in and writes it up to the key's length.
    private void begin(
            long offset, long timestamp, int keyLength, int valueLength, List<Header> headers) {
        if (offset <= lastOffset && !(recordCount == 0 && offset == baseOffset)) {
            throw new IllegalArgumentException(
                    "Offset " + offset + " does not follow " + lastOffset + ".");
        }
        int offsetDelta = Math.toIntExact(offset - baseOffset);
        if (recordCount == 0 && (attributes & RecordBatch.DELETE_HORIZON_BIT) == 0) {
            baseTimestamp = timestamp;
        }
        long timestampDelta = timestamp - baseTimestamp;
        int size = RecordSize.of(timestampDelta, offsetDelta, keyLength, valueLength, headers);
        plain.reserve(Varints.sizeOf(size) + size);
        byte[] bytes = plain.array();
        int at = Varints.writeInt(size, bytes, plain.size());
        bytes[at++] = 0; // Attributes: none are defined.
        at = Varints.writeLong(timestampDelta, bytes, at);
        at = Varints.writeInt(offsetDelta, bytes, at);
        plain.resize(Varints.writeInt(keyLength, bytes, at));

        lastOffset = offset;
        recordCount++;
        if (timestamp > maxTimestamp) {
            maxTimestamp = timestamp;
            maxTimestampOffset = offset;
        }
    }

    private void putHeaders(List<Header> headers) {
        putInt(headers.size());
        for (int i = 0; i < headers.size(); i++) {
            Header header = headers.get(i);
            byte[] key = header.key().getBytes(StandardCharsets.UTF_8);
            putInt(key.length);
            plain.put(key, 0, key.length);
            ByteBuffer value = header.value();
            putInt(value == null ? -1 : value.remaining());
            if (value != null) {
                plain.put(value);
            }
        }
    }

    /// The room was reserved when the record began.
    private void putInt(int value) {
        plain.resize(Varints.writeInt(value, plain.array(), plain.size()));
    }

    /// The batch; valid until the next record or [#clear()].
    public ByteBuffer build(Compressors compressors) {
        if (compression == Compression.NONE || recordCount == 0) {
            return seal(plain, Compression.NONE);
        }
        GrowableBytes target = compressed;
        if (target == null) {
            target = new GrowableBytes(plain.size());
            compressed = target;
        }
        target.clear();
        target.put(ROOM_FOR_HEADER, 0, ROOM_FOR_HEADER.length);
        int recordBytes = plain.size() - RecordBatch.HEADER_SIZE;
        compressors
                .of(compression, compressionLevel)
                .compress(plain.array(), RecordBatch.HEADER_SIZE, recordBytes, target);
        return seal(target, compression);
    }

    private ByteBuffer seal(GrowableBytes bytes, Compression codec) {
        boolean appendTime = (attributes & RecordBatch.LOG_APPEND_TIME_BIT) != 0;
        ByteBuffer buffer = bytes.view(0);
        buffer.putLong(0, baseOffset);
        buffer.putInt(RecordBatch.LENGTH_AT, bytes.size() - RecordBatch.LOG_OVERHEAD);
        buffer.putInt(RecordBatch.LEADER_EPOCH_AT, partitionLeaderEpoch);
        buffer.put(RecordBatch.MAGIC_AT, RecordBatch.MAGIC);
        buffer.putShort(RecordBatch.ATTRIBUTES_AT, (short) (attributes | codec.id()));
        buffer.putInt(
                RecordBatch.LAST_OFFSET_DELTA_AT,
                Math.max(0, Math.toIntExact(lastOffset - baseOffset)));
        buffer.putLong(RecordBatch.BASE_TIMESTAMP_AT, baseTimestamp);
        buffer.putLong(RecordBatch.MAX_TIMESTAMP_AT, appendTime ? appendTimeMs : maxTimestamp);
        buffer.putLong(RecordBatch.PRODUCER_ID_AT, producerId);
        buffer.putShort(RecordBatch.PRODUCER_EPOCH_AT, producerEpoch);
        buffer.putInt(RecordBatch.BASE_SEQUENCE_AT, baseSequence);
        buffer.putInt(RecordBatch.COUNT_AT, recordCount);
        RecordBatch.at(buffer, 0).sealCrc();
        return buffer;
    }
}

package io.zurau.protocol.record;

import io.zurau.protocol.compression.Compression;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/// A view of one record batch (magic 2) in a buffer, heap or direct. It reads and patches in place
/// with absolute accesses and never moves the buffer's position.
///
/// The view is as good as its bytes: it shares them with the buffer, and nothing but the length and
/// the magic was checked when it was made. See [BatchValidation] for the rest.
public final class RecordBatch {
    /// What stands before the bytes that the length field counts.
    public static final int LOG_OVERHEAD = 12;

    /// Where the records begin, and so the size of the smallest batch.
    public static final int HEADER_SIZE = 61;

    public static final byte MAGIC = 2;
    public static final long NO_TIMESTAMP = -1;
    public static final long NO_PRODUCER_ID = -1;
    public static final short NO_PRODUCER_EPOCH = -1;
    public static final int NO_SEQUENCE = -1;
    public static final int NO_PARTITION_LEADER_EPOCH = -1;

    static final int LENGTH_AT = 8;
    static final int LEADER_EPOCH_AT = 12;
    static final int MAGIC_AT = 16;
    static final int CRC_AT = 17;
    static final int ATTRIBUTES_AT = 21;
    static final int LAST_OFFSET_DELTA_AT = 23;
    static final int BASE_TIMESTAMP_AT = 27;
    static final int MAX_TIMESTAMP_AT = 35;
    static final int PRODUCER_ID_AT = 43;
    static final int PRODUCER_EPOCH_AT = 51;
    static final int BASE_SEQUENCE_AT = 53;
    static final int COUNT_AT = 57;

    static final int CODEC_BITS = 0x07;
    static final int LOG_APPEND_TIME_BIT = 0x08;
    static final int TRANSACTIONAL_BIT = 0x10;
    static final int CONTROL_BIT = 0x20;
    static final int DELETE_HORIZON_BIT = 0x40;

    private final ByteBuffer buffer;
    private final int position;

    private RecordBatch(ByteBuffer buffer, int position) {
        this.buffer = buffer;
        this.position = position;
    }

    /// The whole batch that begins at an absolute position of a big-endian buffer.
    ///
    /// @throws CorruptRecords if it is not of magic 2 or does not lie wholly below the limit
    public static RecordBatch at(ByteBuffer buffer, int position) {
        RecordBatch batch = headerAt(buffer, position);
        if (batch.sizeInBytes() > buffer.limit() - position) {
            throw new CorruptRecords(
                    "A batch of %d bytes is cut off after %d."
                            .formatted(batch.sizeInBytes(), buffer.limit() - position));
        }
        return batch;
    }

    /// A batch of which perhaps only the header lies in the buffer: no records, no CRC then.
    ///
    /// @throws CorruptRecords if it is not of magic 2 or the header is not whole
    public static RecordBatch headerAt(ByteBuffer buffer, int position) {
        if (buffer.order() != ByteOrder.BIG_ENDIAN) {
            throw new IllegalArgumentException("Record batches are big-endian.");
        }
        if (buffer.limit() - position < HEADER_SIZE) {
            throw new CorruptRecords(
                    "A batch's header of %d bytes is cut off after %d."
                            .formatted(HEADER_SIZE, buffer.limit() - position));
        }
        RecordBatch batch = new RecordBatch(buffer, position);
        if (batch.magic() != MAGIC) {
            throw new CorruptRecords("Magic " + batch.magic() + " of a batch is not 2.");
        }
        int length = buffer.getInt(position + LENGTH_AT);
        if (length < HEADER_SIZE - LOG_OVERHEAD || length > Integer.MAX_VALUE - LOG_OVERHEAD) {
            throw new CorruptRecords("Length " + length + " of a batch is out of range.");
        }
        return batch;
    }

    /// The buffer this is a view of.
    public ByteBuffer buffer() {
        return buffer;
    }

    /// Where in the buffer the batch begins.
    public int position() {
        return position;
    }

    /// Of the whole batch, from the base offset to the end of the records.
    public int sizeInBytes() {
        return LOG_OVERHEAD + buffer.getInt(position + LENGTH_AT);
    }

    /// The bytes of the whole batch, sharing memory.
    public ByteBuffer bytes() {
        return buffer.slice(position, sizeInBytes());
    }

    /// The bytes of the records, as they are compressed, sharing memory.
    public ByteBuffer payload() {
        return buffer.slice(position + HEADER_SIZE, sizeInBytes() - HEADER_SIZE);
    }

    /// Inclusive. In a compacted log the record of this offset may be gone.
    public long baseOffset() {
        return buffer.getLong(position);
    }

    public int lastOffsetDelta() {
        return buffer.getInt(position + LAST_OFFSET_DELTA_AT);
    }

    /// Inclusive.
    public long lastOffset() {
        return baseOffset() + lastOffsetDelta();
    }

    /// The first offset behind the batch.
    public long nextOffset() {
        return lastOffset() + 1;
    }

    public int partitionLeaderEpoch() {
        return buffer.getInt(position + LEADER_EPOCH_AT);
    }

    public byte magic() {
        return buffer.get(position + MAGIC_AT);
    }

    short attributes() {
        return buffer.getShort(position + ATTRIBUTES_AT);
    }

    /// @throws CorruptRecords if nobody knows the codec
    public Compression compression() {
        int id = attributes() & CODEC_BITS;
        return Compression.ofId(id)
                .orElseThrow(
                        () -> new CorruptRecords("Nobody knows compression codec " + id + "."));
    }

    public boolean isCompressed() {
        return (attributes() & CODEC_BITS) != 0;
    }

    public TimestampType timestampType() {
        return has(LOG_APPEND_TIME_BIT) ? TimestampType.LOG_APPEND_TIME : TimestampType.CREATE_TIME;
    }

    public boolean isTransactional() {
        return has(TRANSACTIONAL_BIT);
    }

    /// Whether its records are markers, not data; see [ControlRecords].
    public boolean isControl() {
        return has(CONTROL_BIT);
    }

    public boolean hasDeleteHorizon() {
        return has(DELETE_HORIZON_BIT);
    }

    /// When compaction may drop the batch's tombstones; -1 if that was not settled yet (KIP-534).
    public long deleteHorizonMs() {
        return hasDeleteHorizon() ? baseTimestamp() : NO_TIMESTAMP;
    }

    private boolean has(int attribute) {
        return (attributes() & attribute) != 0;
    }

    /// What the records' timestamp deltas are added to.
    public long baseTimestamp() {
        return buffer.getLong(position + BASE_TIMESTAMP_AT);
    }

    /// The largest timestamp of the records, or the append time; -1 for none.
    public long maxTimestamp() {
        return buffer.getLong(position + MAX_TIMESTAMP_AT);
    }

    /// -1 if the producer is not idempotent.
    public long producerId() {
        return buffer.getLong(position + PRODUCER_ID_AT);
    }

    public short producerEpoch() {
        return buffer.getShort(position + PRODUCER_EPOCH_AT);
    }

    /// The sequence number of the first record; -1 if there is none.
    public int baseSequence() {
        return buffer.getInt(position + BASE_SEQUENCE_AT);
    }

    /// The sequence number of the last record, inclusive; after the largest int comes 0.
    public int lastSequence() {
        int base = baseSequence();
        return base == NO_SEQUENCE ? NO_SEQUENCE : sequenceAfter(base, lastOffsetDelta());
    }

    /// The sequence number `steps` records after another one; after the largest int comes 0.
    public static int sequenceAfter(int sequence, int steps) {
        return (int) (((long) sequence + steps) & Integer.MAX_VALUE);
    }

    public boolean isIdempotent() {
        return producerId() >= 0;
    }

    /// How many records the batch says it has.
    public int recordCount() {
        return buffer.getInt(position + COUNT_AT);
    }

    /// As it stands in the batch.
    public int crc() {
        return buffer.getInt(position + CRC_AT);
    }

    /// CRC-32C from the attributes to the end of the records.
    public int computeCrc() {
        CRC32C crc = new CRC32C();
        crc.update(buffer.slice(position + ATTRIBUTES_AT, sizeInBytes() - ATTRIBUTES_AT));
        return (int) crc.getValue();
    }

    public boolean crcIsValid() {
        return crc() == computeCrc();
    }

    /// Gives the first record this offset and the others the following ones. Outside the CRC.
    public void assignBaseOffset(long baseOffset) {
        buffer.putLong(position, baseOffset);
    }

    /// Outside the CRC.
    public void setPartitionLeaderEpoch(int epoch) {
        buffer.putInt(position + LEADER_EPOCH_AT, epoch);
    }

    /// States what the timestamps mean and the largest of them; for the append time, the time of
    /// all records. Computes the CRC anew, but only if something changes.
    public void setMaxTimestamp(TimestampType type, long maxTimestamp) {
        if (timestampType() == type && maxTimestamp() == maxTimestamp) {
            return;
        }
        int others = attributes() & ~LOG_APPEND_TIME_BIT;
        int bit = type == TimestampType.LOG_APPEND_TIME ? LOG_APPEND_TIME_BIT : 0;
        buffer.putShort(position + ATTRIBUTES_AT, (short) (others | bit));
        buffer.putLong(position + MAX_TIMESTAMP_AT, maxTimestamp);
        sealCrc();
    }

    /// States who wrote the batch, as a producer does that sends it again under a new epoch.
    /// Computes the CRC anew.
    public void setProducer(long producerId, short producerEpoch, int baseSequence) {
        buffer.putLong(position + PRODUCER_ID_AT, producerId);
        buffer.putShort(position + PRODUCER_EPOCH_AT, producerEpoch);
        buffer.putInt(position + BASE_SEQUENCE_AT, baseSequence);
        sealCrc();
    }

    void sealCrc() {
        buffer.putInt(position + CRC_AT, computeCrc());
    }

    @Override
    public String toString() {
        return "RecordBatch[offsets %d..%d, %d bytes]"
                .formatted(baseOffset(), lastOffset(), sizeInBytes());
    }
}

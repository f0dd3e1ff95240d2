package io.zurau.protocol.record;

import io.zurau.protocol.compression.Compressors;
import java.nio.ByteBuffer;
import java.util.List;

/// The records of control batches: markers that brokers write between the data.
public final class ControlRecords {
    private static final short KEY_VERSION = 0;
    private static final short MARKER_VERSION = 0;
    private static final int KEY_BYTES = Short.BYTES + Short.BYTES;
    private static final int MARKER_BYTES = Short.BYTES + Integer.BYTES;

    /// What a control record says, by the number in its key.
    public enum Type {
        ABORT(0),
        COMMIT(1),
        LEADER_CHANGE(2),
        SNAPSHOT_HEADER(3),
        SNAPSHOT_FOOTER(4),
        KRAFT_VERSION(5),
        KRAFT_VOTERS(6),
        /// Written by a broker that knows more than this one.
        UNKNOWN(-1);

        private final short id;

        Type(int id) {
            this.id = (short) id;
        }

        static Type ofId(short id) {
            for (Type type : values()) {
                if (type.id == id) {
                    return type;
                }
            }
            return UNKNOWN;
        }
    }

    /// The end of one producer's transaction in this partition.
    ///
    /// @param coordinatorEpoch of the transaction coordinator that wrote it
    public record EndTransactionMarker(boolean committed, int coordinatorEpoch) {}

    private ControlRecords() {}

    /// @throws CorruptRecords if the record has no key that says what it is
    public static Type typeOf(Record record) {
        ByteBuffer key = record.key();
        if (key == null || key.remaining() < KEY_BYTES) {
            throw new CorruptRecords("A control record has no type.");
        }
        short version = key.getShort(key.position());
        if (version < 0) {
            throw new CorruptRecords("Version " + version + " of a control record is negative.");
        }
        return Type.ofId(key.getShort(key.position() + Short.BYTES));
    }

    /// Reads a record of type [Type#COMMIT] or [Type#ABORT]. What later versions add is ignored.
    ///
    /// @throws CorruptRecords if the record is another one
    public static EndTransactionMarker endTransaction(Record record) {
        Type type = typeOf(record);
        ByteBuffer value = record.value();
        if (type != Type.COMMIT && type != Type.ABORT) {
            throw new CorruptRecords("A control record of type " + type + " ends no transaction.");
        }
        if (value == null
                || value.remaining() < MARKER_BYTES
                || value.getShort(value.position()) < 0) {
            throw new CorruptRecords("An end-transaction marker has no coordinator epoch.");
        }
        int coordinatorEpoch = value.getInt(value.position() + Short.BYTES);
        return new EndTransactionMarker(type == Type.COMMIT, coordinatorEpoch);
    }

    /// The control batch that ends a transaction, at offset 0 until one is assigned.
    public static RecordBatch endTransactionBatch(
            EndTransactionMarker marker, long producerId, short producerEpoch, long timestamp) {
        short type = marker.committed() ? Type.COMMIT.id : Type.ABORT.id;
        ByteBuffer key = ByteBuffer.allocate(KEY_BYTES).putShort(KEY_VERSION).putShort(type).flip();
        ByteBuffer value =
                ByteBuffer.allocate(MARKER_BYTES)
                        .putShort(MARKER_VERSION)
                        .putInt(marker.coordinatorEpoch())
                        .flip();
        RecordBatchBuilder builder =
                new RecordBatchBuilder(2 * RecordBatch.HEADER_SIZE)
                        .producer(producerId, producerEpoch, RecordBatch.NO_SEQUENCE)
                        .transactional(true)
                        .control(true);
        builder.append(timestamp, key, value, List.of());
        try (Compressors none = new Compressors()) {
            return RecordBatch.at(builder.build(none), 0);
        }
    }
}

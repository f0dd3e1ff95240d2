package io.zurau.metadata.log;

import io.zurau.protocol.MalformedMessage;
import io.zurau.protocol.ProtocolReader;
import io.zurau.protocol.ProtocolWriter;
import io.zurau.protocol.compression.Compressors;
import io.zurau.protocol.message.ApiMessage;
import io.zurau.protocol.message.MetadataRecord;
import io.zurau.protocol.record.CorruptRecords;
import io.zurau.protocol.record.Record;
import io.zurau.protocol.record.RecordBatch;
import io.zurau.protocol.record.RecordBatchBuilder;
import io.zurau.protocol.record.RecordReader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Metadata records in record batches, as Kafka writes them: no key, the framed record as value.
public final class MetadataBatches {
    /// Far more than a proposal has; a compressed batch that claims more is corrupt.
    private static final int LARGEST_BATCH_BYTES = 1 << 30;

    private static final int TYPICAL_RECORD_BYTES = 100;

    private MetadataBatches() {}

    /// One batch of at least one record.
    public static ByteBuffer batch(
            long baseOffset, long timestampMs, List<MetadataRecord> records) {
        RecordBatchBuilder builder = new RecordBatchBuilder(TYPICAL_RECORD_BYTES * records.size());
        builder.baseOffset(baseOffset).partitionLeaderEpoch(0);
        for (MetadataRecord record : records) {
            ProtocolWriter value = new ProtocolWriter(TYPICAL_RECORD_BYTES);
            // An older reader is kept out by the feature level metadata.version, not by each
            // record.
            record.writeFramed(value, record.highestVersion());
            builder.append(timestampMs, null, value.toBuffer(), List.of());
        }
        return sealed(builder);
    }

    /// A batch of one control record.
    ///
    /// @param type what Kafka calls a control record type
    static ByteBuffer controlBatch(long offset, long timestampMs, int type, ApiMessage message) {
        ProtocolWriter value = new ProtocolWriter();
        message.write(value, 0);
        ByteBuffer key = ByteBuffer.allocate(2 * Short.BYTES).putShort((short) 0);
        key.putShort((short) type).flip();
        RecordBatchBuilder builder = new RecordBatchBuilder(2 * RecordBatch.HEADER_SIZE);
        builder.baseOffset(offset).partitionLeaderEpoch(0).control(true);
        builder.append(timestampMs, key, value.toBuffer(), List.of());
        return sealed(builder);
    }

    private static ByteBuffer sealed(RecordBatchBuilder builder) {
        try (Compressors none = new Compressors()) {
            return builder.build(none);
        }
    }

    /// The records of a batch, in order; of a control batch, none. Those of a type that nobody here
    /// knows are left out.
    ///
    /// @throws CorruptRecords if the batch is not made of metadata records
    public static List<MetadataRecord> records(RecordBatch batch) {
        if (batch.isControl()) {
            return List.of();
        }
        List<MetadataRecord> records = new ArrayList<>();
        try (RecordReader reader = new RecordReader(LARGEST_BATCH_BYTES)) {
            for (Record record : reader.readAll(batch)) {
                ByteBuffer value = record.value();
                if (value == null) {
                    throw new CorruptRecords(
                            "The metadata record at offset " + record.offset() + " is empty.");
                }
                Optional<MetadataRecord> known =
                        MetadataRecord.readFramed(new ProtocolReader(value));
                known.ifPresent(records::add);
            }
        } catch (MalformedMessage e) {
            throw new CorruptRecords("A metadata record makes no sense: " + e.getMessage());
        }
        return records;
    }
}

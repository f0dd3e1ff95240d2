package io.zurau.metadata.log;

import io.zurau.metadata.image.ClusterImage;
import io.zurau.protocol.MalformedMessage;
import io.zurau.protocol.message.MetadataRecord;
import io.zurau.protocol.message.SnapshotFooterRecord;
import io.zurau.protocol.message.SnapshotHeaderRecord;
import io.zurau.protocol.record.CorruptRecords;
import io.zurau.protocol.record.RecordBatch;
import io.zurau.protocol.record.RecordBatches;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// A whole image as record batches: a control batch as head, the image's records, a control batch
/// as foot.
public final class SnapshotBatches {
    // What Kafka calls these control records.
    private static final int HEADER = 3;
    private static final int FOOTER = 4;

    private SnapshotBatches() {}

    /// To be stored one behind the other.
    public static List<ByteBuffer> of(ClusterImage image, long timestampMs) {
        List<MetadataRecord> records = image.records();
        List<ByteBuffer> batches = new ArrayList<>();
        long offset = 0;
        batches.add(
                MetadataBatches.controlBatch(
                        offset++,
                        timestampMs,
                        HEADER,
                        SnapshotHeaderRecord.builder()
                                .lastContainedLogTimestamp(timestampMs)
                                .build()));
        if (!records.isEmpty()) {
            batches.add(MetadataBatches.batch(offset, timestampMs, records));
            offset += records.size();
        }
        batches.add(
                MetadataBatches.controlBatch(
                        offset, timestampMs, FOOTER, SnapshotFooterRecord.builder().build()));
        return batches;
    }

    /// The image in the batches.
    ///
    /// @param endOffset of the image; the batches do not tell it
    /// @throws CorruptRecords if they are not whole and undamaged
    public static ClusterImage read(ByteBuffer batches, long endOffset, String clusterId) {
        List<MetadataRecord> records = new ArrayList<>();
        int controlBatches = 0;
        try {
            for (RecordBatch batch : RecordBatches.whole(batches)) {
                if (!batch.crcIsValid()) {
                    throw new CorruptRecords(
                            "The batch at offset " + batch.baseOffset() + " fails its CRC.");
                }
                controlBatches += batch.isControl() ? 1 : 0;
                records.addAll(MetadataBatches.records(batch));
            }
        } catch (MalformedMessage e) {
            throw new CorruptRecords("A batch makes no sense: " + e.getMessage());
        }
        if (controlBatches < 2) {
            throw new CorruptRecords("The snapshot has lost its head or foot.");
        }
        return ClusterImage.empty(clusterId).replay(records, endOffset);
    }
}

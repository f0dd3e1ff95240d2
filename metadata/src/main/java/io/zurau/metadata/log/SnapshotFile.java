package io.zurau.metadata.log;

import io.zurau.metadata.image.ClusterImage;
import io.zurau.protocol.MalformedMessage;
import io.zurau.protocol.message.MetadataRecord;
import io.zurau.protocol.message.SnapshotFooterRecord;
import io.zurau.protocol.message.SnapshotHeaderRecord;
import io.zurau.protocol.record.CorruptRecords;
import io.zurau.protocol.record.RecordBatch;
import io.zurau.protocol.record.RecordBatches;
import io.zurau.runtime.DiskFile;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// A whole image in one file: a control batch as head, the image's records, a control batch as
/// foot.
///
/// Its name appears only when all of it is on the device.
final class SnapshotFile {
    // What Kafka calls these control records.
    private static final int HEADER = 3;
    private static final int FOOTER = 4;

    private SnapshotFile() {}

    static void write(MetadataDirectory directory, ClusterImage image, long timestampMs) {
        String unfinished = directory.unfinishedSnapshot(image.endOffset());
        List<MetadataRecord> records = image.records();
        try (DiskFile file = directory.disk().open(unfinished)) {
            file.truncate(0);
            long position = 0;
            long offset = 0;
            ByteBuffer head =
                    MetadataBatches.controlBatch(
                            offset++,
                            timestampMs,
                            HEADER,
                            SnapshotHeaderRecord.builder()
                                    .lastContainedLogTimestamp(timestampMs)
                                    .build());
            position = append(file, head, position);
            if (!records.isEmpty()) {
                ByteBuffer body = MetadataBatches.batch(offset, timestampMs, records);
                position = append(file, body, position);
                offset += records.size();
            }
            ByteBuffer foot =
                    MetadataBatches.controlBatch(
                            offset, timestampMs, FOOTER, SnapshotFooterRecord.builder().build());
            append(file, foot, position);
            file.sync();
        }
        directory.disk().move(unfinished, directory.snapshot(image.endOffset()));
        directory.sync();
    }

    private static long append(DiskFile file, ByteBuffer batch, long position) {
        long end = position + batch.remaining();
        file.write(batch, position);
        return end;
    }

    static ClusterImage read(MetadataDirectory directory, long endOffset, String clusterId) {
        String path = directory.snapshot(endOffset);
        try (DiskFile file = directory.disk().openReadOnly(path)) {
            List<MetadataRecord> records = new ArrayList<>();
            int controlBatches = 0;
            for (RecordBatch batch : RecordBatches.whole(directory.contents(file, path))) {
                if (!batch.crcIsValid()) {
                    throw directory.bad(path, "is damaged at offset " + batch.baseOffset());
                }
                controlBatches += batch.isControl() ? 1 : 0;
                records.addAll(MetadataBatches.records(batch));
            }
            if (controlBatches < 2) {
                throw directory.bad(path, "has lost its head or foot");
            }
            return ClusterImage.empty(clusterId).replay(records, endOffset);
        } catch (CorruptRecords | MalformedMessage e) {
            throw directory.bad(path, "is damaged: " + e.getMessage());
        }
    }
}

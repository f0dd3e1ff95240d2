package io.zurau.metadata.log;

import io.zurau.metadata.image.ClusterImage;
import io.zurau.protocol.record.CorruptRecords;
import io.zurau.runtime.DiskFile;
import java.nio.ByteBuffer;

/// A whole image in one file, as [SnapshotBatches].
///
/// Its name appears only when all of it is on the device.
final class SnapshotFile {
    private SnapshotFile() {}

    static void write(MetadataDirectory directory, ClusterImage image, long timestampMs) {
        String unfinished = directory.unfinishedSnapshot(image.endOffset());
        try (DiskFile file = directory.disk().open(unfinished)) {
            file.truncate(0);
            long position = 0;
            for (ByteBuffer batch : SnapshotBatches.of(image, timestampMs)) {
                position = append(file, batch, position);
            }
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
            return SnapshotBatches.read(directory.contents(file, path), endOffset, clusterId);
        } catch (CorruptRecords e) {
            throw directory.bad(path, "is damaged: " + e.getMessage());
        }
    }
}

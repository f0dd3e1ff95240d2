package io.zurau.metadata.log;

import io.zurau.metadata.image.ClusterImage;
import io.zurau.protocol.record.CorruptRecords;
import io.zurau.protocol.record.RecordBatch;
import io.zurau.runtime.DiskFile;
import java.nio.ByteBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The proposals since a snapshot, one batch each, back to back.
///
/// Because each batch is synced before the next is written, only the last can be torn. It was never
/// acknowledged, and is cut off. Damage with a good batch behind it is something else: nothing may
/// be cut there, and the file is refused.
///
/// **Guard:** the log's lock.
final class LogFile implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LogFile.class);

    private final DiskFile file;
    private long sizeInBytes;

    private LogFile(DiskFile file, long sizeInBytes) {
        this.file = file;
        this.sizeInBytes = sizeInBytes;
    }

    /// What [#open] found.
    record Opened(LogFile file, ClusterImage image) {}

    /// Opens the file that continues `before`, making it if it is missing.
    static Opened open(MetadataDirectory directory, ClusterImage before) {
        String path = directory.log(before.endOffset());
        DiskFile file = directory.disk().open(path);
        try {
            ByteBuffer bytes = directory.contents(file, path);
            ClusterImage image = before;
            int position = 0;
            while (isBatch(bytes, position, image.endOffset())) {
                RecordBatch batch = RecordBatch.at(bytes, position);
                image = image.replay(MetadataBatches.records(batch), batch.nextOffset());
                position += batch.sizeInBytes();
            }
            cut(directory, path, file, bytes, position, image.endOffset());
            // What a killed process left may only be in the page cache; nobody may see it before it
            // is safe.
            file.sync();
            directory.sync();
            return new Opened(new LogFile(file, position), image);
        } catch (CorruptRecords e) {
            file.close();
            throw directory.bad(path, "is damaged: " + e.getMessage());
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private static boolean isBatch(ByteBuffer bytes, int position, long offset) {
        return wholeBatchOffset(bytes, position) == offset;
    }

    /// The base offset of the whole and undamaged batch at that position; -1 if there is none.
    private static long wholeBatchOffset(ByteBuffer bytes, int position) {
        try {
            RecordBatch batch = RecordBatch.at(bytes, position);
            return batch.crcIsValid() ? batch.baseOffset() : -1;
        } catch (CorruptRecords e) {
            return -1;
        }
    }

    private static void cut(
            MetadataDirectory directory,
            String path,
            DiskFile file,
            ByteBuffer bytes,
            int end,
            long endOffset) {
        if (end == bytes.limit()) {
            return;
        }
        for (int position = end + 1; position < bytes.limit(); position++) {
            if (wholeBatchOffset(bytes, position) > endOffset) {
                throw directory.bad(
                        path,
                        "is damaged at byte %d, offset %d, with good records behind it"
                                .formatted(end, endOffset));
            }
        }
        log.atInfo()
                .addKeyValue("file", path)
                .addKeyValue("endOffset", endOffset)
                .addKeyValue("bytes", bytes.limit() - end)
                .log("Cut off a proposal that was being written when the node stopped.");
        file.truncate(end);
    }

    /// Returns when the batch is on the device.
    void append(ByteBuffer batch) {
        long end = sizeInBytes + batch.remaining();
        file.write(batch, sizeInBytes);
        file.sync();
        sizeInBytes = end;
    }

    long sizeInBytes() {
        return sizeInBytes;
    }

    @Override
    public void close() {
        file.close();
    }
}

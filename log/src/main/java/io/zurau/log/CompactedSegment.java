package io.zurau.log;

import io.zurau.log.IndexEntries.Form;
import io.zurau.protocol.record.RecordBatch;
import io.zurau.runtime.DiskFile;
import java.nio.ByteBuffer;
import java.util.List;

/// A segment that is being written to take the place of others. Until then its files have the
/// suffix `.cleaned`.
///
/// Owned by one thread. Its files are opened here: nobody else knows them.
final class CompactedSegment implements AutoCloseable {
    private static final int BUFFER_BYTES = 256 << 10;

    private final LogFiles files;
    private final long base;
    private final int indexIntervalBytes;
    private final DiskFile file;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    private final MemoryIndex offsets = new MemoryIndex(Form.OFFSETS);
    private final MemoryIndex times = new MemoryIndex(Form.TIMES);
    private final Segment indexer; // Makes the indexes; touches no file.
    private int written; // Bytes that are in the file.

    CompactedSegment(LogFiles files, long base, int indexIntervalBytes) {
        this.files = files;
        this.base = base;
        this.indexIntervalBytes = indexIntervalBytes;
        this.indexer = Segment.reopen(files, base, offsets, times, 0);
        this.file = files.disk().open(path(LogFiles.LOG));
        this.file.truncate(0);
    }

    private String path(String suffix) {
        return files.path(base, suffix) + SegmentReplacement.CLEANED;
    }

    int size() {
        return indexer.size();
    }

    void add(ByteBuffer bytes) {
        Math.addExact(indexer.size(), bytes.remaining()); // Positions are ints.
        indexer.take(RecordBatch.at(bytes, bytes.position()), indexIntervalBytes);
        if (bytes.remaining() > buffer.remaining()) {
            flush();
        }
        if (bytes.remaining() > buffer.remaining()) {
            file.write(bytes.duplicate(), written);
            written += bytes.remaining();
        } else {
            buffer.put(bytes.duplicate());
        }
    }

    private void flush() {
        int bytes = buffer.flip().remaining();
        file.write(buffer, written);
        written += bytes;
        buffer.clear();
    }

    /// Everything is on disk afterwards, with its name.
    ///
    /// @param until exclusive: where the segment behind those that it replaces begins
    SegmentReplacement finish(List<AbortedTransaction> aborted, long until) {
        flush();
        file.sync();
        indexer.seal();
        write(LogFiles.INDEX, offsets);
        write(LogFiles.TIME_INDEX, times);
        if (!aborted.isEmpty()) {
            WholeFile.writeSynced(
                    files.disk(), path(LogFiles.TXN_INDEX), TransactionIndex.bytes(aborted));
        }
        files.disk().syncDirectory(files.directory());
        SegmentReplacement replacement = new SegmentReplacement(base, until, !aborted.isEmpty());
        replacement.prepare(files);
        return replacement;
    }

    private void write(String suffix, MemoryIndex entries) {
        try (DiskFile index = files.disk().open(path(suffix))) {
            entries.write(index, 0, entries.count());
            index.sync();
        }
    }

    /// Deletes what was written.
    void discard() {
        SegmentReplacement.forget(files);
        for (String suffix : LogFiles.OF_SEGMENT) {
            files.disk().delete(path(suffix));
        }
    }

    @Override
    public void close() {
        file.close();
    }
}

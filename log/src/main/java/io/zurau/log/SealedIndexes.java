package io.zurau.log;

import io.zurau.log.IndexEntries.Form;
import io.zurau.protocol.record.RecordBatch;
import org.jspecify.annotations.Nullable;

/// The indexes of a sealed segment as they lie on disk.
record SealedIndexes(IndexEntries offsets, IndexEntries times) {
    /// A segment larger than this has entries, or its index was lost.
    private static final int SMALL_SEGMENT = 1 << 20;

    private static final int DEFAULT_INTERVAL = 4096;

    /// Opens the index files, or makes them anew where they are missing or cannot be right.
    static SealedIndexes open(LogFiles files, Segment segment) {
        String offsetPath = files.path(segment.baseOffset, LogFiles.INDEX);
        String timePath = files.path(segment.baseOffset, LogFiles.TIME_INDEX);
        if (files.disk().exists(offsetPath) && files.disk().exists(timePath)) {
            SealedIndexes found = openFiles(segment, offsetPath, timePath);
            if (found.areSane(segment)) {
                return found;
            }
        }
        rebuild(segment, files, offsetPath, timePath);
        return openFiles(segment, offsetPath, timePath);
    }

    private static SealedIndexes openFiles(Segment segment, String offsetPath, String timePath) {
        return new SealedIndexes(
                FileIndex.open(segment, offsetPath, Form.OFFSETS),
                FileIndex.open(segment, timePath, Form.TIMES));
    }

    private boolean areSane(Segment segment) {
        boolean offsetsAreSane =
                offsets.isEmpty()
                        ? segment.size() < SMALL_SEGMENT
                        : offsets.lastKey() >= offsets.key(0)
                                && offsets.lastValue() >= offsets.value(0)
                                && offsets.lastValue() < segment.size();
        boolean timesAreSane =
                times.isEmpty()
                        ? segment.size() == 0
                        : times.lastKey() >= times.key(0) && times.lastValue() >= times.value(0);
        return offsetsAreSane && timesAreSane;
    }

    private static void rebuild(
            Segment segment, LogFiles files, String offsetPath, String timePath) {
        MemoryIndex offsets = new MemoryIndex(Form.OFFSETS);
        MemoryIndex times = new MemoryIndex(Form.TIMES);
        Segment anew = Segment.reopen(files, segment.baseOffset, offsets, times, 0);
        try (OpenFiles.Pin pin = segment.pin()) {
            BatchScan scan = new BatchScan(pin.file(), 0, segment.size(), BatchScan.LONG_CHUNK);
            @Nullable RecordBatch batch = scan.nextHeader();
            while (batch != null) {
                anew.take(batch, DEFAULT_INTERVAL);
                batch = scan.nextHeader();
            }
        }
        anew.seal();
        write(segment, offsetPath, offsets);
        write(segment, timePath, times);
    }

    private static void write(Segment segment, String path, MemoryIndex entries) {
        try (OpenFiles.Pin pin = segment.pin(path)) {
            entries.write(pin.file(), 0, entries.count());
            pin.file().sync();
        }
    }
}

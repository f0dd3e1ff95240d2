package io.zurau.log;

import io.zurau.log.IndexEntries.Form;
import io.zurau.protocol.record.RecordBatch;
import io.zurau.runtime.DiskFile;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// One file of batches with its indexes. The last one of a log is *active* and grows; the others
/// are *sealed* and stay as they are until they are deleted.
///
/// **Guard:** changes are made under the log's state lock. Readers need no lock: `size` is written
/// after everything below it.
final class Segment {
    final long baseOffset;
    private final LogFiles files;
    private final String logPath;
    private final ReentrantLock loading = new ReentrantLock(); // Of a sealed segment's indexes.
    private final TransactionIndex aborted;
    private volatile int size = -1; // Batches up to here are whole; -1 if nobody has asked yet.
    private volatile @Nullable IndexEntries offsets; // Null until somebody asks.
    private volatile @Nullable IndexEntries times;
    private volatile boolean deleted;
    private final Stamps stamps = new Stamps();
    private int bytesSinceIndexEntry;
    private boolean sealed;
    private int syncedSize; // Up to here, batches survive a power failure.
    private boolean indexesSynced; // Of a sealed segment.

    /// What a segment knows of its records' time.
    private static final class Stamps {
        long first = RecordBatch.NO_TIMESTAMP; // Of the first batch.
        long largest = RecordBatch.NO_TIMESTAMP;
        long largestOffset = -1; // The last of the batch that has it.
        long createdMs;
    }

    private Segment(LogFiles files, long baseOffset) {
        this.files = files;
        this.baseOffset = baseOffset;
        this.logPath = files.path(baseOffset, LogFiles.LOG);
        this.aborted = new TransactionIndex(files, baseOffset);
    }

    /// A new, empty, active segment. Its file is made by the first write, or by [#touch()].
    static Segment create(LogFiles files, long baseOffset, long nowMs) {
        Segment segment = new Segment(files, baseOffset);
        segment.size = 0;
        segment.offsets = new MemoryIndex(Form.OFFSETS);
        segment.times = new MemoryIndex(Form.TIMES);
        segment.stamps.createdMs = nowMs;
        segment.syncedSize = -1; // Not even its name.
        return segment;
    }

    /// A sealed segment that is on disk.
    static Segment existing(LogFiles files, long baseOffset) {
        Segment segment = new Segment(files, baseOffset);
        segment.sealed = true;
        segment.indexesSynced = true;
        return segment;
    }

    /// An active segment that is on disk, with the part of its indexes that is good. What lies
    /// behind the last index entry is to be taken up again with [#take].
    static Segment reopen(
            LogFiles files, long baseOffset, MemoryIndex offsets, MemoryIndex times, long nowMs) {
        Segment segment = new Segment(files, baseOffset);
        segment.offsets = offsets;
        segment.times = times;
        segment.size = offsets.isEmpty() ? 0 : offsets.lastValue();
        segment.stamps.createdMs = nowMs;
        if (!times.isEmpty()) {
            segment.stamps.largest = times.lastKey();
            segment.stamps.largestOffset = baseOffset + times.lastValue();
        }
        return segment;
    }

    /// The file of batches, open until the pin is closed.
    ///
    /// @throws SegmentGone if it was deleted
    OpenFiles.Pin pin() {
        return pin(logPath);
    }

    /// Another file of it.
    ///
    /// @throws SegmentGone if it was deleted
    OpenFiles.Pin pin(String path) {
        return files.pin(path, () -> !deleted);
    }

    int size() {
        int known = size;
        if (known < 0) {
            try (OpenFiles.Pin pin = pin()) {
                known = (int) pin.file().size();
                size = known;
                syncedSize = known;
            }
        }
        return known;
    }

    /// Writes behind the last batch; readers see it only when [#take] says so.
    void write(ByteBuffer batches, int position) {
        try (OpenFiles.Pin pin = pin()) {
            pin.file().write(batches.duplicate(), position);
        }
    }

    /// Takes up a batch that was written behind the last one.
    void take(RecordBatch batch, int indexIntervalBytes) {
        int position = size;
        if (position == 0) {
            stamps.first = batch.maxTimestamp();
        }
        if (batch.maxTimestamp() > stamps.largest) {
            stamps.largest = batch.maxTimestamp();
            stamps.largestOffset = batch.lastOffset();
        }
        if (bytesSinceIndexEntry > indexIntervalBytes) {
            memory(offsets).append(batch.lastOffset() - baseOffset, position);
            addTimeEntry();
            bytesSinceIndexEntry = 0;
        }
        bytesSinceIndexEntry += batch.sizeInBytes();
        size = position + batch.sizeInBytes();
    }

    private void addTimeEntry() {
        MemoryIndex entries = memory(times);
        if (stamps.largest >= 0 && (entries.isEmpty() || stamps.largest > entries.lastKey())) {
            entries.append(stamps.largest, (int) (stamps.largestOffset - baseOffset));
        }
    }

    private static MemoryIndex memory(@Nullable IndexEntries entries) {
        if (entries instanceof MemoryIndex memory) {
            return memory;
        }
        throw new IllegalStateException("A sealed segment does not change.");
    }

    void firstTimestamp(long timestampMs) {
        stamps.first = timestampMs;
    }

    /// Nobody knows who wrote it, and whether it was synced.
    void mayBeUnsynced() {
        size();
        syncedSize = -1;
    }

    /// Nothing more will be appended.
    void seal() {
        addTimeEntry();
        sealed = true;
    }

    boolean isSealed() {
        return sealed;
    }

    /// Whether it must be sealed before more is appended.
    ///
    /// @param lastOffset of what is to be appended, inclusive
    boolean isFull(int bytes, long maxTimestamp, long lastOffset, LogConfig config, long nowMs) {
        if (lastOffset - baseOffset > Integer.MAX_VALUE) {
            return true;
        }
        int now = size;
        return now > 0
                && (now > config.segmentBytes() - bytes
                        || ageMs(maxTimestamp, nowMs) > config.segmentAgeMs()
                        || (offsets().count() + 1) * Form.OFFSETS.entryBytes > config.indexBytes()
                        || (times().count() + 1) * Form.TIMES.entryBytes > config.indexBytes());
    }

    /// By the records' time if they have one, so that a topic that is filled with old records gets
    /// segments of the same span.
    private long ageMs(long maxTimestamp, long nowMs) {
        return stamps.first >= 0 && maxTimestamp >= 0
                ? maxTimestamp - stamps.first
                : nowMs - stamps.createdMs;
    }

    /// The position of the batch that holds an offset, or of the first behind it; the end if there
    /// is none.
    int positionOf(long offset) {
        int end = size();
        IndexEntries index = offsets();
        int floor = index.floor(offset - baseOffset);
        int start = floor < 0 ? 0 : index.value(floor);
        try (OpenFiles.Pin pin = pin()) {
            BatchScan scan = new BatchScan(pin.file(), start, end, BatchScan.SHORT_CHUNK);
            RecordBatch batch = scan.nextHeader();
            while (batch != null && batch.lastOffset() < offset) {
                batch = scan.nextHeader();
            }
            return batch == null ? end : scan.position();
        }
    }

    /// Where batches begin that are not wholly below an offset, and where the log ends without
    /// them.
    record Cut(int position, long endOffset) {}

    /// The log ends at the offset also where compaction took what was just below: it is not given
    /// out again. But it ends before a batch in the middle of which the offset lies.
    Cut cutAt(long offset) {
        int position = positionOf(offset);
        try (OpenFiles.Pin pin = pin()) {
            BatchScan scan = new BatchScan(pin.file(), position, size(), BatchScan.SHORT_CHUNK);
            RecordBatch behind = scan.nextHeader();
            return new Cut(
                    position, behind == null ? offset : Math.min(offset, behind.baseOffset()));
        }
    }

    /// The largest timestamp of a batch; -1 if there is none.
    long largestTimestamp() {
        return sealed ? (times().isEmpty() ? -1 : times().lastKey()) : stamps.largest;
    }

    IndexEntries offsets() {
        IndexEntries known = offsets;
        return known != null ? known : load().offsets();
    }

    IndexEntries times() {
        IndexEntries known = times;
        return known != null ? known : load().times();
    }

    /// Finds the indexes of a sealed segment on disk, or makes them anew.
    private SealedIndexes load() {
        loading.lock();
        try {
            SealedIndexes indexes = SealedIndexes.open(files, this);
            times = indexes.times();
            offsets = indexes.offsets();
            return indexes;
        } finally {
            loading.unlock();
        }
    }

    TransactionIndex aborted() {
        return aborted;
    }

    /// Cuts an active segment down to whole batches below a position.
    void truncate(int position) {
        if (!(offsets instanceof MemoryIndex)) {
            offsets = MemoryIndex.copyOf(offsets(), Form.OFFSETS);
            times = MemoryIndex.copyOf(times(), Form.TIMES);
        }
        sealed = false;
        indexesSynced = false;
        size = position;
        try (OpenFiles.Pin pin = pin()) {
            pin.file().truncate(position);
        }
        memory(offsets).truncate(memory(offsets).floorByValue(position - 1) + 1);
        bytesSinceIndexEntry = 0;
        syncedSize = Math.min(syncedSize, position);
    }

    /// Nobody can open it any more. Who has it open keeps it, and its aborted transactions.
    void withdraw() {
        aborted.entries();
        deleted = true;
        for (String suffix : LogFiles.OF_SEGMENT) {
            files.open().forget(files.path(baseOffset, suffix));
        }
    }

    /// The same, and its files are gone.
    void delete() {
        withdraw();
        for (String suffix : LogFiles.OF_SEGMENT) {
            files.disk().delete(files.path(baseOffset, suffix));
        }
    }

    /// What must be written and synced so that the segment, as it is now, survives.
    ///
    /// @param offsetEntries how many entries of the index to write; -1 for none
    record Capture(Segment segment, int size, int offsetEntries, int timeEntries, boolean sealed) {}

    /// Null if nothing is left to do.
    ///
    /// @param withIndexes also of an active segment
    @Nullable Capture capture(boolean withIndexes) {
        if (size < 0 || (syncedSize == size && (sealed ? indexesSynced : !withIndexes))) {
            return null;
        }
        boolean indexes = sealed || withIndexes;
        return new Capture(
                this,
                size,
                indexes ? offsets().count() : -1,
                indexes ? times().count() : -1,
                sealed);
    }

    /// Writes and syncs what was captured. Without the log's locks.
    void persist(Capture captured) {
        if (captured.offsetEntries >= 0) {
            persistIndex(LogFiles.INDEX, offsets(), captured.offsetEntries);
            persistIndex(LogFiles.TIME_INDEX, times(), captured.timeEntries);
            aborted.persist();
        }
        try (OpenFiles.Pin pin = pin()) {
            pin.file().sync();
        }
    }

    private void persistIndex(String suffix, IndexEntries entries, int count) {
        if (entries instanceof MemoryIndex memory) {
            String path = files.path(baseOffset, suffix);
            try (OpenFiles.Pin pin = pin(path)) {
                DiskFile file = pin.file();
                memory.write(file, 0, count);
                file.sync();
            }
        }
    }

    /// What was captured is on disk.
    void persisted(Capture captured) {
        syncedSize = captured.size;
        if (captured.sealed && sealed) {
            indexesSynced = true;
            offsets = FileIndex.open(this, files.path(baseOffset, LogFiles.INDEX), Form.OFFSETS);
            times = FileIndex.open(this, files.path(baseOffset, LogFiles.TIME_INDEX), Form.TIMES);
        }
    }
}

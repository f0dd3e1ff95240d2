package io.zurau.log;

import io.zurau.log.IndexEntries.Form;
import io.zurau.protocol.record.ControlRecords.EndTransactionMarker;
import io.zurau.protocol.record.RecordBatch;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Opens a log from its files: finds its segments, cuts what must not be there, and scans as much
/// of the tail as indexes and producer snapshots do not cover.
///
/// Used once, by one thread.
final class LogLoader {
    private static final int INDEX_INTERVAL = 4096;

    private final LogFiles files;
    private final LoadPlan plan;
    private final long nowMs;
    private final List<Segment> segments = new ArrayList<>();
    private final ProducerStates producers = new ProducerStates();
    private final LeaderEpochs epochs;
    private int activeEnd; // Where the active segment's file ends, or is cut.
    private int activeIndexed; // The position of its last index entry.
    private long snapshotOffset; // Producers are known up to here.
    private long endOffset;

    private LogLoader(LogFiles files, LoadPlan plan, long nowMs) {
        this.files = files;
        this.plan = plan;
        this.nowMs = nowMs;
        this.epochs = LeaderEpochs.read(files.disk(), files.directory());
    }

    /// @throws DamagedLog if what was synced is not there
    static LogContents load(LogFiles files, LoadPlan plan, long nowMs) {
        boolean longer = plan.mayBeLonger() && isLonger(files, plan.from());
        LoadPlan fitting = longer ? LoadPlan.writtenSince(plan.from()) : plan;
        return new LogLoader(files, fitting, nowMs).load();
    }

    private static boolean isLonger(LogFiles files, LogPosition position) {
        NavigableSet<Long> bases = LogTidy.segmentBases(files);
        if (bases.isEmpty() || bases.last() != position.segmentBase()) {
            return !bases.isEmpty() && bases.last() > position.segmentBase();
        }
        try (OpenFiles.Pin pin =
                files.open().pin(files.path(position.segmentBase(), LogFiles.LOG))) {
            return pin.file().size() > position.position();
        }
    }

    private LogContents load() {
        openSegments();
        restoreProducers();
        scanTail();
        long startOffset = Math.max(plan.from().startOffset(), segments.getFirst().baseOffset);
        if (plan.cut() && endOffset != plan.from().endOffset()) {
            throw new DamagedLog(
                    "Log %s ends at %d, but was synced up to %d."
                            .formatted(files.directory(), endOffset, plan.from().endOffset()));
        }
        epochs.truncateTo(endOffset);
        segments.getLast().aborted().truncateTo(endOffset);
        return new LogContents(
                files,
                new Segments(List.copyOf(segments)),
                producers,
                snapshotOffset,
                epochs,
                plan.from().change(),
                Math.min(startOffset, endOffset),
                endOffset);
    }

    private void openSegments() {
        NavigableSet<Long> bases = LogTidy.segmentBases(files);
        long lastBase = plan.from().segmentBase();
        if (plan.cut()) {
            TreeSet<Long> behind = new TreeSet<>(bases.tailSet(lastBase, false));
            behind.forEach(base -> Segment.existing(files, base).delete());
            bases.removeAll(behind);
            if (!behind.isEmpty()) {
                files.disk().syncDirectory(files.directory());
            }
            if (!bases.contains(lastBase) && plan.from().position() > 0) {
                throw new DamagedLog(
                        "Segment %s is missing.".formatted(files.path(lastBase, ".log")));
            }
            bases.add(lastBase);
        }
        if (plan.gapless() && bases.floor(lastBase) == null) {
            // Where the rest begins is lost, and what is behind does not follow.
            bases.forEach(base -> Segment.existing(files, base).delete());
            bases.clear();
        }
        if (bases.isEmpty()) {
            bases.add(Math.max(lastBase, plan.from().startOffset()));
        }
        long activeBase = bases.last();
        if (!plan.cut() && plan.checkCrcs()) {
            // Whoever was killed may have left indexes that end too early. What was noted may lie
            // within a segment, or in one that was just being cut away.
            long from = Objects.requireNonNullElse(bases.floor(lastBase), lastBase);
            bases.headSet(activeBase).stream()
                    .filter(base -> base >= from)
                    .forEach(this::deleteIndexes);
        }
        bases.headSet(activeBase).forEach(base -> segments.add(Segment.existing(files, base)));
        openActive(activeBase);
    }

    private void deleteIndexes(long base) {
        files.disk().delete(files.path(base, LogFiles.INDEX));
        files.disk().delete(files.path(base, LogFiles.TIME_INDEX));
    }

    private void openActive(long base) {
        String path = files.path(base, LogFiles.LOG);
        try (OpenFiles.Pin pin = files.open().pin(path)) {
            long size = pin.file().size();
            activeEnd = plan.cut() ? plan.from().position() : Math.toIntExact(size);
            if (size < activeEnd) {
                throw new DamagedLog(
                        "Segment %s has %d bytes, but %d were synced."
                                .formatted(path, size, activeEnd));
            }
            if (size > activeEnd) {
                pin.file().truncate(activeEnd);
            }
        }
        MemoryIndex offsets = goodEntries(base, LogFiles.INDEX, Form.OFFSETS, activeEnd);
        int lastIndexed = offsets.isEmpty() ? -1 : (int) offsets.lastKey();
        MemoryIndex times = goodEntries(base, LogFiles.TIME_INDEX, Form.TIMES, lastIndexed + 1);
        activeIndexed = offsets.isEmpty() ? 0 : offsets.lastValue();
        segments.add(Segment.reopen(files, base, offsets, times, nowMs));
    }

    /// The entries of an index file up to the first whose value is not below a limit; the others
    /// are cut off for good, so that they do not come back when the segment has grown beyond them.
    private MemoryIndex goodEntries(long base, String suffix, Form form, int valueLimit) {
        String path = files.path(base, suffix);
        MemoryIndex good = new MemoryIndex(form);
        if (!files.disk().exists(path)) {
            return good;
        }
        ByteBuffer entries = WholeFile.read(files.disk(), path).orElseThrow();
        long lastKey = -1;
        int lastValue = -1;
        while (entries.remaining() >= form.entryBytes) {
            long key = form.readKey(entries);
            int value = entries.getInt();
            // Zeroes are what Kafka has behind the entries while it runs.
            if (key <= lastKey
                    || value < lastValue
                    || value >= valueLimit
                    || (key == 0 && value == 0)) {
                break;
            }
            good.append(key, value);
            lastKey = key;
            lastValue = value;
        }
        try (OpenFiles.Pin pin = files.open().pin(path)) {
            long size = (long) good.count() * form.entryBytes;
            if (pin.file().size() > size) {
                pin.file().truncate(size);
                pin.file().sync();
            }
        }
        return good;
    }

    private void restoreProducers() {
        Optional<ProducerSnapshots.Found> found =
                ProducerSnapshots.newest(files, plan.snapshotsUpTo());
        snapshotOffset = segments.getFirst().baseOffset;
        if (found.isPresent() && found.get().offset() >= snapshotOffset) {
            producers.restore(found.get().producers());
            snapshotOffset = found.get().offset();
        }
        // Syncing what did not change would cost each new log of thousands a write.
        if (plan.cut() && ProducerSnapshots.deleteFrom(files, plan.from().endOffset() + 1)) {
            files.disk().syncDirectory(files.directory());
        }
    }

    private void scanTail() {
        int active = segments.size() - 1;
        int first = Math.min(active, indexHolding(snapshotOffset));
        int position = first == active ? activePositionOf(snapshotOffset) : sealedPosition(first);
        endOffset = segments.get(first).baseOffset;
        if (plan.checkCrcs() && isBehindStart(first, position)) {
            first = indexHolding(plan.from().segmentBase());
            position = Math.min(plan.from().position(), end(first));
        }
        if (first == active) {
            position = Math.min(position, activeIndexed);
        }
        for (int i = first; i < segments.size(); i++) {
            Segment segment = segments.get(i);
            endOffset = Math.max(endOffset, segment.baseOffset);
            if (!plan.cut()) {
                segment.mayBeUnsynced();
            }
            int end = scan(segment, i == first ? position : 0, end(i), i == active);
            if (segment.baseOffset == plan.from().segmentBase() && end >= plan.from().position()) {
                // Compaction may have left less than the log had when it was cut here.
                endOffset = Math.max(endOffset, plan.from().endOffset());
            }
            // What lies before the start was synced: a hole there was made by compaction.
            boolean hole =
                    plan.gapless()
                            && i < active
                            && !isBeforeStart(i, end(i))
                            && endOffset != segments.get(i + 1).baseOffset;
            if (end < end(i) || hole) {
                cutAt(i, end);
                return;
            }
        }
    }

    private int end(int index) {
        return index == segments.size() - 1 ? activeEnd : segments.get(index).size();
    }

    private int sealedPosition(int index) {
        return segments.get(index).positionOf(snapshotOffset);
    }

    /// Whether a place lies behind the one from which on everything is to be looked at.
    private boolean isBehindStart(int index, int position) {
        int start = indexHolding(plan.from().segmentBase());
        return index > start || (index == start && position > plan.from().position());
    }

    /// Whether a place is known to have been synced.
    private boolean isBeforeStart(int index, int position) {
        int start = indexHolding(plan.from().segmentBase());
        return index < start || (index == start && position < plan.from().position());
    }

    private static void refuseOldFormats(Segment segment, String path, int position, int end) {
        try (OpenFiles.Pin pin = segment.pin()) {
            OptionalInt format = OldMessage.formatAt(pin.file(), position, end);
            if (format.isPresent()) {
                throw new DamagedLog(
                        ("Segment %s has messages of format %d at position %d, but only format 2 can"
                                        + " be read. Nothing of it was changed: copy the topic into"
                                        + " a new one with Apache Kafka 3.0 or later, or move the"
                                        + " directory away.")
                                .formatted(path, format.getAsInt(), position));
            }
        }
    }

    private int indexHolding(long offset) {
        return new Segments(segments).indexHolding(offset);
    }

    /// Like [Segment#positionOf], before the segment knows where it ends.
    private int activePositionOf(long offset) {
        Segment active = segments.getLast();
        int floor = active.offsets().floor(offset - active.baseOffset);
        int start = floor < 0 ? 0 : active.offsets().value(floor);
        try (OpenFiles.Pin pin = active.pin()) {
            BatchScan scan = new BatchScan(pin.file(), start, activeEnd, BatchScan.SHORT_CHUNK);
            RecordBatch batch = scan.nextHeader();
            while (batch != null && batch.lastOffset() < offset) {
                batch = scan.nextHeader();
            }
            return batch == null ? scan.end() : scan.position();
        }
    }

    /// Takes up the batches of one segment.
    ///
    /// @return where the good ones end
    private int scan(Segment segment, int from, int until, boolean active) {
        try (OpenFiles.Pin pin = segment.pin()) {
            if (active && until > 0) {
                noteFirstTimestamp(segment, pin, until);
            }
            BatchScan scan = new BatchScan(pin.file(), from, until, BatchScan.LONG_CHUNK);
            int goodEnd = from;
            RecordBatch batch = nextGood(segment, scan);
            while (batch != null) {
                take(segment, scan, batch, active);
                goodEnd = scan.end();
                batch = nextGood(segment, scan);
            }
            return goodEnd;
        }
    }

    private static void noteFirstTimestamp(Segment segment, OpenFiles.Pin pin, int until) {
        RecordBatch first = new BatchScan(pin.file(), 0, until, BatchScan.SHORT_CHUNK).nextHeader();
        if (first != null) {
            segment.firstTimestamp(first.maxTimestamp());
        }
    }

    /// The next batch if it follows and, where that is to be checked, its CRC is right. What
    /// control batches say is read, so theirs is always checked.
    private @Nullable RecordBatch nextGood(Segment segment, BatchScan scan) {
        RecordBatch header = scan.nextHeader();
        if (header == null || header.baseOffset() < endOffset) {
            return null;
        }
        boolean mayBeTorn =
                plan.checkCrcs()
                        && (segment.baseOffset > plan.from().segmentBase()
                                || scan.position() >= plan.from().position());
        if (!mayBeTorn && !header.isControl()) {
            return header;
        }
        RecordBatch whole = scan.whole(); // From here on the header is not good any more.
        return whole != null && whole.crcIsValid() ? whole : null;
    }

    private void take(Segment segment, BatchScan scan, RecordBatch header, boolean active) {
        @Nullable RecordBatch batch = header.isControl() ? scan.whole() : header;
        if (batch == null) {
            return;
        }
        if (active && scan.position() >= activeIndexed) {
            segment.take(batch, INDEX_INTERVAL);
        }
        // What the file says of older epochs is right; most of their batches are not looked at.
        if (batch.partitionLeaderEpoch() > epochs.latest()) {
            epochs.begin(batch.partitionLeaderEpoch(), batch.baseOffset());
        }
        if (batch.baseOffset() >= snapshotOffset) {
            @Nullable EndTransactionMarker marker = ProducerStates.markerOf(batch, files.codecs());
            producers.appended(batch, marker).ifPresent(segment.aborted()::add);
        }
        endOffset = batch.nextOffset();
    }

    /// Takes away everything from a place on: it is torn, or nobody knows what it is.
    private void cutAt(int index, int position) {
        Segment last = segments.get(index);
        String path = files.path(last.baseOffset, LogFiles.LOG);
        refuseOldFormats(last, path, position, end(index));
        if (plan.cut() || !plan.checkCrcs() || isBeforeStart(index, position)) {
            throw new DamagedLog(
                    "Segment %s is damaged at position %d, although it was synced."
                            .formatted(path, position));
        }
        List<Segment> behind = new ArrayList<>(segments.subList(index + 1, segments.size()));
        segments.removeAll(behind);
        behind.forEach(Segment::delete);
        last.truncate(position);
        try (OpenFiles.Pin pin = last.pin()) {
            pin.file().sync(); // Or what was torn comes back, made whole by what is written next.
        }
        ProducerSnapshots.deleteFrom(files, endOffset + 1);
        files.disk().syncDirectory(files.directory());
    }
}

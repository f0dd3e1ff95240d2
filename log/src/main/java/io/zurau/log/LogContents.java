package io.zurau.log;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zurau.log.Segment.Capture;
import io.zurau.protocol.record.ControlRecords.EndTransactionMarker;
import io.zurau.protocol.record.RecordBatch;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What is in a log: its segments, producers, epochs and offsets. It makes changes, whoever decided
/// on them: an append, or the replay of the journal.
///
/// **Guard:** changes are made under the log's `logLock`, one at a time. Their last step, when the
/// state takes them up, is under `stateLock`, which is never held while waiting for the journal. So
/// a checkpoint can see a consistent state although an append waits for the journal's room. Readers
/// need no lock for offsets and segments.
final class LogContents {
    /// Indexes and producers of a segment that still grows are written when it has grown by so
    /// much; opening it again scans no more.
    private static final int HELPERS_EVERY_BYTES = 16 << 20;

    private final LogFiles files;
    private final ReentrantLock stateLock = new ReentrantLock();
    private final ProducerStates producers;
    private final LeaderEpochs epochs;
    private volatile Segments segments;
    private volatile long startOffset; // Inclusive.
    private volatile long endOffset; // Exclusive; written after the segments it speaks of.

    @GuardedBy("stateLock")
    private long change; // Number of the last one.

    @GuardedBy("stateLock")
    private boolean namesChanged = true; // Files were made or deleted.

    @GuardedBy("stateLock")
    private int helpersPosition; // Up to here in the active segment they are on disk.

    @GuardedBy("stateLock")
    private long snapshotOffset; // Of the last snapshot that was taken.

    @GuardedBy("stateLock")
    private final TreeMap<Long, ByteBuffer> snapshots = new TreeMap<>(); // Not on disk yet.

    @GuardedBy("stateLock")
    private @Nullable LogPosition cut; // What will be left when a truncation is over.

    @GuardedBy("stateLock")
    private final List<Segment> condemned = new ArrayList<>();

    LogContents(
            LogFiles files,
            Segments segments,
            ProducerStates producers,
            long snapshotOffset,
            LeaderEpochs epochs,
            long change,
            long startOffset,
            long endOffset) {
        this.files = files;
        this.segments = segments;
        this.producers = producers;
        this.epochs = epochs;
        this.change = change;
        this.startOffset = startOffset;
        this.endOffset = endOffset;
        this.snapshotOffset = snapshotOffset;
        this.helpersPosition = segments.active().size();
    }

    /// Of a log that has never had a record, and has no files.
    static LogContents empty(LogFiles files, LogPosition at, long nowMs) {
        return new LogContents(
                files,
                new Segments(List.of(Segment.create(files, at.segmentBase(), nowMs))),
                new ProducerStates(),
                at.endOffset(),
                new LeaderEpochs(),
                at.change(),
                at.startOffset(),
                at.endOffset());
    }

    Segments segments() {
        return segments;
    }

    Segment active() {
        return segments.active();
    }

    ProducerStates producers() {
        return producers;
    }

    long startOffset() {
        return startOffset;
    }

    long endOffset() {
        return endOffset;
    }

    /// Runs a question about the state, or a small change of it.
    <T> T withState(Function<LeaderEpochs, T> use) {
        stateLock.lock();
        try {
            return use.apply(epochs);
        } finally {
            stateLock.unlock();
        }
    }

    List<ActiveProducer> activeProducers() {
        return withState(ignored -> producers.active());
    }

    /// What the producers wrote last.
    Map<Long, ProducerStates.Last> lastOfProducers() {
        return withState(ignored -> producers.last());
    }

    Optional<ActiveProducer> activeProducer(long producerId) {
        return withState(ignored -> producers.active(producerId));
    }

    /// @param highWatermark exclusive; it never moves back
    long firstUnstableOffset(long highWatermark) {
        return withState(
                ignored -> {
                    producers.replicated(highWatermark);
                    return producers.firstUnstableOffset(endOffset);
                });
    }

    void forgetReplicatedEnds(long highWatermark) {
        stateLock.lock();
        try {
            producers.replicated(highWatermark);
        } finally {
            stateLock.unlock();
        }
    }

    void expireProducers(long oldestMs) {
        stateLock.lock();
        try {
            producers.expire(oldestMs);
        } finally {
            stateLock.unlock();
        }
    }

    /// Takes up batches that were written behind the last one.
    ///
    /// @param counted whether this is a change that the journal will have
    /// @return the number of this change
    long take(List<RecordBatch> batches, Markers markers, int indexIntervalBytes, boolean counted) {
        stateLock.lock();
        try {
            for (int i = 0; i < batches.size(); i++) {
                take(batches.get(i), markers.at(i), indexIntervalBytes);
            }
            endOffset = batches.getLast().nextOffset();
            return counted ? ++change : change;
        } finally {
            stateLock.unlock();
        }
    }

    @GuardedBy("stateLock")
    private void take(
            RecordBatch batch, @Nullable EndTransactionMarker marker, int indexIntervalBytes) {
        Segment active = segments.active();
        active.take(batch, indexIntervalBytes);
        epochs.begin(batch.partitionLeaderEpoch(), batch.baseOffset());
        producers.appended(batch, marker).ifPresent(active.aborted()::add);
    }

    /// Seals the active segment and begins another at the log's end.
    long roll(long nowMs, boolean counted) {
        stateLock.lock();
        try {
            segments.active().seal();
            segments = segments.with(Segment.create(files, endOffset, nowMs));
            snapshots.put(endOffset, producers.takeSnapshot());
            snapshotOffset = endOffset;
            helpersPosition = 0;
            namesChanged = true;
            return counted ? ++change : change;
        } finally {
            stateLock.unlock();
        }
    }

    long beginEpoch(int epoch, long offset) {
        stateLock.lock();
        try {
            epochs.begin(epoch, offset);
            return ++change;
        } finally {
            stateLock.unlock();
        }
    }

    /// The log begins here now; whole segments below are to be deleted separately.
    long startAt(long offset) {
        stateLock.lock();
        try {
            startOffset = Math.max(startOffset, offset);
            epochs.startAt(startOffset);
            return ++change;
        } finally {
            stateLock.unlock();
        }
    }

    /// Notes something that changes nothing here.
    long count() {
        return count(() -> {});
    }

    /// Notes something that changes `state`, which checkpoints see with it.
    long count(Runnable state) {
        stateLock.lock();
        try {
            state.run();
            return ++change;
        } finally {
            stateLock.unlock();
        }
    }

    /// Forgets the oldest segments. Their files are deleted after the next checkpoint: until then
    /// the last one may count on them.
    void condemn(List<Segment> gone) {
        stateLock.lock();
        try {
            segments = segments.without(gone);
            condemned.addAll(gone);
        } finally {
            stateLock.unlock();
        }
    }

    /// Puts a compacted segment in the place of others.
    void replace(List<Segment> gone, Segment by) {
        stateLock.lock();
        try {
            segments = segments.replacing(gone, by);
        } finally {
            stateLock.unlock();
        }
    }

    /// Deletes the files of segments that no checkpoint counts on any more.
    void delete(List<Segment> gone) {
        for (Segment segment : gone) {
            segment.delete();
            files.disk().delete(files.path(segment.baseOffset, LogFiles.SNAPSHOT));
        }
    }

    /// The log is about to be cut: whatever its files still hold, checkpoints see only what will be
    /// left. These contents are used no longer then.
    ///
    /// @param start of what will be left, inclusive
    /// @param end exclusive
    /// @param position where the end lies in its segment
    LogPosition cut(long start, long end, long segmentBase, int position) {
        stateLock.lock();
        try {
            int latestEpoch = start == end ? -1 : epochs.epochOf(end - 1);
            cut = new LogPosition(++change, start, end, segmentBase, position, latestEpoch);
            return cut;
        } finally {
            stateLock.unlock();
        }
    }

    /// Takes away everything and goes on at an offset.
    void reset(long offset, long nowMs) {
        List<Segment> gone = segments.all();
        stateLock.lock();
        try {
            segments = new Segments(List.of(Segment.create(files, offset, nowMs)));
            producers.clear();
            epochs.clear();
            snapshots.clear();
            helpersPosition = 0;
            namesChanged = true;
            startOffset = offset;
            endOffset = offset;
        } finally {
            stateLock.unlock();
        }
        gone.forEach(Segment::delete);
        ProducerSnapshots.deleteFrom(files, 0);
    }

    /// Writes the epochs, as they are, if they are not on disk.
    void persistEpochs() {
        String text = withState(LeaderEpochs::takeChanges);
        if (!text.isEmpty()) {
            LeaderEpochs.write(files.disk(), files.directory(), text);
        }
    }

    LogPosition position() {
        stateLock.lock();
        try {
            return positionLocked();
        } finally {
            stateLock.unlock();
        }
    }

    @GuardedBy("stateLock")
    private LogPosition positionLocked() {
        if (cut != null) {
            return cut;
        }
        Segment active = segments.active();
        return new LogPosition(
                change, startOffset, endOffset, active.baseOffset, active.size(), epochs.latest());
    }

    /// What a checkpoint has to write and sync so that the log survives up to a position.
    ///
    /// @param durable whether the journal has what lies behind the position
    /// @param epochs text of their file; empty if it is up to date
    /// @param snapshots of producers, by offset
    /// @param condemned segments to be deleted once the position is noted
    record Captured(
            LogPosition position,
            boolean durable,
            List<Capture> segments,
            String epochs,
            TreeMap<Long, ByteBuffer> snapshots,
            boolean namesChanged,
            List<Segment> condemned) {
        boolean isNothing() {
            return segments.isEmpty() && epochs.isEmpty() && snapshots.isEmpty() && !namesChanged;
        }
    }

    /// @param durable if not, the active segment is left as it is
    /// @param everything also what would only be faster to have: the log is about to be closed
    Captured capture(BooleanSupplier durable, boolean everything) {
        stateLock.lock();
        try {
            Segment active = segments.active();
            boolean isDurable = durable.getAsBoolean();
            boolean sealedOnly = !isDurable && !everything;
            boolean helpers =
                    !sealedOnly
                            && (everything
                                    || active.size() - helpersPosition >= HELPERS_EVERY_BYTES);
            List<Capture> captures = new ArrayList<>();
            for (int i = segments.all().size() - 1; i >= 0; i--) {
                Segment segment = segments.all().get(i);
                Capture capture = segment == active && sealedOnly ? null : segment.capture(helpers);
                if (capture != null) {
                    captures.add(capture);
                } else if (segment != active) {
                    break; // Those before were sealed earlier.
                }
            }
            if (helpers) {
                helpersPosition = active.size();
                if (endOffset != snapshotOffset || producers.isChanged()) {
                    snapshots.put(endOffset, producers.takeSnapshot());
                    snapshotOffset = endOffset;
                }
            }
            Captured captured =
                    new Captured(
                            sealedOnly ? positionLocked().atSegmentStart() : positionLocked(),
                            isDurable,
                            captures,
                            epochs.takeChanges(),
                            new TreeMap<>(snapshots),
                            namesChanged,
                            List.copyOf(condemned));
            condemned.clear();
            snapshots.clear();
            namesChanged = false;
            return captured;
        } finally {
            stateLock.unlock();
        }
    }

    /// Writes and syncs what was captured; then it survives.
    void persist(Captured captured) {
        if (!captured.epochs.isEmpty()) {
            LeaderEpochs.write(files.disk(), files.directory(), captured.epochs);
        }
        for (Capture capture : captured.segments) {
            try {
                capture.segment().persist(capture);
            } catch (SegmentGone e) {
                continue; // Deleted meanwhile; nobody needs it.
            }
            stateLock.lock();
            try {
                capture.segment().persisted(capture);
            } finally {
                stateLock.unlock();
            }
        }
        ProducerSnapshots.write(files, captured.snapshots, segments);
        if (captured.namesChanged || !captured.snapshots.isEmpty()) {
            files.disk().syncDirectory(files.directory());
        }
    }
}

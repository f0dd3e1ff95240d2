package io.zurau.log;

import io.zurau.log.ReadOutcome.Refused;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.record.RecordBatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// Finds slices of a log.
///
/// A consumer at the log's end reads where an append ended a moment ago, up to where another one
/// ended, so the ends of the last appends are remembered: no index is needed then.
///
/// **Guard:** none; it reads what the log publishes. A boundary is immutable.
final class LogReader {
    private static final int BOUNDARIES = 32;

    /// A batch ends, and the next begins, here.
    private record Boundary(long offset, Segment segment, int position) {}

    private final AtomicReferenceArray<@Nullable Boundary> boundaries =
            new AtomicReferenceArray<>(BOUNDARIES);
    private final AtomicInteger nextBoundary = new AtomicInteger();

    /// Remembers where an append ended.
    void appended(long endOffset, Segment segment) {
        int at = Math.floorMod(nextBoundary.getAndIncrement(), BOUNDARIES);
        boundaries.set(at, new Boundary(endOffset, segment, segment.size()));
    }

    /// What lies behind was taken away.
    void forget() {
        for (int i = 0; i < BOUNDARIES; i++) {
            boundaries.set(i, null);
        }
    }

    /// @param isolated whether to name the transactions that were aborted in what is read
    /// @throws SegmentGone if what is looked for was taken away meanwhile
    ReadOutcome read(
            LogContents contents,
            long fromOffset,
            int maxBytes,
            long untilOffset,
            boolean atLeastOneBatch,
            boolean isolated) {
        long end = contents.endOffset();
        long start = contents.startOffset();
        if (fromOffset < start || fromOffset > end) {
            return new Refused(
                    ErrorCode.OFFSET_OUT_OF_RANGE,
                    "Offset %d is not between %d and %d.".formatted(fromOffset, start, end));
        }
        long until = Math.min(untilOffset, end);
        if (fromOffset >= until) {
            return LogSlice.empty();
        }
        // One look at the segments: what others say of these transactions may be of no use here.
        Segments segments = contents.segments();
        LogSlice slice = slice(segments, fromOffset, maxBytes, until, atLeastOneBatch);
        return isolated && !slice.isEmpty()
                ? slice.with(TransactionIndex.between(segments, fromOffset, untilOffset))
                : slice;
    }

    private LogSlice slice(
            Segments segments, long from, int maxBytes, long until, boolean atLeastOneBatch) {
        int index = segments.indexHolding(from);
        Segment segment = segments.all().get(index);
        int position = positionOf(segment, from);
        while (position == segment.size() && index + 1 < segments.all().size()) {
            segment =
                    segments.all().get(++index); // Compaction left nothing behind the offset here.
            position = 0;
        }
        int limit = limit(segments, index, until);
        if (position >= limit) {
            return LogSlice.empty();
        }
        OpenFiles.Pin pin = segment.pin();
        int size = limit - position;
        if (size > maxBytes) {
            size = wholeBatches(segment, pin, position, maxBytes, atLeastOneBatch);
        }
        if (size == 0) {
            pin.close();
            return LogSlice.empty();
        }
        return LogSlice.of(pin, position, size);
    }

    /// Where in a segment the batches end that lie wholly below an offset.
    private int limit(Segments segments, int index, long until) {
        Segment segment = segments.all().get(index);
        boolean endsHere = segments.endOffsetOf(index, Long.MAX_VALUE) > until;
        return endsHere ? positionOf(segment, until) : segment.size();
    }

    private int positionOf(Segment segment, long offset) {
        if (offset <= segment.baseOffset) {
            return 0;
        }
        for (int i = 0; i < BOUNDARIES; i++) {
            Boundary boundary = boundaries.get(i);
            // Another segment of the same base is one that was compacted.
            if (boundary != null && boundary.offset == offset && boundary.segment == segment) {
                return boundary.position;
            }
        }
        return segment.positionOf(offset);
    }

    /// How many bytes, up to a maximum, are whole batches.
    private static int wholeBatches(
            Segment segment, OpenFiles.Pin pin, int position, int maxBytes, boolean atLeastOne) {
        long most = Math.min((long) position + maxBytes, segment.size());
        IndexEntries index = segment.offsets();
        int entry = index.floorByValue((int) most);
        if (entry >= 0 && index.value(entry) > position) {
            return index.value(entry) - position;
        }
        BatchScan scan = new BatchScan(pin.file(), position, segment.size(), BatchScan.SHORT_CHUNK);
        RecordBatch batch = scan.nextHeader();
        int end = position;
        while (batch != null && (scan.end() <= most || (atLeastOne && end == position))) {
            end = scan.end();
            batch = scan.nextHeader();
        }
        return end - position;
    }
}

package io.zurau.log;

import io.zurau.protocol.record.RecordBatch;
import java.util.Optional;

/// What of a log may be compacted now, and how much it is worth.
///
/// As in Kafka: sealed segments below the high watermark, none with a record younger than
/// `min.compaction.lag.ms`, nor of a transaction that is not decided. And only what recovery takes
/// as it is, see [SegmentReplacement]: decided is what a marker below that decides, as another may
/// be lost.
///
/// @param firstDirty below it, every key is there once at most
/// @param end exclusive; where a segment begins
/// @param cleanBytes of the segments wholly below `firstDirty`
/// @param dirtyBytes of the others
/// @param overdue whether one of those has waited for `max.compaction.lag.ms`
record Cleanable(
        PartitionLog log,
        LogContents contents,
        Segments segments,
        long firstDirty,
        long end,
        long cleanBytes,
        long dirtyBytes,
        boolean overdue) {

    /// Empty if there is nothing, or not enough. Opens the log only if there may be something.
    static Optional<Cleanable> of(PartitionLog log, long nowMs) {
        long cleaned = log.home().cleanedOffsets().of(log.partition());
        long sealedBelow = log.persistence().sealedBelow();
        boolean nothingNew = sealedBelow <= cleaned && cleaned <= log.line().position().endOffset();
        if (!log.config().compacts() || !log.isUsable() || !log.isOnDisk() || nothingNew) {
            return Optional.empty();
        }
        LogContents contents = log.access().asking(loaded -> loaded);
        long start = contents.startOffset();
        long firstDirty = cleaned < start || cleaned > contents.endOffset() ? start : cleaned;
        long limit = Math.min(log.highWatermark(), sealedBelow);
        Cleanable most = measure(log, contents, firstDirty, limit, nowMs);
        if (!most.isWorthIt()) {
            return Optional.empty();
        }
        long decided = decidedBelow(log.files(), most.end);
        Cleanable safe =
                decided >= most.end ? most : measure(log, contents, firstDirty, decided, nowMs);
        return Optional.of(safe).filter(Cleanable::isWorthIt);
    }

    /// Where the first transaction begins that is open where a segment begins, or that place. The
    /// producers' snapshot knows; if there is none, nothing is sure.
    private static long decidedBelow(LogFiles files, long segmentBase) {
        return ProducerSnapshots.at(files, segmentBase)
                .map(
                        producers ->
                                producers.values().stream()
                                        .mapToLong(ProducerState::transactionStart)
                                        .filter(start -> start != ProducerState.NONE)
                                        .min()
                                        .orElse(segmentBase))
                .orElse(-1L);
    }

    private static Cleanable measure(
            PartitionLog log, LogContents contents, long firstDirty, long limit, long nowMs) {
        CompactionConfig config = log.config().compaction();
        Segments segments = contents.segments();
        long end = segments.first().baseOffset;
        long cleanBytes = 0;
        long dirtyBytes = 0;
        boolean overdue = false;
        for (int i = 0; i + 1 < segments.all().size(); i++) {
            Segment segment = segments.all().get(i);
            long segmentEnd = segments.endOffsetOf(i, Long.MAX_VALUE);
            boolean dirty = segmentEnd > firstDirty;
            if (segmentEnd > limit
                    || (dirty && nowMs - segment.largestTimestamp() < config.minLagMs())) {
                break;
            }
            end = segmentEnd;
            if (dirty) {
                dirtyBytes += segment.size();
                overdue |= isOverdue(segment, nowMs, config.maxLagMs());
            } else {
                cleanBytes += segment.size();
            }
        }
        return new Cleanable(
                log, contents, segments, firstDirty, end, cleanBytes, dirtyBytes, overdue);
    }

    private static boolean isOverdue(Segment segment, long nowMs, long maxLagMs) {
        if (maxLagMs == Long.MAX_VALUE || segment.size() == 0) {
            return false;
        }
        try (OpenFiles.Pin pin = segment.pin()) {
            BatchScan scan = new BatchScan(pin.file(), 0, segment.size(), RecordBatch.HEADER_SIZE);
            RecordBatch first = scan.nextHeader();
            return first != null
                    && first.maxTimestamp() > 0
                    && nowMs - first.maxTimestamp() > maxLagMs;
        }
    }

    private boolean isWorthIt() {
        return dirtyBytes > 0
                && (overdue || dirtyPart() > log.config().compaction().minDirtyRatio());
    }

    /// Of all that may be compacted, which part is new.
    double dirtyPart() {
        return (double) dirtyBytes / (cleanBytes + dirtyBytes);
    }
}

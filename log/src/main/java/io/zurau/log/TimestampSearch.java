package io.zurau.log;

import io.zurau.protocol.record.RecordBatch;
import java.util.Optional;

/// Finds records by their time.
final class TimestampSearch {
    private final LogFiles files;
    private final Segments segments;
    private final long startOffset;

    /// @param startOffset records below are not found
    TimestampSearch(LogFiles files, Segments segments, long startOffset) {
        this.files = files;
        this.segments = segments;
        this.startOffset = startOffset;
    }

    /// The first record whose timestamp is not before the given one.
    Optional<TimestampedOffset> firstNotBefore(long timestampMs) {
        for (Segment segment : segments.from(startOffset)) {
            if (segment.size() > 0 && segment.largestTimestamp() >= timestampMs) {
                Optional<TimestampedOffset> found = first(segment, timestampMs);
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    /// The first record with the largest timestamp.
    Optional<TimestampedOffset> largest() {
        long largest = -1;
        for (Segment segment : segments.from(startOffset)) {
            if (segment.size() > 0) {
                largest = Math.max(largest, segment.largestTimestamp());
            }
        }
        return largest < 0 ? Optional.empty() : firstNotBefore(largest);
    }

    private Optional<TimestampedOffset> first(Segment segment, long timestampMs) {
        // All records up to the entry below are older.
        int entry = segment.times().floor(timestampMs - 1);
        long offset = entry < 0 ? 0 : segment.baseOffset + segment.times().value(entry);
        int position = segment.positionOf(Math.max(offset, startOffset));
        try (OpenFiles.Pin pin = segment.pin()) {
            BatchScan scan =
                    new BatchScan(pin.file(), position, segment.size(), BatchScan.SHORT_CHUNK);
            RecordBatch header = scan.nextHeader();
            while (header != null) {
                RecordBatch batch = header.maxTimestamp() >= timestampMs ? scan.whole() : null;
                if (batch != null) {
                    Optional<TimestampedOffset> found =
                            files.codecs().firstNotBefore(batch, timestampMs, startOffset);
                    if (found.isPresent()) {
                        return found;
                    }
                }
                header = scan.nextHeader();
            }
        }
        return Optional.empty();
    }
}

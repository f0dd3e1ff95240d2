package io.zurau.log;

import java.util.ArrayList;
import java.util.List;

/// Which segments of a log are not wanted any more.
///
/// As in Kafka: too old, when their newest record is (`retention.ms`); too much, when what is
/// behind them is at least `retention.bytes`; or wholly below the log's start. A segment with
/// records at or above the high watermark stays. The active one goes too, but only if it is too
/// old.
final class Retention {
    private final Segments segments;
    private final long endOffset;
    private final long highWatermark;

    Retention(Segments segments, long endOffset, long highWatermark) {
        this.segments = segments;
        this.endOffset = endOffset;
        this.highWatermark = highWatermark;
    }

    /// The oldest segments, up to the last that is to go.
    List<Segment> expired(LogConfig config, long startOffset, long nowMs) {
        int count = belowStart(startOffset);
        if (config.deletes()) {
            count = Math.max(count, Math.max(tooOld(config, nowMs), tooMuch(config)));
        }
        return new ArrayList<>(segments.all().subList(0, count));
    }

    private boolean isBelowHighWatermark(int index) {
        return segments.endOffsetOf(index, endOffset) <= highWatermark;
    }

    /// How many segments lie wholly below an offset.
    int belowStart(long startOffset) {
        int count = 0;
        while (count + 1 < segments.all().size()
                && segments.endOffsetOf(count, endOffset) <= startOffset) {
            count++;
        }
        return count;
    }

    private int tooOld(LogConfig config, long nowMs) {
        if (config.retentionMs() < 0) {
            return 0;
        }
        int count = 0;
        for (int i = 0; i < segments.all().size() && isBelowHighWatermark(i); i++) {
            Segment segment = segments.all().get(i);
            if (segment.size() == 0 && segment.isSealed()) {
                continue; // Compaction left nothing: it goes with the next.
            }
            long newest = segment.size() == 0 ? -1 : segment.largestTimestamp();
            if (newest < 0 || nowMs - newest <= config.retentionMs()) {
                break;
            }
            count = i + 1;
        }
        return count;
    }

    private int tooMuch(LogConfig config) {
        if (config.retentionBytes() < 0) {
            return 0;
        }
        long surplus = segments.sizeInBytes() - config.retentionBytes();
        int count = 0;
        while (count + 1 < segments.all().size() && isBelowHighWatermark(count)) {
            surplus -= segments.all().get(count).size();
            if (surplus < 0) {
                break;
            }
            count++;
        }
        return count;
    }
}

package io.zurau.log;

import java.util.List;

/// Takes records away from the beginning of a log.
///
/// **Guard:** runs under the log's `logLock`.
final class LogStart {
    private final PartitionLog log;
    private final LogContents contents;

    LogStart(PartitionLog log, LogContents contents) {
        this.log = log;
        this.contents = contents;
    }

    /// Takes away what lies below an offset.
    ///
    /// @return the log's start
    long deleteBefore(long offset) {
        long start = Math.min(offset, contents.endOffset());
        startAt(start);
        delete(contents.segments().all().subList(0, retention().belowStart(start)));
        return contents.startOffset();
    }

    /// Takes away what is too old or too much.
    ///
    /// @return how many segments
    int applyRetention(long nowMs) {
        List<Segment> gone = retention().expired(log.config(), contents.startOffset(), nowMs);
        if (gone.contains(contents.active())) {
            log.roll(contents, nowMs); // The log must keep one to append to.
        }
        if (!gone.isEmpty()) {
            int kept = contents.segments().all().indexOf(gone.getLast()) + 1;
            startAt(contents.segments().all().get(kept).baseOffset);
            delete(gone);
        }
        return gone.size();
    }

    private Retention retention() {
        return new Retention(contents.segments(), contents.endOffset(), log.highWatermark());
    }

    /// Files are deleted only after the journal knows that the log begins later.
    private void startAt(long start) {
        if (start > contents.startOffset()) {
            long change = contents.startAt(start);
            log.home().journal().awaitStored(log.journal(change, new LogChange.Started(start)));
        }
    }

    private void delete(List<Segment> gone) {
        for (Segment segment : gone) {
            log.home().probe().deletedSegment(segment.size());
        }
        contents.condemn(List.copyOf(gone));
    }
}

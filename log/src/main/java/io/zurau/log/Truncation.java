package io.zurau.log;

/// Takes records away from the end of a log.
///
/// The journal has to have it before a file is cut: otherwise, after a crash, bytes would be
/// missing that a checkpoint counts on. Then the log is opened anew from its files, so that
/// indexes, producers and epochs follow.
///
/// **Guard:** runs under the log's `logLock`.
final class Truncation {
    private final PartitionLog log;
    private final LogContents contents;

    Truncation(PartitionLog log, LogContents contents) {
        this.log = log;
        this.contents = contents;
    }

    /// @return whether there was anything to take away
    boolean truncateTo(long offset) {
        if (offset >= contents.endOffset()) {
            return false;
        }
        if (offset < contents.segments().first().baseOffset) {
            return startAt(offset);
        }
        // What is left is opened anew, and then counts as synced.
        log.persistence().persistEverything();
        Segments segments = contents.segments();
        Segment last = segments.holding(offset);
        Segment.Cut cut = last.cutAt(offset);
        int position = cut.position();
        long newEnd = cut.endOffset();
        log.home().cleanedOffsets().lower(log.partition(), newEnd);
        long start = Math.min(contents.startOffset(), newEnd);
        LogPosition end = contents.cut(start, newEnd, last.baseOffset, position);
        log.home()
                .journal()
                .awaitStored(
                        log.journal(
                                end.change(),
                                new LogChange.Truncated(newEnd, last.baseOffset, position)));
        log.persistence()
                .alone(
                        () -> {
                            contents.persistEpochs();
                            // The last first: whenever the power fails, there is no hole.
                            segments.all().reversed().stream()
                                    .filter(segment -> segment.baseOffset > last.baseOffset)
                                    .forEach(Segment::delete);
                            log.reload(end);
                        });
        return true;
    }

    boolean startAt(long offset) {
        log.home().cleanedOffsets().lower(log.partition(), offset);
        LogPosition end = contents.cut(offset, offset, offset, 0);
        log.home().journal().awaitStored(log.journal(end.change(), new LogChange.Reset(offset)));
        log.persistence()
                .alone(
                        () -> {
                            contents.reset(offset, log.home().clock().wallMs());
                            contents.persistEpochs();
                            log.reload(end);
                        });
        return true;
    }
}

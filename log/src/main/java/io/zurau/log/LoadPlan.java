package io.zurau.log;

/// What is known of a log whose files are about to be opened.
///
/// @param from how far it is known to be on disk
/// @param cut whether what lies behind is cut off; else it is kept as far as its batches are whole
/// @param snapshotsUpTo producer snapshots above this are not trusted
/// @param checkCrcs whether batches behind `from` are checked to the last byte, or only their
///   framing
/// @param mayBeLonger whether `cut` only holds if the files are not longer than that: if they are,
///   another broker has written since, and what it wrote is kept
/// @param gapless whether a segment begins where the one before ends; if one does not, what was
///   between them is lost, and it does not follow
record LoadPlan(
        LogPosition from,
        boolean cut,
        long snapshotsUpTo,
        boolean checkCrcs,
        boolean mayBeLonger,
        boolean gapless) {
    /// The journal has everything behind the position, or nobody was told of it.
    static LoadPlan cutAt(LogPosition position) {
        return new LoadPlan(position, true, position.endOffset(), true, false, false);
    }

    /// We stopped cleanly at the position.
    static LoadPlan closedAt(LogPosition position) {
        return new LoadPlan(position, true, position.endOffset(), true, true, false);
    }

    /// Behind the position there may be more, whole or torn: a log that is durable in memory only.
    static LoadPlan scanFrom(LogPosition position) {
        return new LoadPlan(position, false, position.endOffset(), true, false, true);
    }

    /// The same, but another broker wrote it, and may have compacted it.
    static LoadPlan writtenSince(LogPosition position) {
        return new LoadPlan(position, false, position.endOffset(), true, false, false);
    }

    /// Apache Kafka was killed; it had synced what lies below the recovery point.
    static LoadPlan foreign(long startOffset, long recoveryPoint) {
        LogPosition from = new LogPosition(0, startOffset, recoveryPoint, recoveryPoint, 0, -1);
        return new LoadPlan(from, false, recoveryPoint, true, false, false);
    }

    /// Apache Kafka stopped cleanly: all there is, is good.
    static LoadPlan trust(long startOffset) {
        LogPosition all = new LogPosition(0, startOffset, 0, 0, 0, -1);
        return new LoadPlan(all, false, Long.MAX_VALUE, false, false, false);
    }
}

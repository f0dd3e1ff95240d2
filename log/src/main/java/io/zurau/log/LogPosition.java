package io.zurau.log;

/// How far a log has come: its state up to a change, as a checkpoint notes it.
///
/// @param change number of the last change that is part of it
/// @param startOffset of the log, inclusive
/// @param endOffset of the log, exclusive
/// @param segmentBase base offset of the segment that was active
/// @param position where that segment ends
/// @param latestEpoch -1 for none
record LogPosition(
        long change,
        long startOffset,
        long endOffset,
        long segmentBase,
        int position,
        int latestEpoch) {
    static final LogPosition EMPTY = new LogPosition(0, 0, 0, 0, 0, -1);

    /// Whether there never was a record.
    boolean isAtOrigin() {
        return startOffset == 0 && endOffset == 0 && segmentBase == 0 && position == 0;
    }

    /// Without the active segment's records.
    LogPosition atSegmentStart() {
        return new LogPosition(change, startOffset, segmentBase, segmentBase, 0, latestEpoch);
    }
}

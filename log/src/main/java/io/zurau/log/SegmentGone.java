package io.zurau.log;

/// A segment was deleted before its file could be opened. Who looks for the offset again finds that
/// it is out of range.
final class SegmentGone extends RuntimeException {
    SegmentGone(String path) {
        super("Segment " + path + " is deleted.", null, false, false);
    }
}

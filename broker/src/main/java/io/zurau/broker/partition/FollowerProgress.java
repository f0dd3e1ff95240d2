package io.zurau.broker.partition;

/// What a follower has of a partition, as its last fetch told.
///
/// @param startOffset inclusive: where its log starts; -1 if it did not say
/// @param storedEndOffset exclusive: the end of what it has stored
public record FollowerProgress(int nodeId, long startOffset, long storedEndOffset) {
    /// Whether it can give what lies from an offset on, or will as soon as there is something.
    public boolean has(long offset) {
        return startOffset >= 0 && startOffset <= offset && offset <= storedEndOffset;
    }
}

package io.zurau.coordinator.share;

/// Records that follow one another and fared alike.
///
/// @param firstOffset inclusive
/// @param lastOffset inclusive
/// @param deliveryState one of [#AVAILABLE], [#ACKNOWLEDGED], [#ARCHIVED]
/// @param deliveryCount how often they were delivered
public record StateBatch(
        long firstOffset, long lastOffset, byte deliveryState, short deliveryCount) {
    public static final byte AVAILABLE = 0;

    /// Accepted by a consumer; never delivered again.
    public static final byte ACKNOWLEDGED = 2;

    /// Rejected, delivered too often or gone; never delivered again.
    public static final byte ARCHIVED = 4;

    /// Whether delivery is over.
    public boolean isDone() {
        return deliveryState != AVAILABLE;
    }

    boolean fared(StateBatch other) {
        return deliveryState == other.deliveryState && deliveryCount == other.deliveryCount;
    }

    StateBatch from(long offset) {
        return new StateBatch(offset, lastOffset, deliveryState, deliveryCount);
    }

    StateBatch upTo(long offset) {
        return new StateBatch(firstOffset, offset, deliveryState, deliveryCount);
    }
}

package io.zurau.coordinator.share;

import java.util.List;

/// What is known of one share partition.
///
/// @param snapshotEpoch counts its snapshots
/// @param stateEpoch grows whenever its group begins anew in it; an older one is refused
/// @param leaderEpoch of the partition's leader that read the state last
/// @param startOffset delivery of everything below is over; [#NOT_STARTED] until it is known where
///   the group begins
/// @param deliveryCompleteCount of how many records at and above the start delivery is over; -1 if
///   nobody has said
/// @param batches of records at and above the start, ascending, without overlaps
/// @param createMs when this was snapshotted last because of news, on the wall clock
/// @param writeMs when this was snapshotted last, on the wall clock
public record ShareState(
        int snapshotEpoch,
        int stateEpoch,
        int leaderEpoch,
        long startOffset,
        int deliveryCompleteCount,
        List<StateBatch> batches,
        long createMs,
        long writeMs) {
    public static final long NOT_STARTED = -1;
    static final int UNKNOWN_COUNT = -1;
    static final int UNKNOWN_EPOCH = -1;

    public ShareState {
        batches = List.copyOf(batches);
    }

    static ShareState begun(int snapshotEpoch, int stateEpoch, long startOffset, long nowMs) {
        return new ShareState(
                snapshotEpoch,
                stateEpoch,
                0,
                startOffset,
                startOffset == NOT_STARTED ? UNKNOWN_COUNT : 0,
                List.of(),
                nowMs,
                nowMs);
    }

    /// News of a share partition.
    ///
    /// @param leaderEpoch -1 if it stays
    /// @param startOffset -1 if it stays
    record Update(
            int leaderEpoch,
            long startOffset,
            int deliveryCompleteCount,
            List<StateBatch> batches) {}

    /// The update without what comes late: the start never moves back, and at the same start the
    /// count never falls.
    Update inOrder(Update update) {
        int count =
                update.startOffset > startOffset
                        ? update.deliveryCompleteCount
                        : update.startOffset == startOffset
                                ? Math.max(update.deliveryCompleteCount, deliveryCompleteCount)
                                : deliveryCompleteCount;
        long start = Math.max(update.startOffset, startOffset);
        return new Update(
                update.leaderEpoch,
                start,
                count,
                StateBatches.merge(List.of(), update.batches, start));
    }

    ShareState with(Update news) {
        Update update = inOrder(news);
        return new ShareState(
                snapshotEpoch,
                stateEpoch,
                update.leaderEpoch == UNKNOWN_EPOCH ? leaderEpoch : update.leaderEpoch,
                update.startOffset,
                update.deliveryCompleteCount,
                StateBatches.merge(batches, update.batches, update.startOffset),
                createMs,
                writeMs);
    }

    /// The same as the next snapshot, made because of news.
    ShareState snapshot(long nowMs) {
        return snapshot(nowMs, nowMs);
    }

    /// The same as the next snapshot, made although there is nothing new.
    ShareState coldSnapshot(long nowMs) {
        return snapshot(createMs, nowMs);
    }

    private ShareState snapshot(long newCreateMs, long nowMs) {
        return new ShareState(
                snapshotEpoch + 1,
                stateEpoch,
                leaderEpoch,
                startOffset,
                deliveryCompleteCount,
                batches,
                newCreateMs,
                nowMs);
    }

    boolean isCold() {
        return createMs != writeMs;
    }
}

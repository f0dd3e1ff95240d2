package io.zurau.coordinator.group.kind;

/// How soon a member shall say something again. News travels with the answers to heartbeats: a
/// member that joins has its partitions once all others have been told, so the interval is what a
/// rebalance takes.
///
/// Differs from Kafka: there it is five seconds for every group. Here small groups are told sooner,
/// unless somebody set the interval: at a hundred heartbeats a second and group at most, and at
/// about a thousand a second of all groups that this broker coordinates.
public final class HeartbeatPace {
    private static final int MS_PER_MEMBER = 10;
    private static final int LEAST_MS = 500;

    /// Others are about to give up what the member waits for.
    private static final int WAITING_MS = 200;

    /// A group of one member makes two things: itself, and the member's timer.
    private static final int THINGS_PER_MS = 2;

    private static final int THINGS_PER_WAITING_MS = 20;

    private HeartbeatPace() {}

    /// @param configuredMs what is set, or the default, which is never exceeded
    /// @param isSet whether somebody set it: then it holds
    /// @param crowd things that this broker's coordinators remember
    /// @param waits whether the member waits for partitions that others still own
    public static int intervalMs(
            int configuredMs, boolean isSet, int members, int crowd, boolean waits) {
        if (isSet) {
            return configuredMs;
        }
        long paced =
                waits
                        ? Math.max(WAITING_MS, crowd / THINGS_PER_WAITING_MS)
                        : Math.max(
                                Math.max((long) members * MS_PER_MEMBER, LEAST_MS),
                                crowd / THINGS_PER_MS);
        return (int) Math.min(paced, configuredMs);
    }
}

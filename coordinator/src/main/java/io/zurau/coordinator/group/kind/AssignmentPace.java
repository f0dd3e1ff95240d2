package io.zurau.coordinator.group.kind;

import io.zurau.coordinator.Turn;

/// How soon a group may be assigned anew.
///
/// Differs from Kafka: an assignment that the wall clock says is still to come holds nothing up.
/// There a group waits until the clock is where it was.
public final class AssignmentPace {
    private AssignmentPace() {}

    /// @param assignedMs when the last assignment was made, by the wall clock; 0 if there is none,
    ///   or it counts no more
    /// @param intervalMs the least time between two
    public static boolean isDue(long assignedMs, int intervalMs, Turn<GroupTimer> turn) {
        long ageMs = turn.nowMs() - assignedMs;
        return assignedMs == 0 || ageMs < 0 || ageMs >= intervalMs;
    }
}

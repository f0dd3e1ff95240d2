package io.zurau.coordinator.group.consumer;

import io.zurau.coordinator.group.kind.Assignment;
import io.zurau.protocol.Uuid;

/// How far a member has come towards its target assignment.
///
/// @param epoch that it has reached; [#LEFT_FOR_A_WHILE] for a static member that is away
/// @param previousEpoch accepted as well, from a member that has not heard of its epoch yet
/// @param assigned what it may use
/// @param revoking what it was told to give up, but may still use
public record Progress(int epoch, int previousEpoch, State state, Owned assigned, Owned revoking) {
    static final int LEFT_FOR_A_WHILE = -2;
    static final int GONE = -1;

    /// Of a member that has just come.
    static final Progress NEW = new Progress(0, -1, State.STABLE, Owned.NONE, Owned.NONE);

    /// The numbers are Kafka's.
    public enum State {
        STABLE(0),

        /// It has to give up partitions first.
        UNREVOKED_PARTITIONS(1),

        /// Others have to give up partitions that it shall get.
        UNRELEASED_PARTITIONS(2),

        /// Written by a version of the coordinator that knew more.
        UNKNOWN(127);

        private final byte number;

        State(int number) {
            this.number = (byte) number;
        }

        byte number() {
            return number;
        }

        static State of(byte number) {
            for (State state : values()) {
                if (state.number == number) {
                    return state;
                }
            }
            return UNKNOWN;
        }
    }

    /// Whether it works by the target assignment of that epoch.
    boolean hasReached(int assignmentEpoch) {
        return state == State.STABLE && epoch == assignmentEpoch;
    }

    Progress to(int newEpoch, State newState, Owned newAssigned, Owned newRevoking) {
        return new Progress(newEpoch, epoch, newState, newAssigned, newRevoking);
    }

    /// A static member goes, and is expected back.
    Progress away() {
        return new Progress(
                LEFT_FOR_A_WHILE,
                previousEpoch,
                state,
                Owned.at(0, assigned.partitions()),
                Owned.NONE);
    }

    /// A static member came back under another id.
    Progress back() {
        return new Progress(0, 0, state, assigned, revoking);
    }

    Progress gone() {
        return new Progress(GONE, GONE, state, Owned.NONE, Owned.NONE);
    }

    /// All that it owns or still uses.
    public Assignment used() {
        return assigned.partitions().plus(revoking.partitions());
    }

    /// Whether it owns or still uses the partition.
    public boolean holds(Uuid topic, int partition) {
        return assigned.has(topic, partition) || revoking.has(topic, partition);
    }
}

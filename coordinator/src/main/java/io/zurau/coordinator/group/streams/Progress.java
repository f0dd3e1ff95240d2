package io.zurau.coordinator.group.streams;

import io.zurau.protocol.message.StreamsGroupCurrentMemberAssignmentValue;

/// How far a member has come on its way to its target.
///
/// @param epoch that the member is to send; 0 while it joins, -2 while a static member is away
/// @param previousEpoch that it may send again, if it did not get our answer
/// @param held the tasks that it is told to have
/// @param revoking the tasks that it still may have, and is to give up
record Progress(int epoch, int previousEpoch, State state, HeldTasks held, HeldTasks revoking) {
    static final Progress JOINING =
            new Progress(0, 0, State.STABLE, HeldTasks.NONE, HeldTasks.NONE);

    /// As it is stored; the numbers are Kafka's.
    enum State {
        STABLE(1),
        /// It must give up tasks before it is told more.
        UNREVOKED_TASKS(2),
        /// It waits for tasks that others have.
        UNRELEASED_TASKS(3),
        /// Stored by a broker that knows more states.
        UNKNOWN(127);

        private final byte number;

        State(int number) {
            this.number = (byte) number;
        }

        private static State of(byte number) {
            for (State state : values()) {
                if (state.number == number) {
                    return state;
                }
            }
            return UNKNOWN;
        }
    }

    /// Whether it has what it shall have.
    boolean isAt(int targetEpoch) {
        return state == State.STABLE && epoch == targetEpoch;
    }

    static Progress of(StreamsGroupCurrentMemberAssignmentValue value) {
        return new Progress(
                value.memberEpoch(),
                value.previousMemberEpoch(),
                State.of(value.state()),
                HeldTasks.read(
                        value.activeTasks(),
                        value.standbyTasks(),
                        value.warmupTasks(),
                        value.memberEpoch()),
                HeldTasks.read(
                        value.activeTasksPendingRevocation(),
                        value.standbyTasksPendingRevocation(),
                        value.warmupTasksPendingRevocation(),
                        value.memberEpoch()));
    }

    StreamsGroupCurrentMemberAssignmentValue stored() {
        return StreamsGroupCurrentMemberAssignmentValue.builder()
                .memberEpoch(epoch)
                .previousMemberEpoch(previousEpoch)
                .state(state.number)
                .activeTasks(held.activeLists())
                .standbyTasks(HeldTasks.lists(held.standby()))
                .warmupTasks(HeldTasks.lists(held.warmup()))
                .activeTasksPendingRevocation(revoking.activeLists())
                .standbyTasksPendingRevocation(HeldTasks.lists(revoking.standby()))
                .warmupTasksPendingRevocation(HeldTasks.lists(revoking.warmup()))
                .build();
    }
}

package io.zurau.coordinator;

/// Gives a machine what its log has.
record Replaying(StateMachine<?, ?> machine) implements CoordinatorLog.Sink {
    @Override
    public void record(CoordinatorRecord record) {
        machine.replay(record);
    }

    @Override
    public void transactional(long producerId, CoordinatorRecord record) {
        machine.replayPending(producerId, record);
    }

    @Override
    public void transactionEnded(long producerId, boolean committed) {
        machine.replayEnd(producerId, committed);
    }
}

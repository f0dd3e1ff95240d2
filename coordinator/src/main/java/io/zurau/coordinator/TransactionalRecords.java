package io.zurau.coordinator;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Gives a machine the records of a log, those of transactions only once they are committed.
///
/// **Guard:** the thread of the shard.
final class TransactionalRecords implements CoordinatorLog.Sink {
    private final StateMachine<?, ?> machine;
    private final Map<Long, List<CoordinatorRecord>> open = new HashMap<>(); // By producer id.

    TransactionalRecords(StateMachine<?, ?> machine) {
        this.machine = machine;
    }

    @Override
    public void record(CoordinatorRecord record) {
        machine.replay(record);
    }

    @Override
    public void transactional(long producerId, CoordinatorRecord record) {
        open.computeIfAbsent(producerId, id -> new ArrayList<>()).add(record);
    }

    @Override
    public void transactionEnded(long producerId, boolean committed) {
        List<CoordinatorRecord> records = open.remove(producerId);
        if (committed && records != null) {
            records.forEach(machine::replay);
        }
    }
}

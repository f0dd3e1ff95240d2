package io.zurau.broker.data;

import io.zurau.broker.RequestHandler;
import io.zurau.broker.partition.Partitions;
import io.zurau.broker.partition.Replication;
import io.zurau.runtime.Seams;
import java.util.List;

/// The handlers of the APIs that write and read records.
public final class DataHandlers {
    /// For each so much of the heap, one partition in a fetch session, which takes up to a half of
    /// it.
    private static final long BYTES_PER_PARTITION = 1_024;

    private DataHandlers() {}

    public static List<RequestHandler<?>> handlers(
            Partitions partitions,
            FetchLimits limits,
            Replication replication,
            Confirmation coordinators,
            Seams seams) {
        FetchSessions sessions =
                new FetchSessions(
                        limits.sessions(),
                        Runtime.getRuntime().maxMemory() / BYTES_PER_PARTITION,
                        limits.sessionEvictionAge(),
                        seams.clock(),
                        seams.randomness());
        return List.of(
                new ProduceHandler(partitions, coordinators, seams.clock()),
                new FetchHandler(partitions, sessions, limits, replication, seams.clock()),
                new ListOffsetsHandler(partitions),
                new DeleteRecordsHandler(partitions),
                new OffsetForLeaderEpochHandler(partitions));
    }
}

package io.zurau.client;

import io.zurau.protocol.TopicPartition;
import java.util.List;

/// The state of a transactional id.
///
/// @param coordinator the node
/// @param state as Kafka calls it: `Ongoing`, `CompleteCommit` …
/// @param startMs when the transaction that is open began, since 1970-01-01 UTC; -1 if none is
/// @param partitions that the open transaction has written to
public record TransactionDescription(
        String transactionalId,
        int coordinator,
        long producerId,
        int producerEpoch,
        String state,
        int timeoutMs,
        long startMs,
        List<TopicPartition> partitions) {

    /// What a list of them tells of one.
    public record Listed(String transactionalId, int coordinator, long producerId, String state) {}
}

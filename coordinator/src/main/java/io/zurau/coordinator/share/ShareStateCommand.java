package io.zurau.coordinator.share;

import io.zurau.coordinator.Reply;
import io.zurau.protocol.Uuid;
import java.util.List;
import java.util.Set;

/// What a shard of share states is asked to do.
sealed interface ShareStateCommand {
    /// A group begins in a partition, or begins anew.
    ///
    /// @param startOffset -1 if the partition's leader shall find out
    record Initialize(
            SharePartitionKey key, int stateEpoch, long startOffset, Reply<ShareStateOutcome> reply)
            implements ShareStateCommand {}

    /// A partition's leader begins to serve the group.
    record Read(SharePartitionKey key, int leaderEpoch, Reply<ShareStateOutcome> reply)
            implements ShareStateCommand {}

    /// Tells what has happened to records.
    record Write(
            SharePartitionKey key,
            int stateEpoch,
            int leaderEpoch,
            long startOffset,
            int deliveryCompleteCount,
            List<StateBatch> batches,
            Reply<ShareStateOutcome> reply)
            implements ShareStateCommand {}

    record Delete(SharePartitionKey key, Reply<ShareStateOutcome> reply)
            implements ShareStateCommand {}

    /// Like [Read], of anybody who only wants to know. What is not known is no error.
    record Summarize(SharePartitionKey key, Reply<ShareStateOutcome> reply)
            implements ShareStateCommand {}

    /// Forgets the partitions of all topics but these.
    record KeepTopics(Set<Uuid> topicIds, Reply<ShareStateOutcome> reply)
            implements ShareStateCommand {}
}

package io.zurau.broker.transaction;

import io.zurau.broker.coordinator.CoordinatorTopic;
import io.zurau.broker.partition.Located;
import io.zurau.broker.partition.PartitionLeader;
import io.zurau.broker.partition.Partitions;
import io.zurau.broker.partition.PendingAck;
import io.zurau.broker.partition.TransactionMarker;
import io.zurau.coordinator.LogEntry;
import io.zurau.coordinator.Pending;
import io.zurau.coordinator.group.GroupCoordinator;
import io.zurau.log.AppendOutcome;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.TopicPartition;
import io.zurau.runtime.Clock;
import io.zurau.runtime.StorageFailure;
import java.time.Duration;

/// Writes ends of transactions into partitions that this broker leads. Those of
/// `__consumer_offsets` go through the group coordinator, which has offsets that wait for them.
final class MarkerAppender {
    /// How long replicas may take to store a marker.
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Partitions partitions;
    private final CoordinatorTopic groupsTopic;
    private final GroupCoordinator groups;
    private final Clock clock;

    MarkerAppender(
            Partitions partitions,
            CoordinatorTopic groupsTopic,
            GroupCoordinator groups,
            Clock clock) {
        this.partitions = partitions;
        this.groupsTopic = groupsTopic;
        this.groups = groups;
        this.clock = clock;
    }

    /// Appends at once.
    ///
    /// @return `NONE` once it is stored by every in-sync replica, or why not
    Pending<ErrorCode> append(TopicPartition partition, TransactionMarker marker) {
        try {
            return appended(partition, marker);
        } catch (StorageFailure e) {
            return Pending.done(ErrorCode.KAFKA_STORAGE_ERROR); // Others have their marker.
        }
    }

    private Pending<ErrorCode> appended(TopicPartition partition, TransactionMarker marker) {
        return switch (partitions.find(partition.topic(), partition.partition())) {
            case Located.NotHere notHere -> Pending.done(notHere.code());
            case Located.Here here when partition.topic().equals(groupsTopic.name()) ->
                    offsets(here.leader(), marker);
            case Located.Here here -> {
                PendingAck ack = here.leader().transactions().end(marker);
                yield ack.outcome() instanceof AppendOutcome.Refused refused
                        ? Pending.done(refused.code())
                        : () -> ack.await(clock.deadline(PATIENCE));
            }
        };
    }

    private Pending<ErrorCode> offsets(PartitionLeader leader, TransactionMarker marker) {
        int meantFor = marker.leaderEpoch();
        if (meantFor != TransactionMarker.UNKNOWN && meantFor != leader.leaderEpoch()) {
            return Pending.done(ErrorCode.NOT_LEADER_OR_FOLLOWER);
        }
        return groups.endTransaction(
                leader.topicPartition().partition(),
                new LogEntry.Ended(
                        new LogEntry.Producer(marker.producerId(), marker.producerEpoch()),
                        marker.coordinatorEpoch(),
                        marker.committed(),
                        marker.bumped(),
                        marker.transaction()));
    }
}

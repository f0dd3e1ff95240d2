package io.zurau.broker.partition;

import java.time.Duration;
import java.util.function.Consumer;

/// What all partitions of this broker need to know about replication.
///
/// @param nodeId this broker
/// @param maxLag how long a follower may have less than everything before it leaves the in-sync
///   replicas
/// @param servesFromFollowers whether consumers may be sent to followers, so that these should hear
///   of the high watermark at once (KIP-392)
/// @param quotas what throttled replicas may cost
/// @param inSyncChanges is told of a leader one of whose followers may come in sync; must not block
public record Replication(
        int nodeId,
        Duration maxLag,
        boolean servesFromFollowers,
        ReplicationQuotas quotas,
        Consumer<PartitionLeader> inSyncChanges) {}

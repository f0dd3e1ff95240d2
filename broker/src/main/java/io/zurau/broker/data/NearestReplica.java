package io.zurau.broker.data;

import io.zurau.broker.partition.FollowerProgress;
import io.zurau.broker.partition.PartitionLeader;
import io.zurau.broker.partition.Partitions;
import io.zurau.metadata.image.BrokerImage;
import io.zurau.metadata.image.ClusterImage;
import java.util.Comparator;
import java.util.OptionalInt;

/// Sends a consumer to a replica in its own rack (KIP-392, as Kafka's `RackAwareReplicaSelector`).
///
/// @param rack the consumer's; empty if it stays with the leader
/// @param listener the one that the consumer came by
record NearestReplica(String rack, String listener, Partitions partitions) {

    /// The follower to read from; empty if that is the leader. Only one that is in sync and has
    /// what lies at the offset: others could fall behind, and the consumer with them.
    OptionalInt choose(PartitionLeader leader, long offset) {
        if (rack.isEmpty()) {
            return OptionalInt.empty();
        }
        ClusterImage image = partitions.image();
        if (isHere(leader.image().leader(), image)) {
            return OptionalInt.empty();
        }
        return leader.inSyncFollowers().stream()
                .filter(follower -> follower.has(offset) && isHere(follower.nodeId(), image))
                .max(Comparator.comparingLong(FollowerProgress::storedEndOffset))
                .map(follower -> OptionalInt.of(follower.nodeId()))
                .orElse(OptionalInt.empty());
    }

    private boolean isHere(int nodeId, ClusterImage image) {
        return image.broker(nodeId).filter(this::isHere).isPresent();
    }

    private boolean isHere(BrokerImage broker) {
        return rack.equals(broker.rack())
                && !broker.fenced()
                && broker.endpoint(listener).isPresent();
    }
}

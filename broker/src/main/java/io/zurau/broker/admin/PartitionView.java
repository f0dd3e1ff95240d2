package io.zurau.broker.admin;

import io.zurau.metadata.image.BrokerImage;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.image.PartitionImage;
import io.zurau.protocol.ErrorCode;
import java.util.List;

/// A partition as a client on one listener sees it: brokers that it cannot reach are offline to it,
/// and so are replicas in log directories that have failed.
///
/// @param leader node id, -1 if the client can reach none
record PartitionView(
        ErrorCode error,
        int leader,
        int leaderEpoch,
        List<Integer> replicas,
        List<Integer> inSync,
        List<Integer> offline) {

    /// @param ifUnreachable what to say if the leader lives, but not on this listener
    static PartitionView of(
            PartitionImage partition,
            ClusterImage image,
            String listener,
            ErrorCode ifUnreachable) {
        List<Integer> offline =
                partition.replicas().stream()
                        .filter(node -> isOffline(node, partition, image, listener))
                        .toList();
        boolean led = isReachable(partition.leader(), image, listener);
        return new PartitionView(
                led ? ErrorCode.NONE : trouble(partition, image, ifUnreachable),
                led ? partition.leader() : PartitionImage.NO_LEADER,
                partition.leaderEpoch(),
                partition.replicas(),
                partition.inSync(),
                offline);
    }

    private static boolean isOffline(
            int nodeId, PartitionImage partition, ClusterImage image, String listener) {
        return !isReachable(nodeId, image, listener)
                || image.broker(nodeId)
                        .filter(broker -> broker.hasLost(partition.directoryOf(nodeId)))
                        .isPresent();
    }

    private static ErrorCode trouble(
            PartitionImage partition, ClusterImage image, ErrorCode ifUnreachable) {
        BrokerImage leader = image.brokers().get(partition.leader());
        return leader == null || leader.fenced() ? ErrorCode.LEADER_NOT_AVAILABLE : ifUnreachable;
    }

    static boolean isReachable(int nodeId, ClusterImage image, String listener) {
        BrokerImage broker = image.brokers().get(nodeId);
        return broker != null && !broker.fenced() && broker.endpoint(listener).isPresent();
    }
}

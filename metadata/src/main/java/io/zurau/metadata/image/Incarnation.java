package io.zurau.metadata.image;

import io.zurau.protocol.Uuid;
import java.util.Optional;
import java.util.OptionalLong;

/// One start of a broker's process. Two processes with the same node id, by mistake, are two
/// incarnations: the one that registered last counts, and the other must not speak in its name.
///
/// @param id changes with each start
public record Incarnation(int nodeId, Uuid id) {
    /// The epoch of its registration; empty if it is not registered, or another one is.
    public OptionalLong epoch(ClusterImage cluster) {
        Optional<BrokerImage> broker = cluster.broker(nodeId);
        return broker.isPresent() && broker.get().incarnationId().equals(id)
                ? OptionalLong.of(broker.get().epoch())
                : OptionalLong.empty();
    }

    /// Whether another one has registered with the node's id.
    public boolean isDisplaced(ClusterImage cluster) {
        return cluster.broker(nodeId).isPresent() && epoch(cluster).isEmpty();
    }
}

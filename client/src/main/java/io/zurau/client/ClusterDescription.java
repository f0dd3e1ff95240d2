package io.zurau.client;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The nodes of a cluster, as one broker knows them.
///
/// @param controllerId the node that leads the metadata quorum, or -1 if nobody does
/// @param nodes by id; fenced ones too, where the broker tells about them
public record ClusterDescription(String clusterId, int controllerId, List<Node> nodes) {
    /// A broker.
    ///
    /// @param rack null if it has none
    /// @param fenced it is registered, but does not serve clients now
    public record Node(int id, BrokerAddress address, @Nullable String rack, boolean fenced) {}
}

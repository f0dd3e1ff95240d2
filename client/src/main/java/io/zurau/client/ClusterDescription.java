package io.zurau.client;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The nodes of a cluster, as one broker knows them.
///
/// @param quorum who takes part in the metadata log
/// @param nodes by id; fenced ones too, where the broker tells about them
public record ClusterDescription(String clusterId, Quorum quorum, List<Node> nodes) {
    /// The nodes that keep the metadata log.
    ///
    /// @param leader the active controller, or -1 if there is none
    /// @param voters all that vote, the leader too; empty where the brokers do not tell
    public record Quorum(int leader, List<Integer> voters) {}

    /// A broker.
    ///
    /// @param rack null if it has none
    /// @param fenced it is registered, but does not serve clients now
    public record Node(int id, BrokerAddress address, @Nullable String rack, boolean fenced) {}
}

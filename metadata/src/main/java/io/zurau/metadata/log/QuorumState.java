package io.zurau.metadata.log;

import io.zurau.protocol.Uuid;
import java.util.List;

/// What the quorum of the metadata log looks like from this node.
///
/// @param endOffset exclusive: what is committed, as far as this node knows
/// @param voters by node id
/// @param observers nodes that follow without a vote, as far as this node knows; by node id
public record QuorumState(
        Leadership leadership, long endOffset, List<Member> voters, List<Member> observers) {

    /// One node of the quorum.
    ///
    /// @param directoryId zero where unknown
    /// @param host where the quorum reaches it; empty where unknown
    /// @param endOffset of its copy of the log, -1 where unknown
    /// @param lastFetchMs when it last asked, in wall-clock milliseconds, -1 where unknown
    /// @param lastCaughtUpMs when it last had everything, likewise
    public record Member(
            int nodeId,
            Uuid directoryId,
            String host,
            int port,
            long endOffset,
            long lastFetchMs,
            long lastCaughtUpMs) {}

    public QuorumState {
        voters = List.copyOf(voters);
        observers = List.copyOf(observers);
    }
}

package io.zurau.metadata.control;

import io.zurau.protocol.Uuid;
import java.util.List;

/// Who the leader of a partition says is in sync.
///
/// @param leaderEpoch of the leader that says so
/// @param partitionEpoch of the partition as the leader knew it
/// @param inSync with the leader itself
/// @param recovered whether the leader needs no recovery (any more) from an unclean election
public record InSyncChange(
        Uuid topicId,
        int partition,
        int leaderEpoch,
        int partitionEpoch,
        List<Member> inSync,
        boolean recovered) {
    public InSyncChange {
        inSync = List.copyOf(inSync);
    }

    /// A replica in sync.
    ///
    /// @param brokerEpoch of the broker's incarnation that caught up; -1 means whichever runs
    public record Member(int nodeId, long brokerEpoch) {}
}

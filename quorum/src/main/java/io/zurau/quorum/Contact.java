package io.zurau.quorum;

import java.util.ArrayList;
import java.util.List;
import org.apache.ratis.proto.RaftProtos.ServerRpcProto;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;

/// What a leader knows of a follower.
///
/// @param matchIndex the last entry that the follower is known to have
/// @param elapsedMs since it was heard last
record Contact(int nodeId, long matchIndex, long elapsedMs) {
    /// Of all followers; none if this node does not lead.
    static List<Contact> of(RaftServer.Division division) {
        long[] matches = division.getInfo().getFollowerMatchIndices();
        List<ServerRpcProto> followers =
                division.getInfo().getRoleInfoProto().getLeaderInfo().getFollowerInfoList();
        List<Contact> contacts = new ArrayList<>();
        // Both lists are of the same followers in the same order, unless the voters just changed.
        if (matches == null || matches.length != followers.size()) {
            return contacts;
        }
        for (int i = 0; i < matches.length; i++) {
            ServerRpcProto follower = followers.get(i);
            contacts.add(
                    new Contact(
                            Voter.nodeId(RaftPeerId.valueOf(follower.getId().getId())),
                            matches[i],
                            follower.getLastRpcElapsedTimeMs()));
        }
        return contacts;
    }
}

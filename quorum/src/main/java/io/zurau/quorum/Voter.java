package io.zurau.quorum;

import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;

/// A node that votes, and where the quorum reaches it.
public record Voter(int nodeId, String host, int port) {
    static Voter of(RaftPeer peer) {
        String address = peer.getAddress();
        int colon = address.lastIndexOf(':');
        return new Voter(
                nodeId(peer.getId()),
                address.substring(0, colon),
                Integer.parseInt(address.substring(colon + 1)));
    }

    /// To Ratis a voter is called by its node id.
    static RaftPeerId peerId(int nodeId) {
        return RaftPeerId.valueOf(Integer.toString(nodeId));
    }

    static int nodeId(RaftPeerId id) {
        return Integer.parseInt(id.toString());
    }

    RaftPeerId peerId() {
        return peerId(nodeId);
    }

    RaftPeer peer() {
        return RaftPeer.newBuilder().setId(peerId()).setAddress(host + ":" + port).build();
    }

    @Override
    public String toString() {
        return nodeId + "@" + host + ":" + port;
    }
}

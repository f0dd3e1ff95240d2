package io.zurau.quorum;

import io.zurau.protocol.MalformedMessage;
import io.zurau.protocol.record.CorruptRecords;
import io.zurau.runtime.Clock;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.ratis.proto.RaftProtos.LogInfoProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.proto.RaftProtos.RoleInfoProto;
import org.apache.ratis.protocol.GroupInfoReply;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;

/// Who votes: asks nodes about it, and has the leader change it. Each change rests on the voters
/// that were seen, and fails if they are others by then.
///
/// Safe for concurrent use.
final class Membership {
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final VoterCalls calls;
    private final Clock clock;

    Membership(VoterCalls calls, Clock clock) {
        this.calls = calls;
        this.clock = clock;
    }

    VoterStatus ask(int nodeId) {
        try {
            if (!calls.hasGroup(nodeId)) {
                return new VoterStatus.Empty();
            }
            GroupInfoReply info = calls.groupInfo(nodeId);
            if (!info.isSuccess()) {
                return new VoterStatus.Silent("It is starting or stopping.");
            }
            RoleInfoProto role = info.getRoleInfoProto();
            return new VoterStatus.Member(
                    info.getGroup().getPeers().stream().map(Voter::of).toList(),
                    hasEntries(info.getLogInfoProto()),
                    leader(role, nodeId),
                    role.getRole() == RaftPeerRole.LEADER);
        } catch (IOException e) {
            return new VoterStatus.Silent(String.valueOf(e.getMessage()));
        }
    }

    /// Asks a node that has a copy of the log for itself.
    Introduction introduction(int nodeId) throws IOException {
        RaftClientReply reply = calls.call(nodeId, calls.read(nodeId, Introduction.question()));
        if (!reply.isSuccess()) {
            throw new IOException(String.valueOf(reply.getException().getMessage()));
        }
        try {
            return Introduction.read(Bytes.of(reply.getMessage()));
        } catch (CorruptRecords | MalformedMessage e) {
            throw new IOException(e);
        }
    }

    private static boolean hasEntries(LogInfoProto log) {
        return (log.hasLastEntry() && log.getLastEntry().getIndex() >= 0)
                || (log.hasLastSnapshot() && log.getLastSnapshot().getIndex() >= 0)
                || (log.hasApplied() && log.getApplied().getIndex() >= 0);
    }

    private static int leader(RoleInfoProto role, int nodeId) {
        if (role.getRole() == RaftPeerRole.LEADER) {
            return nodeId;
        }
        RaftPeerProto leader = role.getFollowerInfo().getLeaderInfo().getId();
        ByteString id = leader.getId();
        return id.isEmpty() ? -1 : Voter.nodeId(RaftPeerId.valueOf(id));
    }

    /// The leader as it sees itself, and the voters that it counts.
    record Leader(int nodeId, List<Voter> voters) {
        boolean counts(int nodeId) {
            return voters.stream().anyMatch(voter -> voter.nodeId() == nodeId);
        }

        List<Voter> without(int nodeId) {
            return voters.stream().filter(voter -> voter.nodeId() != nodeId).toList();
        }

        List<Voter> with(Voter voter) {
            List<Voter> all = new ArrayList<>(voters);
            all.add(voter);
            return all;
        }
    }

    /// Asks everybody who is known who leads.
    Optional<Leader> leader() {
        for (int nodeId : calls.known()) {
            if (!(ask(nodeId) instanceof VoterStatus.Member member)) {
                continue;
            }
            if (member.leads()) {
                return Optional.of(new Leader(nodeId, member.voters()));
            }
            calls.know(member.voters());
            if (member.leaderId() >= 0
                    && ask(member.leaderId()) instanceof VoterStatus.Member leader
                    && leader.leads()) {
                return Optional.of(new Leader(member.leaderId(), leader.voters()));
            }
        }
        return Optional.empty();
    }

    /// Has the leader make `after` the voters. New ones catch up before they count.
    ///
    /// @return what went wrong, as a sentence
    Optional<String> change(Leader leader, List<Voter> after) {
        try {
            RaftClientReply reply =
                    calls.setVoters(leader.nodeId(), peers(leader.voters()), peers(after));
            return reply.isSuccess()
                    ? Optional.empty()
                    : Optional.of(String.valueOf(reply.getException().getMessage()));
        } catch (IOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private static List<RaftPeer> peers(List<Voter> voters) {
        return voters.stream().map(Voter::peer).toList();
    }

    /// A group that a node takes part in without knowing any voter; the leader tells it.
    static RaftGroup unknownVoters() {
        return RaftGroup.valueOf(RatisSettings.GROUP);
    }

    static RaftGroup of(List<Voter> voters) {
        return RaftGroup.valueOf(RatisSettings.GROUP, peers(voters));
    }

    void pause() throws InterruptedException {
        clock.sleepUntil(clock.deadline(PAUSE));
    }
}

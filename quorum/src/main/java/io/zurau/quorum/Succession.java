package io.zurau.quorum;

import io.zurau.metadata.log.Leadership;
import io.zurau.runtime.Clock;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.ratis.proto.RaftProtos.RaftGroupIdProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.TransferLeadershipRequest;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Who leads next, where nobody need wait for an election timeout: a leader that stops hands over,
/// and one that is known to have died is succeeded.
///
/// **Guard:** none; Ratis guards itself.
final class Succession {
    private static final Logger log = LoggerFactory.getLogger(Succession.class);
    private static final long HAND_OVER_PATIENCE_MS = 500;
    private static final long HEARD_LATELY_MS = 1_000;

    /// Enough to be elected in.
    private static final Duration BETWEEN_CANDIDATES = Duration.ofMillis(150);

    private final Voter self;
    private final RaftServer server;
    private final Supplier<Optional<RaftServer.Division>> copy;
    private final VoterCalls calls;
    private final Clock clock;

    /// @param copy this node's copy of the log, if there is one at work
    Succession(
            Voter self,
            RaftServer server,
            Supplier<Optional<RaftServer.Division>> copy,
            VoterCalls calls,
            Clock clock) {
        this.self = self;
        this.server = server;
        this.copy = copy;
        this.calls = calls;
        this.clock = clock;
    }

    /// If this node leads, has another voter lead instead, which takes milliseconds where an
    /// election would take most of a second.
    void handOver() {
        Optional<Contact> heir =
                copy.get().filter(division -> division.getInfo().isLeader()).stream()
                        .flatMap(division -> Contact.of(division).stream())
                        .filter(contact -> contact.elapsedMs() < HEARD_LATELY_MS)
                        .max(Comparator.comparingLong(Contact::matchIndex));
        if (heir.isEmpty()) {
            return;
        }
        try {
            server.transferLeadership(
                    new TransferLeadershipRequest(
                            ClientId.randomId(),
                            server.getId(),
                            RatisSettings.GROUP,
                            calls.newCall(),
                            Voter.peerId(heir.get().nodeId()),
                            HAND_OVER_PATIENCE_MS));
        } catch (IOException e) {
            // They elect one when this node is gone.
        }
    }

    /// Stands for election as soon as it is this node's turn, if that one still counts as the
    /// leader then. The voters stand one after the other, so that they do not take the votes from
    /// each other; and others vote only for one whose log is complete, as ever.
    ///
    /// By a thread that is not interrupted: Ratis writes its vote on it, and remains a candidate
    /// that asks nobody if it cannot.
    void succeed(Leadership dead) {
        try {
            clock.sleepUntil(
                    clock.deadline(BETWEEN_CANDIDATES.multipliedBy(rankWithout(dead.leaderId()))));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        Optional<TermIndex> last =
                copy.get()
                        .filter(division -> RaftNode.leadership(division).equals(dead))
                        .map(division -> division.getRaftLog().getLastEntryTermIndex());
        if (last.isEmpty()) {
            return;
        }
        RaftRpcRequestProto asIfAsked =
                RaftRpcRequestProto.newBuilder()
                        .setRequestorId(Voter.peerId(dead.leaderId()).toByteString())
                        .setReplyId(self.peerId().toByteString())
                        .setRaftGroupId(
                                RaftGroupIdProto.newBuilder()
                                        .setId(RatisSettings.GROUP.toByteString()))
                        .build();
        try {
            server.startLeaderElection(
                    StartLeaderElectionRequestProto.newBuilder()
                            .setServerRequest(asIfAsked)
                            .setLeaderLastEntry(last.get().toProto())
                            .build());
        } catch (IOException e) {
            log.atDebug()
                    .addKeyValue("reason", e.getMessage())
                    .log("Cannot stand for election at the moment");
        }
    }

    /// This node's place among the voters but for one, from 0.
    private long rankWithout(int nodeId) {
        return copy.get().stream()
                .flatMap(division -> RaftNode.voters(division).stream())
                .filter(voter -> voter.nodeId() != nodeId && voter.nodeId() < self.nodeId())
                .count();
    }
}

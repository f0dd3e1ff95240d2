package io.zurau.quorum;

import com.google.errorprone.annotations.FormatMethod;
import io.zurau.metadata.log.VoterRefusal;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.Uuid;
import io.zurau.runtime.Clock;
import io.zurau.runtime.Tasks;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.ratis.protocol.RaftClientReply;

/// One change of the voters that an operator asked for.
///
/// **Owner:** the thread that asked.
final class VoterChange {
    /// A new voter may have to fetch a snapshot first.
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /// A node that follows asks the leader for news several times in that.
    private static final Duration FOLLOWING_PATIENCE = Duration.ofSeconds(5);

    private final VoterCalls calls;
    private final Membership membership;
    private final Clock clock;
    private final Tasks tasks;

    VoterChange(VoterCalls calls, Clock clock, Tasks tasks) {
        this.calls = calls;
        this.membership = new Membership(calls, clock);
        this.clock = clock;
        this.tasks = tasks;
    }

    /// A node without entries has no say of its own, and is known by how it follows the leader. One
    /// with entries has taken part in some quorum, and must tell that it was in this.
    Optional<VoterRefusal> add(Voter voter, Uuid directoryId, String clusterId) {
        Optional<Membership.Leader> leader = membership.leader();
        if (leader.isPresent() && leader.get().counts(voter.nodeId())) {
            return refusal(
                    ErrorCode.DUPLICATE_VOTER, "Node %d is a voter already.", voter.nodeId());
        }
        try (VoterCalls toNew = new VoterCalls(clock, tasks)) {
            toNew.know(List.of(voter));
            Membership asNew = new Membership(toNew, clock);
            switch (asNew.ask(voter.nodeId())) {
                case VoterStatus.Silent(String reason) -> {
                    return refusal(
                            ErrorCode.REQUEST_TIMED_OUT, "%s does not answer: %s", voter, reason);
                }
                case VoterStatus.Member member -> {
                    Optional<VoterRefusal> refusal =
                            member.hasEntries()
                                    ? stranger(voter, directoryId, clusterId, asNew)
                                    : notFollowing(voter, directoryId);
                    if (refusal.isPresent()) {
                        return refusal;
                    }
                }
                case VoterStatus.Empty _ -> {
                    Optional<VoterRefusal> refusal = notFollowing(voter, directoryId);
                    if (refusal.isEmpty()) {
                        refusal = notBegun(voter, toNew, asNew);
                    }
                    if (refusal.isPresent()) {
                        return refusal;
                    }
                }
            }
        } catch (IOException e) {
            return refusal(
                    ErrorCode.REQUEST_TIMED_OUT,
                    "%s does not answer: %s",
                    voter,
                    String.valueOf(e.getMessage()));
        }
        return until(
                leaderNow -> leaderNow.counts(voter.nodeId()), leaderNow -> leaderNow.with(voter));
    }

    /// Has it begin an empty log. Whoever does not answer in time may have begun it all the same.
    private Optional<VoterRefusal> notBegun(Voter voter, VoterCalls toNew, Membership asNew)
            throws IOException {
        long deadline = clock.deadline(FOLLOWING_PATIENCE);
        while (true) {
            try {
                RaftClientReply reply =
                        toNew.call(
                                voter.nodeId(),
                                toNew.groupAdd(voter.nodeId(), Membership.unknownVoters()));
                return reply.isSuccess()
                        ? Optional.empty()
                        : refusal(
                                ErrorCode.REQUEST_TIMED_OUT,
                                "%s cannot begin a log: %s",
                                voter,
                                String.valueOf(reply.getException().getMessage()));
            } catch (IOException e) {
                if (asNew.ask(voter.nodeId()) instanceof VoterStatus.Member) {
                    return Optional.empty();
                }
                if (!clock.isAhead(deadline)) {
                    throw e;
                }
            }
        }
    }

    private static Optional<VoterRefusal> stranger(
            Voter voter, Uuid directoryId, String clusterId, Membership asNew) throws IOException {
        Introduction introduction = asNew.introduction(voter.nodeId());
        if (introduction.clusterId().isEmpty()) {
            return refusal(
                    ErrorCode.REQUEST_TIMED_OUT,
                    "%s has a log and does not know yet of which cluster.",
                    voter);
        }
        if (!introduction.clusterId().equals(clusterId)) {
            return refusal(
                    ErrorCode.INCONSISTENT_CLUSTER_ID,
                    "%s has the log of the cluster %s, this is %s.",
                    voter,
                    introduction.clusterId(),
                    clusterId);
        }
        return otherDirectory(voter, directoryId, introduction.directoryId());
    }

    private Optional<VoterRefusal> notFollowing(Voter voter, Uuid directoryId) {
        long deadline = clock.deadline(FOLLOWING_PATIENCE);
        try {
            while (clock.isAhead(deadline)) {
                Uuid known = knownToLeader().get(voter.nodeId());
                if (known != null) {
                    return otherDirectory(voter, directoryId, known);
                }
                membership.pause();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return refusal(
                ErrorCode.REQUEST_TIMED_OUT,
                "%s does not follow this cluster, as far as its leader knows.",
                voter);
    }

    /// Kafka knows no observer with the other id, either, and says the same of it.
    private static Optional<VoterRefusal> otherDirectory(Voter voter, Uuid asked, Uuid known) {
        return known.equals(asked)
                ? Optional.empty()
                : refusal(
                        ErrorCode.REQUEST_TIMED_OUT,
                        "%s has the directory %s, not %s.",
                        voter,
                        known,
                        asked);
    }

    /// The directories of the voters and of those who follow, by node id; none if nobody leads.
    private Map<Integer, Uuid> knownToLeader() {
        Optional<Membership.Leader> leader = membership.leader();
        try {
            return leader.isEmpty()
                    ? Map.of()
                    : membership.introduction(leader.get().nodeId()).directories();
        } catch (IOException e) {
            return Map.of(); // It is gone.
        }
    }

    Optional<VoterRefusal> remove(int nodeId, Uuid directoryId) {
        Optional<Membership.Leader> leader = membership.leader();
        if (leader.isPresent() && !leader.get().counts(nodeId)) {
            return refusal(ErrorCode.VOTER_NOT_FOUND, "Node %d is no voter.", nodeId);
        }
        if (leader.isPresent() && leader.get().voters().size() == 1) {
            return refusal(
                    ErrorCode.INVALID_REQUEST, "Node %d is the only voter there is.", nodeId);
        }
        Uuid known = knownToLeader().getOrDefault(nodeId, directoryId);
        if (!known.equals(directoryId)) {
            return refusal(
                    ErrorCode.VOTER_NOT_FOUND,
                    "Node %d votes with the directory %s, not %s.",
                    nodeId,
                    known,
                    directoryId);
        }
        Optional<VoterRefusal> refusal =
                until(
                        leaderNow -> !leaderNow.counts(nodeId),
                        leaderNow -> leaderNow.without(nodeId));
        if (refusal.isEmpty()) {
            endLog(nodeId);
        }
        return refusal;
    }

    /// What a voter that was removed still has of the log would only mislead it. If it cannot be
    /// reached now, the others tell it later that it is none of them.
    private void endLog(int nodeId) {
        try {
            calls.call(nodeId, calls.groupRemove(nodeId));
        } catch (IOException e) {
            // As said.
        }
    }

    private interface Wanted {
        boolean holds(Membership.Leader leader);
    }

    private interface Change {
        List<Voter> after(Membership.Leader leader);
    }

    private Optional<VoterRefusal> until(Wanted wanted, Change change) {
        long deadline = clock.deadline(PATIENCE);
        String trouble = "nobody leads";
        try {
            while (clock.isAhead(deadline)) {
                Optional<Membership.Leader> leader = membership.leader();
                if (leader.isPresent() && wanted.holds(leader.get())) {
                    return Optional.empty();
                }
                if (leader.isPresent()) {
                    trouble =
                            membership
                                    .change(leader.get(), change.after(leader.get()))
                                    .orElse(trouble);
                }
                membership.pause();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            trouble = "interrupted";
        }
        return refusal(
                ErrorCode.REQUEST_TIMED_OUT,
                "The voters did not change within %d s: %s.",
                PATIENCE.toSeconds(),
                trouble);
    }

    @FormatMethod
    private static Optional<VoterRefusal> refusal(
            ErrorCode error, String format, Object... values) {
        return Optional.of(new VoterRefusal(error, format.formatted(values)));
    }
}

package io.zurau.quorum;

import io.zurau.protocol.Uuid;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a node knows of the quorum before it has asked anybody.
///
/// @param directoryId of the directory that holds the log; a disk that was replaced has another
/// @param voters as configured; only to find the quorum and to found it, later it knows better
/// @param listener where this node is reached as a voter; null if it can never vote
/// @param directory the log's own, made if it is missing; nothing else may be in it
public record QuorumConfig(
        int nodeId,
        Uuid directoryId,
        List<Voter> voters,
        @Nullable Voter listener,
        Path directory,
        QuorumTuning tuning) {
    public QuorumConfig {
        voters = List.copyOf(voters);
        if (voters.isEmpty()) {
            throw new IllegalArgumentException("A quorum has at least one voter.");
        }
        if (voters.stream().map(Voter::nodeId).distinct().count() < voters.size()) {
            throw new IllegalArgumentException("A node is listed twice in " + voters + ".");
        }
    }

    /// Listens where the list of voters says, if this node is one of them.
    public static QuorumConfig of(
            int nodeId, Uuid directoryId, List<Voter> voters, Path directory) {
        Voter self = voters.stream().filter(v -> v.nodeId() == nodeId).findFirst().orElse(null);
        return new QuorumConfig(nodeId, directoryId, voters, self, directory, QuorumTuning.DEFAULT);
    }

    /// For a node that is not in the list, but may be made a voter later.
    public QuorumConfig listeningOn(String host, int port) {
        return new QuorumConfig(
                nodeId, directoryId, voters, new Voter(nodeId, host, port), directory, tuning);
    }

    public QuorumConfig with(QuorumTuning newTuning) {
        return new QuorumConfig(nodeId, directoryId, voters, listener, directory, newTuning);
    }

    boolean isVoter() {
        return voters.stream().anyMatch(voter -> voter.nodeId() == nodeId);
    }

    List<Voter> others() {
        return voters.stream().filter(voter -> voter.nodeId() != nodeId).toList();
    }

    Optional<Voter> listenerIfAny() {
        return Optional.ofNullable(listener);
    }
}

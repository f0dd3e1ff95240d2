package io.zurau.quorum;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// What a node says about its part in the quorum.
sealed interface VoterStatus {
    /// @param reason a sentence
    record Silent(String reason) implements VoterStatus {}

    /// It runs and has no copy of the log.
    record Empty() implements VoterStatus {}

    /// It has a copy of the log.
    ///
    /// @param voters in its configuration; none if it is on its way to become one
    /// @param hasEntries whether anything was ever written there
    /// @param leaderId -1 if it knows none
    record Member(List<Voter> voters, boolean hasEntries, int leaderId, boolean leads)
            implements VoterStatus {
        public Member {
            voters = List.copyOf(voters);
        }

        Set<Integer> voterIds() {
            return voters.stream().map(Voter::nodeId).collect(Collectors.toSet());
        }
    }
}

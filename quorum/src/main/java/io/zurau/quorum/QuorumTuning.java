package io.zurau.quorum;

import java.time.Duration;

/// How patient the quorum is, and how much it keeps. Tests are less patient.
///
/// @param electionTimeoutMin a follower that hears nothing from the leader for a random time
///   between this and the next stands for election; under 500 ms a busy small machine flaps
/// @param proposalPatience how long a proposal may stay unanswered before its outcome is unknown
/// @param idleWrite after how long without a write the leader writes a no-op: a voter that lost its
///   disk stays stuck until something is written
/// @param snapshotEntries of the Raft log between two snapshots
/// @param snapshotBytes likewise, whichever comes first
/// @param segmentBytes of the Raft log; only whole segments are dropped after a snapshot
public record QuorumTuning(
        Duration electionTimeoutMin,
        Duration electionTimeoutMax,
        Duration proposalPatience,
        Duration idleWrite,
        long snapshotEntries,
        long snapshotBytes,
        long segmentBytes) {
    public static final QuorumTuning DEFAULT =
            new QuorumTuning(
                    Duration.ofMillis(500),
                    Duration.ofMillis(900),
                    Duration.ofSeconds(8),
                    Duration.ofSeconds(3),
                    20_000,
                    32 << 20,
                    8 << 20);

    QuorumTuning withSnapshots(long everyEntries, long newSegmentBytes) {
        return new QuorumTuning(
                electionTimeoutMin,
                electionTimeoutMax,
                proposalPatience,
                idleWrite,
                everyEntries,
                snapshotBytes,
                newSegmentBytes);
    }

    QuorumTuning withProposalPatience(Duration patience) {
        return new QuorumTuning(
                electionTimeoutMin,
                electionTimeoutMax,
                patience,
                idleWrite,
                snapshotEntries,
                snapshotBytes,
                segmentBytes);
    }

    QuorumTuning withIdleWrite(Duration after) {
        return new QuorumTuning(
                electionTimeoutMin,
                electionTimeoutMax,
                proposalPatience,
                after,
                snapshotEntries,
                snapshotBytes,
                segmentBytes);
    }
}

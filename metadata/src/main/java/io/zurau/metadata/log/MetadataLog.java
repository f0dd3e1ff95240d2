package io.zurau.metadata.log;

import io.zurau.metadata.image.ClusterImage;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.message.MetadataRecord;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// The totally ordered log of everything that was decided about the cluster, and the image that it
/// makes.
///
/// Safe for concurrent use. One contract suite runs against every implementation.
public interface MetadataLog extends AutoCloseable {
    /// Where the next record would go; exclusive end of what is committed. Never falls.
    long endOffset();

    /// Commits `records` as a whole if nothing was committed since the log ended at `expectedEnd`.
    ///
    /// When it answers [ProposeOutcome.Committed], the records survive any crash, and the
    /// subscribers on this node have been told. When it throws [io.zurau.runtime.StorageFailure],
    /// the proposal may or may not have been committed; the log then accepts no other until it is
    /// opened again.
    ///
    /// @param records at least one
    /// @throws IllegalStateException if the records cannot apply to the image; nothing was
    ///   committed then
    /// @throws io.zurau.runtime.StorageFailure if they could not be stored
    ProposeOutcome propose(long expectedEnd, List<MetadataRecord> records);

    /// Gives `subscriber` the image as it is before this returns, and from then on the image after
    /// each commit: in order, by one thread at a time, with no lock held. Images may be skipped,
    /// the newest is not.
    void subscribe(Consumer<ClusterImage> subscriber);

    /// Gives `subscriber` the leadership as this node knows it before this returns, and from then
    /// on after each change: in order, by one thread at a time, with no lock held. Changes may be
    /// skipped, the newest is not. Knowing it is never needed for safety, proposals are compared
    /// with the log itself; it says who should do what only one node need do.
    void subscribeLeadership(Consumer<Leadership> subscriber);

    /// Says that the process which led has died, so that nobody need wait until it is missed. A
    /// hint: one that is wrong costs an election and harms nothing. Does not wait.
    default void leaderHasDied(Leadership leadership) {}

    /// Who takes part, and how far each has come.
    QuorumState quorum();

    /// Makes a node a voter, once it has caught up. It must be running and follow this cluster,
    /// with a listener of its own for the quorum. A node that has the log of another cluster is
    /// refused with INCONSISTENT_CLUSTER_ID.
    ///
    /// @param directoryId of the directory that will hold the node's copy of the log; must be the
    ///   one that the node tells
    /// @param host where the quorum reaches the node
    /// @return empty if it is a voter now
    default Optional<VoterRefusal> addVoter(int nodeId, Uuid directoryId, String host, int port) {
        return Optional.of(ITS_OWN_QUORUM);
    }

    /// Takes the vote from a node, which goes on following.
    ///
    /// @return empty if it is a voter no more
    default Optional<VoterRefusal> removeVoter(int nodeId, Uuid directoryId) {
        return Optional.of(ITS_OWN_QUORUM);
    }

    /// What a log of a single node says to changes of the voters.
    VoterRefusal ITS_OWN_QUORUM =
            new VoterRefusal(
                    ErrorCode.UNSUPPORTED_VERSION,
                    "The node is a cluster of its own, without voters. Restart it with several"
                            + " voters configured to make it the first of them.");

    @Override
    void close();
}

package io.zurau.broker.partition;

import io.zurau.log.LogDirectories;
import io.zurau.log.LogDirectory;
import io.zurau.log.PartitionLog;
import io.zurau.metadata.control.DirectoryAssignment;
import io.zurau.metadata.image.PartitionImage;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.TopicPartition;
import io.zurau.runtime.StorageFailure;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/// How this broker's replicas get from one of its log directories into another (KIP-113), without a
/// moment in which a record is acknowledged that the replica's directory has not.
///
/// The metadata says in which directory a replica is (KIP-858), and that directory has all that the
/// replica acknowledged, always:
///
/// 1. The log is copied while it is served; the copy is marked as one.
/// 2. When the copy has nearly everything, the replica is frozen: nothing is appended. The rest is
///    copied and stored.
/// 3. The metadata is told. From that moment the new directory is the replica's, and both logs have
///    the same. If that is refused, the replica goes on where it is.
/// 4. When the broker hears of it, it goes on with the copy, takes the mark away and deletes the
///    old log.
///
/// A crash at any point finds in the replica's directory what it needs. What lies elsewhere is a
/// marked copy, which is completed, or an unmarked one, which is deleted once the replica is in
/// sync: until then it may be the better one, if the replica was made anew while a disk was away.
///
/// **Guard:** the `rolesLock` of [Partitions].
public final class DirectoryChanges {
    private final Partitions partitions;
    private final ReplicaMoves moves;
    private final ReentrantLock rolesLock;
    private final LogDirectories logs;

    DirectoryChanges(
            Partitions partitions,
            ReplicaMoves moves,
            ReentrantLock rolesLock,
            LogDirectories logs) {
        this.partitions = partitions;
        this.moves = moves;
        this.rolesLock = rolesLock;
        this.logs = logs;
    }

    /// Moves a replica into another log directory, now or when it is here: AlterReplicaLogDirs
    /// (KIP-113).
    ///
    /// @return the error code of the answer
    public ErrorCode moveTo(TopicPartition name, LogDirectory directory) {
        rolesLock.lock();
        try {
            Optional<Role> role = partitions.role(name);
            if (role.isPresent()) {
                if (!logs.allWork()) {
                    return ErrorCode.KAFKA_STORAGE_ERROR; // As Kafka.
                }
                moves.begin(role.get(), directory);
                return ErrorCode.NONE;
            }
            Optional<PartitionImage> partition =
                    partitions
                            .image()
                            .topics()
                            .named(name.topic())
                            .flatMap(topic -> topic.partition(name.partition()));
            if (partition.filter(p -> p.replicas().contains(partitions.nodeId())).isPresent()) {
                return ErrorCode.KAFKA_STORAGE_ERROR;
            }
            if (!moves.wish(name, directory.id())) {
                return ErrorCode.KAFKA_STORAGE_ERROR;
            }
            return partition.isPresent()
                    ? ErrorCode.REPLICA_NOT_AVAILABLE
                    : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
        } catch (StorageFailure e) {
            return ErrorCode.KAFKA_STORAGE_ERROR;
        } finally {
            rolesLock.unlock();
        }
    }

    /// The replicas that are being moved, in order.
    public List<ReplicaMove> moves() {
        return moves.all();
    }

    /// @param listener is told when there are more; must not block
    public void onMove(Runnable listener) {
        moves.onNews(listener);
    }

    /// Stops the replica for the moment in which its copy takes its place.
    ///
    /// @return what to tell the metadata; empty if there is nothing to be done any more
    public Optional<DirectoryAssignment> freeze(ReplicaMove move) {
        rolesLock.lock();
        try {
            Optional<Role> role = partitions.role(move.partition());
            if (partitions.isClosed() || role.isEmpty() || !isUnderWay(move)) {
                return Optional.empty();
            }
            role.get().freeze();
            move.committing(true);
            return Optional.of(
                    new DirectoryAssignment(
                            role.get().replica().topicId(),
                            move.partition().partition(),
                            role.get().image().epoch(),
                            move.destination()));
        } finally {
            rolesLock.unlock();
        }
    }

    /// The metadata does not say, and never will, that the copy has taken the replica's place.
    public void thaw(ReplicaMove move) {
        rolesLock.lock();
        try {
            if (isUnderWay(move)) {
                move.committing(false);
                partitions.role(move.partition()).ifPresent(Role::thaw);
            }
        } finally {
            rolesLock.unlock();
        }
    }

    /// Whether it is still under way.
    public boolean isUnderWay(ReplicaMove move) {
        return moves.find(move.partition()).equals(Optional.of(move));
    }

    /// The copy cannot be completed. What there is of it stays for the next start.
    public void giveUp(ReplicaMove move) {
        rolesLock.lock();
        try {
            if (isUnderWay(move) && !move.isCommitting()) {
                moves.giveUp(move.partition());
                partitions.role(move.partition()).ifPresent(moves::accompany);
            }
        } finally {
            rolesLock.unlock();
        }
    }

    /// Deletes logs that were replaced a while ago.
    ///
    /// @return whether some are left
    public boolean deleteReplaced() {
        rolesLock.lock();
        try {
            moves.deleteReplaced(partitions::role);
            return moves.hasReplaced();
        } finally {
            rolesLock.unlock();
        }
    }

    /// What a log is to its partition.
    ///
    /// @param isFuture whether it is a copy that is to take the place of another
    /// @param lag how many records it lacks, about
    public record Standing(boolean isFuture, long lag) {}

    /// Empty if another log has taken its place.
    public Optional<Standing> standing(PartitionLog log) {
        Optional<ReplicaMove> move = moves.find(log.partition());
        if (move.isPresent() && move.get().to().equals(log)) {
            return Optional.of(new Standing(true, move.get().lag()));
        }
        boolean replaced =
                partitions
                        .role(log.partition())
                        .filter(role -> role.replica().topicId().equals(log.topicId()))
                        .filter(role -> !role.replica().log().equals(log))
                        .isPresent();
        return replaced
                ? Optional.empty()
                : Optional.of(
                        new Standing(false, Math.max(0, log.highWatermark() - log.logEndOffset())));
    }
}

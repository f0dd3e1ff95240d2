package io.zurau.broker.partition;

import io.zurau.log.LogDirectories;
import io.zurau.log.LogDirectory;
import io.zurau.log.PartitionLog;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.Uuid;
import io.zurau.runtime.Clock;
import io.zurau.runtime.StorageFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Which replicas of this broker are on their way into another log directory, and which shall be
/// once they are here.
///
/// A copy is marked on disk, so that a move goes on after a restart. The mark is only an intention:
/// which log is served is what the metadata says.
///
/// **Guard:** the `rolesLock` of [Partitions] for changes; everybody may look.
final class ReplicaMoves {
    private static final Logger log = LoggerFactory.getLogger(ReplicaMoves.class);

    /// Whoever asks for more must wait until the partitions are there.
    private static final int MOST_WISHES = 10_000;

    private static final Duration READERS_PATIENCE = Duration.ofSeconds(1);

    private final int nodeId;
    private final LogDirectories logs;
    private final Clock clock;
    private final Map<TopicPartition, ReplicaMove> moves = new ConcurrentSkipListMap<>();
    private final Map<TopicPartition, Uuid> wishes = new TreeMap<>();
    private final List<Replaced> replaced = new ArrayList<>();
    private volatile Runnable news = () -> {};

    /// A log that another has replaced. Who reads it shall come to an end; and it may be the better
    /// one until the replica is in sync.
    ///
    /// @param dueNanos when it may be deleted, at the earliest
    private record Replaced(TopicPartition partition, LogDirectory directory, long dueNanos) {
        boolean isThat(TopicPartition other, LogDirectory where) {
            return partition.equals(other) && directory.equals(where);
        }
    }

    ReplicaMoves(int nodeId, LogDirectories logs, Clock clock) {
        this.nodeId = nodeId;
        this.logs = logs;
        this.clock = clock;
    }

    /// @param listener is told of a move that begins; must not block
    void onNews(Runnable listener) {
        news = listener;
    }

    /// In order of topic and partition.
    List<ReplicaMove> all() {
        return List.copyOf(moves.values());
    }

    Optional<ReplicaMove> find(TopicPartition partition) {
        return Optional.ofNullable(moves.get(partition));
    }

    /// Notes where a replica shall be that is not here yet, or no more than that it is known.
    ///
    /// @return false if too much is noted already
    boolean wish(TopicPartition partition, Uuid directory) {
        if (wishes.size() >= MOST_WISHES && !wishes.containsKey(partition)) {
            return false;
        }
        wishes.put(partition, directory);
        return true;
    }

    /// A replica is here whose log is new, or is where it was to be before.
    private void grantWish(Role role) {
        Uuid wished = wishes.remove(role.replica().partition());
        if (wished != null) {
            logs.working(wished).ifPresent(there -> attempt(role, () -> begin(role, there)));
        }
    }

    /// If a disk fails over it, only the move is lost, not the replica.
    private static void attempt(Role role, Runnable change) {
        try {
            change.run();
        } catch (StorageFailure e) {
            log.atWarn()
                    .addKeyValue("partition", role.replica().partition())
                    .addKeyValue("reason", e.getMessage())
                    .log("Could not move a replica");
        }
    }

    /// A replica is here.
    ///
    /// @param isNew whether its log was made just now. If not, what of it is in other directories
    ///   is a copy in the making, or was the present log once
    void come(Role role, boolean isNew) {
        giveUp(role.replica().partition()); // What moved was another log, which has failed.
        if (logs.opened().size() == 1) {
            return;
        }
        if (!isNew) {
            attempt(role, () -> found(role));
        }
        grantWish(role);
    }

    private void found(Role role) {
        PartitionLog present = role.replica().log();
        for (LogDirectory other : logs.working()) {
            if (!other.id().equals(present.directoryId())) {
                other.find(present.partition())
                        .filter(log -> log.topicId().equals(role.replica().topicId()))
                        .ifPresent(log -> resume(role, other, log));
            }
        }
        if (present.isCopy()) {
            present.noteCopy(false);
        }
    }

    private void resume(Role role, LogDirectory directory, PartitionLog other) {
        if (!other.isCopy()) {
            replaced.add(new Replaced(other.partition(), directory, clock.nanos()));
            news.run();
            return;
        }
        if (moves.containsKey(other.partition())) {
            directory.delete(other.partition()); // One copy is enough.
            return;
        }
        ReplicaMove move = move(role, directory, other);
        if (role.replica().log().config().durable() || logs.wereStoppedCleanly()) {
            move.align();
        } else {
            move.beginAgain(); // Nobody knows what of either was lost.
        }
        add(role, move);
    }

    /// Begins to copy a replica into another directory, in place of any other move of it.
    ///
    /// @throws StorageFailure if that directory fails over it
    void begin(Role role, LogDirectory to) {
        LocalReplica replica = role.replica();
        ReplicaMove present = moves.get(replica.partition());
        if (present != null && present.isCommitting()) {
            wishes.put(replica.partition(), to.id()); // When it is there.
            return;
        }
        if (present != null && present.destination().equals(to.id())) {
            return;
        }
        cancel(role);
        if (replica.log().directoryId().equals(to.id())) {
            return;
        }
        if (to.find(replica.partition()).isPresent()) { // It was the present log once.
            if (!isInSync(role)) {
                throw new StorageFailure(
                        to.name(),
                        "An older log of %s is kept until the replica is in sync."
                                .formatted(replica.partition()));
            }
            replaced.removeIf(old -> old.isThat(replica.partition(), to));
            to.delete(replica.partition());
        }
        PartitionLog copy =
                to.create(
                        replica.partition(),
                        replica.topicId(),
                        replica.log().config().withDurable(false));
        copy.noteCopy(true);
        add(role, move(role, to, copy));
    }

    private ReplicaMove move(Role role, LogDirectory to, PartitionLog copy) {
        PartitionLog present = role.replica().log();
        LogDirectory from = logs.working(present.directoryId()).orElseThrow(() -> offline(present));
        return new ReplicaMove(from, present, to, copy);
    }

    private static StorageFailure offline(PartitionLog present) {
        return new StorageFailure(
                present.directoryId().toString(),
                "The directory of %s is offline.".formatted(present.partition()));
    }

    private void add(Role role, ReplicaMove move) {
        moves.put(move.partition(), move);
        accompany(role);
        log.atInfo()
                .addKeyValue("partition", move.partition())
                .addKeyValue("directory", move.toDirectory().name())
                .log("Copies a replica into another directory");
        news.run();
    }

    /// The role of a replica is another from now on.
    void accompany(Role role) {
        if (role instanceof PartitionFollower follower) {
            follower.tell(moves.get(follower.topicPartition()));
        }
    }

    /// The replica stays where it is.
    private void cancel(Role role) {
        ReplicaMove move = moves.get(role.replica().partition());
        if (move != null) {
            giveUp(move.partition());
            accompany(role);
            deleteIn(move.toDirectory(), move.partition());
        }
    }

    /// The replica is gone, and its logs are about to be.
    void forget(TopicPartition partition) {
        giveUp(partition);
        replaced.removeIf(old -> old.partition.equals(partition));
    }

    /// Nothing is copied any more. What was copied stays for the next start.
    void giveUp(TopicPartition partition) {
        ReplicaMove move = moves.remove(partition);
        if (move != null) {
            move.end();
        }
    }

    /// Deletes logs that were replaced a while ago.
    ///
    /// @param roles what this broker is to a partition
    void deleteReplaced(Function<TopicPartition, Optional<Role>> roles) {
        replaced.removeIf(
                old ->
                        !clock.isAhead(old.dueNanos)
                                && roles.apply(old.partition)
                                        .filter(this::isInSync)
                                        .filter(role -> isDeleted(old, role))
                                        .isPresent());
    }

    private boolean isInSync(Role role) {
        return role.image().inSync().contains(nodeId);
    }

    /// @return that it is gone, or has become the present one again
    private static boolean isDeleted(Replaced old, Role role) {
        if (!role.replica().log().directoryId().equals(old.directory.id())) {
            log.atInfo()
                    .addKeyValue("partition", old.partition)
                    .addKeyValue("directory", old.directory.name())
                    .log("Deletes a log that has been replaced by one in another directory");
            deleteIn(old.directory, old.partition);
        }
        return true;
    }

    boolean hasReplaced() {
        return !replaced.isEmpty();
    }

    /// The copy takes the place of the log: the metadata says so.
    ///
    /// @return whether there is such a copy
    boolean exchange(Role role, Uuid directory) {
        ReplicaMove move = moves.get(role.replica().partition());
        if (move == null
                || !move.isCommitting()
                || !move.destination().equals(directory)
                || !move.to().isUsable()) {
            return false;
        }
        moves.remove(move.partition());
        move.end();
        move.to().noteCopy(false);
        role.moveTo(move.to());
        replaced.add(
                new Replaced(
                        move.partition(), move.fromDirectory(), clock.deadline(READERS_PATIENCE)));
        grantWish(role);
        log.atInfo()
                .addKeyValue("partition", move.partition())
                .addKeyValue("directory", move.toDirectory().name())
                .log("A replica has moved into another directory");
        return true;
    }

    /// If the disk fails over it, the directory says so itself.
    static void deleteIn(LogDirectory directory, TopicPartition partition) {
        try {
            if (directory.failure().isEmpty()) {
                directory.delete(partition);
            }
        } catch (StorageFailure e) {
            log.atWarn()
                    .addKeyValue("partition", partition)
                    .addKeyValue("reason", e.getMessage())
                    .log("Could not delete a log");
        }
    }
}

package io.zurau.broker.partition;

import io.zurau.log.LogDirectories;
import io.zurau.log.LogDirectory;
import io.zurau.log.PartitionLog;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.Uuid;
import io.zurau.runtime.Clock;
import io.zurau.runtime.StorageFailure;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
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

    private final LogDirectories logs;
    private final Clock clock;
    private final Map<TopicPartition, ReplicaMove> moves = new ConcurrentSkipListMap<>();
    private final Map<TopicPartition, Uuid> wishes = new TreeMap<>();
    private final Map<TopicPartition, Replaced> replaced = new TreeMap<>();
    private volatile Runnable news = () -> {};

    /// A log that another has replaced; who reads it shall come to an end.
    private record Replaced(LogDirectory directory, long dueNanos) {}

    ReplicaMoves(LogDirectories logs, Clock clock) {
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
            logs.working(wished).ifPresent(there -> begin(role, there));
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
        try {
            if (!isNew) {
                found(role);
            }
            grantWish(role);
        } catch (StorageFailure e) {
            log.atWarn()
                    .addKeyValue("partition", role.replica().partition())
                    .addKeyValue("reason", e.getMessage())
                    .log("Could not move a replica");
        }
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
        if (!other.isCopy() || moves.containsKey(other.partition())) {
            log.atInfo()
                    .addKeyValue("partition", other.partition())
                    .addKeyValue("directory", directory.name())
                    .log("Deletes a log that has been replaced by one in another directory");
            directory.delete(other.partition());
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
        deleteReplaced(replica.partition());
        if (to.find(replica.partition()).isPresent()) {
            to.delete(replica.partition()); // It was the present log once.
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
        replaced.remove(partition);
    }

    /// Nothing is copied any more. What was copied stays for the next start.
    void giveUp(TopicPartition partition) {
        ReplicaMove move = moves.remove(partition);
        if (move != null) {
            move.end();
        }
    }

    private void deleteReplaced(TopicPartition partition) {
        Replaced old = replaced.remove(partition);
        if (old != null) {
            deleteIn(old.directory, partition);
        }
    }

    /// Deletes logs that were replaced a while ago.
    void deleteReplaced() {
        replaced.entrySet()
                .removeIf(
                        entry -> {
                            boolean due = !clock.isAhead(entry.getValue().dueNanos);
                            if (due) {
                                deleteIn(entry.getValue().directory, entry.getKey());
                            }
                            return due;
                        });
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
        replaced.put(
                move.partition(),
                new Replaced(move.fromDirectory(), clock.deadline(READERS_PATIENCE)));
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

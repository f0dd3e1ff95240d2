package io.zurau.broker.partition;

import io.zurau.log.LogDirectories;
import io.zurau.log.LogDirectory;
import io.zurau.metadata.MetadataListener;
import io.zurau.metadata.config.ClusterConfigs;
import io.zurau.metadata.image.BrokerImage;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.image.PartitionImage;
import io.zurau.metadata.image.TopicImage;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.Uuid;
import io.zurau.runtime.Clock;
import io.zurau.runtime.StorageFailure;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The partitions that this broker leads or follows, by name and by topic id.
///
/// Follows the cluster's image: makes the logs of partitions that it is given, changes their roles,
/// and deletes those of topics that are gone and of replicas that are elsewhere now.
///
/// A replica is in the log directory that the image says (KIP-858), and nowhere else: if that
/// directory does not work, the replica is offline, although its log may be in another by mistake.
///
/// **Guard:** `rolesLock` for changes, taken before a partition's and a directory's; read by
/// everybody.
public final class Partitions implements MetadataListener, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Partitions.class);

    private final Replication replication;
    private final LogDirectories logs;
    private final LogPlaces places;
    private final ClusterConfigs configs;
    private final Clock clock;
    private final ReentrantLock rolesLock = new ReentrantLock();
    private final Condition rolesChanged = rolesLock.newCondition();
    private final ReplicaMoves moves; // Guarded by `rolesLock`.
    private final DirectoryChanges directoryChanges;
    // For look-ups; its order means nothing.
    private final Map<TopicPartition, PartitionLeader> leaders = new ConcurrentHashMap<>();
    private final Map<TopicPartition, PartitionFollower> followers = new ConcurrentHashMap<>();
    // Led when this was closed; their producers wait until it is known what became of the records.
    private final Map<TopicPartition, PartitionLeader> retired = new ConcurrentHashMap<>();
    private volatile ClusterImage image;
    private final AtomicLong changes = new AtomicLong(); // How often the metadata has changed.
    private volatile boolean closed;

    /// @param image the first; its partitions are served when this returns
    public Partitions(
            Replication replication,
            LogDirectories logs,
            ClusterConfigs configs,
            ClusterImage image,
            Clock clock) {
        this.replication = replication;
        this.logs = logs;
        this.places = new LogPlaces(logs, replication.nodeId());
        this.configs = configs;
        this.clock = clock;
        this.moves = new ReplicaMoves(replication.nodeId(), logs, clock);
        this.directoryChanges = new DirectoryChanges(this, moves, rolesLock, logs);
        this.image = ClusterImage.empty(image.clusterId());
        logs.onFailure(this::goOffline);
        logs.onDamage(this::endUnusable);
        places.reportStrays(image);
        changed(this.image, image);
    }

    public Located find(String topic, int partition) {
        PartitionLeader leader = leaders.get(new TopicPartition(topic, partition));
        if (leader != null) {
            return new Located.Here(leader);
        }
        return missing(
                image.topics().named(topic), partition, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
    }

    public Located find(Uuid topicId, int partition) {
        Optional<TopicImage> topic = image.topics().withId(topicId);
        if (topic.isPresent()) {
            PartitionLeader leader = leaders.get(new TopicPartition(topic.get().name(), partition));
            if (leader != null && leader.topicId().equals(topicId)) {
                return new Located.Here(leader);
            }
        }
        return missing(topic, partition, ErrorCode.UNKNOWN_TOPIC_ID);
    }

    /// The partition, if this broker follows it.
    public Optional<PartitionFollower> findFollower(String topic, int partition) {
        return Optional.ofNullable(followers.get(new TopicPartition(topic, partition)));
    }

    public Optional<PartitionFollower> findFollower(Uuid topicId, int partition) {
        return image.topics()
                .withId(topicId)
                .flatMap(topic -> findFollower(topic.name(), partition))
                .filter(follower -> follower.topicId().equals(topicId));
    }

    /// The cluster as the roles here follow it.
    public ClusterImage image() {
        return image;
    }

    /// Grows with each change of the metadata, when the roles are taken.
    public long changes() {
        return changes.get();
    }

    /// Waits for a change of the metadata.
    ///
    /// @param known the [#changes] that were seen
    /// @return false if the deadline passed before
    public boolean awaitChange(long known, long deadlineNanos) throws InterruptedException {
        rolesLock.lock();
        try {
            while (changes.get() == known) {
                if (closed || !clock.await(rolesLock, rolesChanged, deadlineNanos)) {
                    return false;
                }
            }
            return true;
        } finally {
            rolesLock.unlock();
        }
    }

    private Located missing(Optional<TopicImage> topic, int partition, ErrorCode unknownTopic) {
        if (topic.isEmpty()) {
            return new Located.NotHere(unknownTopic, false);
        }
        Optional<PartitionImage> found = topic.get().partition(partition);
        if (found.isEmpty()) {
            return new Located.NotHere(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, false);
        }
        if (found.get().leader() == replication.nodeId()) {
            return isOffline(topic.get(), partition)
                    ? new Located.NotHere(ErrorCode.KAFKA_STORAGE_ERROR, false)
                    : new Located.NotHere(ErrorCode.NOT_LEADER_OR_FOLLOWER, true);
        }
        boolean mayCome =
                findFollower(topic.get().name(), partition)
                        .filter(follower -> !follower.hasLed())
                        .isPresent();
        return new Located.NotHere(ErrorCode.NOT_LEADER_OR_FOLLOWER, mayCome);
    }

    /// Whether this broker's replica is damaged, or its directory does not work.
    private boolean isOffline(TopicImage topic, int index) {
        TopicPartition name = new TopicPartition(topic.name(), index);
        try {
            return !logs.areUsable()
                    || places.of(name, topic).find(name).filter(log -> !log.isUsable()).isPresent();
        } catch (StorageFailure e) {
            return true;
        }
    }

    /// The partition, if this broker leads it.
    public Optional<PartitionLeader> leader(TopicPartition partition) {
        return Optional.ofNullable(leaders.get(partition));
    }

    /// Those that this broker leads now, in no order that means anything.
    public Collection<PartitionLeader> leaders() {
        return leaders.values();
    }

    /// Those that this broker follows now, likewise.
    public Collection<PartitionFollower> followers() {
        return followers.values();
    }

    /// How replicas get from one log directory into another.
    public DirectoryChanges directoryChanges() {
        return directoryChanges;
    }

    boolean isClosed() {
        return closed;
    }

    int nodeId() {
        return replication.nodeId();
    }

    @Override
    public void changed(ClusterImage before, ClusterImage after) {
        rolesLock.lock();
        try {
            image = after; // First, so that whoever is woken by an end sees why.
            if (closed) {
                endLost(after);
            } else if (logs.areUsable()) {
                endGone(before, after);
                takeRoles(before, after);
            }
            changes.incrementAndGet();
            rolesChanged.signalAll();
        } finally {
            rolesLock.unlock();
        }
    }

    private void endGone(ClusterImage before, ClusterImage after) {
        for (TopicImage topic : before.topics().all()) {
            Optional<TopicImage> now = after.topics().named(topic.name());
            if (now.isEmpty() || !now.get().id().equals(topic.id())) {
                for (int i = 0; i < topic.partitions().size(); i++) {
                    delete(new TopicPartition(topic.name(), i), topic);
                }
            }
        }
    }

    /// Also what is left of it where it is no more, or not yet.
    private void delete(TopicPartition partition, TopicImage topic) {
        endLeader(partition);
        endFollower(partition);
        moves.forget(partition);
        for (LogDirectory directory : logs.working()) {
            if (directory
                    .find(partition)
                    .filter(log -> LogPlaces.belongs(log, topic))
                    .isPresent()) {
                ReplicaMoves.deleteIn(directory, partition);
            }
        }
    }

    private @Nullable LocalReplica endLeader(TopicPartition partition) {
        return endLeader(partition, ErrorCode.NOT_LEADER_OR_FOLLOWER);
    }

    private @Nullable LocalReplica endLeader(TopicPartition partition, ErrorCode why) {
        PartitionLeader leader = leaders.remove(partition);
        if (leader == null) {
            return null;
        }
        leader.end(why);
        return leader.replica();
    }

    private @Nullable LocalReplica endFollower(TopicPartition partition) {
        PartitionFollower follower = followers.remove(partition);
        if (follower == null) {
            return null;
        }
        follower.retire();
        return follower.replica();
    }

    private void takeRoles(ClusterImage before, ClusterImage after) {
        boolean configsChanged = before.configs() != after.configs();
        for (TopicImage topic : after.topics().all()) {
            TopicImage known = before.topics().named(topic.name()).orElse(null);
            if (configsChanged || !Objects.equals(known, topic)) {
                takeRoles(topic, TopicConfig.from(configs.topic(after, topic.name())));
            }
        }
    }

    private void takeRoles(TopicImage topic, TopicConfig config) {
        for (int i = 0; i < topic.partitions().size(); i++) {
            TopicPartition name = new TopicPartition(topic.name(), i);
            try {
                takeRole(name, topic, i, config);
            } catch (StorageFailure e) {
                // This log is damaged, or its directory fails. It says so itself, and is led by
                // nobody here.
                endLeader(name, ErrorCode.KAFKA_STORAGE_ERROR);
                endFollower(name);
            }
        }
    }

    private void takeRole(TopicPartition name, TopicImage topic, int index, TopicConfig config) {
        PartitionImage partition = topic.partitions().get(index);
        followDirectory(name, partition);
        if (partition.leader() == replication.nodeId()) {
            lead(name, topic, partition, config);
        } else if (partition.replicas().contains(replication.nodeId())) {
            follow(name, topic, partition, config);
        } else {
            delete(name, topic);
        }
    }

    /// The replica may be in another directory by now.
    private void followDirectory(TopicPartition name, PartitionImage partition) {
        Uuid directory = partition.directoryOf(replication.nodeId());
        Optional<Role> role = role(name);
        if (role.isPresent()
                && BrokerImage.isKnown(directory)
                && !directory.equals(role.get().replica().log().directoryId())
                && !moves.exchange(role.get(), directory)) {
            moves.giveUp(name);
            endLeader(name);
            endFollower(name);
        }
    }

    /// What this broker is to a partition, if anything.
    Optional<Role> role(TopicPartition name) {
        Role leader = leaders.get(name);
        return Optional.ofNullable(leader != null ? leader : followers.get(name));
    }

    private void lead(
            TopicPartition name, TopicImage topic, PartitionImage partition, TopicConfig config) {
        PartitionLeader leader = leaders.get(name);
        if (leader != null) {
            leader.log().configure(config.log());
            leader.lead(partition, config);
            return;
        }
        LocalReplica before = endFollower(name);
        boolean isNew = before == null && places.isNew(name, topic);
        LocalReplica replica = replica(before, name, topic, config);
        replica.log().beginEpoch(partition.leaderEpoch());
        PartitionLeader begun = new PartitionLeader(replica, partition, config, replication, clock);
        replica.log().onStored(_ -> begun.advance());
        leaders.put(name, begun);
        if (before == null) {
            moves.come(begun, isNew);
        }
    }

    private void follow(
            TopicPartition name, TopicImage topic, PartitionImage partition, TopicConfig config) {
        PartitionFollower follower = followers.get(name);
        if (follower != null) {
            follower.log().configure(config.log());
            follower.follow(partition, config);
            return;
        }
        LocalReplica before = endLeader(name);
        boolean isNew = before == null && places.isNew(name, topic);
        PartitionFollower begun =
                new PartitionFollower(
                        replica(before, name, topic, config),
                        partition,
                        config,
                        replication,
                        before != null);
        followers.put(name, begun);
        if (before == null) {
            moves.come(begun, isNew);
        } else {
            moves.accompany(begun);
        }
    }

    /// @param present from the role before, if there was one
    private LocalReplica replica(
            @Nullable LocalReplica present,
            TopicPartition name,
            TopicImage topic,
            TopicConfig config) {
        LocalReplica replica =
                present != null
                        ? present
                        : new LocalReplica(name, topic.id(), places.log(name, topic, config));
        if (!replica.log().isUsable()) {
            throw new StorageFailure(replica.log().directoryId().toString(), "The log is damaged.");
        }
        replica.log().configure(config.log());
        return replica;
    }

    private void goOffline(LogDirectory failed) {
        log.atError()
                .addKeyValue("directory", failed.name())
                .addKeyValue("reason", failed.failure().map(Throwable::getMessage).orElse(""))
                .log(
                        logs.areUsable()
                                ? "A disk failed; its partitions are offline until the node is started again"
                                : "The disk failed; all partitions are offline until the node is started again");
        endUnusable();
    }

    private void endUnusable() {
        rolesLock.lock();
        try {
            boolean all = !logs.areUsable();
            leaders.values()
                    .removeIf(
                            leader -> {
                                boolean gone = all || !leader.log().isUsable();
                                if (gone) {
                                    leader.end(ErrorCode.KAFKA_STORAGE_ERROR);
                                }
                                return gone;
                            });
            followers
                    .values()
                    .removeIf(
                            follower -> {
                                boolean gone = all || !follower.log().isUsable();
                                if (gone) {
                                    follower.retire();
                                }
                                return gone;
                            });
        } finally {
            rolesLock.unlock();
        }
    }

    /// Answers the producers of what another broker leads now.
    private void endLost(ClusterImage now) {
        retired.forEach(
                (name, leader) -> {
                    boolean stillLed =
                            now.topics()
                                    .withId(leader.topicId())
                                    .flatMap(topic -> topic.partition(name.partition()))
                                    .filter(found -> found.leader() == replication.nodeId())
                                    .isPresent();
                    if (!stillLed) {
                        leader.end(ErrorCode.NOT_LEADER_OR_FOLLOWER);
                    }
                });
    }

    /// Takes nothing more; readers that wait are answered, and producers when their records are
    /// stored, or another broker is known to lead.
    @Override
    public void close() {
        rolesLock.lock();
        try {
            closed = true;
            rolesChanged.signalAll();
            retired.putAll(leaders);
            leaders.clear();
            retired.values().forEach(leader -> leader.retire(ErrorCode.NOT_LEADER_OR_FOLLOWER));
            endLost(image); // The controller may have known before this node did.
            followers.values().forEach(PartitionFollower::retire);
            followers.clear();
        } finally {
            rolesLock.unlock();
        }
    }
}

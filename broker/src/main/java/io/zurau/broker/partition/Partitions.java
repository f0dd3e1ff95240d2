package io.zurau.broker.partition;

import io.zurau.log.LogDirectory;
import io.zurau.log.PartitionLog;
import io.zurau.metadata.MetadataListener;
import io.zurau.metadata.config.ClusterConfigs;
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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The partitions that this broker leads or follows, by name and by topic id.
///
/// Follows the cluster's image: makes the logs of partitions that it is given, changes their roles,
/// and deletes those of topics that are gone and of replicas that are elsewhere now.
///
/// **Guard:** changed only by the thread that tells about images, one at a time; read by everybody.
public final class Partitions implements MetadataListener, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Partitions.class);

    private final Replication replication;
    private final LogDirectory logs;
    private final ClusterConfigs configs;
    private final Clock clock;
    // For look-ups; its order means nothing.
    private final Map<TopicPartition, PartitionLeader> leaders = new ConcurrentHashMap<>();
    private final Map<TopicPartition, PartitionFollower> followers = new ConcurrentHashMap<>();
    // Led when this was closed; their producers wait until it is known what became of the records.
    private final Map<TopicPartition, PartitionLeader> retired = new ConcurrentHashMap<>();
    private volatile ClusterImage image;
    private volatile boolean offline; // The log directory has failed.
    private volatile boolean closed;

    /// @param image the first; its partitions are served when this returns
    public Partitions(
            Replication replication,
            LogDirectory logs,
            ClusterConfigs configs,
            ClusterImage image,
            Clock clock) {
        this.replication = replication;
        this.logs = logs;
        this.configs = configs;
        this.clock = clock;
        this.image = ClusterImage.empty(image.clusterId());
        logs.onFailure(this::goOffline);
        reportStrays(image);
        changed(this.image, image);
    }

    /// Logs whose topics the metadata does not know are left alone: they may be somebody's data.
    private void reportStrays(ClusterImage first) {
        for (PartitionLog found : logs.logs()) {
            boolean known =
                    first.topics()
                            .named(found.partition().topic())
                            .filter(topic -> belongs(found, topic))
                            .isPresent();
            if (!known) {
                log.atWarn()
                        .addKeyValue("partition", found.partition())
                        .addKeyValue("topicId", found.topicId())
                        .log("Found the log of an unknown topic, which is not served");
            }
        }
    }

    private static boolean belongs(PartitionLog found, TopicImage topic) {
        return found.topicId().equals(topic.id()) || found.topicId().equals(Uuid.ZERO);
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

    private Located missing(Optional<TopicImage> topic, int partition, ErrorCode unknownTopic) {
        if (topic.isEmpty()) {
            return new Located.NotHere(unknownTopic);
        }
        Optional<PartitionImage> found = topic.get().partition(partition);
        if (found.isEmpty()) {
            return new Located.NotHere(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        }
        return new Located.NotHere(
                found.get().leader() == replication.nodeId() && offline
                        ? ErrorCode.KAFKA_STORAGE_ERROR
                        : ErrorCode.NOT_LEADER_OR_FOLLOWER);
    }

    /// The partition, if this broker leads it.
    public Optional<PartitionLeader> leader(TopicPartition partition) {
        return Optional.ofNullable(leaders.get(partition));
    }

    /// The partition, if this broker follows its leader.
    public Optional<PartitionFollower> follower(TopicPartition partition) {
        return Optional.ofNullable(followers.get(partition));
    }

    /// Those that this broker leads now, in no order that means anything.
    public Collection<PartitionLeader> leaders() {
        return leaders.values();
    }

    /// Those that this broker follows now, likewise.
    public Collection<PartitionFollower> followers() {
        return followers.values();
    }

    /// Whether the log directory has failed.
    public boolean isOffline() {
        return offline;
    }

    @Override
    public void changed(ClusterImage before, ClusterImage after) {
        image = after; // First, so that whoever is woken by an end sees why.
        try {
            if (closed) {
                endLost(after);
            } else if (!offline) {
                endGone(before, after);
                takeRoles(before, after);
            }
        } catch (StorageFailure e) {
            log.atError().setCause(e).log("Could not follow the metadata");
        }
    }

    private void endGone(ClusterImage before, ClusterImage after) {
        for (TopicImage topic : before.topics().all()) {
            Optional<TopicImage> now = after.topics().named(topic.name());
            if (now.isEmpty() || !now.get().id().equals(topic.id())) {
                for (int i = 0; i < topic.partitions().size(); i++) {
                    delete(new TopicPartition(topic.name(), i));
                }
            }
        }
    }

    private void delete(TopicPartition partition) {
        if (endLeader(partition) != null || endFollower(partition) != null) {
            logs.delete(partition);
        }
    }

    private @Nullable LocalReplica endLeader(TopicPartition partition) {
        PartitionLeader leader = leaders.remove(partition);
        if (leader == null) {
            return null;
        }
        leader.end(ErrorCode.NOT_LEADER_OR_FOLLOWER);
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
            try {
                takeRole(new TopicPartition(topic.name(), i), topic, i, config);
            } catch (StorageFailure e) {
                if (logs.failure().isPresent()) {
                    throw e;
                }
                // Only this log is damaged. It says so itself, and is led by nobody here.
                leaders.remove(new TopicPartition(topic.name(), i));
                followers.remove(new TopicPartition(topic.name(), i));
            }
        }
    }

    private void takeRole(TopicPartition name, TopicImage topic, int index, TopicConfig config) {
        PartitionImage partition = topic.partitions().get(index);
        if (partition.leader() == replication.nodeId()) {
            lead(name, topic, partition, config);
        } else if (partition.replicas().contains(replication.nodeId())) {
            follow(name, topic, partition, config);
        } else {
            delete(name);
        }
    }

    private void lead(
            TopicPartition name, TopicImage topic, PartitionImage partition, TopicConfig config) {
        PartitionLeader leader = leaders.get(name);
        if (leader != null) {
            leader.log().configure(config.log());
            leader.lead(partition, config);
            return;
        }
        LocalReplica replica = replica(endFollower(name), name, topic, config);
        replica.log().beginEpoch(partition.leaderEpoch());
        PartitionLeader begun = new PartitionLeader(replica, partition, config, replication, clock);
        replica.log().onStored(_ -> begun.advance());
        leaders.put(name, begun);
    }

    private void follow(
            TopicPartition name, TopicImage topic, PartitionImage partition, TopicConfig config) {
        PartitionFollower follower = followers.get(name);
        if (follower != null) {
            follower.log().configure(config.log());
            follower.follow(partition, config);
            return;
        }
        LocalReplica replica = replica(endLeader(name), name, topic, config);
        followers.put(name, new PartitionFollower(replica, partition, config, replication));
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
                        : new LocalReplica(
                                name,
                                topic.id(),
                                logs.find(name)
                                        .filter(existing -> belongs(existing, topic))
                                        .orElseGet(() -> newLog(name, topic.id(), config)));
        replica.log().configure(config.log());
        return replica;
    }

    private PartitionLog newLog(TopicPartition name, Uuid topicId, TopicConfig config) {
        logs.find(name)
                .ifPresent(
                        ofAnotherTopic -> {
                            log.atWarn()
                                    .addKeyValue("partition", name)
                                    .addKeyValue("topicId", ofAnotherTopic.topicId())
                                    .log("Deletes the log of an earlier topic of the same name");
                            logs.delete(name);
                        });
        return logs.create(name, topicId, config.log());
    }

    private void goOffline(StorageFailure failure) {
        if (!offline) {
            log.atError()
                    .addKeyValue("reason", failure.getMessage())
                    .log(
                            "The disk failed; its partitions are offline until the node is started again");
        }
        offline = true;
        leaders.values().forEach(leader -> leader.end(ErrorCode.KAFKA_STORAGE_ERROR));
        leaders.clear();
        followers.values().forEach(PartitionFollower::retire);
        followers.clear();
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
        closed = true;
        retired.putAll(leaders);
        leaders.clear();
        retired.values().forEach(leader -> leader.retire(ErrorCode.NOT_LEADER_OR_FOLLOWER));
        endLost(image); // The controller may have known before this node did.
        followers.values().forEach(PartitionFollower::retire);
        followers.clear();
    }
}

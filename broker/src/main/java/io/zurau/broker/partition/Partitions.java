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
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The partitions that this broker leads, by name and by topic id.
///
/// Follows the cluster's image: makes the logs of partitions that it is given, and deletes those of
/// topics that are gone.
///
/// **Guard:** changed only by the thread that tells about images, one at a time; read by everybody.
public final class Partitions implements MetadataListener, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Partitions.class);

    private final int nodeId;
    private final LogDirectory logs;
    private final ClusterConfigs configs;
    private final Clock clock;
    // For look-ups; its order means nothing.
    private final Map<TopicPartition, PartitionLeader> leaders = new ConcurrentHashMap<>();
    private volatile ClusterImage image;
    private volatile boolean offline; // The log directory has failed.

    /// @param image the first; its partitions are served when this returns
    public Partitions(
            int nodeId,
            LogDirectory logs,
            ClusterConfigs configs,
            ClusterImage image,
            Clock clock) {
        this.nodeId = nodeId;
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

    private Located missing(Optional<TopicImage> topic, int partition, ErrorCode unknownTopic) {
        if (topic.isEmpty()) {
            return new Located.NotHere(unknownTopic);
        }
        Optional<PartitionImage> found = topic.get().partition(partition);
        if (found.isEmpty()) {
            return new Located.NotHere(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        }
        return new Located.NotHere(
                found.get().leader() == nodeId && offline
                        ? ErrorCode.KAFKA_STORAGE_ERROR
                        : ErrorCode.NOT_LEADER_OR_FOLLOWER);
    }

    /// The partition, if this broker leads it.
    public Optional<PartitionLeader> leader(TopicPartition partition) {
        return Optional.ofNullable(leaders.get(partition));
    }

    @Override
    public void changed(ClusterImage before, ClusterImage after) {
        image = after; // First, so that whoever is woken by an end sees why.
        try {
            if (!offline) {
                endGone(before, after);
                leadGiven(before, after);
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
                    end(new TopicPartition(topic.name(), i));
                }
            }
        }
    }

    private void end(TopicPartition partition) {
        PartitionLeader leader = leaders.remove(partition);
        if (leader != null) {
            leader.end(ErrorCode.NOT_LEADER_OR_FOLLOWER);
            logs.delete(partition);
        }
    }

    private void leadGiven(ClusterImage before, ClusterImage after) {
        boolean configsChanged = before.configs() != after.configs();
        for (TopicImage topic : after.topics().all()) {
            TopicImage known = before.topics().named(topic.name()).orElse(null);
            if (configsChanged || !Objects.equals(known, topic)) {
                lead(topic, TopicConfig.from(configs.topic(after, topic.name())));
            }
        }
    }

    private void lead(TopicImage topic, TopicConfig config) {
        for (int i = 0; i < topic.partitions().size(); i++) {
            PartitionImage partition = topic.partitions().get(i);
            TopicPartition name = new TopicPartition(topic.name(), i);
            PartitionLeader leader = leaders.get(name);
            if (leader != null) {
                leader.log().configure(config.log());
                leader.lead(partition, config.minInSyncReplicas());
            } else if (partition.leader() == nodeId) {
                leaders.put(name, newLeader(name, topic, partition, config));
            }
        }
    }

    private PartitionLeader newLeader(
            TopicPartition name, TopicImage topic, PartitionImage partition, TopicConfig config) {
        PartitionLog found =
                logs.find(name)
                        .filter(existing -> belongs(existing, topic))
                        .orElseGet(() -> newLog(name, topic.id(), config));
        found.configure(config.log());
        found.beginEpoch(partition.leaderEpoch());
        PartitionLeader leader =
                new PartitionLeader(
                        name, topic.id(), found, partition, config.minInSyncReplicas(), clock);
        found.onStored(stored -> leader.advance());
        return leader;
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
    }

    /// Takes nothing more; readers that wait are answered, and producers when their records are
    /// stored.
    @Override
    public void close() {
        leaders.values().forEach(leader -> leader.retire(ErrorCode.NOT_LEADER_OR_FOLLOWER));
        leaders.clear();
    }
}

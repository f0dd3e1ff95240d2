package io.zurau.broker.coordinator;

import io.zurau.coordinator.Shards;
import io.zurau.metadata.Metadata;
import io.zurau.metadata.control.Controller;
import io.zurau.metadata.image.BrokerImage;
import io.zurau.metadata.image.PartitionImage;
import io.zurau.metadata.image.TopicImage;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.CreateTopicsRequest;
import io.zurau.protocol.message.CreateTopicsRequest.CreatableTopic;
import io.zurau.protocol.message.CreateTopicsRequest.CreatableTopicConfig;
import io.zurau.protocol.message.CreateTopicsResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A topic that coordinators keep their memory in. It is made when it is first needed.
public final class CoordinatorTopic {
    private final Shape shape;
    private final Metadata metadata;
    private final Controller controller;

    /// How the topic is made.
    ///
    /// @param replicationFactor wanted; with fewer brokers there are fewer replicas
    /// @param minInSync wanted; never more than there are replicas. 0 for the cluster's default
    public record Shape(
            String name,
            int partitions,
            int replicationFactor,
            int minInSync,
            long segmentBytes,
            Cleanup cleanup) {
        public Shape(
                String name,
                int partitions,
                int replicationFactor,
                int minInSync,
                long segmentBytes) {
            this(name, partitions, replicationFactor, minInSync, segmentBytes, Cleanup.COMPACTED);
        }
    }

    /// What keeps the topic short.
    public enum Cleanup {
        COMPACTED,

        /// The coordinator deletes what no longer counts.
        BY_COORDINATOR
    }

    public CoordinatorTopic(Shape shape, Metadata metadata, Controller controller) {
        this.shape = shape;
        this.metadata = metadata;
        this.controller = controller;
    }

    public String name() {
        return shape.name;
    }

    /// The partition that a key lives in.
    public int partitionOf(String key) {
        return Shards.partitionOf(key, partitionCount());
    }

    /// The broker that coordinates what lives in a partition; [PartitionImage#NO_LEADER] if nobody
    /// does now.
    public int coordinatorOf(int partition) {
        return find().flatMap(topic -> topic.partition(partition))
                .map(PartitionImage::leader)
                .orElse(PartitionImage.NO_LEADER);
    }

    /// How many partitions it has, or will have when it is created.
    public int partitionCount() {
        return find().map(topic -> topic.partitions().size()).orElse(shape.partitions);
    }

    public Optional<TopicImage> find() {
        return metadata.image().topics().named(shape.name);
    }

    /// The topic, made now if there is none; empty if it could not be made.
    public Optional<TopicImage> findOrCreate() {
        Optional<TopicImage> found = find();
        if (found.isPresent()) {
            return found;
        }
        CreateTopicsResponse response =
                controller.createTopics(
                        CreateTopicsRequest.builder().topics(List.of(creation())).build(),
                        CreateTopicsRequest.HIGHEST_VERSION);
        short code = response.topics().getFirst().errorCode();
        return code == ErrorCode.NONE.code() || code == ErrorCode.TOPIC_ALREADY_EXISTS.code()
                ? find()
                : Optional.empty();
    }

    /// How it is made when a client asks for it.
    public CreatableTopic creation() {
        return CreatableTopic.builder()
                .name(shape.name)
                .numPartitions(shape.partitions)
                .replicationFactor(replicationFactor())
                .configs(configs())
                .build();
    }

    private List<CreatableTopicConfig> configs() {
        List<CreatableTopicConfig> configs = new ArrayList<>();
        switch (shape.cleanup) {
            case COMPACTED -> configs.add(setting("cleanup.policy", "compact"));
            case BY_COORDINATOR -> {
                configs.add(setting("cleanup.policy", "delete"));
                configs.add(setting("retention.ms", "-1"));
            }
        }
        configs.add(setting("compression.type", "producer"));
        configs.add(setting("segment.bytes", Long.toString(shape.segmentBytes)));
        if (shape.minInSync > 0) {
            int least = Math.min(shape.minInSync, replicationFactor());
            configs.add(setting("min.insync.replicas", Integer.toString(least)));
        }
        return configs;
    }

    /// Differs from Kafka: with fewer brokers than replicas wanted there are fewer replicas,
    /// instead of no coordinator.
    private short replicationFactor() {
        long brokers =
                metadata.image().brokers().values().stream().filter(BrokerImage::isActive).count();
        return (short) Math.max(1, Math.min(shape.replicationFactor, brokers));
    }

    private static CreatableTopicConfig setting(String name, String value) {
        return CreatableTopicConfig.builder().name(name).value(value).build();
    }
}

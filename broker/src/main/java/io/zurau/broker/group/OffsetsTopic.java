package io.zurau.broker.group;

import io.zurau.coordinator.group.GroupConfig;
import io.zurau.metadata.Metadata;
import io.zurau.metadata.control.Controller;
import io.zurau.metadata.image.BrokerImage;
import io.zurau.metadata.image.TopicImage;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.CreateTopicsRequest;
import io.zurau.protocol.message.CreateTopicsRequest.CreatableTopic;
import io.zurau.protocol.message.CreateTopicsRequest.CreatableTopicConfig;
import io.zurau.protocol.message.CreateTopicsResponse;
import java.util.List;
import java.util.Optional;

/// The topic that groups live in.
final class OffsetsTopic {
    static final String NAME = "__consumer_offsets";

    private final GroupConfig config;
    private final Metadata metadata;
    private final Controller controller;

    OffsetsTopic(GroupConfig config, Metadata metadata, Controller controller) {
        this.config = config;
        this.metadata = metadata;
        this.controller = controller;
    }

    /// How many partitions it has, or will have when it is created.
    int partitionCount() {
        return find().map(topic -> topic.partitions().size())
                .orElse(config.offsetsTopicPartitions());
    }

    Optional<TopicImage> find() {
        return metadata.image().topics().named(NAME);
    }

    /// The topic, made now if there is none; empty if it could not be made.
    Optional<TopicImage> findOrCreate() {
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

    CreatableTopic creation() {
        return CreatableTopic.builder()
                .name(NAME)
                .numPartitions(config.offsetsTopicPartitions())
                .replicationFactor(replicationFactor())
                .configs(
                        List.of(
                                setting("cleanup.policy", "compact"),
                                setting("compression.type", "producer"),
                                setting(
                                        "segment.bytes",
                                        Long.toString(config.offsetsTopicSegmentBytes()))))
                .build();
    }

    /// Differs from Kafka: with fewer brokers than replicas wanted there are fewer replicas,
    /// instead of no groups.
    private short replicationFactor() {
        long brokers =
                metadata.image().brokers().values().stream().filter(BrokerImage::isActive).count();
        return (short) Math.max(1, Math.min(config.offsetsTopicReplicationFactor(), brokers));
    }

    private static CreatableTopicConfig setting(String name, String value) {
        return CreatableTopicConfig.builder().name(name).value(value).build();
    }
}

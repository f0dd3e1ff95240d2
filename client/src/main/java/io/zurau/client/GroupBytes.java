package io.zurau.client;

import io.zurau.protocol.MalformedMessage;
import io.zurau.protocol.ProtocolReader;
import io.zurau.protocol.ProtocolWriter;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.message.ConsumerProtocolAssignment;
import io.zurau.protocol.message.ConsumerProtocolSubscription;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What the members of a group tell each other, which the broker passes on unread: a version, then
/// the message.
final class GroupBytes {
    private static final int VERSION = 3;

    private GroupBytes() {}

    static ByteBuffer subscription(Collection<String> topics) {
        ProtocolWriter out = new ProtocolWriter();
        out.writeShort((short) VERSION);
        ConsumerProtocolSubscription.builder()
                .topics(List.copyOf(topics))
                .userData(null)
                .rackId(null)
                .build()
                .write(out, VERSION);
        return out.toBuffer();
    }

    /// The topics that a member subscribed to; none if it speaks another language.
    static List<String> topics(ByteBuffer subscription) {
        try {
            ProtocolReader in = new ProtocolReader(subscription);
            int version = Math.clamp(in.readShort(), 0, VERSION);
            return ConsumerProtocolSubscription.read(in, version).topics();
        } catch (MalformedMessage e) {
            return List.of();
        }
    }

    static ByteBuffer assignment(List<TopicPartition> partitions) {
        Map<String, List<Integer>> byTopic = new LinkedHashMap<>();
        for (TopicPartition partition : partitions) {
            byTopic.computeIfAbsent(partition.topic(), topic -> new ArrayList<>())
                    .add(partition.partition());
        }
        List<ConsumerProtocolAssignment.TopicPartition> topics = new ArrayList<>();
        byTopic.forEach(
                (topic, numbers) ->
                        topics.add(
                                ConsumerProtocolAssignment.TopicPartition.builder()
                                        .topic(topic)
                                        .partitions(numbers)
                                        .build()));
        ProtocolWriter out = new ProtocolWriter();
        out.writeShort((short) VERSION);
        ConsumerProtocolAssignment.builder()
                .assignedPartitions(topics)
                .userData(null)
                .build()
                .write(out, VERSION);
        return out.toBuffer();
    }

    static List<TopicPartition> partitions(ByteBuffer assignment) {
        List<TopicPartition> partitions = new ArrayList<>();
        if (!assignment.hasRemaining()) {
            return partitions;
        }
        ProtocolReader in = new ProtocolReader(assignment);
        int version = Math.clamp(in.readShort(), 0, VERSION);
        ConsumerProtocolAssignment.read(in, version)
                .assignedPartitions()
                .forEach(
                        topic ->
                                topic.partitions()
                                        .forEach(
                                                number ->
                                                        partitions.add(
                                                                new TopicPartition(
                                                                        topic.topic(), number))));
        return partitions;
    }
}

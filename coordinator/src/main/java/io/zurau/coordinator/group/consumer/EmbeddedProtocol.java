package io.zurau.coordinator.group.consumer;

import io.zurau.coordinator.group.kind.Assignment;
import io.zurau.coordinator.group.kind.Topics;
import io.zurau.metadata.image.TopicImage;
import io.zurau.protocol.MalformedMessage;
import io.zurau.protocol.ProtocolReader;
import io.zurau.protocol.ProtocolWriter;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.message.ConsumerProtocolAssignment;
import io.zurau.protocol.message.ConsumerProtocolSubscription;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// What consumers of the classic protocol say to each other inside of its messages.
public final class EmbeddedProtocol {
    private EmbeddedProtocol() {}

    /// A subscription of a version that is not known begins like the newest that is.
    ///
    /// @throws MalformedMessage if it is none
    public static ConsumerProtocolSubscription subscription(ByteBuffer bytes) {
        ProtocolReader in = new ProtocolReader(bytes.duplicate());
        int version = version(in);
        return ConsumerProtocolSubscription.read(
                in, Math.min(version, ConsumerProtocolSubscription.HIGHEST_VERSION));
    }

    private static int version(ProtocolReader in) {
        int version = in.readShort();
        if (version < 0) {
            throw new MalformedMessage("The version " + version + " is negative.");
        }
        return version;
    }

    /// @throws MalformedMessage if it is none
    public static ConsumerProtocolAssignment assignment(ByteBuffer bytes) {
        ProtocolReader in = new ProtocolReader(bytes.duplicate());
        int version = version(in);
        return ConsumerProtocolAssignment.read(
                in, Math.min(version, ConsumerProtocolAssignment.HIGHEST_VERSION));
    }

    /// Without topics that do not exist.
    public static Assignment partitions(ConsumerProtocolAssignment assignment, Topics topics) {
        Assignment.Builder partitions = Assignment.builder();
        for (var one : assignment.assignedPartitions()) {
            topics.named(one.topic()).ifPresent(t -> partitions.add(t.id(), one.partitions()));
        }
        return partitions.build();
    }

    /// What the member says it uses.
    static Assignment owned(ConsumerProtocolSubscription subscription, Topics topics) {
        Assignment.Builder partitions = Assignment.builder();
        for (var one : subscription.ownedPartitions()) {
            topics.named(one.topic()).ifPresent(t -> partitions.add(t.id(), one.partitions()));
        }
        return partitions.build();
    }

    /// As bytes, in the version that the member's subscription has.
    ///
    /// @throws MalformedMessage if that is none
    public static ByteBuffer assignment(
            Assignment partitions, ByteBuffer subscription, Topics topics) {
        int version =
                Math.min(
                        version(new ProtocolReader(subscription.duplicate())),
                        ConsumerProtocolAssignment.HIGHEST_VERSION);
        List<ConsumerProtocolAssignment.TopicPartition> assigned = new ArrayList<>();
        for (Uuid topic : partitions.topics()) {
            topics.withId(topic)
                    .map(TopicImage::name)
                    .ifPresent(
                            name ->
                                    assigned.add(
                                            ConsumerProtocolAssignment.TopicPartition.builder()
                                                    .topic(name)
                                                    .partitions(List.copyOf(partitions.of(topic)))
                                                    .build()));
        }
        ProtocolWriter out = new ProtocolWriter();
        out.writeShort((short) version);
        ConsumerProtocolAssignment.builder()
                .assignedPartitions(assigned)
                .build()
                .write(out, version);
        return out.toBuffer();
    }
}

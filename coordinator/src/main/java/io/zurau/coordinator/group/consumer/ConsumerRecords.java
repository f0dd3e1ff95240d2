package io.zurau.coordinator.group.consumer;

import io.zurau.coordinator.group.kind.Assignment;
import io.zurau.coordinator.group.kind.StoredRecord;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.message.ConsumerGroupCurrentMemberAssignmentKey;
import io.zurau.protocol.message.ConsumerGroupCurrentMemberAssignmentValue;
import io.zurau.protocol.message.ConsumerGroupCurrentMemberAssignmentValue.TopicPartitions;
import io.zurau.protocol.message.ConsumerGroupMemberMetadataKey;
import io.zurau.protocol.message.ConsumerGroupMemberMetadataValue;
import io.zurau.protocol.message.ConsumerGroupMemberMetadataValue.ClassicMemberMetadata;
import io.zurau.protocol.message.ConsumerGroupMemberMetadataValue.ClassicProtocol;
import io.zurau.protocol.message.ConsumerGroupMetadataKey;
import io.zurau.protocol.message.ConsumerGroupMetadataValue;
import io.zurau.protocol.message.ConsumerGroupPartitionMetadataKey;
import io.zurau.protocol.message.ConsumerGroupRegularExpressionKey;
import io.zurau.protocol.message.ConsumerGroupRegularExpressionValue;
import io.zurau.protocol.message.ConsumerGroupTargetAssignmentMemberKey;
import io.zurau.protocol.message.ConsumerGroupTargetAssignmentMemberValue;
import io.zurau.protocol.message.ConsumerGroupTargetAssignmentMemberValue.TopicPartition;
import io.zurau.protocol.message.ConsumerGroupTargetAssignmentMetadataKey;
import io.zurau.protocol.message.ConsumerGroupTargetAssignmentMetadataValue;
import io.zurau.protocol.message.GroupRecordKey;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The records of consumer groups, as Apache Kafka 4.4 writes them, and what they say.
public final class ConsumerRecords {
    private ConsumerRecords() {}

    /// The group that the record is about; empty if it is none of a consumer group's.
    public static Optional<String> groupOf(GroupRecordKey key) {
        return Optional.ofNullable(
                switch (key) {
                    case ConsumerGroupMetadataKey one -> one.groupId();
                    case ConsumerGroupPartitionMetadataKey one -> one.groupId();
                    case ConsumerGroupMemberMetadataKey one -> one.groupId();
                    case ConsumerGroupTargetAssignmentMetadataKey one -> one.groupId();
                    case ConsumerGroupTargetAssignmentMemberKey one -> one.groupId();
                    case ConsumerGroupCurrentMemberAssignmentKey one -> one.groupId();
                    case ConsumerGroupRegularExpressionKey one -> one.groupId();
                    default -> null;
                });
    }

    static StoredRecord epoch(String groupId, int epoch, long metadataHash) {
        return new StoredRecord(
                new ConsumerGroupMetadataKey(groupId),
                ConsumerGroupMetadataValue.builder()
                        .epoch(epoch)
                        .metadataHash(metadataHash)
                        .build(),
                0);
    }

    static StoredRecord groupRemoved(String groupId) {
        return StoredRecord.tombstone(new ConsumerGroupMetadataKey(groupId));
    }

    /// What Kafka before 4.1 kept of the topics.
    static StoredRecord topicsRemoved(String groupId) {
        return StoredRecord.tombstone(new ConsumerGroupPartitionMetadataKey(groupId));
    }

    static StoredRecord profile(String groupId, String memberId, Profile profile) {
        Profile.Classic classic = profile.classic();
        return new StoredRecord(
                new ConsumerGroupMemberMetadataKey(groupId, memberId),
                ConsumerGroupMemberMetadataValue.builder()
                        .instanceId(profile.instanceId())
                        .rackId(profile.rackId())
                        .clientId(profile.clientId())
                        .clientHost(profile.clientHost())
                        .subscribedTopicNames(List.copyOf(profile.topics()))
                        .subscribedTopicRegex(profile.regex())
                        .rebalanceTimeoutMs(profile.rebalanceTimeoutMs())
                        .serverAssignor(profile.assignor())
                        .classicMemberMetadata(classic == null ? null : stored(classic))
                        .build(),
                0);
    }

    private static ClassicMemberMetadata stored(Profile.Classic classic) {
        return ClassicMemberMetadata.builder()
                .sessionTimeoutMs(classic.sessionTimeoutMs())
                .supportedProtocols(
                        classic.protocols().stream()
                                .map(
                                        one ->
                                                ClassicProtocol.builder()
                                                        .name(one.name())
                                                        .metadata(one.metadata())
                                                        .build())
                                .toList())
                .build();
    }

    static Profile read(ConsumerGroupMemberMetadataValue value) {
        String regex = value.subscribedTopicRegex();
        ClassicMemberMetadata classic = value.classicMemberMetadata();
        return new Profile(
                value.instanceId(),
                value.rackId(),
                value.clientId(),
                value.clientHost(),
                new TreeSet<>(value.subscribedTopicNames()),
                regex == null ? "" : regex,
                value.rebalanceTimeoutMs(),
                value.serverAssignor(),
                classic == null || classic.supportedProtocols().isEmpty() ? null : read(classic));
    }

    private static Profile.Classic read(ClassicMemberMetadata value) {
        return new Profile.Classic(
                value.sessionTimeoutMs(),
                value.supportedProtocols().stream()
                        .map(one -> new Profile.Protocol(one.name(), copy(one.metadata())))
                        .toList());
    }

    /// The bytes of a loaded record lie in a large buffer of others.
    private static ByteBuffer copy(ByteBuffer bytes) {
        return ByteBuffer.allocate(bytes.remaining())
                .put(bytes.duplicate())
                .flip()
                .asReadOnlyBuffer();
    }

    static StoredRecord memberRemoved(String groupId, String memberId) {
        return StoredRecord.tombstone(new ConsumerGroupMemberMetadataKey(groupId, memberId));
    }

    /// @param nowMs when it was made, on the wall clock; 0 for a group without members
    static StoredRecord assignmentEpoch(String groupId, int epoch, long nowMs) {
        return new StoredRecord(
                new ConsumerGroupTargetAssignmentMetadataKey(groupId),
                ConsumerGroupTargetAssignmentMetadataValue.builder()
                        .assignmentEpoch(epoch)
                        .assignmentTimestamp(nowMs)
                        .build(),
                0);
    }

    static StoredRecord assignmentRemoved(String groupId) {
        return StoredRecord.tombstone(new ConsumerGroupTargetAssignmentMetadataKey(groupId));
    }

    static StoredRecord target(String groupId, String memberId, Assignment target) {
        return new StoredRecord(
                new ConsumerGroupTargetAssignmentMemberKey(groupId, memberId),
                ConsumerGroupTargetAssignmentMemberValue.builder()
                        .topicPartitions(
                                target.topics().stream()
                                        .map(topic -> stored(topic, target))
                                        .toList())
                        .build(),
                0);
    }

    private static TopicPartition stored(Uuid topic, Assignment target) {
        return TopicPartition.builder()
                .topicId(topic)
                .partitions(List.copyOf(target.of(topic)))
                .build();
    }

    static Assignment read(ConsumerGroupTargetAssignmentMemberValue value) {
        Assignment.Builder target = Assignment.builder();
        value.topicPartitions().forEach(one -> target.add(one.topicId(), one.partitions()));
        return target.build();
    }

    static StoredRecord targetRemoved(String groupId, String memberId) {
        return StoredRecord.tombstone(
                new ConsumerGroupTargetAssignmentMemberKey(groupId, memberId));
    }

    static StoredRecord progress(String groupId, String memberId, Progress progress) {
        return new StoredRecord(
                new ConsumerGroupCurrentMemberAssignmentKey(groupId, memberId),
                ConsumerGroupCurrentMemberAssignmentValue.builder()
                        .memberEpoch(progress.epoch())
                        .previousMemberEpoch(progress.previousEpoch())
                        .state(progress.state().number())
                        .assignedPartitions(stored(progress.assigned()))
                        .partitionsPendingRevocation(stored(progress.revoking()))
                        .build(),
                0);
    }

    private static List<TopicPartitions> stored(Owned owned) {
        return owned.epochs().entrySet().stream()
                .map(
                        topic ->
                                TopicPartitions.builder()
                                        .topicId(topic.getKey())
                                        .partitions(List.copyOf(topic.getValue().keySet()))
                                        .assignmentEpochs(List.copyOf(topic.getValue().values()))
                                        .build())
                .toList();
    }

    static Progress read(ConsumerGroupCurrentMemberAssignmentValue value) {
        return new Progress(
                value.memberEpoch(),
                value.previousMemberEpoch(),
                Progress.State.of(value.state()),
                read(value.assignedPartitions(), value.memberEpoch()),
                read(value.partitionsPendingRevocation(), value.memberEpoch()));
    }

    /// Kafka before 4.4 did not write the epochs of single partitions.
    private static Owned read(List<TopicPartitions> topics, int memberEpoch) {
        Owned.Builder owned = Owned.builder();
        for (TopicPartitions topic : topics) {
            List<Integer> partitions = topic.partitions();
            List<Integer> epochs = topic.assignmentEpochs();
            boolean known = epochs != null && epochs.size() == partitions.size();
            for (int i = 0; i < partitions.size(); i++) {
                int epoch = known && epochs != null ? epochs.get(i) : Math.max(memberEpoch, 0);
                owned.add(topic.topicId(), partitions.get(i), epoch);
            }
        }
        return owned.build();
    }

    static StoredRecord progressRemoved(String groupId, String memberId) {
        return StoredRecord.tombstone(
                new ConsumerGroupCurrentMemberAssignmentKey(groupId, memberId));
    }

    static StoredRecord regex(String groupId, String regex, ResolvedRegex resolved) {
        return new StoredRecord(
                new ConsumerGroupRegularExpressionKey(groupId, regex),
                ConsumerGroupRegularExpressionValue.builder()
                        .topics(List.copyOf(resolved.topics()))
                        .version(resolved.version())
                        .timestamp(resolved.timestampMs())
                        .build(),
                0);
    }

    static @Nullable ResolvedRegex read(@Nullable ConsumerGroupRegularExpressionValue value) {
        return value == null
                ? null
                : new ResolvedRegex(
                        new TreeSet<>(value.topics()), value.version(), value.timestamp());
    }

    static StoredRecord regexRemoved(String groupId, String regex) {
        return StoredRecord.tombstone(new ConsumerGroupRegularExpressionKey(groupId, regex));
    }
}

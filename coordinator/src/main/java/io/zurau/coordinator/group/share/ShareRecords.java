package io.zurau.coordinator.group.share;

import io.zurau.coordinator.group.kind.Assignment;
import io.zurau.coordinator.group.kind.StoredRecord;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.message.GroupRecordKey;
import io.zurau.protocol.message.ShareGroupCurrentMemberAssignmentKey;
import io.zurau.protocol.message.ShareGroupCurrentMemberAssignmentValue;
import io.zurau.protocol.message.ShareGroupMemberMetadataKey;
import io.zurau.protocol.message.ShareGroupMemberMetadataValue;
import io.zurau.protocol.message.ShareGroupMetadataKey;
import io.zurau.protocol.message.ShareGroupMetadataValue;
import io.zurau.protocol.message.ShareGroupStatePartitionMetadataKey;
import io.zurau.protocol.message.ShareGroupStatePartitionMetadataValue;
import io.zurau.protocol.message.ShareGroupStatePartitionMetadataValue.TopicInfo;
import io.zurau.protocol.message.ShareGroupStatePartitionMetadataValue.TopicPartitionsInfo;
import io.zurau.protocol.message.ShareGroupTargetAssignmentMemberKey;
import io.zurau.protocol.message.ShareGroupTargetAssignmentMemberValue;
import io.zurau.protocol.message.ShareGroupTargetAssignmentMetadataKey;
import io.zurau.protocol.message.ShareGroupTargetAssignmentMetadataValue;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/// The records of share groups, as Apache Kafka 4.4 writes them, and what they say.
public final class ShareRecords {
    private static final byte STABLE = 0; // The only state of a member.

    private ShareRecords() {}

    /// The group that the record is about; empty if it is none of a share group's.
    public static Optional<String> groupOf(GroupRecordKey key) {
        return Optional.ofNullable(
                switch (key) {
                    case ShareGroupMetadataKey one -> one.groupId();
                    case ShareGroupMemberMetadataKey one -> one.groupId();
                    case ShareGroupTargetAssignmentMetadataKey one -> one.groupId();
                    case ShareGroupTargetAssignmentMemberKey one -> one.groupId();
                    case ShareGroupCurrentMemberAssignmentKey one -> one.groupId();
                    case ShareGroupStatePartitionMetadataKey one -> one.groupId();
                    default -> null;
                });
    }

    static StoredRecord epoch(String groupId, int epoch, long metadataHash) {
        return new StoredRecord(
                new ShareGroupMetadataKey(groupId),
                ShareGroupMetadataValue.builder().epoch(epoch).metadataHash(metadataHash).build(),
                0);
    }

    static StoredRecord groupRemoved(String groupId) {
        return StoredRecord.tombstone(new ShareGroupMetadataKey(groupId));
    }

    static StoredRecord member(String groupId, ShareMember member) {
        return new StoredRecord(
                new ShareGroupMemberMetadataKey(groupId, member.id()),
                ShareGroupMemberMetadataValue.builder()
                        .rackId(member.rackId())
                        .clientId(member.clientId())
                        .clientHost(member.clientHost())
                        .subscribedTopicNames(List.copyOf(member.topics()))
                        .build(),
                0);
    }

    static StoredRecord memberRemoved(String groupId, String memberId) {
        return StoredRecord.tombstone(new ShareGroupMemberMetadataKey(groupId, memberId));
    }

    /// @param nowMs when it was made, on the wall clock
    static StoredRecord assignmentEpoch(String groupId, int epoch, long nowMs) {
        return new StoredRecord(
                new ShareGroupTargetAssignmentMetadataKey(groupId),
                ShareGroupTargetAssignmentMetadataValue.builder()
                        .assignmentEpoch(epoch)
                        .assignmentTimestamp(nowMs)
                        .build(),
                0);
    }

    static StoredRecord assignmentEpochRemoved(String groupId) {
        return StoredRecord.tombstone(new ShareGroupTargetAssignmentMetadataKey(groupId));
    }

    static StoredRecord target(String groupId, String memberId, Assignment target) {
        return new StoredRecord(
                new ShareGroupTargetAssignmentMemberKey(groupId, memberId),
                ShareGroupTargetAssignmentMemberValue.builder()
                        .topicPartitions(
                                target.topics().stream()
                                        .map(
                                                topic ->
                                                        ShareGroupTargetAssignmentMemberValue
                                                                .TopicPartition.builder()
                                                                .topicId(topic)
                                                                .partitions(
                                                                        List.copyOf(
                                                                                target.of(topic)))
                                                                .build())
                                        .toList())
                        .build(),
                0);
    }

    static StoredRecord targetRemoved(String groupId, String memberId) {
        return StoredRecord.tombstone(new ShareGroupTargetAssignmentMemberKey(groupId, memberId));
    }

    static Assignment read(ShareGroupTargetAssignmentMemberValue value) {
        Assignment.Builder target = Assignment.builder();
        value.topicPartitions().forEach(topic -> target.add(topic.topicId(), topic.partitions()));
        return target.build();
    }

    static StoredRecord assigned(String groupId, ShareMember member) {
        return new StoredRecord(
                new ShareGroupCurrentMemberAssignmentKey(groupId, member.id()),
                ShareGroupCurrentMemberAssignmentValue.builder()
                        .memberEpoch(member.epoch())
                        .previousMemberEpoch(member.previousEpoch())
                        .state(STABLE)
                        .assignedPartitions(
                                member.assigned().topics().stream()
                                        .map(
                                                topic ->
                                                        ShareGroupCurrentMemberAssignmentValue
                                                                .TopicPartitions.builder()
                                                                .topicId(topic)
                                                                .partitions(
                                                                        List.copyOf(
                                                                                member.assigned()
                                                                                        .of(topic)))
                                                                .build())
                                        .toList())
                        .build(),
                0);
    }

    static StoredRecord assignedRemoved(String groupId, String memberId) {
        return StoredRecord.tombstone(new ShareGroupCurrentMemberAssignmentKey(groupId, memberId));
    }

    static Assignment read(ShareGroupCurrentMemberAssignmentValue value) {
        Assignment.Builder assigned = Assignment.builder();
        value.assignedPartitions()
                .forEach(topic -> assigned.add(topic.topicId(), topic.partitions()));
        return assigned.build();
    }

    static StoredRecord kept(String groupId, KeptPartitions kept) {
        return new StoredRecord(
                new ShareGroupStatePartitionMetadataKey(groupId),
                ShareGroupStatePartitionMetadataValue.builder()
                        .initializingTopics(stored(kept.initializing()))
                        .initializedTopics(stored(kept.initialized()))
                        .deletingTopics(
                                kept.deleting().entrySet().stream()
                                        .map(
                                                topic ->
                                                        TopicInfo.builder()
                                                                .topicId(topic.getKey())
                                                                .topicName(topic.getValue())
                                                                .build())
                                        .toList())
                        .build(),
                0);
    }

    private static List<TopicPartitionsInfo> stored(SortedMap<Uuid, KeptPartitions.Topic> topics) {
        return topics.entrySet().stream()
                .map(
                        topic ->
                                TopicPartitionsInfo.builder()
                                        .topicId(topic.getKey())
                                        .topicName(topic.getValue().name())
                                        .partitions(List.copyOf(topic.getValue().partitions()))
                                        .build())
                .toList();
    }

    static StoredRecord keptRemoved(String groupId) {
        return StoredRecord.tombstone(new ShareGroupStatePartitionMetadataKey(groupId));
    }

    static KeptPartitions read(ShareGroupStatePartitionMetadataValue value) {
        TreeMap<Uuid, String> deleting = new TreeMap<>();
        value.deletingTopics().forEach(topic -> deleting.put(topic.topicId(), topic.topicName()));
        return new KeptPartitions(
                read(value.initializingTopics()), read(value.initializedTopics()), deleting);
    }

    private static SortedMap<Uuid, KeptPartitions.Topic> read(List<TopicPartitionsInfo> stored) {
        TreeMap<Uuid, KeptPartitions.Topic> topics = new TreeMap<>();
        stored.forEach(
                topic ->
                        topics.put(
                                topic.topicId(),
                                new KeptPartitions.Topic(
                                        topic.topicName(), new TreeSet<>(topic.partitions()))));
        return topics;
    }
}

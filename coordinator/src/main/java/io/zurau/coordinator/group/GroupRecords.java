package io.zurau.coordinator.group;

import io.zurau.coordinator.CoordinatorRecord;
import io.zurau.coordinator.group.consumer.ConsumerRecords;
import io.zurau.coordinator.group.kind.StoredRecord;
import io.zurau.coordinator.group.share.ShareRecords;
import io.zurau.coordinator.group.streams.StreamsRecords;
import io.zurau.protocol.MalformedMessage;
import io.zurau.protocol.ProtocolReader;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.message.GroupMetadataKey;
import io.zurau.protocol.message.GroupMetadataValue;
import io.zurau.protocol.message.GroupMetadataValue.MemberMetadata;
import io.zurau.protocol.message.GroupRecordKey;
import io.zurau.protocol.message.GroupRecordValue;
import io.zurau.protocol.message.LegacyOffsetCommitKey;
import io.zurau.protocol.message.LegacyOffsetCommitValue;
import io.zurau.protocol.message.OffsetCommitKey;
import io.zurau.protocol.message.OffsetCommitValue;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The records of `__consumer_offsets`, in the versions that Apache Kafka 4.4 writes.
final class GroupRecords {
    private static final int GROUP_VERSION = 3;
    private static final int OFFSET_VERSION = 4;

    /// The only version with an expiry of its own, which clients of Kafka before 2.1 could ask for.
    private static final int EXPIRING_OFFSET_VERSION = 1;

    private GroupRecords() {}

    /// What a record says.
    sealed interface Change {
        /// @param value null if the offset was removed
        record OfOffset(String groupId, TopicPartition partition, @Nullable OffsetCommitValue value)
                implements Change {}

        /// @param value null if the group was removed
        record OfGroup(String groupId, @Nullable GroupMetadataValue value) implements Change {}

        /// @param key of a record that the share group reads itself
        /// @param value null if what the key names was removed
        record OfShareGroup(String groupId, GroupRecordKey key, @Nullable GroupRecordValue value)
                implements Change {}

        /// @param value null for a tombstone
        record OfConsumerGroup(String groupId, GroupRecordKey key, @Nullable GroupRecordValue value)
                implements Change {}

        /// @param value null for a tombstone
        record OfStreamsGroup(String groupId, GroupRecordKey key, @Nullable GroupRecordValue value)
                implements Change {}

        /// A kind of record that is none of ours, or not readable: groups of other protocols.
        record Foreign(String reason) implements Change {}
    }

    /// A group and its assignment.
    static CoordinatorRecord stored(Roster roster, long nowMs) {
        return stored(roster, roster.leader(), nowMs);
    }

    /// Of a group whose members have to join again, also if it is loaded before they have: it has
    /// no leader.
    static CoordinatorRecord unsettled(Roster roster, long nowMs) {
        return stored(roster, null, nowMs);
    }

    private static CoordinatorRecord stored(Roster roster, @Nullable String leader, long nowMs) {
        String protocolType = roster.protocolType();
        GroupMetadataValue value =
                GroupMetadataValue.builder()
                        .protocolType(protocolType == null ? "" : protocolType)
                        .generation(roster.generation())
                        .protocol(roster.protocol())
                        .leader(leader)
                        .currentStateTimestamp(nowMs)
                        .members(
                                roster.members().all().stream()
                                        .map(member -> member(member, roster.protocol()))
                                        .toList())
                        .build();
        return record(new GroupMetadataKey(roster.groupId()), value, GROUP_VERSION);
    }

    private static MemberMetadata member(Member member, @Nullable String protocol) {
        return MemberMetadata.builder()
                .memberId(member.id())
                .groupInstanceId(member.instanceId())
                .clientId(member.clientId())
                .clientHost(member.clientHost())
                .rebalanceTimeout(member.rebalanceTimeoutMs())
                .sessionTimeout(member.sessionTimeoutMs())
                .subscription(member.metadata(protocol))
                .assignment(member.assignment())
                .build();
    }

    static CoordinatorRecord groupRemoved(String groupId) {
        return record(new GroupMetadataKey(groupId), null, GROUP_VERSION);
    }

    static CoordinatorRecord committed(
            String groupId, TopicPartition partition, OffsetCommitValue value) {
        int version = value.expireTimestamp() == -1 ? OFFSET_VERSION : EXPIRING_OFFSET_VERSION;
        return record(
                new OffsetCommitKey(groupId, partition.topic(), partition.partition()),
                value,
                version);
    }

    static CoordinatorRecord offsetRemoved(String groupId, TopicPartition partition) {
        return record(
                new OffsetCommitKey(groupId, partition.topic(), partition.partition()),
                null,
                OFFSET_VERSION);
    }

    private static CoordinatorRecord record(
            GroupRecordKey key, @Nullable GroupRecordValue value, int version) {
        return new StoredRecord(key, value, version).toRecord();
    }

    static Change read(CoordinatorRecord record) {
        try {
            Optional<GroupRecordKey> key =
                    GroupRecordKey.readFramed(new ProtocolReader(record.key().duplicate()));
            if (key.isEmpty()) {
                return new Change.Foreign("unknown type");
            }
            return change(key.get(), value(key.get(), record.value()));
        } catch (MalformedMessage e) {
            return new Change.Foreign(String.valueOf(e.getMessage()));
        }
    }

    private static @Nullable GroupRecordValue value(
            GroupRecordKey key, @Nullable ByteBuffer bytes) {
        if (bytes == null) {
            return null;
        }
        ProtocolReader in = new ProtocolReader(bytes.duplicate());
        return GroupRecordValue.readFramed(key.recordType(), in).orElse(null);
    }

    private static Change change(GroupRecordKey key, @Nullable GroupRecordValue value) {
        if (key instanceof GroupMetadataKey group) {
            return new Change.OfGroup(group.group(), (GroupMetadataValue) value);
        }
        if (key instanceof OffsetCommitKey offset) {
            return new Change.OfOffset(
                    offset.group(),
                    new TopicPartition(offset.topic(), offset.partition()),
                    (OffsetCommitValue) value);
        }
        if (key instanceof LegacyOffsetCommitKey offset) {
            return new Change.OfOffset(
                    offset.group(),
                    new TopicPartition(offset.topic(), offset.partition()),
                    value == null ? null : modern((LegacyOffsetCommitValue) value));
        }
        Optional<String> shareGroup = ShareRecords.groupOf(key);
        if (shareGroup.isPresent()) {
            return new Change.OfShareGroup(shareGroup.get(), key, value);
        }
        Optional<String> consumers = ConsumerRecords.groupOf(key);
        if (consumers.isPresent()) {
            return new Change.OfConsumerGroup(consumers.get(), key, value);
        }
        Optional<String> streams = StreamsRecords.groupOf(key);
        return streams.isPresent()
                ? new Change.OfStreamsGroup(streams.get(), key, value)
                : new Change.Foreign(key.getClass().getSimpleName());
    }

    private static OffsetCommitValue modern(LegacyOffsetCommitValue legacy) {
        return OffsetCommitValue.builder()
                .offset(legacy.offset())
                .metadata(legacy.metadata())
                .commitTimestamp(legacy.commitTimestamp())
                .build();
    }
}

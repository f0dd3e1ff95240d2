package io.zurau.coordinator.group.streams;

import io.zurau.coordinator.group.kind.StoredRecord;
import io.zurau.protocol.message.GroupRecordKey;
import io.zurau.protocol.message.StreamsGroupCurrentMemberAssignmentKey;
import io.zurau.protocol.message.StreamsGroupMemberMetadataKey;
import io.zurau.protocol.message.StreamsGroupMemberMetadataValue;
import io.zurau.protocol.message.StreamsGroupMetadataKey;
import io.zurau.protocol.message.StreamsGroupMetadataValue;
import io.zurau.protocol.message.StreamsGroupTargetAssignmentMemberKey;
import io.zurau.protocol.message.StreamsGroupTargetAssignmentMetadataKey;
import io.zurau.protocol.message.StreamsGroupTargetAssignmentMetadataValue;
import io.zurau.protocol.message.StreamsGroupTopologyKey;
import io.zurau.protocol.message.StreamsGroupTopologyValue;
import java.util.List;
import java.util.Optional;

/// The records of streams groups, as Apache Kafka 4.4 writes them.
public final class StreamsRecords {
    private static final int VERSION = 0;

    private StreamsRecords() {}

    /// The group that the record is about; empty if it is none of a streams group's.
    public static Optional<String> groupOf(GroupRecordKey key) {
        return Optional.ofNullable(
                switch (key) {
                    case StreamsGroupMetadataKey one -> one.groupId();
                    case StreamsGroupMemberMetadataKey one -> one.groupId();
                    case StreamsGroupTargetAssignmentMetadataKey one -> one.groupId();
                    case StreamsGroupTargetAssignmentMemberKey one -> one.groupId();
                    case StreamsGroupCurrentMemberAssignmentKey one -> one.groupId();
                    case StreamsGroupTopologyKey one -> one.groupId();
                    default -> null;
                });
    }

    static StoredRecord group(String groupId, StreamsGroupMetadataValue value) {
        return new StoredRecord(new StreamsGroupMetadataKey(groupId), value, VERSION);
    }

    static StoredRecord topology(String groupId, StreamsGroupTopologyValue value) {
        return new StoredRecord(new StreamsGroupTopologyKey(groupId), value, VERSION);
    }

    static StoredRecord member(
            String groupId, String memberId, StreamsGroupMemberMetadataValue value) {
        return new StoredRecord(
                new StreamsGroupMemberMetadataKey(groupId, memberId), value, VERSION);
    }

    static StoredRecord target(String groupId, String memberId, Tasks tasks) {
        return new StoredRecord(
                new StreamsGroupTargetAssignmentMemberKey(groupId, memberId),
                tasks.asTarget(),
                VERSION);
    }

    /// @param assignedMs when the target was made; 0 if the next may be made at once
    static StoredRecord targetEpoch(String groupId, int epoch, long assignedMs) {
        return new StoredRecord(
                new StreamsGroupTargetAssignmentMetadataKey(groupId),
                StreamsGroupTargetAssignmentMetadataValue.builder()
                        .assignmentEpoch(epoch)
                        .assignmentTimestamp(assignedMs)
                        .build(),
                VERSION);
    }

    static StoredRecord progress(String groupId, String memberId, Progress progress) {
        return new StoredRecord(
                new StreamsGroupCurrentMemberAssignmentKey(groupId, memberId),
                progress.stored(),
                VERSION);
    }

    static List<StoredRecord> memberRemoved(String groupId, String memberId) {
        return List.of(
                StoredRecord.tombstone(
                        new StreamsGroupCurrentMemberAssignmentKey(groupId, memberId)),
                StoredRecord.tombstone(
                        new StreamsGroupTargetAssignmentMemberKey(groupId, memberId)),
                StoredRecord.tombstone(new StreamsGroupMemberMetadataKey(groupId, memberId)));
    }

    /// Of a group without members.
    static List<StoredRecord> groupRemoved(String groupId) {
        return List.of(
                StoredRecord.tombstone(new StreamsGroupTargetAssignmentMetadataKey(groupId)),
                StoredRecord.tombstone(new StreamsGroupMetadataKey(groupId)),
                StoredRecord.tombstone(new StreamsGroupTopologyKey(groupId)));
    }
}

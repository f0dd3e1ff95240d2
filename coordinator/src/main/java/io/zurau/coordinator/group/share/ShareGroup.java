package io.zurau.coordinator.group.share;

import io.zurau.coordinator.CoordinatorRecord;
import io.zurau.coordinator.Turn;
import io.zurau.coordinator.group.kind.Assignment;
import io.zurau.coordinator.group.kind.Group;
import io.zurau.coordinator.group.kind.GroupKind;
import io.zurau.coordinator.group.kind.GroupTimer;
import io.zurau.coordinator.group.kind.StoredRecord;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.message.GroupRecordKey;
import io.zurau.protocol.message.GroupRecordValue;
import io.zurau.protocol.message.OffsetCommitValue;
import io.zurau.protocol.message.ShareGroupCurrentMemberAssignmentKey;
import io.zurau.protocol.message.ShareGroupCurrentMemberAssignmentValue;
import io.zurau.protocol.message.ShareGroupMemberMetadataKey;
import io.zurau.protocol.message.ShareGroupMemberMetadataValue;
import io.zurau.protocol.message.ShareGroupMetadataKey;
import io.zurau.protocol.message.ShareGroupMetadataValue;
import io.zurau.protocol.message.ShareGroupStatePartitionMetadataKey;
import io.zurau.protocol.message.ShareGroupStatePartitionMetadataValue;
import io.zurau.protocol.message.ShareGroupTargetAssignmentMemberKey;
import io.zurau.protocol.message.ShareGroupTargetAssignmentMemberValue;
import io.zurau.protocol.message.ShareGroupTargetAssignmentMetadataKey;
import io.zurau.protocol.message.ShareGroupTargetAssignmentMetadataValue;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// One share group: what its records say, and nothing else but what may be lost.
///
/// **Guard:** the thread of the shard.
public final class ShareGroup implements Group {
    private static final String PROTOCOL_TYPE = "share";

    private final String groupId;
    private final TreeMap<String, ShareMember> members = new TreeMap<>();
    private final TreeMap<String, Assignment> targets = new TreeMap<>();
    private int epoch;
    private long metadataHash;
    private int assignmentEpoch;
    private long assignmentMs; // On the wall clock; 0 if it was never made.
    private KeptPartitions kept = KeptPartitions.NONE;

    /// When the share coordinator was last told to keep a topic, on the wall clock. Not stored.
    private final Map<Uuid, Long> toldMs = new TreeMap<>();

    private long seenVersion = -1; // Of the topics, when the hash was made. Not stored.

    public ShareGroup(String groupId) {
        this.groupId = groupId;
    }

    /// Appends a record and applies it, as replay will.
    void store(StoredRecord record, Turn<GroupTimer> turn) {
        turn.append(record.toRecord());
        apply(record.key(), record.value());
    }

    /// Changes what the record says has changed.
    ///
    /// @param key one of a share group's
    /// @param value null if it was removed
    public void apply(GroupRecordKey key, @Nullable GroupRecordValue value) {
        switch (key) {
            case ShareGroupMetadataKey _ -> {
                if (value instanceof ShareGroupMetadataValue metadata) {
                    epoch = metadata.epoch();
                    metadataHash = metadata.metadataHash();
                }
            }
            case ShareGroupMemberMetadataKey member ->
                    apply(member.memberId(), (ShareGroupMemberMetadataValue) value);
            case ShareGroupTargetAssignmentMetadataKey _ -> {
                if (value instanceof ShareGroupTargetAssignmentMetadataValue metadata) {
                    assignmentEpoch = metadata.assignmentEpoch();
                    assignmentMs = metadata.assignmentTimestamp();
                }
            }
            case ShareGroupTargetAssignmentMemberKey member -> {
                if (value instanceof ShareGroupTargetAssignmentMemberValue target) {
                    targets.put(member.memberId(), ShareRecords.read(target));
                } else {
                    targets.remove(member.memberId());
                }
            }
            case ShareGroupCurrentMemberAssignmentKey member ->
                    apply(member.memberId(), (ShareGroupCurrentMemberAssignmentValue) value);
            case ShareGroupStatePartitionMetadataKey _ ->
                    kept =
                            value instanceof ShareGroupStatePartitionMetadataValue now
                                    ? ShareRecords.read(now)
                                    : KeptPartitions.NONE;
            default -> {}
        }
    }

    private void apply(String memberId, @Nullable ShareGroupMemberMetadataValue value) {
        if (value == null) {
            members.remove(memberId);
        } else {
            members.put(
                    memberId,
                    memberOrFresh(memberId)
                            .with(
                                    value.rackId(),
                                    value.clientId(),
                                    value.clientHost(),
                                    new TreeSet<>(value.subscribedTopicNames())));
        }
    }

    private void apply(String memberId, @Nullable ShareGroupCurrentMemberAssignmentValue value) {
        if (value != null) {
            members.put(
                    memberId,
                    memberOrFresh(memberId)
                            .with(
                                    value.memberEpoch(),
                                    value.previousMemberEpoch(),
                                    ShareRecords.read(value)));
        }
    }

    ShareMember memberOrFresh(String memberId) {
        ShareMember member = members.get(memberId);
        return member == null ? ShareMember.fresh(memberId) : member;
    }

    @Nullable ShareMember member(String memberId) {
        return members.get(memberId);
    }

    /// In the order of their ids; a view.
    Collection<ShareMember> members() {
        return Collections.unmodifiableCollection(members.values());
    }

    Assignment target(String memberId) {
        return targets.getOrDefault(memberId, Assignment.NONE);
    }

    /// Whether this is the member's target already.
    boolean has(String memberId, Assignment target) {
        return targets.containsKey(memberId) && target.equals(target(memberId));
    }

    /// By member; a view.
    Map<String, Assignment> targets() {
        return Collections.unmodifiableMap(targets);
    }

    int epoch() {
        return epoch;
    }

    long metadataHash() {
        return metadataHash;
    }

    int assignmentEpoch() {
        return assignmentEpoch;
    }

    /// On the wall clock; 0 if it was never made.
    long assignmentMs() {
        return assignmentMs;
    }

    KeptPartitions kept() {
        return kept;
    }

    /// When the share coordinator was last told to keep a topic, on the wall clock; long ago if
    /// that was not noticed here.
    long toldMs(Uuid topicId) {
        return toldMs.getOrDefault(topicId, 0L);
    }

    void told(Collection<Uuid> topicIds, long nowMs) {
        toldMs.keySet().retainAll(kept.initializing().keySet());
        topicIds.forEach(id -> toldMs.put(id, nowMs));
    }

    /// Whether the topics may have changed since the hash was made.
    boolean hasSeen(long topicsVersion) {
        return seenVersion == topicsVersion;
    }

    void seen(long topicsVersion) {
        seenVersion = topicsVersion;
    }

    /// Of all members.
    SortedSet<String> subscribedTopics() {
        TreeSet<String> names = new TreeSet<>();
        members.values().forEach(member -> names.addAll(member.topics()));
        return names;
    }

    @Override
    public String groupId() {
        return groupId;
    }

    @Override
    public GroupKind kind() {
        return GroupKind.SHARE;
    }

    @Override
    public String stateName() {
        return members.isEmpty() ? "Empty" : "Stable";
    }

    @Override
    public String protocolType() {
        return PROTOCOL_TYPE;
    }

    @Override
    public boolean isInUse() {
        return !members.isEmpty();
    }

    /// What it has done is kept until somebody deletes it.
    @Override
    public boolean expires() {
        return false;
    }

    @Override
    public boolean isSubscribedTo(String topic) {
        return members.values().stream().anyMatch(member -> member.topics().contains(topic));
    }

    @Override
    public ErrorCode mayCommit(Committer who, boolean inTransaction, int version) {
        return ErrorCode.GROUP_ID_NOT_FOUND;
    }

    @Override
    public ErrorCode mayFetch(@Nullable String memberId, int memberEpoch) {
        return ErrorCode.GROUP_ID_NOT_FOUND;
    }

    @Override
    public ErrorCode mayDeleteOffsets() {
        return ErrorCode.GROUP_ID_NOT_FOUND;
    }

    @Override
    public OptionalLong unneededSinceMs(OffsetCommitValue value) {
        return OptionalLong.empty();
    }

    @Override
    public List<CoordinatorRecord> tombstones() {
        List<StoredRecord> gone = new ArrayList<>();
        members.keySet().forEach(id -> gone.add(ShareRecords.assignedRemoved(groupId, id)));
        members.keySet().forEach(id -> gone.add(ShareRecords.targetRemoved(groupId, id)));
        gone.add(ShareRecords.assignmentEpochRemoved(groupId));
        members.keySet().forEach(id -> gone.add(ShareRecords.memberRemoved(groupId, id)));
        gone.add(ShareRecords.keptRemoved(groupId));
        gone.add(ShareRecords.groupRemoved(groupId));
        return gone.stream().map(StoredRecord::toRecord).toList();
    }
}

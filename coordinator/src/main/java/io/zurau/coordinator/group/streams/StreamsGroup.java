package io.zurau.coordinator.group.streams;

import io.zurau.coordinator.CoordinatorRecord;
import io.zurau.coordinator.Turn;
import io.zurau.coordinator.group.kind.Group;
import io.zurau.coordinator.group.kind.GroupKind;
import io.zurau.coordinator.group.kind.GroupTimer;
import io.zurau.coordinator.group.kind.StoredRecord;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.message.GroupRecordKey;
import io.zurau.protocol.message.GroupRecordValue;
import io.zurau.protocol.message.OffsetCommitValue;
import io.zurau.protocol.message.StreamsGroupCurrentMemberAssignmentKey;
import io.zurau.protocol.message.StreamsGroupCurrentMemberAssignmentValue;
import io.zurau.protocol.message.StreamsGroupMemberMetadataKey;
import io.zurau.protocol.message.StreamsGroupMemberMetadataValue;
import io.zurau.protocol.message.StreamsGroupMetadataKey;
import io.zurau.protocol.message.StreamsGroupMetadataValue;
import io.zurau.protocol.message.StreamsGroupTargetAssignmentMemberKey;
import io.zurau.protocol.message.StreamsGroupTargetAssignmentMemberValue;
import io.zurau.protocol.message.StreamsGroupTargetAssignmentMetadataKey;
import io.zurau.protocol.message.StreamsGroupTargetAssignmentMetadataValue;
import io.zurau.protocol.message.StreamsGroupTopologyKey;
import io.zurau.protocol.message.StreamsGroupTopologyValue;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A streams group (KIP-1071). What is stored of it changes only by records.
///
/// **Guard:** the thread of the shard.
public final class StreamsGroup implements Group {
    /// OffsetCommit's, since which it knows epochs of members.
    private static final int FIRST_COMMIT_WITH_EPOCHS = 9;

    private static final int FIRST_EPOCH = 1; // Before any record.

    private final String groupId;
    private final SortedMap<String, StreamsMember> members = new TreeMap<>();
    private final Map<String, String> memberOfInstance = new HashMap<>();
    private final TaskHolders holders = new TaskHolders();
    private final SortedMap<String, Tasks> targets = new TreeMap<>();
    private StreamsGroupMetadataValue metadata =
            StreamsGroupMetadataValue.builder()
                    .epoch(FIRST_EPOCH)
                    .lastAssignmentConfigs(List.of())
                    .build();
    private int assignmentEpoch = FIRST_EPOCH;
    private long assignedMs; // 0 if the next target may be made at once.
    private @Nullable Topology topology;
    private final Volatiles volatiles = new Volatiles();

    public StreamsGroup(String groupId) {
        this.groupId = groupId;
    }

    @Override
    public String groupId() {
        return groupId;
    }

    @Override
    public GroupKind kind() {
        return GroupKind.STREAMS;
    }

    @Override
    public String protocolType() {
        return GroupKind.STREAMS.word();
    }

    @Override
    public String stateName() {
        if (members.isEmpty()) {
            return "Empty";
        }
        if (topology == null || topology.epoch() != metadata.validatedTopologyEpoch()) {
            return "NotReady";
        }
        if (epoch() > assignmentEpoch) {
            return "Assigning";
        }
        return isAtRest() ? "Stable" : "Reconciling";
    }

    /// Whether all members are where they shall be, as far as the targets are made.
    boolean isAtRest() {
        return epoch() <= assignmentEpoch
                && members.values().stream()
                        .allMatch(member -> member.progress().isAt(assignmentEpoch));
    }

    @Override
    public boolean isInUse() {
        return !members.isEmpty();
    }

    int epoch() {
        return metadata.epoch();
    }

    StreamsGroupMetadataValue metadata() {
        return metadata;
    }

    int assignmentEpoch() {
        return assignmentEpoch;
    }

    long assignedMs() {
        return assignedMs;
    }

    @Nullable Topology topology() {
        return topology;
    }

    /// By id; a view.
    SortedMap<String, StreamsMember> members() {
        return Collections.unmodifiableSortedMap(members);
    }

    @Nullable StreamsMember member(String memberId) {
        return members.get(memberId);
    }

    @Nullable StreamsMember staticMember(@Nullable String instanceId) {
        String memberId = instanceId == null ? null : memberOfInstance.get(instanceId);
        return memberId == null ? null : members.get(memberId);
    }

    TaskHolders holders() {
        return holders;
    }

    Tasks target(String memberId) {
        return targets.getOrDefault(memberId, Tasks.NONE);
    }

    boolean hasTarget(String memberId) {
        return targets.containsKey(memberId);
    }

    /// What is not stored.
    Volatiles volatiles() {
        return volatiles;
    }

    /// Decides that the record holds.
    void append(StoredRecord record, Turn<GroupTimer> turn) {
        turn.append(record.toRecord());
        apply(record.key(), record.value());
    }

    /// Applies a record of this group, replayed or just decided.
    public void apply(GroupRecordKey key, @Nullable GroupRecordValue value) {
        switch (key) {
            case StreamsGroupMetadataKey _ -> {
                if (value != null) {
                    metadata = (StreamsGroupMetadataValue) value;
                }
            }
            case StreamsGroupTopologyKey _ ->
                    topology =
                            value == null ? null : Topology.of((StreamsGroupTopologyValue) value);
            case StreamsGroupMemberMetadataKey one ->
                    apply(one.memberId(), (StreamsGroupMemberMetadataValue) value);
            case StreamsGroupTargetAssignmentMetadataKey _ ->
                    apply((StreamsGroupTargetAssignmentMetadataValue) value);
            case StreamsGroupTargetAssignmentMemberKey one -> {
                if (value == null) {
                    targets.remove(one.memberId());
                } else {
                    targets.put(
                            one.memberId(),
                            Tasks.of((StreamsGroupTargetAssignmentMemberValue) value));
                }
            }
            case StreamsGroupCurrentMemberAssignmentKey one ->
                    apply(one.memberId(), (StreamsGroupCurrentMemberAssignmentValue) value);
            default -> throw new IllegalArgumentException(key + " is none of a streams group.");
        }
    }

    private void apply(String memberId, @Nullable StreamsGroupMemberMetadataValue value) {
        StreamsMember before = members.get(memberId);
        if (value == null) {
            remove(before);
        } else {
            put(before, (before == null ? StreamsMember.fresh(memberId) : before).with(value));
        }
    }

    private void apply(@Nullable StreamsGroupTargetAssignmentMetadataValue value) {
        assignmentEpoch = value == null ? FIRST_EPOCH : value.assignmentEpoch();
        assignedMs = value == null ? 0 : value.assignmentTimestamp();
    }

    private void apply(String memberId, @Nullable StreamsGroupCurrentMemberAssignmentValue value) {
        StreamsMember before = members.get(memberId);
        if (value != null) {
            put(
                    before,
                    (before == null ? StreamsMember.fresh(memberId) : before)
                            .with(Progress.of(value)));
        } else if (before != null) {
            put(before, before.with(Progress.JOINING));
        }
    }

    private void put(@Nullable StreamsMember before, StreamsMember member) {
        remove(before);
        members.put(member.id(), member);
        holders.add(member.processId(), member.progress());
        if (member.instanceId() != null) {
            memberOfInstance.put(member.instanceId(), member.id());
        }
    }

    private void remove(@Nullable StreamsMember member) {
        if (member != null) {
            members.remove(member.id());
            holders.remove(member.processId(), member.progress());
            if (member.instanceId() != null) {
                memberOfInstance.remove(member.instanceId(), member.id());
            }
        }
    }

    @Override
    public boolean isSubscribedTo(String topic) {
        return isInUse() && topology != null && topology.readerOf(topic).isPresent();
    }

    @Override
    public ErrorCode mayCommit(Committer who, boolean inTransaction, int version) {
        if (isNoMember(who) || (inTransaction && !who.saysWho())) {
            return ErrorCode.NONE;
        }
        StreamsMember member = members.get(who.memberId());
        if (member == null) {
            return ErrorCode.UNKNOWN_MEMBER_ID;
        }
        if (!inTransaction && version < FIRST_COMMIT_WITH_EPOCHS) {
            return ErrorCode.UNSUPPORTED_VERSION;
        }
        return who.epoch() > member.progress().epoch()
                ? ErrorCode.STALE_MEMBER_EPOCH
                : ErrorCode.NONE;
    }

    /// A member with an older epoch may still commit what it has had since then.
    @Override
    public ErrorCode mayCommit(Committer who, String topic, Uuid topicId, int partition) {
        StreamsMember member = members.get(who.memberId());
        if (isNoMember(who) || member == null || who.epoch() == member.progress().epoch()) {
            return ErrorCode.NONE;
        }
        Progress progress = member.progress();
        Integer given =
                topology == null
                        ? null
                        : topology.readerOf(topic)
                                .map(subtopology -> new TaskId(subtopology, partition))
                                .map(
                                        task ->
                                                progress.held()
                                                        .active()
                                                        .getOrDefault(
                                                                task,
                                                                progress.revoking()
                                                                        .active()
                                                                        .get(task)))
                                .orElse(null);
        return given == null || who.epoch() < given ? ErrorCode.STALE_MEMBER_EPOCH : ErrorCode.NONE;
    }

    private boolean isNoMember(Committer who) {
        return who.epoch() < 0 && members.isEmpty();
    }

    @Override
    public ErrorCode mayFetch(@Nullable String memberId, int epoch) {
        if (memberId == null && epoch < 0) {
            return ErrorCode.NONE;
        }
        StreamsMember member = memberId == null ? null : members.get(memberId);
        if (member == null) {
            return ErrorCode.UNKNOWN_MEMBER_ID;
        }
        return epoch == member.progress().epoch() ? ErrorCode.NONE : ErrorCode.STALE_MEMBER_EPOCH;
    }

    @Override
    public ErrorCode mayDeleteOffsets() {
        return ErrorCode.NONE;
    }

    @Override
    public OptionalLong unneededSinceMs(OffsetCommitValue value) {
        return OptionalLong.of(value.commitTimestamp());
    }

    @Override
    public List<CoordinatorRecord> tombstones() {
        return StreamsRecords.groupRemoved(groupId).stream().map(StoredRecord::toRecord).toList();
    }
}

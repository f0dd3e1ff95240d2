package io.zurau.coordinator.group.consumer;

import io.zurau.coordinator.CoordinatorRecord;
import io.zurau.coordinator.Turn;
import io.zurau.coordinator.group.kind.Assignment;
import io.zurau.coordinator.group.kind.Group;
import io.zurau.coordinator.group.kind.GroupKind;
import io.zurau.coordinator.group.kind.GroupTimer;
import io.zurau.coordinator.group.kind.StoredRecord;
import io.zurau.metadata.image.TopicsImage;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.message.ConsumerGroupCurrentMemberAssignmentKey;
import io.zurau.protocol.message.ConsumerGroupCurrentMemberAssignmentValue;
import io.zurau.protocol.message.ConsumerGroupMemberMetadataKey;
import io.zurau.protocol.message.ConsumerGroupMemberMetadataValue;
import io.zurau.protocol.message.ConsumerGroupMetadataKey;
import io.zurau.protocol.message.ConsumerGroupMetadataValue;
import io.zurau.protocol.message.ConsumerGroupPartitionMetadataKey;
import io.zurau.protocol.message.ConsumerGroupRegularExpressionKey;
import io.zurau.protocol.message.ConsumerGroupRegularExpressionValue;
import io.zurau.protocol.message.ConsumerGroupTargetAssignmentMemberKey;
import io.zurau.protocol.message.ConsumerGroupTargetAssignmentMemberValue;
import io.zurau.protocol.message.ConsumerGroupTargetAssignmentMetadataKey;
import io.zurau.protocol.message.ConsumerGroupTargetAssignmentMetadataValue;
import io.zurau.protocol.message.GroupRecordKey;
import io.zurau.protocol.message.GroupRecordValue;
import io.zurau.protocol.message.OffsetCommitValue;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// A group whose members are told by the coordinator what to consume (KIP-848).
///
/// Its memory is what its records say: [#apply] is the only way to change it, for decisions
/// ([#write]) as well as for replay. What is not in records, and is lost with the shard, is below
/// that: when topics were looked at last.
///
/// **Guard:** the thread of the shard.
public final class ConsumerGroup implements Group {
    public static final String PROTOCOL_TYPE = "consumer";
    private static final int FIRST_EPOCH = 1;
    private static final int FIRST_COMMIT_VERSION = 9;

    private final String groupId;
    private final TreeMap<String, ConsumerMember> members = new TreeMap<>();
    private final MemberIndex index = new MemberIndex();
    private final TreeMap<String, ResolvedRegex> resolved = new TreeMap<>();
    private final TreeMap<String, Assignment> targets = new TreeMap<>();
    private int epoch = FIRST_EPOCH;
    private long metadataHash;
    private int assignmentEpoch = FIRST_EPOCH;
    private long assignmentMs;
    private boolean oldTopicsRecord;

    private @Nullable TopicsImage topicsSeen;
    private @Nullable TopicsImage topicsLookedUp; // For regular expressions.
    private long resolvingSinceMs = Long.MIN_VALUE;

    public ConsumerGroup(String groupId) {
        this.groupId = groupId;
    }

    /// Appends the record, and does what it says.
    void write(StoredRecord record, Turn<GroupTimer> turn) {
        turn.append(record.toRecord());
        apply(record.key(), record.value());
    }

    /// Does what a record says. One that contradicts what is known counts all the same: compaction
    /// may have taken what was between.
    ///
    /// @param value null for a tombstone
    public void apply(GroupRecordKey key, @Nullable GroupRecordValue value) {
        switch (key) {
            case ConsumerGroupMetadataKey _ -> {
                if (value instanceof ConsumerGroupMetadataValue metadata) {
                    epoch = metadata.epoch();
                    metadataHash = metadata.metadataHash();
                }
            }
            case ConsumerGroupPartitionMetadataKey _ -> oldTopicsRecord = value != null;
            case ConsumerGroupMemberMetadataKey member -> {
                if (value instanceof ConsumerGroupMemberMetadataValue metadata) {
                    Profile profile = ConsumerRecords.read(metadata);
                    put(
                            new ConsumerMember(
                                    member.memberId(), profile, progress(member.memberId())));
                } else {
                    remove(member.memberId());
                }
            }
            case ConsumerGroupTargetAssignmentMetadataKey _ -> {
                boolean there = value instanceof ConsumerGroupTargetAssignmentMetadataValue;
                var metadata = there ? (ConsumerGroupTargetAssignmentMetadataValue) value : null;
                assignmentEpoch = metadata == null ? -1 : metadata.assignmentEpoch();
                assignmentMs = metadata == null ? 0 : metadata.assignmentTimestamp();
            }
            case ConsumerGroupTargetAssignmentMemberKey member -> {
                if (value instanceof ConsumerGroupTargetAssignmentMemberValue target) {
                    targets.put(member.memberId(), ConsumerRecords.read(target));
                } else {
                    targets.remove(member.memberId());
                }
            }
            case ConsumerGroupCurrentMemberAssignmentKey key1 ->
                    move(key1.memberId(), (ConsumerGroupCurrentMemberAssignmentValue) value);
            case ConsumerGroupRegularExpressionKey regex -> {
                ResolvedRegex now =
                        ConsumerRecords.read((ConsumerGroupRegularExpressionValue) value);
                if (now == null) {
                    resolved.remove(regex.regularExpression());
                } else {
                    resolved.put(regex.regularExpression(), now);
                }
            }
            default -> throw new IllegalArgumentException("No record of a consumer group: " + key);
        }
    }

    private Progress progress(String memberId) {
        ConsumerMember member = members.get(memberId);
        return member == null ? Progress.NEW : member.progress();
    }

    private void move(String memberId, @Nullable ConsumerGroupCurrentMemberAssignmentValue value) {
        ConsumerMember member = members.get(memberId);
        if (value == null) {
            if (member != null) {
                put(new ConsumerMember(memberId, member.profile(), member.progress().gone()));
            }
            return;
        }
        Profile profile = member == null ? NOTHING_SAID : member.profile();
        put(new ConsumerMember(memberId, profile, ConsumerRecords.read(value)));
    }

    /// Of a member whose first record was compacted away, until its next one.
    private static final Profile NOTHING_SAID =
            new Profile(null, null, "", "", Collections.emptySortedSet(), "", -1, null, null);

    private void put(ConsumerMember member) {
        index.replace(members.put(member.id(), member), member);
    }

    private void remove(String memberId) {
        index.replace(members.remove(memberId), null);
    }

    /// Who owns or still uses a partition; null if nobody.
    public @Nullable String holder(Uuid topic, int partition) {
        return index.holder(topic, partition);
    }

    public @Nullable ConsumerMember find(String memberId) {
        return members.get(memberId);
    }

    /// The static member of that instance; null if there is none.
    public @Nullable ConsumerMember ofInstance(@Nullable String instanceId) {
        String id = instanceId == null ? null : index.idOf(instanceId);
        return id == null ? null : members.get(id);
    }

    /// In the order of their ids; a view.
    public Collection<ConsumerMember> members() {
        return Collections.unmodifiableCollection(members.values());
    }

    public int size() {
        return members.size();
    }

    public int classicMembers() {
        return index.classicMembers();
    }

    /// How many of the members of the classic protocol know that strategy.
    int classicMembersWith(String protocol) {
        return index.classicProtocols().of(protocol);
    }

    public int epoch() {
        return epoch;
    }

    long metadataHash() {
        return metadataHash;
    }

    int assignmentEpoch() {
        return assignmentEpoch;
    }

    /// Whether the target assignment is of this epoch.
    public boolean isAssigned() {
        return assignmentEpoch >= epoch;
    }

    /// When the target assignment was made, on the wall clock; 0 if there is none to wait after.
    long assignmentMs() {
        return assignmentMs;
    }

    public Assignment target(String memberId) {
        return targets.getOrDefault(memberId, Assignment.NONE);
    }

    /// Whether this is the member's target by the log.
    boolean hasTarget(String memberId, Assignment target) {
        return target.equals(targets.get(memberId));
    }

    String assignorOr(String otherwise) {
        return index.assignors().mostOr(otherwise);
    }

    SortedSet<String> regexes() {
        return index.regexes().words();
    }

    int subscribersOf(String regex) {
        return index.regexes().of(regex);
    }

    SortedMap<String, ResolvedRegex> resolved() {
        return Collections.unmodifiableSortedMap(resolved);
    }

    /// By name or by regular expression, of all members.
    SortedSet<String> subscribedTopics() {
        SortedSet<String> all = new TreeSet<>(index.topics().words());
        resolved.values().forEach(regex -> all.addAll(regex.topics()));
        return all;
    }

    /// Of one member.
    SortedSet<String> subscribedTopics(Profile profile) {
        ResolvedRegex regex = resolved.get(profile.regex());
        if (regex == null) {
            return profile.topics();
        }
        SortedSet<String> all = new TreeSet<>(profile.topics());
        all.addAll(regex.topics());
        return all;
    }

    boolean hasOldTopicsRecord() {
        return oldTopicsRecord;
    }

    /// Whether topics have changed since the group's were looked at.
    boolean hasSeen(TopicsImage now) {
        return topicsSeen == now;
    }

    void seen(TopicsImage now) {
        topicsSeen = now;
    }

    /// Whether regular expressions were looked up in topics of these names.
    boolean lookedUpIn(TopicsImage all) {
        if (topicsLookedUp == null) {
            return false;
        }
        if (topicsLookedUp == all) {
            return true;
        }
        boolean same = topicsLookedUp.byName().keySet().equals(all.byName().keySet());
        if (same) {
            topicsLookedUp = all;
        }
        return same;
    }

    void lookedUp(TopicsImage all) {
        topicsLookedUp = all;
    }

    /// When somebody was last asked to look regular expressions up and has not answered; the least
    /// value if nobody.
    long resolvingSinceMs() {
        return resolvingSinceMs;
    }

    void resolvingSince(long nowMs) {
        resolvingSinceMs = nowMs;
    }

    @Override
    public String groupId() {
        return groupId;
    }

    @Override
    public GroupKind kind() {
        return GroupKind.CONSUMER;
    }

    @Override
    public String protocolType() {
        return PROTOCOL_TYPE;
    }

    @Override
    public String stateName() {
        if (members.isEmpty()) {
            return "Empty";
        }
        if (epoch > assignmentEpoch) {
            return "Assigning";
        }
        return isAtRest() ? "Stable" : "Reconciling";
    }

    /// Whether every member works by its target, and a new one is not needed.
    public boolean isAtRest() {
        return epoch <= assignmentEpoch
                && members.values().stream()
                        .allMatch(member -> member.progress().hasReached(assignmentEpoch));
    }

    @Override
    public boolean isInUse() {
        return !members.isEmpty();
    }

    @Override
    public boolean isSubscribedTo(String topic) {
        return index.topics().of(topic) > 0
                || resolved.values().stream().anyMatch(regex -> regex.topics().contains(topic));
    }

    @Override
    public ErrorCode mayCommit(Committer who, boolean inTransaction, int version) {
        if (who.epoch() < 0 && (members.isEmpty() || (inTransaction && !who.saysWho()))) {
            return ErrorCode.NONE;
        }
        ConsumerMember member = members.get(who.memberId());
        if (member == null) {
            return ErrorCode.UNKNOWN_MEMBER_ID;
        }
        if (!inTransaction && !member.isClassic() && version < FIRST_COMMIT_VERSION) {
            return ErrorCode.UNSUPPORTED_VERSION;
        }
        return who.epoch() > member.epoch() ? stale(member) : ErrorCode.NONE;
    }

    /// A member that has not heard of its new epoch yet may commit what it had before.
    @Override
    public ErrorCode mayCommit(Committer who, String topic, Uuid topicId, int partition) {
        ConsumerMember member = members.get(who.memberId());
        if (member == null || who.epoch() == member.epoch()) {
            return ErrorCode.NONE;
        }
        int given = member.progress().assigned().epochOf(topicId, partition);
        if (given < 0) {
            given = member.progress().revoking().epochOf(topicId, partition);
        }
        return given < 0 || who.epoch() < given ? stale(member) : ErrorCode.NONE;
    }

    private static ErrorCode stale(ConsumerMember member) {
        return member.isClassic() ? ErrorCode.ILLEGAL_GENERATION : ErrorCode.STALE_MEMBER_EPOCH;
    }

    @Override
    public ErrorCode mayFetch(@Nullable String memberId, int asOfEpoch) {
        if (memberId == null && asOfEpoch < 0) {
            return ErrorCode.NONE;
        }
        ConsumerMember member = memberId == null ? null : members.get(memberId);
        if (member == null) {
            return ErrorCode.UNKNOWN_MEMBER_ID;
        }
        return asOfEpoch == member.epoch() ? ErrorCode.NONE : stale(member);
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
        List<StoredRecord> records = new ArrayList<>();
        members.keySet().forEach(id -> records.add(ConsumerRecords.progressRemoved(groupId, id)));
        targets.keySet().forEach(id -> records.add(ConsumerRecords.targetRemoved(groupId, id)));
        records.add(ConsumerRecords.assignmentRemoved(groupId));
        members.keySet().forEach(id -> records.add(ConsumerRecords.memberRemoved(groupId, id)));
        resolved.keySet()
                .forEach(regex -> records.add(ConsumerRecords.regexRemoved(groupId, regex)));
        records.add(ConsumerRecords.topicsRemoved(groupId));
        records.add(ConsumerRecords.groupRemoved(groupId));
        return records.stream().map(StoredRecord::toRecord).toList();
    }

    /// The records that make this group, which has just been made from a classic one.
    public List<CoordinatorRecord> records() {
        List<StoredRecord> records = new ArrayList<>();
        members.values()
                .forEach(
                        one ->
                                records.add(
                                        ConsumerRecords.profile(groupId, one.id(), one.profile())));
        records.add(ConsumerRecords.epoch(groupId, epoch, metadataHash));
        targets.forEach((id, target) -> records.add(ConsumerRecords.target(groupId, id, target)));
        records.add(ConsumerRecords.assignmentEpoch(groupId, assignmentEpoch, assignmentMs));
        members.values()
                .forEach(
                        one ->
                                records.add(
                                        ConsumerRecords.progress(
                                                groupId, one.id(), one.progress())));
        return records.stream().map(StoredRecord::toRecord).toList();
    }
}

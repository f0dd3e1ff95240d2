package io.zurau.coordinator.group;

import io.zurau.coordinator.CoordinatorRecord;
import io.zurau.coordinator.group.consumer.ConsumerGroup;
import io.zurau.coordinator.group.kind.Group;
import io.zurau.coordinator.group.share.ShareGroup;
import io.zurau.coordinator.group.streams.StreamsGroup;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.message.ConsumerGroupMetadataKey;
import io.zurau.protocol.message.GroupMetadataValue;
import io.zurau.protocol.message.GroupMetadataValue.MemberMetadata;
import io.zurau.protocol.message.OffsetCommitValue;
import io.zurau.protocol.message.ShareGroupMetadataKey;
import io.zurau.protocol.message.StreamsGroupMetadataKey;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The groups of one shard and their committed offsets: what is replayed from the log.
///
/// **Guard:** the thread of the shard.
final class Groups {
    private static final Logger LOG = LoggerFactory.getLogger(Groups.class);

    private final TreeMap<String, Group> byId = new TreeMap<>();
    private final Offsets offsets = new Offsets();
    private final PendingOffsets pending = new PendingOffsets();

    @Nullable Group find(String groupId) {
        return byId.get(groupId);
    }

    /// Null if there is no group of that id, or one of another kind.
    @Nullable ClassicGroup classic(String groupId) {
        return byId.get(groupId) instanceof ClassicGroup classic ? classic : null;
    }

    /// Null if there is no group of that id, or one of another kind.
    @Nullable ShareGroup share(String groupId) {
        return byId.get(groupId) instanceof ShareGroup share ? share : null;
    }

    /// A new group, or one in the place of an empty classic group.
    void put(ShareGroup group) {
        byId.put(group.groupId(), group);
    }

    @Nullable StreamsGroup streams(String groupId) {
        return byId.get(groupId) instanceof StreamsGroup streams ? streams : null;
    }

    /// A new group, or one in the place of an empty classic group.
    void put(StreamsGroup group) {
        byId.put(group.groupId(), group);
    }

    /// Null if there is no group of that id, or one of another kind.
    @Nullable ConsumerGroup consumer(String groupId) {
        return byId.get(groupId) instanceof ConsumerGroup group ? group : null;
    }

    /// In the order of their ids; a view.
    Collection<Group> all() {
        return Collections.unmodifiableCollection(byId.values());
    }

    Offsets offsets() {
        return offsets;
    }

    PendingOffsets pending() {
        return pending;
    }

    /// Those with an offset of the group, committed or pending; a copy.
    SortedSet<TopicPartition> partitionsOf(String groupId) {
        SortedSet<TopicPartition> all = new TreeSet<>(offsets.of(groupId).keySet());
        all.addAll(pending.of(groupId));
        return all;
    }

    /// The group's next state.
    void put(ClassicGroup group) {
        String groupId = group.groupId();
        Group before = byId.put(groupId, group);
        if (before == null || !before.stateName().equals(group.stateName())) {
            LOG.atDebug()
                    .addKeyValue("group", groupId)
                    .addKeyValue("generation", group.roster().generation())
                    .addKeyValue("members", group.roster().members().size())
                    .addKeyValue("state", group.stateName())
                    .log("Group changed its state");
        }
    }

    /// A consumer group that is new here.
    void put(ConsumerGroup group) {
        byId.put(group.groupId(), group);
    }

    void replay(CoordinatorRecord record) {
        switch (GroupRecords.read(record)) {
            case GroupRecords.Change.OfGroup change -> apply(change);
            case GroupRecords.Change.OfOffset change -> apply(change);
            case GroupRecords.Change.OfShareGroup change -> apply(change);
            case GroupRecords.Change.OfStreamsGroup change -> apply(change);
            case GroupRecords.Change.OfConsumerGroup change -> apply(change);
            case GroupRecords.Change.Foreign foreign ->
                    LOG.atDebug()
                            .addKeyValue("reason", foreign.reason())
                            .log("Skipped a record that is none of a classic group");
        }
    }

    /// Only offsets are committed in transactions.
    void replayPending(long producerId, CoordinatorRecord record) {
        if (GroupRecords.read(record) instanceof GroupRecords.Change.OfOffset change
                && change.value() != null) {
            commitPending(producerId, change.groupId(), change.partition(), change.value());
        }
    }

    /// Keeps an offset until its transaction ends, as its record does when it is replayed.
    void commitPending(
            long producerId, String groupId, TopicPartition partition, OffsetCommitValue value) {
        byId.computeIfAbsent(groupId, id -> new EmptyGroup(Roster.fresh(id), -1));
        pending.put(producerId, new PendingOffsets.Key(groupId, partition), value);
    }

    /// A producer's transaction has ended.
    void endTransaction(long producerId, boolean committed) {
        for (PendingOffsets.Pending one : pending.take(producerId)) {
            if (committed) {
                pending.supersede(one);
                PendingOffsets.Key key = one.key();
                put(new GroupRecords.Change.OfOffset(key.groupId(), key.partition(), one.value()));
            }
        }
    }

    private void apply(GroupRecords.Change.OfGroup change) {
        GroupMetadataValue value = change.value();
        if (value == null) {
            if (classic(change.groupId()) != null) {
                removed(change.groupId());
            }
        } else {
            byId.put(change.groupId(), group(change.groupId(), value));
        }
    }

    /// The record of the group itself removes it, and may not be the last of its tombstones.
    private void apply(GroupRecords.Change.OfShareGroup change) {
        ShareGroup group = share(change.groupId());
        if (change.value() == null && change.key() instanceof ShareGroupMetadataKey) {
            if (group != null) {
                byId.remove(change.groupId());
            }
            return;
        }
        if (group == null && change.value() != null) {
            group = new ShareGroup(change.groupId());
            put(group);
        }
        if (group != null) {
            group.apply(change.key(), change.value());
        }
    }

    /// A tombstone makes no group; the group's own may not be the last of them.
    private void apply(GroupRecords.Change.OfStreamsGroup change) {
        String groupId = change.groupId();
        StreamsGroup known = streams(groupId);
        if (change.value() == null) {
            if (known != null && change.key() instanceof StreamsGroupMetadataKey) {
                removed(groupId);
            } else if (known != null) {
                known.apply(change.key(), null);
            }
            return;
        }
        StreamsGroup group = known == null ? new StreamsGroup(groupId) : known;
        byId.put(groupId, group);
        group.apply(change.key(), change.value());
    }

    /// A group that was removed may have been made anew for another protocol: its offsets remain.
    private void removed(String groupId) {
        if (offsets.of(groupId).isEmpty()) {
            byId.remove(groupId);
        } else {
            byId.put(groupId, new EmptyGroup(Roster.fresh(groupId), -1));
        }
    }

    /// A tombstone makes no group.
    private void apply(GroupRecords.Change.OfConsumerGroup change) {
        String groupId = change.groupId();
        ConsumerGroup known = consumer(groupId);
        if (change.value() == null) {
            if (known != null && change.key() instanceof ConsumerGroupMetadataKey) {
                removed(groupId);
            } else if (known != null) {
                known.apply(change.key(), null);
            }
            return;
        }
        ConsumerGroup group = known == null ? new ConsumerGroup(groupId) : known;
        byId.put(groupId, group);
        group.apply(change.key(), change.value());
    }

    private void apply(GroupRecords.Change.OfOffset change) {
        pending.supersede(new PendingOffsets.Key(change.groupId(), change.partition()));
        put(change);
    }

    /// Offsets without a group belong to consumers that assign themselves.
    private void put(GroupRecords.Change.OfOffset change) {
        if (change.value() != null) {
            byId.computeIfAbsent(change.groupId(), id -> new EmptyGroup(Roster.fresh(id), -1));
        }
        offsets.put(change.groupId(), change.partition(), change.value());
    }

    /// Removes the group, as its record does when it is replayed.
    void remove(String groupId) {
        byId.remove(groupId);
    }

    /// Sets or removes an offset, as its record does when it is replayed.
    void commit(String groupId, TopicPartition partition, @Nullable OffsetCommitValue value) {
        apply(new GroupRecords.Change.OfOffset(groupId, partition, value));
    }

    private static ClassicGroup group(String groupId, GroupMetadataValue value) {
        String protocolType = value.protocolType().isEmpty() ? null : value.protocolType();
        Members members =
                Members.of(
                        value.members().stream()
                                .map(member -> member(member, value.protocol()))
                                .toList());
        Roster roster =
                new Roster(
                        groupId,
                        value.generation(),
                        protocolType,
                        value.protocol(),
                        leader(value.leader(), members),
                        members,
                        Set.of(),
                        ConsumerSubscription.topics(protocolType, value.protocol(), members));
        if (members.isEmpty()) {
            return new EmptyGroup(roster, value.currentStateTimestamp());
        }
        return value.leader() == null
                ? new PreparingRebalance(roster, Map.of(), Set.of(), null)
                : new StableGroup(roster, Set.of());
    }

    /// A group with members always has one of them as its leader.
    private static @Nullable String leader(@Nullable String stored, Members members) {
        if (members.isEmpty()) {
            return null;
        }
        return stored != null && members.has(stored) ? stored : members.ids().iterator().next();
    }

    private static Member member(MemberMetadata stored, @Nullable String protocol) {
        int rebalanceTimeoutMs = stored.rebalanceTimeout();
        return new Member(
                stored.memberId(),
                stored.groupInstanceId(),
                stored.clientId(),
                stored.clientHost(),
                rebalanceTimeoutMs == -1 ? stored.sessionTimeout() : rebalanceTimeoutMs,
                stored.sessionTimeout(),
                List.of(
                        new Member.Protocol(
                                protocol == null ? "" : protocol,
                                Member.copy(stored.subscription()))),
                Member.copy(stored.assignment()));
    }
}

package io.zurau.coordinator.group;

import io.zurau.coordinator.CoordinatorRecord;
import io.zurau.coordinator.Reply;
import io.zurau.coordinator.Turn;
import io.zurau.coordinator.group.kind.GroupTimer;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.ApiMessage;
import io.zurau.protocol.message.JoinGroupResponse;
import io.zurau.protocol.message.SyncGroupResponse;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/// A group of a new generation whose leader has not brought the assignment yet.
///
/// @param unsynced who has not asked for its assignment yet
/// @param syncing who waits for its assignment, by member id
record CompletingRebalance(
        Roster roster, Set<String> unsynced, Map<String, Reply<SyncGroupResponse>> syncing)
        implements ClassicGroup {

    /// Tells everyone who joined the new generation.
    static CompletingRebalance begin(
            Roster roster, Map<String, Reply<JoinGroupResponse>> joined, Turn<GroupTimer> turn) {
        for (Member member : roster.members().all()) {
            Reply<JoinGroupResponse> reply = joined.get(member.id());
            if (reply != null) {
                Answers.acceptJoin(reply, member.id(), roster, turn);
            }
            Answers.expectHeartbeat(roster, member, turn);
        }
        turn.schedule(new GroupTimer.Sync(roster.groupId()), roster.members().rebalanceTimeoutMs());
        return new CompletingRebalance(
                roster, new LinkedHashSet<>(roster.members().ids()), Map.of());
    }

    @Override
    public String stateName() {
        return "CompletingRebalance";
    }

    @Override
    public boolean hasRoomFor(String memberId, int mostMembers) {
        return roster.members().has(memberId) || roster.members().size() < mostMembers;
    }

    @Override
    public CompletingRebalance with(Roster changed) {
        return new CompletingRebalance(changed, unsynced, syncing);
    }

    @Override
    public ClassicGroup admit(
            Member member, GroupCommand.Join join, GroupConfig config, Turn<GroupTimer> turn) {
        return rebalance(
                roster.withMember(member, join.request().protocolType()),
                Map.of(member.id(), join.reply()),
                Set.of(member.id()),
                turn);
    }

    /// A member that asks again without a change did not get our answer.
    @Override
    public ClassicGroup rejoin(Member member, GroupCommand.Join join, Turn<GroupTimer> turn) {
        if (roster.members().get(member.id()).protocols().equals(member.protocols())) {
            Answers.acceptJoin(join.reply(), member.id(), roster, turn);
            return this;
        }
        return rebalance(
                roster.withMembers(roster.members().with(member)),
                Map.of(member.id(), join.reply()),
                Set.of(),
                turn);
    }

    /// The leader may already be assigning to the old member id, so everyone must join again.
    @Override
    public ClassicGroup replace(
            String oldId, Member member, GroupCommand.Join join, Turn<GroupTimer> turn) {
        Map<String, Reply<SyncGroupResponse>> others = new LinkedHashMap<>(syncing);
        Reply<SyncGroupResponse> fenced = others.remove(oldId);
        if (fenced != null) {
            Answers.refuseSync(fenced, ErrorCode.FENCED_INSTANCE_ID, turn);
        }
        return new CompletingRebalance(roster, unsynced, others)
                .rebalance(
                        roster.replacing(oldId, member),
                        Map.of(member.id(), join.reply()),
                        Set.of(),
                        turn);
    }

    @Override
    public ClassicGroup sync(GroupCommand.Sync sync, Turn<GroupTimer> turn) {
        String memberId = sync.request().memberId();
        Map<String, Reply<SyncGroupResponse>> more = new LinkedHashMap<>(syncing);
        Reply<SyncGroupResponse> abandoned = more.put(memberId, sync.reply());
        if (abandoned != null) {
            Answers.refuseSync(abandoned, ErrorCode.REBALANCE_IN_PROGRESS, turn);
        }
        Set<String> fewer = new LinkedHashSet<>(unsynced);
        fewer.remove(memberId);
        CompletingRebalance next = new CompletingRebalance(roster, fewer, more);
        return roster.isLeader(memberId) ? next.assign(sync, turn) : next;
    }

    private ClassicGroup assign(GroupCommand.Sync sync, Turn<GroupTimer> turn) {
        Roster assigned =
                roster.withMembers(
                        roster.members()
                                .each(
                                        member ->
                                                member.assigned(
                                                        sync.assignments()
                                                                .getOrDefault(
                                                                        member.id(),
                                                                        ApiMessage.NO_BYTES))));
        CoordinatorRecord record = GroupRecords.stored(assigned, turn.nowMs());
        if (!turn.fits(record)) {
            // As in Kafka: the leader learns that it failed, everyone else joins again.
            Answers.refuseSync(sync.reply(), ErrorCode.UNKNOWN_SERVER_ERROR, turn);
            Map<String, Reply<SyncGroupResponse>> others = new LinkedHashMap<>(syncing);
            others.remove(sync.request().memberId());
            return new CompletingRebalance(roster, unsynced, others)
                    .rebalance(roster, Map.of(), Set.of(), turn);
        }
        turn.append(record);
        syncing.forEach(
                (memberId, reply) -> {
                    Member member = assigned.members().get(memberId);
                    Answers.assign(reply, member, assigned, turn);
                    Answers.expectHeartbeat(assigned, member, turn);
                });
        return StableGroup.of(assigned, unsynced, turn);
    }

    @Override
    public ClassicGroup remove(Set<String> memberIds, Turn<GroupTimer> turn) {
        Map<String, Reply<SyncGroupResponse>> others = new LinkedHashMap<>(syncing);
        for (String memberId : memberIds) {
            Reply<SyncGroupResponse> refused = others.remove(memberId);
            if (refused != null) {
                Answers.refuseSync(refused, ErrorCode.UNKNOWN_MEMBER_ID, turn);
            }
        }
        return new CompletingRebalance(roster, unsynced, others)
                .rebalance(roster.without(memberIds), Map.of(), Set.of(), turn);
    }

    /// Whoever waits for an assignment must join again.
    private ClassicGroup rebalance(
            Roster changed,
            Map<String, Reply<JoinGroupResponse>> joined,
            Set<String> newcomers,
            Turn<GroupTimer> turn) {
        syncing.forEach(
                (memberId, reply) -> {
                    Answers.refuseSync(reply, ErrorCode.REBALANCE_IN_PROGRESS, turn);
                    Answers.expectHeartbeat(roster, roster.members().get(memberId), turn);
                });
        Members unassigned = changed.members().each(member -> member.assigned(ApiMessage.NO_BYTES));
        return PreparingRebalance.begin(changed.withMembers(unassigned), joined, newcomers, turn);
    }

    @Override
    public boolean excuses(String memberId) {
        return syncing.containsKey(memberId);
    }

    @Override
    public ClassicGroup rebalanceTimeUp(GroupConfig config, Turn<GroupTimer> turn) {
        return this;
    }

    @Override
    public ClassicGroup syncTimeUp(Turn<GroupTimer> turn) {
        if (unsynced.isEmpty()) {
            return this;
        }
        unsynced.forEach(id -> turn.cancel(new GroupTimer.Session(roster.groupId(), id)));
        return remove(unsynced, turn);
    }
}

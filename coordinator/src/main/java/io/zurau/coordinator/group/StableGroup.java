package io.zurau.coordinator.group;

import io.zurau.coordinator.CoordinatorRecord;
import io.zurau.coordinator.Turn;
import io.zurau.coordinator.group.kind.GroupTimer;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/// A group whose members work by the assignment of their leader.
///
/// @param unsynced who has not asked for its assignment yet
record StableGroup(Roster roster, Set<String> unsynced) implements ClassicGroup {
    /// The sync timer runs as long as someone has not asked.
    static StableGroup of(Roster roster, Set<String> unsynced, Turn<GroupTimer> turn) {
        if (unsynced.isEmpty()) {
            turn.cancel(new GroupTimer.Sync(roster.groupId()));
        }
        return new StableGroup(roster, unsynced);
    }

    @Override
    public String stateName() {
        return "Stable";
    }

    @Override
    public boolean hasRoomFor(String memberId, int mostMembers) {
        return roster.members().has(memberId) || roster.members().size() < mostMembers;
    }

    @Override
    public StableGroup with(Roster changed) {
        return new StableGroup(changed, unsynced);
    }

    @Override
    public ClassicGroup admit(
            Member member, GroupCommand.Join join, GroupConfig config, Turn<GroupTimer> turn) {
        return PreparingRebalance.begin(
                roster.withMember(member, join.request().protocolType()),
                Map.of(member.id(), join.reply()),
                Set.of(member.id()),
                turn);
    }

    /// A leader joins again to change the assignment without having changed itself, for instance
    /// because a topic got more partitions.
    @Override
    public ClassicGroup rejoin(Member member, GroupCommand.Join join, Turn<GroupTimer> turn) {
        boolean unchanged =
                roster.members().get(member.id()).protocols().equals(member.protocols());
        if (unchanged && !roster.isLeader(member.id())) {
            Answers.acceptJoin(join.reply(), member.id(), roster, turn);
            return this;
        }
        return PreparingRebalance.begin(
                roster.withMembers(roster.members().with(member)),
                Map.of(member.id(), join.reply()),
                Set.of(),
                turn);
    }

    /// A static member that restarted takes over its assignment without a rebalance, unless the
    /// group's protocol would change by it (KIP-345).
    @Override
    public ClassicGroup replace(
            String oldId, Member member, GroupCommand.Join join, Turn<GroupTimer> turn) {
        Roster replaced = roster.replacing(oldId, member);
        CoordinatorRecord record = GroupRecords.stored(replaced, turn.nowMs());
        if (!turn.fits(record)
                || !replaced.members().selectProtocol().equals(replaced.protocol())) {
            return PreparingRebalance.begin(
                    replaced, Map.of(member.id(), join.reply()), Set.of(), turn);
        }
        turn.append(record);
        Answers.acceptReplacement(join, member.id(), roster, replaced, turn);
        return of(replaced, without(oldId), turn);
    }

    private Set<String> without(String memberId) {
        Set<String> others = new LinkedHashSet<>(unsynced);
        others.remove(memberId);
        return others;
    }

    @Override
    public ClassicGroup sync(GroupCommand.Sync sync, Turn<GroupTimer> turn) {
        String memberId = sync.request().memberId();
        Answers.assign(sync.reply(), roster.members().get(memberId), roster, turn);
        return of(roster, without(memberId), turn);
    }

    @Override
    public ClassicGroup remove(Set<String> memberIds, Turn<GroupTimer> turn) {
        return PreparingRebalance.begin(roster.without(memberIds), Map.of(), Set.of(), turn);
    }

    @Override
    public boolean excuses(String memberId) {
        return false;
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

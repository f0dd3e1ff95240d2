package io.zurau.coordinator.group;

import io.zurau.coordinator.Turn;
import io.zurau.coordinator.group.PreparingRebalance.FirstRebalance;
import io.zurau.coordinator.group.kind.GroupTimer;
import java.util.Map;
import java.util.Set;

/// A group without members: new, abandoned, or one that only keeps offsets.
///
/// @param sinceMs wall clock; -1 if not known (written by an old version of Kafka)
record EmptyGroup(Roster roster, long sinceMs) implements ClassicGroup {
    @Override
    public String stateName() {
        return "Empty";
    }

    @Override
    public boolean hasRoomFor(String memberId, int mostMembers) {
        return true;
    }

    @Override
    public EmptyGroup with(Roster changed) {
        return new EmptyGroup(changed, sinceMs);
    }

    /// The first members get some time to come together (KIP-134).
    @Override
    public ClassicGroup admit(
            Member member, GroupCommand.Join join, GroupConfig config, Turn<GroupTimer> turn) {
        int delayMs = config.initialRebalanceDelayMs();
        int remainingMs = Math.max(member.rebalanceTimeoutMs() - delayMs, 0);
        turn.schedule(new GroupTimer.Rebalance(roster.groupId()), delayMs);
        return new PreparingRebalance(
                roster.withMember(member, join.request().protocolType()),
                Map.of(member.id(), join.reply()),
                Set.of(member.id()),
                new FirstRebalance(delayMs, remainingMs, false));
    }

    @Override
    public ClassicGroup rejoin(Member member, GroupCommand.Join join, Turn<GroupTimer> turn) {
        throw withoutMembers();
    }

    @Override
    public ClassicGroup replace(
            String oldId, Member member, GroupCommand.Join join, Turn<GroupTimer> turn) {
        throw withoutMembers();
    }

    @Override
    public ClassicGroup sync(GroupCommand.Sync sync, Turn<GroupTimer> turn) {
        throw withoutMembers();
    }

    @Override
    public ClassicGroup remove(Set<String> memberIds, Turn<GroupTimer> turn) {
        throw withoutMembers();
    }

    private IllegalStateException withoutMembers() {
        return new IllegalStateException("Group " + roster.groupId() + " has no members.");
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
        return this;
    }
}

package io.zurau.coordinator.group;

import io.zurau.coordinator.Reply;
import io.zurau.coordinator.Turn;
import io.zurau.coordinator.group.kind.GroupTimer;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.JoinGroupResponse;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A group that waits for its members to join the next generation.
///
/// @param joined who waits for the next generation, by member id
/// @param newcomers of those, who joined for the first time: they may have died without being able
///   to say so, and are not excused for ever
/// @param first set while a group without members waits for the first ones to come together
record PreparingRebalance(
        Roster roster,
        Map<String, Reply<JoinGroupResponse>> joined,
        Set<String> newcomers,
        @Nullable FirstRebalance first)
        implements ClassicGroup {

    /// The wait of `group.initial.rebalance.delay.ms`, extended while members keep coming.
    ///
    /// @param delayMs of the timer that runs
    /// @param remainingMs by which it may be extended
    record FirstRebalance(int delayMs, int remainingMs, boolean someoneCame) {}

    /// Begins a rebalance of a group with members.
    static ClassicGroup begin(
            Roster roster,
            Map<String, Reply<JoinGroupResponse>> joined,
            Set<String> newcomers,
            Turn<GroupTimer> turn) {
        turn.cancel(new GroupTimer.Sync(roster.groupId()));
        PreparingRebalance begun = new PreparingRebalance(roster, joined, newcomers, null);
        if (begun.everyoneJoined()) {
            return begun.complete(turn);
        }
        turn.schedule(
                new GroupTimer.Rebalance(roster.groupId()), roster.members().rebalanceTimeoutMs());
        return begun;
    }

    @Override
    public String stateName() {
        return "PreparingRebalance";
    }

    private boolean everyoneJoined() {
        return joined.size() == roster.members().size() && roster.pending().isEmpty();
    }

    /// Counts those who joined: who comes last finds the group full, also when it was too large
    /// before.
    @Override
    public boolean hasRoomFor(String memberId, int mostMembers) {
        return joined.containsKey(memberId) || joined.size() < mostMembers;
    }

    @Override
    public PreparingRebalance with(Roster changed) {
        return new PreparingRebalance(changed, joined, newcomers, first);
    }

    @Override
    public ClassicGroup admit(
            Member member, GroupCommand.Join join, GroupConfig config, Turn<GroupTimer> turn) {
        Set<String> more = new LinkedHashSet<>(newcomers);
        more.add(member.id());
        FirstRebalance extended =
                first == null ? null : new FirstRebalance(first.delayMs, first.remainingMs, true);
        return new PreparingRebalance(
                        roster.withMember(member, join.request().protocolType()),
                        joinedBy(member.id(), join.reply(), turn),
                        more,
                        extended)
                .completeIfEveryoneJoined(turn);
    }

    @Override
    public ClassicGroup rejoin(Member member, GroupCommand.Join join, Turn<GroupTimer> turn) {
        return new PreparingRebalance(
                        roster.withMembers(roster.members().with(member)),
                        joinedBy(member.id(), join.reply(), turn),
                        newcomers,
                        first)
                .completeIfEveryoneJoined(turn);
    }

    /// A client that asks twice gave up its first request.
    private Map<String, Reply<JoinGroupResponse>> joinedBy(
            String memberId, Reply<JoinGroupResponse> reply, Turn<GroupTimer> turn) {
        Map<String, Reply<JoinGroupResponse>> more = new LinkedHashMap<>(joined);
        Reply<JoinGroupResponse> abandoned = more.put(memberId, reply);
        if (abandoned != null) {
            Answers.refuseJoin(abandoned, memberId, ErrorCode.REBALANCE_IN_PROGRESS, turn);
        }
        return more;
    }

    @Override
    public ClassicGroup replace(
            String oldId, Member member, GroupCommand.Join join, Turn<GroupTimer> turn) {
        Map<String, Reply<JoinGroupResponse>> others = new LinkedHashMap<>(joined);
        Reply<JoinGroupResponse> fenced = others.remove(oldId);
        if (fenced != null) {
            Answers.refuseJoin(fenced, oldId, ErrorCode.FENCED_INSTANCE_ID, turn);
        }
        others.put(member.id(), join.reply());
        return new PreparingRebalance(
                        roster.replacing(oldId, member), others, without(oldId), first)
                .completeIfEveryoneJoined(turn);
    }

    private Set<String> without(String memberId) {
        Set<String> others = new LinkedHashSet<>(newcomers);
        others.remove(memberId);
        return others;
    }

    @Override
    public ClassicGroup sync(GroupCommand.Sync sync, Turn<GroupTimer> turn) {
        Answers.refuseSync(sync.reply(), ErrorCode.REBALANCE_IN_PROGRESS, turn);
        return this;
    }

    @Override
    public ClassicGroup remove(Set<String> memberIds, Turn<GroupTimer> turn) {
        Map<String, Reply<JoinGroupResponse>> others = new LinkedHashMap<>(joined);
        for (String memberId : memberIds) {
            Reply<JoinGroupResponse> refused = others.remove(memberId);
            if (refused != null) {
                Answers.refuseJoin(refused, "", ErrorCode.UNKNOWN_MEMBER_ID, turn);
            }
        }
        Set<String> remainingNewcomers = new LinkedHashSet<>(newcomers);
        remainingNewcomers.removeAll(memberIds);
        return new PreparingRebalance(roster.without(memberIds), others, remainingNewcomers, first)
                .completeIfEveryoneJoined(turn);
    }

    @Override
    public boolean excuses(String memberId) {
        return joined.containsKey(memberId) && !newcomers.contains(memberId);
    }

    @Override
    public ClassicGroup rebalanceTimeUp(GroupConfig config, Turn<GroupTimer> turn) {
        if (first == null || !first.someoneCame() || first.remainingMs() == 0) {
            return complete(turn);
        }
        int delayMs = Math.min(config.initialRebalanceDelayMs(), first.remainingMs());
        int remainingMs = Math.max(first.remainingMs() - first.delayMs(), 0);
        turn.schedule(new GroupTimer.Rebalance(roster.groupId()), delayMs);
        return new PreparingRebalance(
                roster, joined, newcomers, new FirstRebalance(delayMs, remainingMs, false));
    }

    @Override
    public ClassicGroup syncTimeUp(Turn<GroupTimer> turn) {
        return this;
    }

    /// Whoever waited for the last member's choice goes on. A first rebalance always takes its
    /// time.
    ClassicGroup completeIfEveryoneJoined(Turn<GroupTimer> turn) {
        return first == null && everyoneJoined() ? complete(turn) : this;
    }

    /// Goes on with those who joined. Static members that did not remain until their session ends.
    private ClassicGroup complete(Turn<GroupTimer> turn) {
        turn.cancel(new GroupTimer.Rebalance(roster.groupId()));
        Set<String> absent = new LinkedHashSet<>();
        for (Member member : roster.members().all()) {
            if (!joined.containsKey(member.id()) && !member.isStatic()) {
                absent.add(member.id());
                turn.cancel(new GroupTimer.Session(roster.groupId(), member.id()));
            }
        }
        Roster present = roster.without(absent);
        if (present.members().isEmpty()) {
            EmptyGroup empty = new EmptyGroup(present.nextGeneration(), turn.nowMs());
            turn.append(GroupRecords.stored(empty.roster(), turn.nowMs()));
            return empty;
        }
        if (joined.isEmpty()) {
            // Nobody could lead: wait until someone joins, or the sessions of all have ended.
            turn.schedule(
                    new GroupTimer.Rebalance(roster.groupId()),
                    present.members().rebalanceTimeoutMs());
            return new PreparingRebalance(present, joined, newcomers, null);
        }
        return CompletingRebalance.begin(led(present).nextGeneration(), joined, turn);
    }

    /// A leader that did not join is succeeded by the oldest member that did.
    private Roster led(Roster present) {
        if (present.leader() != null && joined.containsKey(present.leader())) {
            return present;
        }
        for (String memberId : present.members().ids()) {
            if (joined.containsKey(memberId)) {
                return present.led(memberId);
            }
        }
        throw new IllegalStateException("Nobody joined group " + roster.groupId() + ".");
    }
}

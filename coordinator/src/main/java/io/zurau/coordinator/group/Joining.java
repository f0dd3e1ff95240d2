package io.zurau.coordinator.group;

import io.zurau.coordinator.Turn;
import io.zurau.coordinator.group.kind.Group;
import io.zurau.coordinator.group.kind.GroupKind;
import io.zurau.coordinator.group.kind.GroupTimer;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.JoinGroupRequest;
import java.util.Set;

/// Who may join a group, and under which id. What follows from it is the business of the group's
/// state.
final class Joining {
    /// From this version on a new member is given its id first and joins with it (KIP-394), so that
    /// a client which joins and forgets leaves no member behind.
    private static final int FIRST_VERSION_WITH_ID_REQUIRED = 4;

    /// How long a new member may wait for the answer to its first join. It cannot send heartbeats
    /// yet, so this is all that frees the group of clients that went away meanwhile.
    private static final int NEW_MEMBER_TIMEOUT_MS = 5 * 60 * 1000;

    /// Ids are given out before anything is known of the client. Kafka has no such bound.
    private static final int MOST_PENDING = 10_000;

    private final Groups groups;
    private final GroupConfig config;

    Joining(Groups groups, GroupConfig config) {
        this.groups = groups;
        this.config = config;
    }

    void join(GroupCommand.Join join, Turn<GroupTimer> turn) {
        String groupId = join.request().groupId();
        String memberId = join.request().memberId();
        ClassicGroup known = groups.classic(groupId);
        Group other = groups.find(groupId);
        if (known == null && other != null) {
            boolean gone = !memberId.isEmpty() && makesWay(other);
            refuse(
                    join,
                    gone ? memberId : "",
                    gone ? ErrorCode.UNKNOWN_MEMBER_ID : ErrorCode.INCONSISTENT_GROUP_PROTOCOL,
                    turn);
            return;
        }
        if (known == null && !memberId.isEmpty()) {
            refuse(join, memberId, ErrorCode.UNKNOWN_MEMBER_ID, turn);
            return;
        }
        ClassicGroup group =
                known == null ? new EmptyGroup(Roster.fresh(groupId), turn.nowMs()) : known;
        ClassicGroup next = decide(group, join, turn);
        boolean refused = next instanceof EmptyGroup && next.roster().pending().isEmpty();
        if (known != null || !refused) {
            groups.put(next);
        }
    }

    /// Whether the group makes way for a new member of the classic protocol. So one with an id,
    /// which it was given while there were others, has to ask for a new one.
    private static boolean makesWay(Group other) {
        return !other.isInUse() && other.kind() != GroupKind.SHARE;
    }

    private ClassicGroup decide(ClassicGroup group, GroupCommand.Join join, Turn<GroupTimer> turn) {
        String memberId = join.request().memberId();
        if (!group.hasRoomFor(memberId, config.maxSize())) {
            refuse(join, "", ErrorCode.GROUP_MAX_SIZE_REACHED, turn);
            return expel(group, memberId, turn);
        }
        if (!agrees(group, join)) {
            refuse(join, memberId, ErrorCode.INCONSISTENT_GROUP_PROTOCOL, turn);
            return group;
        }
        if (tooLarge(join, turn)) {
            refuse(join, memberId, ErrorCode.MESSAGE_TOO_LARGE, turn);
            return group;
        }
        return memberId.isEmpty() ? joinNew(group, join, turn) : joinKnown(group, join, turn);
    }

    /// A group that shrank by configuration sheds the members that rejoin last.
    private static ClassicGroup expel(ClassicGroup group, String memberId, Turn<GroupTimer> turn) {
        if (group.roster().members().has(memberId)) {
            turn.cancel(new GroupTimer.Session(group.roster().groupId(), memberId));
            return group.remove(Set.of(memberId), turn);
        }
        return group;
    }

    /// Whether the member shares a protocol with everyone in the group.
    private static boolean agrees(ClassicGroup group, GroupCommand.Join join) {
        String type = join.request().protocolType();
        if (type.isEmpty() || join.protocols().isEmpty()) {
            return false;
        }
        Roster roster = group.roster();
        return roster.members().isEmpty()
                || (type.equals(roster.protocolType())
                        && join.protocols().stream()
                                .anyMatch(one -> roster.members().support(one.name())));
    }

    /// Differs from Kafka: there a member whose metadata can never be stored is let in, and then no
    /// rebalance of its group succeeds.
    private static boolean tooLarge(GroupCommand.Join join, Turn<GroupTimer> turn) {
        long bytes = 0;
        for (Member.Protocol protocol : join.protocols()) {
            bytes += protocol.name().length() + protocol.metadata().remaining();
        }
        return bytes > turn.largestRecord();
    }

    private ClassicGroup joinNew(
            ClassicGroup group, GroupCommand.Join join, Turn<GroupTimer> turn) {
        String freshId = join.freshId();
        String instanceId = join.request().groupInstanceId();
        if (instanceId != null) {
            String oldId = group.roster().members().idOfInstance(instanceId);
            return oldId == null
                    ? admit(group, freshId, join, turn)
                    : replace(group, oldId, freshId, join, turn);
        }
        if (join.client().version() < FIRST_VERSION_WITH_ID_REQUIRED) {
            return admit(group, freshId, join, turn);
        }
        if (group.roster().pending().size() >= MOST_PENDING) {
            refuse(join, "", ErrorCode.GROUP_MAX_SIZE_REACHED, turn);
            return group;
        }
        refuse(join, freshId, ErrorCode.MEMBER_ID_REQUIRED, turn);
        turn.schedule(
                new GroupTimer.Session(group.roster().groupId(), freshId),
                join.request().sessionTimeoutMs());
        return group.with(group.roster().withPending(freshId));
    }

    private ClassicGroup joinKnown(
            ClassicGroup group, GroupCommand.Join join, Turn<GroupTimer> turn) {
        JoinGroupRequest request = join.request();
        if (group.roster().isPending(request.memberId()) && request.groupInstanceId() == null) {
            return admit(group, request.memberId(), join, turn);
        }
        ErrorCode code = group.roster().check(request.memberId(), request.groupInstanceId());
        if (code != ErrorCode.NONE) {
            refuse(join, request.memberId(), code, turn);
            return group;
        }
        Member old = group.roster().members().get(request.memberId());
        return group.rejoin(old.rejoining(join.member(old.id())), join, turn);
    }

    private ClassicGroup admit(
            ClassicGroup group, String memberId, GroupCommand.Join join, Turn<GroupTimer> turn) {
        turn.schedule(
                new GroupTimer.Session(group.roster().groupId(), memberId), NEW_MEMBER_TIMEOUT_MS);
        return group.admit(join.member(memberId), join, config, turn);
    }

    private static ClassicGroup replace(
            ClassicGroup group,
            String oldId,
            String freshId,
            GroupCommand.Join join,
            Turn<GroupTimer> turn) {
        Member old = group.roster().members().get(oldId);
        Member member = old.renamed(freshId).rejoining(join.member(freshId));
        turn.cancel(new GroupTimer.Session(group.roster().groupId(), oldId));
        Answers.expectHeartbeat(group.roster(), member, turn);
        return group.replace(oldId, member, join, turn);
    }

    private static void refuse(
            GroupCommand.Join join, String memberId, ErrorCode code, Turn<GroupTimer> turn) {
        Answers.refuseJoin(join.reply(), memberId, code, turn);
    }
}

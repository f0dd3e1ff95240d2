package io.zurau.coordinator.group;

import io.zurau.coordinator.Reply;
import io.zurau.coordinator.Turn;
import io.zurau.coordinator.group.kind.GroupTimer;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.JoinGroupResponse;
import io.zurau.protocol.message.JoinGroupResponse.JoinGroupResponseMember;
import io.zurau.protocol.message.SyncGroupResponse;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What members are told when they join and sync.
final class Answers {
    /// From this version on a leader can be told not to assign anew (KIP-814).
    private static final int FIRST_VERSION_TO_SKIP_ASSIGNMENT = 9;

    private Answers() {}

    static void refuseJoin(
            Reply<JoinGroupResponse> reply,
            String memberId,
            ErrorCode code,
            Turn<GroupTimer> turn) {
        turn.answer(reply, JoinGroupResponse.builder().memberId(memberId).errorCode(code).build());
    }

    /// Tells the member the group's generation, and the leader also who is in it.
    static void acceptJoin(
            Reply<JoinGroupResponse> reply, String memberId, Roster roster, Turn<GroupTimer> turn) {
        List<JoinGroupResponseMember> members =
                roster.isLeader(memberId) ? members(roster) : List.of();
        turn.answer(reply, generation(roster).memberId(memberId).members(members).build());
    }

    /// Tells a static member that came back that nothing has changed.
    ///
    /// @param before the group before the member's id was replaced: to an old client that cannot be
    ///   told to skip the assignment, its old id leads, so that it does not assign
    static void acceptReplacement(
            GroupCommand.Join join,
            String memberId,
            Roster before,
            Roster after,
            Turn<GroupTimer> turn) {
        JoinGroupResponse.Builder answer = generation(after).memberId(memberId);
        if (join.client().version() < FIRST_VERSION_TO_SKIP_ASSIGNMENT) {
            turn.answer(join.reply(), answer.leader(orEmpty(before.leader())).build());
        } else {
            boolean leads = after.isLeader(memberId);
            turn.answer(
                    join.reply(),
                    answer.members(leads ? members(after) : List.of())
                            .skipAssignment(leads)
                            .build());
        }
    }

    private static JoinGroupResponse.Builder generation(Roster roster) {
        return JoinGroupResponse.builder()
                .generationId(roster.generation())
                .protocolType(roster.protocolType())
                .protocolName(roster.protocol())
                .leader(orEmpty(roster.leader()));
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    private static List<JoinGroupResponseMember> members(Roster roster) {
        return roster.members().all().stream()
                .map(
                        member ->
                                JoinGroupResponseMember.builder()
                                        .memberId(member.id())
                                        .groupInstanceId(member.instanceId())
                                        .metadata(member.metadata(roster.protocol()))
                                        .build())
                .toList();
    }

    static void refuseSync(Reply<SyncGroupResponse> reply, ErrorCode code, Turn<GroupTimer> turn) {
        turn.answer(reply, SyncGroupResponse.builder().errorCode(code).build());
    }

    static void assign(
            Reply<SyncGroupResponse> reply, Member member, Roster roster, Turn<GroupTimer> turn) {
        turn.answer(
                reply,
                SyncGroupResponse.builder()
                        .protocolType(roster.protocolType())
                        .protocolName(roster.protocol())
                        .assignment(member.assignment())
                        .build());
    }

    /// The member must speak within its session timeout from now.
    static void expectHeartbeat(Roster roster, Member member, Turn<GroupTimer> turn) {
        turn.schedule(
                new GroupTimer.Session(roster.groupId(), member.id()), member.sessionTimeoutMs());
    }
}

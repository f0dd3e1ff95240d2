package io.zurau.coordinator.group;

import io.zurau.coordinator.Turn;
import io.zurau.coordinator.group.kind.Group;
import io.zurau.coordinator.group.kind.GroupTimer;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.HeartbeatRequest;
import io.zurau.protocol.message.HeartbeatResponse;
import io.zurau.protocol.message.LeaveGroupRequest.MemberIdentity;
import io.zurau.protocol.message.LeaveGroupResponse;
import io.zurau.protocol.message.LeaveGroupResponse.MemberResponse;
import io.zurau.protocol.message.SyncGroupRequest;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What members do between joining and leaving, and what happens to those who fall silent.
final class Membership {
    private final Groups groups;
    private final GroupConfig config;

    Membership(Groups groups, GroupConfig config) {
        this.groups = groups;
        this.config = config;
    }

    void sync(GroupCommand.Sync sync, Turn<GroupTimer> turn) {
        SyncGroupRequest request = sync.request();
        ClassicGroup group = groups.classic(request.groupId());
        ErrorCode code =
                group == null ? ErrorCode.UNKNOWN_MEMBER_ID : check(group.roster(), request);
        if (group == null || code != ErrorCode.NONE) {
            Answers.refuseSync(sync.reply(), code, turn);
        } else {
            groups.put(group.sync(sync, turn));
        }
    }

    private static ErrorCode check(Roster roster, SyncGroupRequest request) {
        ErrorCode code =
                roster.check(request.memberId(), request.groupInstanceId(), request.generationId());
        if (code != ErrorCode.NONE) {
            return code;
        }
        return contradict(request.protocolType(), roster.protocolType())
                        || contradict(request.protocolName(), roster.protocol())
                ? ErrorCode.INCONSISTENT_GROUP_PROTOCOL
                : ErrorCode.NONE;
    }

    private static boolean contradict(@Nullable String said, @Nullable String known) {
        return said != null && known != null && !said.equals(known);
    }

    void heartbeat(GroupCommand.Heartbeat heartbeat, Turn<GroupTimer> turn) {
        HeartbeatRequest request = heartbeat.request();
        ClassicGroup group = groups.classic(request.groupId());
        ErrorCode code = ErrorCode.UNKNOWN_MEMBER_ID;
        if (group != null) {
            Roster roster = group.roster();
            code =
                    roster.check(
                            request.memberId(), request.groupInstanceId(), request.generationId());
            if (code == ErrorCode.NONE) {
                Answers.expectHeartbeat(roster, roster.members().get(request.memberId()), turn);
                code =
                        group instanceof PreparingRebalance
                                ? ErrorCode.REBALANCE_IN_PROGRESS
                                : ErrorCode.NONE;
            }
        }
        turn.answer(heartbeat.reply(), HeartbeatResponse.builder().errorCode(code).build());
    }

    void leave(GroupCommand.Leave leave, Turn<GroupTimer> turn) {
        ClassicGroup group = groups.classic(leave.request().groupId());
        Set<String> leaving = new LinkedHashSet<>();
        List<MemberResponse> answers = new ArrayList<>();
        for (MemberIdentity identity : leave.request().members()) {
            ErrorCode code = ErrorCode.UNKNOWN_MEMBER_ID;
            if (group != null) {
                // As if those before it in the list had already gone.
                code = leaves(group.roster().without(leaving), identity, leaving);
            }
            answers.add(
                    MemberResponse.builder()
                            .memberId(identity.memberId())
                            .groupInstanceId(identity.groupInstanceId())
                            .errorCode(code)
                            .build());
        }
        if (group != null) {
            goes(group, leaving, turn);
        }
        turn.answer(leave.reply(), LeaveGroupResponse.builder().members(answers).build());
    }

    /// Adds the id of the one who leaves. An administrator removes a static member without knowing
    /// its member id (KIP-345).
    private static ErrorCode leaves(Roster roster, MemberIdentity identity, Set<String> leaving) {
        String memberId = identity.memberId();
        String instanceId = identity.groupInstanceId();
        if (memberId.isEmpty()) {
            String owner = instanceId == null ? null : roster.members().idOfInstance(instanceId);
            if (owner == null) {
                return ErrorCode.UNKNOWN_MEMBER_ID;
            }
            leaving.add(owner);
            return ErrorCode.NONE;
        }
        ErrorCode code =
                roster.isPending(memberId) ? ErrorCode.NONE : roster.check(memberId, instanceId);
        if (code == ErrorCode.NONE) {
            leaving.add(memberId);
        }
        return code;
    }

    /// A member, or one that was given an id, said nothing for its session timeout.
    void silent(GroupTimer.Session session, Turn<GroupTimer> turn) {
        ClassicGroup group = groups.classic(session.groupId());
        if (group != null && !group.excuses(session.memberId())) {
            goes(group, Set.of(session.memberId()), turn);
        }
    }

    private void goes(ClassicGroup group, Set<String> ids, Turn<GroupTimer> turn) {
        Roster roster = group.roster();
        Set<String> members = new LinkedHashSet<>();
        Set<String> pending = new LinkedHashSet<>();
        for (String id : ids) {
            turn.cancel(new GroupTimer.Session(roster.groupId(), id));
            if (roster.members().has(id)) {
                members.add(id);
            } else if (roster.isPending(id)) {
                pending.add(id);
            }
        }
        ClassicGroup next = group;
        if (!pending.isEmpty()) {
            next = next.with(next.roster().without(pending));
        }
        if (!members.isEmpty()) {
            next = next.remove(members, turn);
        } else if (next instanceof PreparingRebalance preparing) {
            next = preparing.completeIfEveryoneJoined(turn);
        }
        groups.put(next);
    }

    void rebalanceTimeUp(GroupTimer.Rebalance timer, Turn<GroupTimer> turn) {
        ClassicGroup group = groups.classic(timer.groupId());
        if (group != null) {
            groups.put(group.rebalanceTimeUp(config, turn));
        }
    }

    void syncTimeUp(GroupTimer.Sync timer, Turn<GroupTimer> turn) {
        ClassicGroup group = groups.classic(timer.groupId());
        if (group != null) {
            groups.put(group.syncTimeUp(turn));
        }
    }

    /// After loading: every member must speak within its session timeout. A group rebalances if it
    /// was to when it was stored; or if it is larger than the configuration allows by now, and
    /// sheds who comes last.
    void loaded(Turn<GroupTimer> turn) {
        for (Group group : List.copyOf(groups.all())) {
            if (group instanceof ClassicGroup classic) {
                loaded(classic, turn);
            }
        }
    }

    private void loaded(ClassicGroup group, Turn<GroupTimer> turn) {
        Roster roster = group.roster();
        roster.members().all().forEach(one -> Answers.expectHeartbeat(roster, one, turn));
        if (group instanceof PreparingRebalance || roster.members().size() > config.maxSize()) {
            groups.put(PreparingRebalance.begin(roster, Map.of(), Set.of(), turn));
        }
    }
}

package io.zurau.coordinator.group;

import io.zurau.coordinator.Reply;
import io.zurau.coordinator.Turn;
import io.zurau.coordinator.group.config.ConsumerGroupConfig;
import io.zurau.coordinator.group.config.GroupConfigs;
import io.zurau.coordinator.group.consumer.ClassicMembers;
import io.zurau.coordinator.group.consumer.ConsumerGroup;
import io.zurau.coordinator.group.consumer.ConsumerMember;
import io.zurau.coordinator.group.consumer.Departures;
import io.zurau.coordinator.group.consumer.Description;
import io.zurau.coordinator.group.consumer.Heartbeats;
import io.zurau.coordinator.group.consumer.Profile;
import io.zurau.coordinator.group.consumer.Progress;
import io.zurau.coordinator.group.consumer.Regexes;
import io.zurau.coordinator.group.kind.Group;
import io.zurau.coordinator.group.kind.GroupTimer;
import io.zurau.coordinator.group.kind.Refusal;
import io.zurau.coordinator.group.kind.Topics;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.ConsumerGroupDescribeResponse.DescribedGroup;
import io.zurau.protocol.message.ConsumerGroupHeartbeatRequest;
import io.zurau.protocol.message.ConsumerGroupHeartbeatResponse;
import io.zurau.protocol.message.HeartbeatResponse;
import io.zurau.protocol.message.JoinGroupRequest;
import io.zurau.protocol.message.LeaveGroupRequest.MemberIdentity;
import io.zurau.protocol.message.LeaveGroupResponse;
import io.zurau.protocol.message.LeaveGroupResponse.MemberResponse;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Finds the consumer group of a request or timer, makes it if it has to be made, and lets it
/// change its protocol.
final class ConsumerGroups {
    private final Groups groups;
    private final GroupConfigs configs;
    private final Topics topics;
    private final Regexes regexes;
    private final Migration migration;

    ConsumerGroups(
            Groups groups,
            GroupConfig config,
            GroupConfigs configs,
            Topics topics,
            Regexes regexes) {
        this.groups = groups;
        this.configs = configs;
        this.topics = topics;
        this.regexes = regexes;
        this.migration = new Migration(groups, config, topics);
    }

    void heartbeat(GroupCommand.ConsumerHeartbeat beat, Turn<GroupTimer> turn) {
        topics.see(beat.image());
        ConsumerGroupHeartbeatRequest request = beat.request();
        if (request.memberEpoch() < 0) {
            leave(request, beat.reply(), turn);
            return;
        }
        ConsumerGroupConfig config = configs.consumer(request.groupId());
        Group known = groups.find(request.groupId());
        ConsumerGroup group = groupFor(request, known, config, turn);
        if (group == null) {
            refuse(beat.reply(), notFound(request.groupId()), turn);
            return;
        }
        Heartbeats heartbeats = new Heartbeats(group, config, topics, regexes);
        String memberId = request.memberId().isEmpty() ? beat.freshId() : request.memberId();
        Refusal refusal = heartbeats.refusal(request, memberId, beat.client(), turn);
        if (refusal != null) {
            refuse(beat.reply(), refusal, turn);
            return;
        }
        if (known instanceof ClassicGroup classic && classic.isInUse()) {
            migration.upgrade(classic, group, turn);
        } else if (known != group) {
            if (known != null) {
                known.tombstones().forEach(turn::append);
            }
            groups.put(group);
        }
        turn.answer(beat.reply(), heartbeats.beat(request, memberId, beat.client(), turn));
    }

    /// The group that is meant, or a new one that nobody knows yet; null if there is none.
    private @Nullable ConsumerGroup groupFor(
            ConsumerGroupHeartbeatRequest request,
            @Nullable Group known,
            ConsumerGroupConfig config,
            Turn<GroupTimer> turn) {
        if (known instanceof ConsumerGroup group) {
            return group;
        }
        boolean joins = request.memberEpoch() == 0;
        if (!joins || (known != null && !(known instanceof ClassicGroup))) {
            return null;
        }
        if (known instanceof ClassicGroup classic && classic.isInUse()) {
            return migration
                    .upgraded(classic, config)
                    .filter(group -> group.records().stream().allMatch(turn::fits))
                    .orElse(null);
        }
        return new ConsumerGroup(request.groupId());
    }

    private static Refusal notFound(String groupId) {
        return new Refusal(ErrorCode.GROUP_ID_NOT_FOUND, "Group " + groupId + " not found.");
    }

    private static void refuse(
            Reply<ConsumerGroupHeartbeatResponse> reply, Refusal refusal, Turn<GroupTimer> turn) {
        turn.answer(
                reply,
                ConsumerGroupHeartbeatResponse.builder()
                        .errorCode(refusal.code())
                        .errorMessage(refusal.message())
                        .build());
    }

    private void leave(
            ConsumerGroupHeartbeatRequest request,
            Reply<ConsumerGroupHeartbeatResponse> reply,
            Turn<GroupTimer> turn) {
        ConsumerGroup group = groups.consumer(request.groupId());
        if (group == null) {
            refuse(reply, notFound(request.groupId()), turn);
            return;
        }
        Heartbeats heartbeats =
                new Heartbeats(group, configs.consumer(request.groupId()), topics, regexes);
        Refusal refusal = heartbeats.refusalToLeave(request);
        if (refusal != null) {
            refuse(reply, refusal, turn);
            return;
        }
        if (Heartbeats.leavesForAWhile(request)) {
            heartbeats.leaveForAWhile(request, turn);
        } else {
            remove(group, Set.of(request.memberId()), turn);
        }
        turn.answer(
                reply,
                ConsumerGroupHeartbeatResponse.builder()
                        .memberId(request.memberId())
                        .memberEpoch(request.memberEpoch())
                        .build());
    }

    private void remove(ConsumerGroup group, Set<String> memberIds, Turn<GroupTimer> turn) {
        ConsumerGroupConfig config = configs.consumer(group.groupId());
        boolean downgraded =
                migration.downgradesWithout(group, memberIds, config)
                        && migration.downgrade(group, memberIds, true, turn);
        if (!downgraded) {
            Departures.remove(group, memberIds, topics, turn);
        }
    }

    void resolved(GroupCommand.RegexesResolved resolved, Turn<GroupTimer> turn) {
        ConsumerGroup group = groups.consumer(resolved.groupId());
        if (group != null) {
            Regexes.resolved(group, resolved.question(), resolved.answer(), topics, turn);
        }
        turn.answer(resolved.reply(), ErrorCode.NONE);
    }

    void describe(GroupCommand.DescribeConsumerGroup describe, Turn<GroupTimer> turn) {
        topics.see(describe.image());
        String groupId = describe.groupId();
        ConsumerGroup group = groups.consumer(groupId);
        turn.answer(
                describe.reply(),
                group == null
                        ? DescribedGroup.builder()
                                .groupId(groupId)
                                .errorCode(ErrorCode.GROUP_ID_NOT_FOUND)
                                .errorMessage(notFound(groupId).message())
                                .build()
                        : Description.of(
                                group, configs.consumer(groupId).assignors().getFirst(), topics));
    }

    /// A member of the classic protocol joins.
    ///
    /// @return false if there is no consumer group with members: it is a classic group's affair
    boolean join(GroupCommand.Join join, Turn<GroupTimer> turn) {
        JoinGroupRequest request = join.request();
        ConsumerGroup group = groups.consumer(request.groupId());
        if (group == null) {
            return false;
        }
        topics.see(join.image());
        if (!group.isInUse()) {
            if (request.memberId().isEmpty()) {
                group.tombstones().forEach(turn::append);
                groups.put(new EmptyGroup(Roster.fresh(group.groupId()), turn.nowMs()));
            }
            return false;
        }
        ConsumerGroupConfig config = configs.consumer(request.groupId());
        ClassicMembers members = new ClassicMembers(group, config, topics, regexes);
        List<Profile.Protocol> protocols =
                join.protocols().stream()
                        .map(one -> new Profile.Protocol(one.name(), one.metadata()))
                        .toList();
        String memberId = request.memberId().isEmpty() ? join.freshId() : request.memberId();
        ErrorCode code = members.refusal(request, protocols, memberId, join.client(), turn);
        if (code != ErrorCode.NONE) {
            String told = code == ErrorCode.MEMBER_ID_REQUIRED ? memberId : "";
            Answers.refuseJoin(join.reply(), told, code, turn);
            return true;
        }
        ConsumerMember owner = group.ofInstance(request.groupInstanceId());
        boolean last = owner != null && migration.downgradesReplacing(group, owner, config);
        turn.answer(
                join.reply(),
                members.join(request, protocols, memberId, join.client(), last, turn));
        if (last) {
            var _ = migration.downgrade(group, Set.of(), !group.isAtRest(), turn);
        }
        return true;
    }

    void sync(ConsumerGroup group, GroupCommand.Sync sync, Turn<GroupTimer> turn) {
        topics.see(sync.image());
        turn.answer(sync.reply(), classicMembers(group).sync(sync.request(), turn));
    }

    private ClassicMembers classicMembers(ConsumerGroup group) {
        return new ClassicMembers(group, configs.consumer(group.groupId()), topics, regexes);
    }

    void heartbeat(ConsumerGroup group, GroupCommand.Heartbeat heartbeat, Turn<GroupTimer> turn) {
        ErrorCode code = classicMembers(group).heartbeat(heartbeat.request(), turn);
        turn.answer(heartbeat.reply(), HeartbeatResponse.builder().errorCode(code).build());
    }

    void leave(ConsumerGroup group, GroupCommand.Leave leave, Turn<GroupTimer> turn) {
        ClassicMembers members = classicMembers(group);
        Set<String> leaving = new LinkedHashSet<>();
        List<MemberResponse> answers = new ArrayList<>();
        for (MemberIdentity who : leave.request().members()) {
            ErrorCode code = members.leaves(who);
            if (code == ErrorCode.NONE) {
                leaving.add(members.idOf(who));
            }
            answers.add(
                    MemberResponse.builder()
                            .memberId(who.memberId())
                            .groupInstanceId(who.groupInstanceId())
                            .errorCode(code)
                            .build());
        }
        if (!leaving.isEmpty()) {
            remove(group, leaving, turn);
        }
        turn.answer(leave.reply(), LeaveGroupResponse.builder().members(answers).build());
    }

    /// A member was silent, or too slow to join or to ask for its assignment.
    void timeUp(ConsumerGroup group, String memberId, Turn<GroupTimer> turn) {
        if (group.find(memberId) != null) {
            remove(group, Set.of(memberId), turn);
        }
    }

    /// A member had its time to give partitions up.
    void revocationTimeUp(GroupTimer.Revocation timer, Turn<GroupTimer> turn) {
        ConsumerGroup group = groups.consumer(timer.groupId());
        ConsumerMember member = group == null ? null : group.find(timer.memberId());
        if (group != null
                && member != null
                && member.progress().state() == Progress.State.UNREVOKED_PARTITIONS) {
            remove(group, Set.of(member.id()), turn);
        }
    }

    /// After loading: every member must speak within its session timeout.
    void loaded(Turn<GroupTimer> turn) {
        for (Group one : groups.all()) {
            if (one instanceof ConsumerGroup group) {
                int sessionMs = configs.consumer(group.groupId()).sessionTimeoutMs();
                for (ConsumerMember member : group.members()) {
                    loaded(group.groupId(), member, sessionMs, turn);
                }
            }
        }
    }

    private static void loaded(
            String groupId, ConsumerMember member, int sessionMs, Turn<GroupTimer> turn) {
        Profile.Classic classic = member.profile().classic();
        turn.schedule(
                new GroupTimer.Session(groupId, member.id()),
                classic == null ? sessionMs : classic.sessionTimeoutMs());
        if (member.progress().state() == Progress.State.UNREVOKED_PARTITIONS) {
            turn.schedule(
                    new GroupTimer.Revocation(groupId, member.id()),
                    member.profile().rebalanceTimeoutMs());
        }
    }
}

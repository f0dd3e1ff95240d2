package io.zurau.coordinator.group.consumer;

import io.zurau.coordinator.Turn;
import io.zurau.coordinator.group.config.ConsumerGroupConfig;
import io.zurau.coordinator.group.config.MigrationPolicy;
import io.zurau.coordinator.group.kind.Assignment;
import io.zurau.coordinator.group.kind.ClientContext;
import io.zurau.coordinator.group.kind.GroupTimer;
import io.zurau.coordinator.group.kind.Topics;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.MalformedMessage;
import io.zurau.protocol.message.ConsumerProtocolSubscription;
import io.zurau.protocol.message.HeartbeatRequest;
import io.zurau.protocol.message.JoinGroupRequest;
import io.zurau.protocol.message.JoinGroupResponse;
import io.zurau.protocol.message.LeaveGroupRequest.MemberIdentity;
import io.zurau.protocol.message.SyncGroupRequest;
import io.zurau.protocol.message.SyncGroupResponse;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Members of the classic protocol in a consumer group: while a group changes from one protocol to
/// the other, both kinds work side by side. To such a member each step is a rebalance of its own: a
/// heartbeat tells it to join again, and the answer to its sync has what it shall have. Its member
/// epoch is its generation.
public final class ClassicMembers {
    private static final int FIRST_VERSION_WITH_ID_REQUIRED = 4;

    private final ConsumerGroup group;
    private final ConsumerGroupConfig config;
    private final Topics topics;
    private final Regexes regexes;

    public ClassicMembers(
            ConsumerGroup group, ConsumerGroupConfig config, Topics topics, Regexes regexes) {
        this.group = group;
        this.config = config;
        this.topics = topics;
        this.regexes = regexes;
    }

    /// Why a member may not join; `NONE` if it may. Changes nothing.
    ///
    /// @param memberId that of the request, or a fresh one if it has none
    public ErrorCode refusal(
            JoinGroupRequest request,
            List<Profile.Protocol> protocols,
            String memberId,
            ClientContext client,
            Turn<GroupTimer> turn) {
        ConsumerMember owner = group.ofInstance(request.groupInstanceId());
        if (config.migrationPolicy() == MigrationPolicy.DISABLED) {
            return ErrorCode.INCONSISTENT_GROUP_PROTOCOL;
        }
        if (owner == null && group.find(memberId) == null && group.size() >= config.maxSize()) {
            return ErrorCode.GROUP_MAX_SIZE_REACHED;
        }
        if (!supports(request.protocolType(), protocols)) {
            return ErrorCode.INCONSISTENT_GROUP_PROTOCOL;
        }
        boolean isNew = request.memberId().isEmpty();
        if (request.groupInstanceId() == null) {
            if (isNew && client.version() >= FIRST_VERSION_WITH_ID_REQUIRED) {
                return ErrorCode.MEMBER_ID_REQUIRED;
            }
        } else if (!isNew) {
            if (owner == null) {
                return ErrorCode.UNKNOWN_MEMBER_ID;
            }
            if (!owner.id().equals(memberId)) {
                return ErrorCode.FENCED_INSTANCE_ID;
            }
        }
        try {
            ConsumerMember member = owner == null ? group.find(memberId) : owner;
            Profile profile =
                    profile(request, protocols, client, member == null ? null : member.profile());
            return turn.fits(ConsumerRecords.profile(group.groupId(), memberId, profile).toRecord())
                    ? ErrorCode.NONE
                    : ErrorCode.UNKNOWN_SERVER_ERROR;
        } catch (MalformedMessage e) {
            return ErrorCode.INCONSISTENT_GROUP_PROTOCOL;
        }
    }

    /// Whether all others of the classic protocol know one of them.
    private boolean supports(String type, List<Profile.Protocol> protocols) {
        return ConsumerGroup.PROTOCOL_TYPE.equals(type)
                && protocols.stream()
                        .anyMatch(
                                one ->
                                        group.classicMembersWith(one.name())
                                                == group.classicMembers());
    }

    private static Profile profile(
            JoinGroupRequest request,
            List<Profile.Protocol> protocols,
            ClientContext client,
            @Nullable Profile before) {
        ConsumerProtocolSubscription subscription =
                EmbeddedProtocol.subscription(protocols.getFirst().metadata());
        String rack = subscription.rackId();
        int timeoutMs = request.rebalanceTimeoutMs();
        boolean keepsRack = rack == null || rack.isEmpty();
        return new Profile(
                request.groupInstanceId() != null || before == null
                        ? request.groupInstanceId()
                        : before.instanceId(),
                keepsRack ? before == null ? null : before.rackId() : rack,
                client.clientId(),
                client.clientHost(),
                new TreeSet<>(subscription.topics()),
                "",
                timeoutMs == -1 && before != null ? before.rebalanceTimeoutMs() : timeoutMs,
                before == null ? null : before.assignor(),
                new Profile.Classic(request.sessionTimeoutMs(), protocols));
    }

    /// Goes on with a member that is not refused.
    ///
    /// @param last whether the group becomes a classic one by this: then no new target is made
    public JoinGroupResponse join(
            JoinGroupRequest request,
            List<Profile.Protocol> protocols,
            String memberId,
            ClientContext client,
            boolean last,
            Turn<GroupTimer> turn) {
        Steps steps = new Steps(group, config, topics, regexes, turn);
        ConsumerMember owner = group.ofInstance(request.groupInstanceId());
        if (request.memberId().isEmpty() && owner != null) {
            steps.replace(owner, memberId);
        }
        ConsumerMember before = group.find(memberId);
        Profile now = profile(request, protocols, client, before == null ? null : before.profile());
        boolean changed = steps.hear(memberId, now);
        if (!last) {
            steps.assign();
        }
        Assignment owned =
                EmbeddedProtocol.owned(
                        EmbeddedProtocol.subscription(protocols.getFirst().metadata()), topics);
        ConsumerMember member = Objects.requireNonNull(group.find(memberId));
        if (!last || group.assignmentEpoch() >= group.epoch()) {
            member = steps.reconcile(memberId, owned, changed);
        }
        turn.cancel(new GroupTimer.Revocation(group.groupId(), memberId));
        turn.cancel(new GroupTimer.MemberJoin(group.groupId(), memberId));
        expectHeartbeat(member, turn);
        int timeoutMs = now.rebalanceTimeoutMs();
        turn.schedule(
                new GroupTimer.MemberSync(group.groupId(), memberId),
                timeoutMs < 0 ? request.sessionTimeoutMs() : timeoutMs);
        return JoinGroupResponse.builder()
                .memberId(memberId)
                .generationId(member.epoch())
                .protocolType(ConsumerGroup.PROTOCOL_TYPE)
                .protocolName(protocols.getFirst().name())
                .build();
    }

    private void expectHeartbeat(ConsumerMember member, Turn<GroupTimer> turn) {
        Profile.Classic classic = member.profile().classic();
        turn.schedule(
                new GroupTimer.Session(group.groupId(), member.id()),
                classic == null ? config.sessionTimeoutMs() : classic.sessionTimeoutMs());
    }

    public SyncGroupResponse sync(SyncGroupRequest request, Turn<GroupTimer> turn) {
        ErrorCode code = check(request.memberId(), request.groupInstanceId());
        ConsumerMember member = group.find(request.memberId());
        Profile.Classic classic = member == null ? null : member.profile().classic();
        if (member == null || classic == null || code != ErrorCode.NONE) {
            return refuseSync(code == ErrorCode.NONE ? ErrorCode.UNKNOWN_MEMBER_ID : code);
        }
        if (request.generationId() != member.epoch()) {
            return refuseSync(ErrorCode.ILLEGAL_GENERATION);
        }
        String type = request.protocolType();
        String name = request.protocolName();
        if ((type != null && !type.equals(ConsumerGroup.PROTOCOL_TYPE))
                || (name != null && !name.equals(classic.first().name()))) {
            return refuseSync(ErrorCode.INCONSISTENT_GROUP_PROTOCOL);
        }
        boolean mayWork = member.progress().state() == Progress.State.UNREVOKED_PARTITIONS;
        if (group.assignmentEpoch() > member.epoch() && !mayWork) {
            expectJoin(member, turn);
            return refuseSync(ErrorCode.REBALANCE_IN_PROGRESS);
        }
        turn.cancel(new GroupTimer.MemberSync(group.groupId(), member.id()));
        expectHeartbeat(member, turn);
        return SyncGroupResponse.builder()
                .protocolType(type)
                .protocolName(name)
                .assignment(
                        EmbeddedProtocol.assignment(
                                member.progress().assigned().partitions(),
                                classic.first().metadata(),
                                topics))
                .build();
    }

    private static SyncGroupResponse refuseSync(ErrorCode code) {
        return SyncGroupResponse.builder().errorCode(code).build();
    }

    private void expectJoin(ConsumerMember member, Turn<GroupTimer> turn) {
        turn.scheduleIfUnset(
                new GroupTimer.MemberJoin(group.groupId(), member.id()),
                member.profile().rebalanceTimeoutMs());
    }

    /// Tells the member to join again once there is something for it to do.
    public ErrorCode heartbeat(HeartbeatRequest request, Turn<GroupTimer> turn) {
        ErrorCode code = check(request.memberId(), request.groupInstanceId());
        ConsumerMember member = group.find(request.memberId());
        if (code != ErrorCode.NONE || member == null || !member.isClassic()) {
            return code == ErrorCode.NONE ? ErrorCode.UNKNOWN_MEMBER_ID : code;
        }
        if (request.generationId() != member.epoch()) {
            return ErrorCode.ILLEGAL_GENERATION;
        }
        expectHeartbeat(member, turn);
        boolean hasToJoin =
                member.epoch() < group.assignmentEpoch()
                        || switch (member.progress().state()) {
                            case UNREVOKED_PARTITIONS -> true;
                            case UNRELEASED_PARTITIONS -> !waitsForOthers(member);
                            case STABLE, UNKNOWN -> false;
                        };
        if (!hasToJoin) {
            return ErrorCode.NONE;
        }
        expectJoin(member, turn);
        return ErrorCode.REBALANCE_IN_PROGRESS;
    }

    private boolean waitsForOthers(ConsumerMember member) {
        return !group.target(member.id())
                .only(
                        (topic, partition) ->
                                !member.progress().assigned().has(topic, partition)
                                        && group.holder(topic, partition) != null)
                .isEmpty();
    }

    private ErrorCode check(String memberId, @Nullable String instanceId) {
        if (instanceId == null) {
            return group.find(memberId) == null ? ErrorCode.UNKNOWN_MEMBER_ID : ErrorCode.NONE;
        }
        ConsumerMember owner = group.ofInstance(instanceId);
        if (owner == null) {
            return ErrorCode.UNKNOWN_MEMBER_ID;
        }
        return owner.id().equals(memberId) ? ErrorCode.NONE : ErrorCode.FENCED_INSTANCE_ID;
    }

    /// Whether somebody may leave by LeaveGroup. An administrator removes a static member without
    /// knowing its member id.
    public ErrorCode leaves(MemberIdentity who) {
        return who.memberId().isEmpty() && group.ofInstance(who.groupInstanceId()) != null
                ? ErrorCode.NONE
                : check(who.memberId(), who.groupInstanceId());
    }

    /// Of one who may leave.
    public String idOf(MemberIdentity who) {
        ConsumerMember owner = group.ofInstance(who.groupInstanceId());
        return owner == null ? who.memberId() : owner.id();
    }
}

package io.zurau.coordinator.group.consumer;

import io.zurau.coordinator.Turn;
import io.zurau.coordinator.group.config.ConsumerGroupConfig;
import io.zurau.coordinator.group.kind.Assignment;
import io.zurau.coordinator.group.kind.ClientContext;
import io.zurau.coordinator.group.kind.GroupTimer;
import io.zurau.coordinator.group.kind.HeartbeatPace;
import io.zurau.coordinator.group.kind.Refusal;
import io.zurau.coordinator.group.kind.Topics;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.ConsumerGroupHeartbeatRequest;
import io.zurau.protocol.message.ConsumerGroupHeartbeatResponse;
import io.zurau.protocol.message.ConsumerGroupHeartbeatResponse.TopicPartitions;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// A member of the new protocol joins, lives and leaves by one request (KIP-848).
public final class Heartbeats {
    private static final int JOINS = 0;

    private final ConsumerGroup group;
    private final ConsumerGroupConfig config;
    private final Topics topics;
    private final Regexes regexes;

    public Heartbeats(
            ConsumerGroup group, ConsumerGroupConfig config, Topics topics, Regexes regexes) {
        this.group = group;
        this.config = config;
        this.topics = topics;
        this.regexes = regexes;
    }

    /// Why the member may not go on; null if it may. Changes nothing.
    ///
    /// @param memberId that of the request, or a fresh one if it has none
    public @Nullable Refusal refusal(
            ConsumerGroupHeartbeatRequest request,
            String memberId,
            ClientContext client,
            Turn<GroupTimer> turn) {
        ConsumerMember owner = group.ofInstance(request.instanceId());
        ConsumerMember member = request.instanceId() == null ? group.find(memberId) : owner;
        if (isFull(owner, memberId)) {
            return new Refusal(
                    ErrorCode.GROUP_MAX_SIZE_REACHED,
                    "Group " + group.groupId() + " may have " + config.maxSize() + " members.");
        }
        if (request.memberEpoch() == JOINS) {
            if (owner != null && !owner.isClassic() && owner.epoch() != Progress.LEFT_FOR_A_WHILE) {
                return new Refusal(
                        ErrorCode.UNRELEASED_INSTANCE_ID,
                        "Member " + owner.id() + " still is the instance " + request.instanceId());
            }
        } else {
            Refusal refusal = identity(request, member, memberId);
            if (refusal == null && member != null) {
                refusal = epoch(request, member);
            }
            if (refusal != null) {
                return refusal;
            }
        }
        Profile now = profile(request, client, member == null ? null : member.profile());
        boolean newRegex = group.subscribersOf(now.regex()) == 0;
        if (!now.regex().isEmpty() && newRegex && !Regexes.isRegex(now.regex())) {
            return new Refusal(
                    ErrorCode.INVALID_REGULAR_EXPRESSION,
                    "SubscribedTopicRegex is no regular expression of RE2, or is too long.");
        }
        if (!turn.fits(ConsumerRecords.profile(group.groupId(), memberId, now).toRecord())) {
            return new Refusal(
                    ErrorCode.UNKNOWN_SERVER_ERROR, "The subscription is too large to be stored.");
        }
        if (member != null && new Reconciliation(group, member, owned(request), true).isLost()) {
            return new Refusal(
                    ErrorCode.FENCED_MEMBER_EPOCH,
                    "The state of member " + memberId + " is not known here; it must join again.");
        }
        return null;
    }

    private boolean isFull(@Nullable ConsumerMember owner, String memberId) {
        return owner == null && group.find(memberId) == null && group.size() >= config.maxSize();
    }

    private @Nullable Refusal identity(
            ConsumerGroupHeartbeatRequest request,
            @Nullable ConsumerMember member,
            String memberId) {
        if (member == null) {
            return new Refusal(
                    ErrorCode.UNKNOWN_MEMBER_ID,
                    "Member " + memberId + " is not in group " + group.groupId() + ".");
        }
        return member.id().equals(memberId)
                ? null
                : new Refusal(
                        ErrorCode.FENCED_INSTANCE_ID,
                        "Member "
                                + member.id()
                                + " is the instance "
                                + request.instanceId()
                                + " now.");
    }

    /// A member that has not got our last answer may say its previous epoch, as long as it uses
    /// nothing that it has no more.
    private @Nullable Refusal epoch(ConsumerGroupHeartbeatRequest request, ConsumerMember member) {
        int said = request.memberEpoch();
        Progress progress = member.progress();
        if (said == progress.epoch()) {
            return null;
        }
        Assignment owned = owned(request);
        if (said == progress.previousEpoch()
                && said < progress.epoch()
                && owned != null
                && progress.assigned().partitions().hasAll(owned)) {
            return null;
        }
        return new Refusal(
                ErrorCode.FENCED_MEMBER_EPOCH,
                "Member "
                        + member.id()
                        + " is in epoch "
                        + progress.epoch()
                        + " and not in "
                        + said
                        + "; it must give up everything and join again.");
    }

    /// Goes on with a member that is not refused.
    public ConsumerGroupHeartbeatResponse beat(
            ConsumerGroupHeartbeatRequest request,
            String memberId,
            ClientContext client,
            Turn<GroupTimer> turn) {
        Steps steps = new Steps(group, config, topics, regexes, turn);
        boolean joins = request.memberEpoch() == JOINS;
        ConsumerMember owner = group.ofInstance(request.instanceId());
        if (joins && owner != null) {
            steps.replace(owner, memberId);
        }
        ConsumerMember before = group.find(memberId);
        Owned assignedBefore = before == null ? Owned.NONE : before.progress().assigned();
        Profile now = profile(request, client, before == null ? null : before.profile());
        boolean subscriptionChanged = steps.hear(memberId, now);
        steps.assign();
        ConsumerMember member = steps.reconcile(memberId, owned(request), subscriptionChanged);
        turn.schedule(new GroupTimer.Session(group.groupId(), memberId), config.sessionTimeoutMs());
        boolean tellsAll =
                request.rebalanceTimeoutMs() != -1
                        && (request.subscribedTopicNames() != null
                                || request.subscribedTopicRegex() != null)
                        && request.topicPartitions() != null;
        boolean tell = joins || tellsAll || !member.progress().assigned().equals(assignedBefore);
        return ConsumerGroupHeartbeatResponse.builder()
                .memberId(memberId)
                .memberEpoch(member.epoch())
                .heartbeatIntervalMs(
                        HeartbeatPace.intervalMs(
                                config.heartbeatIntervalMs(),
                                config.heartbeatIntervalIsSet(),
                                group.size(),
                                turn.crowd(),
                                member.progress().state() != Progress.State.STABLE
                                        || !group.isAssigned()))
                .assignment(tell ? told(member.progress().assigned().partitions()) : null)
                .build();
    }

    private static ConsumerGroupHeartbeatResponse.Assignment told(Assignment partitions) {
        List<TopicPartitions> topics =
                partitions.topics().stream()
                        .map(
                                topic ->
                                        TopicPartitions.builder()
                                                .topicId(topic)
                                                .partitions(List.copyOf(partitions.of(topic)))
                                                .build())
                        .toList();
        return ConsumerGroupHeartbeatResponse.Assignment.builder().topicPartitions(topics).build();
    }

    private static @Nullable Assignment owned(ConsumerGroupHeartbeatRequest request) {
        var said = request.topicPartitions();
        if (said == null) {
            return null;
        }
        Assignment.Builder owned = Assignment.builder();
        said.forEach(one -> owned.add(one.topicId(), one.partitions()));
        return owned.build();
    }

    /// What is left out is as it was.
    private static Profile profile(
            ConsumerGroupHeartbeatRequest request, ClientContext client, @Nullable Profile before) {
        List<String> names = request.subscribedTopicNames();
        SortedSet<String> topics = before == null ? new TreeSet<>() : before.topics();
        int timeoutMs = request.rebalanceTimeoutMs();
        return new Profile(
                or(request.instanceId(), before == null ? null : before.instanceId()),
                or(request.rackId(), before == null ? null : before.rackId()),
                client.clientId(),
                client.clientHost(),
                names == null ? topics : new TreeSet<>(names),
                request.subscribedTopicRegex() == null
                        ? before == null ? "" : before.regex()
                        : request.subscribedTopicRegex(),
                timeoutMs == -1 && before != null ? before.rebalanceTimeoutMs() : timeoutMs,
                or(request.serverAssignor(), before == null ? null : before.assignor()),
                null);
    }

    private static @Nullable String or(@Nullable String said, @Nullable String before) {
        return said == null ? before : said;
    }

    /// A member leaves, or a static one for a while.
    ///
    /// @return why it may not; null if it may
    public @Nullable Refusal refusalToLeave(ConsumerGroupHeartbeatRequest request) {
        ConsumerMember member =
                request.instanceId() == null
                        ? group.find(request.memberId())
                        : group.ofInstance(request.instanceId());
        return identity(request, member, request.memberId());
    }

    /// Whether it is a static member that will come back.
    public static boolean leavesForAWhile(ConsumerGroupHeartbeatRequest request) {
        return request.memberEpoch() == Progress.LEFT_FOR_A_WHILE;
    }

    public void leaveForAWhile(ConsumerGroupHeartbeatRequest request, Turn<GroupTimer> turn) {
        ConsumerMember member = group.find(request.memberId());
        if (member != null) {
            Departures.leaveForAWhile(group, member, turn);
        }
    }
}

package io.zurau.coordinator.group.share;

import io.zurau.coordinator.Turn;
import io.zurau.coordinator.group.config.ShareGroupConfig;
import io.zurau.coordinator.group.kind.Assignment;
import io.zurau.coordinator.group.kind.AssignmentPace;
import io.zurau.coordinator.group.kind.ClientContext;
import io.zurau.coordinator.group.kind.GroupTimer;
import io.zurau.coordinator.group.kind.HeartbeatPace;
import io.zurau.coordinator.group.kind.Refusal;
import io.zurau.coordinator.group.kind.StoredRecord;
import io.zurau.coordinator.group.kind.Topics;
import io.zurau.metadata.image.TopicImage;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.message.ShareGroupHeartbeatRequest;
import io.zurau.protocol.message.ShareGroupHeartbeatResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One heartbeat of a member: it joins or stays, and learns what it is assigned.
///
/// **Owner:** the decision that it is made for.
public final class ShareHeartbeat {
    private static final Logger LOG = LoggerFactory.getLogger(ShareHeartbeat.class);

    private static final int JOINS = 0;
    private static final int LEAVES = -1;

    /// A share coordinator that has not answered for so long is told again.
    private static final long TELL_AGAIN_MS = 30_000;

    private final ShareGroup group;
    private final ShareGroupHeartbeatRequest request;
    private final ClientContext client;
    private final ShareGroupConfig config;
    private final Topics topics;
    private final Turn<GroupTimer> turn;

    public ShareHeartbeat(
            ShareGroup group,
            ShareGroupHeartbeatRequest request,
            ClientContext client,
            ShareGroupConfig config,
            Topics topics,
            Turn<GroupTimer> turn) {
        this.group = group;
        this.request = request;
        this.client = client;
        this.config = config;
        this.topics = topics;
        this.turn = turn;
    }

    /// What is wrong with a request, whatever the group is like; empty if nothing is.
    public static Optional<Refusal> check(ShareGroupHeartbeatRequest request) {
        String rack = request.rackId();
        List<String> subscribed = request.subscribedTopicNames();
        String problem =
                request.memberId().isEmpty()
                        ? "MemberId can't be empty."
                        : request.groupId().isEmpty()
                                ? "GroupId can't be empty."
                                : rack != null && rack.isEmpty()
                                        ? "RackId can't be empty."
                                        : request.memberEpoch() < LEAVES
                                                ? "MemberEpoch is invalid."
                                                : request.memberEpoch() == JOINS
                                                                && (subscribed == null
                                                                        || subscribed.isEmpty())
                                                        ? "SubscribedTopicNames must be set in"
                                                                + " first request."
                                                        : "";
        return problem.isEmpty()
                ? Optional.empty()
                : Optional.of(new Refusal(ErrorCode.INVALID_REQUEST, problem));
    }

    /// Why the member is not let in; empty if it is.
    public Optional<Refusal> refusal() {
        ShareMember member = group.member(request.memberId());
        if (member == null && group.members().size() >= config.maxSize()) {
            return Optional.of(
                    new Refusal(
                            ErrorCode.GROUP_MAX_SIZE_REACHED,
                            "The share group has reached its maximum capacity of %d members."
                                    .formatted(config.maxSize())));
        }
        if (member == null && request.memberEpoch() != JOINS) {
            return Optional.of(unknown(group, request.memberId()));
        }
        int told = request.memberEpoch();
        if (member != null
                && told != JOINS
                && told != member.epoch()
                && (told > member.epoch() || told != member.previousEpoch())) {
            return Optional.of(
                    new Refusal(
                            ErrorCode.FENCED_MEMBER_EPOCH,
                            ("The member has epoch %d, and the group coordinator knows %d. The"
                                            + " member must give up its partitions and rejoin.")
                                    .formatted(told, member.epoch())));
        }
        ShareMember now = subscribed(group.memberOrFresh(request.memberId()));
        return turn.fits(ShareRecords.member(group.groupId(), now).toRecord())
                ? Optional.empty()
                : Optional.of(
                        new Refusal(
                                ErrorCode.INVALID_REQUEST,
                                "What member %s says of itself needs a record of more than %d bytes."
                                        .formatted(now.id(), turn.largestRecord())));
    }

    private static Refusal unknown(ShareGroup group, String memberId) {
        return new Refusal(
                ErrorCode.UNKNOWN_MEMBER_ID,
                "Member %s is not a member of group %s.".formatted(memberId, group.groupId()));
    }

    /// Of a member that was not refused.
    public ShareHeartbeatAnswer carryOut() {
        ShareMember before = group.memberOrFresh(request.memberId());
        boolean subscribes = subscribe(before);
        boolean changed = follow(subscribes);
        if (group.assignmentEpoch() < group.epoch() && mayAssign()) {
            assign();
        }
        ShareMember member = reconcile(changed);
        turn.schedule(
                new GroupTimer.Session(group.groupId(), member.id()), config.sessionTimeoutMs());
        boolean isNews =
                request.memberEpoch() == JOINS
                        || request.subscribedTopicNames() != null
                        || !member.assigned().equals(before.assigned());
        return new ShareHeartbeatAnswer(response(member, isNews), tell());
    }

    /// @return whether the member's subscription is another now
    private boolean subscribe(ShareMember before) {
        ShareMember now = subscribed(before);
        if (!now.equals(before) || group.member(before.id()) == null) {
            group.store(ShareRecords.member(group.groupId(), now), turn);
        }
        return !now.topics().equals(before.topics());
    }

    private ShareMember subscribed(ShareMember before) {
        List<String> names = request.subscribedTopicNames();
        return before.with(
                request.rackId() == null ? before.rackId() : request.rackId(),
                client.clientId(),
                client.clientHost(),
                names == null ? before.topics() : new TreeSet<>(names));
    }

    /// The group's epoch follows what has changed.
    ///
    /// @return whether it has grown
    private boolean follow(boolean subscribes) {
        boolean grows =
                subscribes || (group.assignmentEpoch() >= group.epoch() && hasMoreToAssign());
        if (!grows && group.hasSeen(topics.version())) {
            return false;
        }
        long hash = topics.hash(group.subscribedTopics());
        group.seen(topics.version());
        if (!grows && hash == group.metadataHash()) {
            return false;
        }
        group.store(ShareRecords.epoch(group.groupId(), group.epoch() + 1, hash), turn);
        return true;
    }

    /// Whether partitions of topics subscribed to are kept by now, but assigned to nobody.
    private boolean hasMoreToAssign() {
        SortedSet<String> subscribed = group.subscribedTopics();
        return group.kept().initialized().entrySet().stream()
                .filter(topic -> subscribed.contains(topic.getValue().name()))
                .anyMatch(
                        topic ->
                                topic.getValue().partitions().stream()
                                        .anyMatch(
                                                partition ->
                                                        group.targets().values().stream()
                                                                .noneMatch(
                                                                        one ->
                                                                                one.has(
                                                                                        topic
                                                                                                .getKey(),
                                                                                        partition))));
    }

    /// Differs from Kafka: where nobody has anything yet, nobody waits for the least time between
    /// two assignments.
    private boolean mayAssign() {
        boolean nobodyHasAny = group.targets().values().stream().allMatch(Assignment::isEmpty);
        return nobodyHasAny
                || AssignmentPace.isDue(group.assignmentMs(), config.assignmentIntervalMs(), turn);
    }

    private void assign() {
        TreeMap<String, SortedSet<Uuid>> subscriptions = new TreeMap<>();
        for (ShareMember member : group.members()) {
            subscriptions.put(member.id(), ids(member.topics()));
        }
        TreeMap<Uuid, SortedSet<Integer>> assignable = new TreeMap<>();
        group.kept().initialized().forEach((id, topic) -> assignable.put(id, topic.partitions()));
        SortedMap<String, Assignment> targets =
                SimpleAssignor.assign(subscriptions, assignable, group.targets());
        targets.forEach(
                (member, target) -> {
                    if (!group.has(member, target) && fits(member, target)) {
                        group.store(ShareRecords.target(group.groupId(), member, target), turn);
                    }
                });
        group.store(
                ShareRecords.assignmentEpoch(group.groupId(), group.epoch(), turn.nowMs()), turn);
    }

    /// Whether the log can take the target, and that the member has reached it. If not, the member
    /// goes on with the target that it has.
    private boolean fits(String member, Assignment target) {
        ShareMember there = group.memberOrFresh(member).with(group.epoch(), group.epoch(), target);
        boolean fits =
                turn.fits(ShareRecords.assigned(group.groupId(), there).toRecord())
                        && turn.fits(
                                ShareRecords.target(group.groupId(), member, target).toRecord());
        if (!fits) {
            LOG.atWarn()
                    .addKeyValue("group", group.groupId())
                    .addKeyValue("member", member)
                    .addKeyValue("largestRecord", turn.largestRecord())
                    .log("What a member of a share group would be assigned takes too much space");
        }
        return fits;
    }

    private SortedSet<Uuid> ids(SortedSet<String> names) {
        TreeSet<Uuid> ids = new TreeSet<>();
        names.forEach(name -> topics.named(name).ifPresent(topic -> ids.add(topic.id())));
        return ids;
    }

    private ShareMember reconcile(boolean changed) {
        ShareMember member = group.memberOrFresh(request.memberId());
        int target = group.assignmentEpoch();
        if (!changed && member.epoch() == target) {
            return member;
        }
        SortedSet<Uuid> subscribed = ids(member.topics());
        Assignment assigned =
                group.target(member.id()).only((topic, _) -> subscribed.contains(topic));
        ShareMember next =
                member.epoch() == target
                        ? member.with(member.epoch(), member.previousEpoch(), assigned)
                        : member.with(target, member.epoch(), assigned);
        if (!next.equals(member)) {
            group.store(ShareRecords.assigned(group.groupId(), next), turn);
        }
        return next;
    }

    private ShareGroupHeartbeatResponse response(ShareMember member, boolean isNews) {
        ShareGroupHeartbeatResponse.Builder response =
                ShareGroupHeartbeatResponse.builder()
                        .memberId(member.id())
                        .memberEpoch(member.epoch())
                        .heartbeatIntervalMs(
                                HeartbeatPace.intervalMs(
                                        config.heartbeatIntervalMs(),
                                        config.heartbeatIntervalIsSet(),
                                        group.members().size(),
                                        turn.crowd(),
                                        false));
        if (isNews) {
            response.assignment(
                    ShareGroupHeartbeatResponse.Assignment.builder()
                            .topicPartitions(
                                    member.assigned().topics().stream()
                                            .map(
                                                    topic ->
                                                            ShareGroupHeartbeatResponse
                                                                    .TopicPartitions.builder()
                                                                    .topicId(topic)
                                                                    .partitions(
                                                                            List.copyOf(
                                                                                    member.assigned()
                                                                                            .of(
                                                                                                    topic)))
                                                                    .build())
                                            .toList())
                            .build());
        }
        return response.build();
    }

    /// For partitions of topics subscribed to that are not kept yet.
    private @Nullable ShareStateOrder tell() {
        TreeMap<Uuid, KeptPartitions.Topic> missing = new TreeMap<>();
        for (String name : group.subscribedTopics()) {
            topics.named(name)
                    .ifPresent(
                            topic -> {
                                SortedSet<Integer> partitions = missing(topic);
                                if (!partitions.isEmpty()) {
                                    missing.put(
                                            topic.id(), new KeptPartitions.Topic(name, partitions));
                                }
                            });
        }
        if (missing.isEmpty()) {
            return null;
        }
        StoredRecord record = ShareRecords.kept(group.groupId(), group.kept().initialize(missing));
        if (!turn.fits(record.toRecord())) {
            warnOfKept(group, turn);
            return null;
        }
        group.store(record, turn);
        group.told(missing.keySet(), turn.nowMs());
        return ShareStateOrder.of(group.groupId(), group.epoch(), missing);
    }

    static void warnOfKept(ShareGroup group, Turn<GroupTimer> turn) {
        LOG.atWarn()
                .addKeyValue("group", group.groupId())
                .addKeyValue("largestRecord", turn.largestRecord())
                .log("The list of a share group's partitions takes too much space");
    }

    private SortedSet<Integer> missing(TopicImage topic) {
        TreeSet<Integer> partitions = new TreeSet<>();
        for (int i = 0; i < topic.partitions().size(); i++) {
            partitions.add(i);
        }
        remove(partitions, group.kept().initialized(), topic.id());
        if (turn.nowMs() - group.toldMs(topic.id()) < TELL_AGAIN_MS) {
            remove(partitions, group.kept().initializing(), topic.id());
        }
        return partitions;
    }

    private static void remove(
            SortedSet<Integer> partitions, Map<Uuid, KeptPartitions.Topic> topics, Uuid topicId) {
        KeptPartitions.Topic known = topics.get(topicId);
        if (known != null) {
            partitions.removeAll(known.partitions());
        }
    }

    /// A member says that it leaves.
    public ShareHeartbeatAnswer leave() {
        if (group.member(request.memberId()) == null) {
            return ShareHeartbeatAnswer.refused(unknown(group, request.memberId()));
        }
        remove(group, request.memberId(), topics, turn);
        return new ShareHeartbeatAnswer(
                ShareGroupHeartbeatResponse.builder()
                        .memberId(request.memberId())
                        .memberEpoch(LEAVES)
                        .build(),
                null);
    }

    /// A member has left, or has been silent for too long.
    public static void remove(
            ShareGroup group, String memberId, Topics topics, Turn<GroupTimer> turn) {
        if (group.member(memberId) == null) {
            return;
        }
        String groupId = group.groupId();
        group.store(ShareRecords.assignedRemoved(groupId, memberId), turn);
        group.store(ShareRecords.targetRemoved(groupId, memberId), turn);
        group.store(ShareRecords.memberRemoved(groupId, memberId), turn);
        long hash = topics.hash(group.subscribedTopics());
        group.store(ShareRecords.epoch(groupId, group.epoch() + 1, hash), turn);
        if (!group.isInUse()) {
            group.store(ShareRecords.assignmentEpoch(groupId, group.epoch(), 0), turn);
        }
        turn.cancel(new GroupTimer.Session(groupId, memberId));
    }

    /// Who was a member when the shard was loaded has its time from now on.
    public static void loaded(ShareGroup group, ShareGroupConfig config, Turn<GroupTimer> turn) {
        for (ShareMember member : group.members()) {
            turn.schedule(
                    new GroupTimer.Session(group.groupId(), member.id()),
                    config.sessionTimeoutMs());
        }
    }
}

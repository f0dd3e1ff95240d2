package io.zurau.coordinator.group.streams;

import static io.zurau.coordinator.group.streams.HeartbeatCheck.JOINING;

import io.zurau.coordinator.Turn;
import io.zurau.coordinator.group.config.StreamsGroupConfig;
import io.zurau.coordinator.group.kind.ClientContext;
import io.zurau.coordinator.group.kind.GroupTimer;
import io.zurau.coordinator.group.kind.HeartbeatPace;
import io.zurau.coordinator.group.kind.StoredRecord;
import io.zurau.coordinator.group.kind.Topics;
import io.zurau.coordinator.group.streams.Admission.Admitted;
import io.zurau.coordinator.group.streams.Volatiles.Resolution;
import io.zurau.protocol.message.StreamsGroupHeartbeatRequest;
import io.zurau.protocol.message.StreamsGroupHeartbeatResponse;
import io.zurau.protocol.message.StreamsGroupHeartbeatResponse.Status;
import io.zurau.protocol.message.StreamsGroupHeartbeatResponse.TaskIds;
import io.zurau.protocol.message.StreamsGroupMemberMetadataValue;
import io.zurau.protocol.message.StreamsGroupMemberMetadataValue.KeyValue;
import io.zurau.protocol.message.StreamsGroupMetadataValue.LastAssignmentConfig;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// One heartbeat of a member, or of one who becomes a member: first [#admit], then [#carryOut].
public final class StreamsHeartbeat {
    private static final int FIRST_VERSION_WITH_TAGS = 1; // That knows MISSING_CLIENT_TAGS.

    private final StreamsGroup group;
    private final StreamsGroupHeartbeatRequest request;
    private final ClientContext client;
    private final StreamsGroupConfig config;
    private final List<Status> statuses = new ArrayList<>();

    /// @param request without a fault that [HeartbeatCheck] finds, of one who does not leave
    public StreamsHeartbeat(
            StreamsGroup group,
            StreamsGroupHeartbeatRequest request,
            ClientContext client,
            StreamsGroupConfig config) {
        this.group = group;
        this.request = request;
        this.client = client;
        this.config = config;
    }

    /// Changes nothing.
    public Admission admit(Topics topics, Turn<GroupTimer> turn) {
        return new Doorkeeper(group, request, client, topics).admit(config, turn);
    }

    public StreamsHeartbeatAnswer carryOut(
            Admitted admitted, Topics topics, Turn<GroupTimer> turn) {
        StreamsMember before = admitted.before();
        boolean wasEmpty = group.members().isEmpty();
        if (admitted.replaced() != null) {
            replace(admitted.replaced(), before, turn);
        }
        boolean changed = describesItselfAnew(admitted, turn);
        if (admitted.newTopology() != null) {
            group.append(StreamsRecords.topology(group.groupId(), admitted.newTopology()), turn);
        }
        noteStaleTopology(admitted);
        group.volatiles().resolved(admitted.resolution());
        noteOffsets(admitted.resolution());
        updateEpoch(changed, admitted.resolution(), turn);
        goOnWithWarmUps(admitted.resolution(), turn);
        if (wasEmpty && config.initialRebalanceDelayMs() > 0) {
            delayFirstTarget(turn);
        }
        String delay = Targets.update(group, admitted.resolution(), config, turn);
        if (delay != null) {
            statuses.add(GroupStatus.ASSIGNMENT_DELAYED.because(delay));
        }
        reconcile(admitted.owned(), admitted.resolution(), turn);
        turn.schedule(
                new GroupTimer.Session(group.groupId(), memberId()), config.sessionTimeoutMs());
        if (request.shutdownApplication()) {
            group.volatiles().shutdown(memberId());
        }
        return answer(admitted, topics, turn);
    }

    private String memberId() {
        return request.memberId();
    }

    private StreamsMember member() {
        return Objects.requireNonNull(group.member(memberId()));
    }

    private void append(StoredRecord record, Turn<GroupTimer> turn) {
        group.append(record, turn);
    }

    /// A static member is back with another id, and goes on with its tasks.
    private void replace(StreamsMember old, StreamsMember member, Turn<GroupTimer> turn) {
        String groupId = group.groupId();
        Tasks target = group.target(old.id());
        StreamsRecords.memberRemoved(groupId, old.id()).forEach(record -> append(record, turn));
        group.volatiles().forget(old.id(), false);
        turn.cancel(new GroupTimer.Session(groupId, old.id()));
        turn.cancel(new GroupTimer.Revocation(groupId, old.id()));
        append(StreamsRecords.member(groupId, member.id(), member.metadata()), turn);
        append(StreamsRecords.target(groupId, member.id(), target), turn);
        append(StreamsRecords.progress(groupId, member.id(), member.progress()), turn);
    }

    /// @return whether the group must find new targets because of it
    private boolean describesItselfAnew(Admitted admitted, Turn<GroupTimer> turn) {
        StreamsGroupMemberMetadataValue was = admitted.before().metadata();
        StreamsGroupMemberMetadataValue is = admitted.metadata();
        if (is.equals(was)) {
            return false;
        }
        append(StreamsRecords.member(group.groupId(), memberId(), is), turn);
        boolean decisive =
                is.topologyEpoch() != was.topologyEpoch()
                        || !Objects.equals(is.rackId(), was.rackId())
                        || !is.clientTags().equals(was.clientTags())
                        || !is.processId().equals(was.processId());
        return request.instanceId() == null || decisive;
    }

    private void noteStaleTopology(Admitted admitted) {
        int members = admitted.metadata().topologyEpoch();
        int groups = admitted.topology().epoch();
        if (admitted.newTopology() == null && members < groups) {
            statuses.add(
                    GroupStatus.STALE_TOPOLOGY.because(
                            ("The member's topology epoch %d is behind the group's topology epoch"
                                            + " %d.")
                                    .formatted(members, groups)));
        }
    }

    private void noteOffsets(Resolution resolution) {
        if (request.taskOffsets() != null || request.taskEndOffsets() != null) {
            Volatiles volatiles = group.volatiles();
            volatiles.report(
                    memberId(),
                    volatiles
                            .offsets(memberId())
                            .updated(
                                    request.taskOffsets(),
                                    request.taskEndOffsets(),
                                    resolution::has));
        }
    }

    /// The group's epoch grows with whatever the targets depend on.
    private void updateEpoch(boolean changed, Resolution resolution, Turn<GroupTimer> turn) {
        int validated =
                resolution.isReady() ? Objects.requireNonNull(group.topology()).epoch() : -1;
        List<LastAssignmentConfig> settings = assignmentSettings();
        if (changed
                || resolution.metadataHash() != group.metadata().metadataHash()
                || validated != group.metadata().validatedTopologyEpoch()
                || !settings.equals(group.metadata().lastAssignmentConfigs())) {
            append(
                    StreamsRecords.group(
                            group.groupId(),
                            group.metadata().toBuilder()
                                    .epoch(group.epoch() + 1)
                                    .metadataHash(resolution.metadataHash())
                                    .validatedTopologyEpoch(validated)
                                    .lastAssignmentConfigs(settings)
                                    .build()),
                    turn);
        }
    }

    private List<LastAssignmentConfig> assignmentSettings() {
        List<LastAssignmentConfig> settings = new ArrayList<>();
        settings.add(setting("num.standby.replicas", "" + config.numStandbyReplicas()));
        if (!config.rackAwareAssignmentTags().isEmpty()) {
            settings.add(
                    setting(
                            "rack.aware.assignment.tags",
                            String.join(",", config.rackAwareAssignmentTags())));
        }
        return settings;
    }

    private static LastAssignmentConfig setting(String key, String value) {
        return LastAssignmentConfig.builder().key(key).value(value).build();
    }

    /// A new group waits for further members, so that tasks need not move at once.
    private void delayFirstTarget(Turn<GroupTimer> turn) {
        if (!group.volatiles().delaysFirstTarget()) {
            group.volatiles().delayFirstTarget(true);
            turn.schedule(
                    new GroupTimer.FirstTarget(group.groupId()), config.initialRebalanceDelayMs());
        }
    }

    /// The targets are the same, but a member may come nearer to its own.
    private void goOnWithWarmUps(Resolution resolution, Turn<GroupTimer> turn) {
        if (WarmUps.canGoOn(group, memberId(), resolution, config)) {
            int epoch = group.epoch() + 1;
            append(
                    StreamsRecords.group(
                            group.groupId(), group.metadata().toBuilder().epoch(epoch).build()),
                    turn);
            append(StreamsRecords.targetEpoch(group.groupId(), epoch, group.assignedMs()), turn);
        }
    }

    private void reconcile(@Nullable Tasks owned, Resolution resolution, Turn<GroupTimer> turn) {
        StreamsMember member = member();
        Progress now = member.progress();
        if (now.isAt(group.assignmentEpoch())) {
            return;
        }
        Progress next =
                new Reconciliation(
                                member.processId(),
                                now,
                                group.assignmentEpoch(),
                                WarmUps.next(group, memberId(), resolution, config),
                                group.holders(),
                                owned)
                        .next();
        if (next == null || next.equals(now)) {
            return;
        }
        append(StreamsRecords.progress(group.groupId(), memberId(), next), turn);
        GroupTimer revocation = new GroupTimer.Revocation(group.groupId(), memberId());
        if (next.state() == Progress.State.UNREVOKED_TASKS) {
            turn.schedule(revocation, member.metadata().rebalanceTimeoutMs());
        } else {
            turn.cancel(revocation);
        }
    }

    private StreamsHeartbeatAnswer answer(Admitted admitted, Topics topics, Turn<GroupTimer> turn) {
        StreamsMember before = admitted.before();
        StreamsMember member = member();
        HeldTasks held = member.progress().held();
        boolean tasksChanged = !held.equals(before.progress().held());
        StreamsGroupHeartbeatResponse.Builder response =
                StreamsGroupHeartbeatResponse.builder()
                        .memberId(memberId())
                        .memberEpoch(member.progress().epoch())
                        .heartbeatIntervalMs(
                                HeartbeatPace.intervalMs(
                                        config.heartbeatIntervalMs(),
                                        config.heartbeatIntervalIsSet(),
                                        group.members().size(),
                                        turn.crowd(),
                                        waits(member, admitted.resolution())))
                        .taskOffsetIntervalMs(config.taskOffsetIntervalMs())
                        .acceptableRecoveryLag(config.acceptableRecoveryLag());
        if (request.memberEpoch() == JOINING
                || tasksChanged
                || hasMissedAnAnswer(admitted.owned(), held)) {
            response.activeTasks(lists(held.active().keySet()))
                    .standbyTasks(lists(held.standby()))
                    .warmupTasks(lists(held.warmup()));
        }
        boolean endpointChanged =
                !Objects.equals(before.metadata().userEndpoint(), member.metadata().userEndpoint());
        Volatiles volatiles = group.volatiles();
        if (endpointChanged || (tasksChanged && member.metadata().userEndpoint() != null)) {
            volatiles.endpointsChanged();
        }
        response.endpointInformationEpoch(volatiles.endpointsEpoch());
        if (volatiles.endpointsEpoch() != request.endpointInformationEpoch()) {
            response.partitionsByUserEndpoint(
                    EndpointPartitions.of(group.members().values(), admitted.resolution(), topics));
        }
        List<InternalTopic> missing = noteTopology(admitted.resolution().topology());
        noteShutdown();
        noteTags(member.metadata().clientTags());
        return new StreamsHeartbeatAnswer(response.status(statuses).build(), missing);
    }

    /// Whether the member says that it has what it was not given last: then it is told again, since
    /// clients say what they have when a heartbeat of theirs was not answered.
    ///
    /// Differs from Kafka's coordinator, which tells each change once: if that answer is lost, the
    /// member never runs what it was given, or never gives up what it has to.
    private static boolean hasMissedAnAnswer(@Nullable Tasks owned, HeldTasks held) {
        return owned != null && !owned.equals(held.tasks());
    }

    /// For tasks that others have, or for topics that are being made.
    private static boolean waits(StreamsMember member, Resolution resolution) {
        return member.progress().state() == Progress.State.UNRELEASED_TASKS
                || resolution.topology() instanceof ResolvedTopology.Incomplete;
    }

    private static List<TaskIds> lists(Collection<TaskId> tasks) {
        return TaskId.listed(
                tasks,
                (id, partitions) ->
                        TaskIds.builder().subtopologyId(id).partitions(partitions).build());
    }

    private List<InternalTopic> noteTopology(ResolvedTopology topology) {
        return switch (topology) {
            case ResolvedTopology.Ready _, ResolvedTopology.Invalid _ -> List.of();
            case ResolvedTopology.Misfit misfit -> {
                statuses.add(misfit.status().because(misfit.detail()));
                yield List.of();
            }
            case ResolvedTopology.Incomplete incomplete -> {
                List<String> names =
                        incomplete.missing().stream().map(InternalTopic::name).toList();
                statuses.add(
                        GroupStatus.MISSING_INTERNAL_TOPICS.because(
                                "Internal topics are missing: " + TopologyResolver.named(names)));
                yield incomplete.missing();
            }
        };
    }

    private void noteShutdown() {
        String by = group.volatiles().shutdownBy();
        if (by != null) {
            statuses.add(
                    GroupStatus.SHUTDOWN_APPLICATION.because(
                            ("Streams group member %s encountered a fatal error and requested a"
                                            + " shutdown for the entire application.")
                                    .formatted(by)));
        }
    }

    private void noteTags(List<KeyValue> tags) {
        TreeSet<String> has = new TreeSet<>();
        tags.forEach(tag -> has.add(tag.key()));
        List<String> missing =
                config.rackAwareAssignmentTags().stream()
                        .filter(tag -> !has.contains(tag))
                        .toList();
        if (client.version() >= FIRST_VERSION_WITH_TAGS && !missing.isEmpty()) {
            statuses.add(
                    GroupStatus.MISSING_CLIENT_TAGS.because(
                            ("Missing required client tags for rack-aware standby assignment: %s."
                                            + " Configure them via 'client.tag.<tagKey>' in your"
                                            + " Streams config.")
                                    .formatted(missing)));
        }
    }
}

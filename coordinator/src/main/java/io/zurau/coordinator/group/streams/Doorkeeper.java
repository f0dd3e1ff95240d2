package io.zurau.coordinator.group.streams;

import static io.zurau.coordinator.group.streams.HeartbeatCheck.AWAY;
import static io.zurau.coordinator.group.streams.HeartbeatCheck.JOINING;

import io.zurau.coordinator.Turn;
import io.zurau.coordinator.group.config.StreamsGroupConfig;
import io.zurau.coordinator.group.kind.ClientContext;
import io.zurau.coordinator.group.kind.GroupTimer;
import io.zurau.coordinator.group.kind.Refusal;
import io.zurau.coordinator.group.kind.Topics;
import io.zurau.coordinator.group.streams.Volatiles.Resolution;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.StreamsGroupHeartbeatRequest;
import io.zurau.protocol.message.StreamsGroupHeartbeatRequest.TaskIds;
import io.zurau.protocol.message.StreamsGroupHeartbeatRequest.TaskOffset;
import io.zurau.protocol.message.StreamsGroupMemberMetadataValue;
import io.zurau.protocol.message.StreamsGroupMemberMetadataValue.Endpoint;
import io.zurau.protocol.message.StreamsGroupMemberMetadataValue.KeyValue;
import io.zurau.protocol.message.StreamsGroupTopologyValue;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Decides whether a heartbeat of one who is or becomes a member counts. It changes nothing.
final class Doorkeeper {
    /// A task in a record of a member's tasks: its number and its epoch.
    private static final int TASK_BYTES = 10;

    /// A member has tasks in three roles, and as many to give up.
    private static final int LISTS = 6;

    private final StreamsGroup group;
    private final StreamsGroupHeartbeatRequest request;
    private final ClientContext client;
    private final Topics topics;

    Doorkeeper(
            StreamsGroup group,
            StreamsGroupHeartbeatRequest request,
            ClientContext client,
            Topics topics) {
        this.group = group;
        this.request = request;
        this.client = client;
        this.topics = topics;
    }

    Admission admit(StreamsGroupConfig config, Turn<GroupTimer> turn) {
        StreamsMember holder = group.staticMember(request.instanceId());
        StreamsMember known = request.instanceId() == null ? group.member(memberId()) : holder;
        Refusal refusal = isJoining() ? mayNotJoin(config, holder) : mayNotStay(known, holder);
        if (refusal != null) {
            return new Admission.Refused(refusal);
        }
        StreamsMember replaced = isJoining() ? holder : null;
        StreamsMember before;
        if (replaced != null) {
            before = new StreamsMember(memberId(), replaced.metadata(), rejoining(replaced));
        } else {
            StreamsMember ofId = group.member(memberId());
            before = ofId == null ? StreamsMember.fresh(memberId()) : ofId;
        }
        return admit(before, replaced, turn);
    }

    /// With the tasks of the one that was here before.
    private static Progress rejoining(StreamsMember replaced) {
        Progress progress = replaced.progress();
        return new Progress(
                JOINING, JOINING, progress.state(), progress.held(), progress.revoking());
    }

    private Admission admit(
            StreamsMember before, @Nullable StreamsMember replaced, Turn<GroupTimer> turn) {
        StreamsGroupTopologyValue sent =
                request.topology() == null ? null : Topology.stored(request.topology());
        Topology current = group.topology();
        if (current == null && sent == null) {
            return refused(
                    ErrorCode.UNKNOWN_MEMBER_ID,
                    "The topology of group %s is not known.".formatted(group.groupId()));
        }
        Topology topology = current == null ? Topology.of(Objects.requireNonNull(sent)) : current;
        if (sent != null
                && sent.epoch() >= topology.epoch()
                && !Topology.of(sent).equals(topology)) {
            return refused(ErrorCode.INVALID_REQUEST, "Topology updates are not supported yet.");
        }
        Resolution resolution = resolve(topology);
        if (resolution.topology() instanceof ResolvedTopology.Invalid invalid) {
            return refused(ErrorCode.STREAMS_INVALID_TOPOLOGY, invalid.reason());
        }
        StreamsGroupMemberMetadataValue metadata = metadata(before);
        Tasks owned = owned();
        Refusal refusal = refusal(before, resolution, owned);
        if (refusal == null) {
            refusal = tooLarge(sent, metadata, resolution, turn);
        }
        if (refusal != null) {
            return new Admission.Refused(refusal);
        }
        return new Admission.Admitted(
                before,
                replaced,
                metadata,
                current == null ? sent : null,
                topology,
                resolution,
                owned);
    }

    private static Admission refused(ErrorCode code, String message) {
        return new Admission.Refused(new Refusal(code, message));
    }

    private boolean isJoining() {
        return request.memberEpoch() == JOINING;
    }

    private String memberId() {
        return request.memberId();
    }

    private @Nullable Refusal mayNotJoin(
            StreamsGroupConfig config, @Nullable StreamsMember holder) {
        boolean isNew = holder == null && group.member(memberId()) == null;
        if (isNew && group.members().size() >= config.maxSize()) {
            return new Refusal(
                    ErrorCode.GROUP_MAX_SIZE_REACHED,
                    "The streams group has reached its maximum capacity of %d members."
                            .formatted(config.maxSize()));
        }
        if (holder != null && holder.progress().epoch() != AWAY) {
            return new Refusal(
                    ErrorCode.UNRELEASED_INSTANCE_ID,
                    ("Static member %s with instance id %s cannot join the group because the"
                                    + " instance id is owned by %s member.")
                            .formatted(memberId(), request.instanceId(), holder.id()));
        }
        return null;
    }

    private @Nullable Refusal mayNotStay(
            @Nullable StreamsMember known, @Nullable StreamsMember holder) {
        if (known == null) {
            return unknown(group, request);
        }
        if (holder != null && !holder.id().equals(memberId())) {
            return fenced(holder, request);
        }
        Progress progress = known.progress();
        if (request.memberEpoch() > progress.epoch()) {
            return outOfEpoch("greater", progress);
        }
        if (request.memberEpoch() < progress.epoch()
                && !(request.memberEpoch() == progress.previousEpoch()
                        && hasOnlyWhatItWasGiven(progress.held()))) {
            return outOfEpoch("smaller", progress);
        }
        return null;
    }

    static Refusal unknown(StreamsGroup group, StreamsGroupHeartbeatRequest request) {
        return new Refusal(
                ErrorCode.UNKNOWN_MEMBER_ID,
                request.instanceId() == null
                        ? "Member %s is not a member of group %s."
                                .formatted(request.memberId(), group.groupId())
                        : "Instance id %s is unknown.".formatted(request.instanceId()));
    }

    static Refusal fenced(StreamsMember holder, StreamsGroupHeartbeatRequest request) {
        return new Refusal(
                ErrorCode.FENCED_INSTANCE_ID,
                "Static member %s with instance id %s was fenced by member %s."
                        .formatted(request.memberId(), request.instanceId(), holder.id()));
    }

    private Refusal outOfEpoch(String how, Progress progress) {
        return new Refusal(
                ErrorCode.FENCED_MEMBER_EPOCH,
                ("The streams group member has a %s member epoch (%d) than the one known by the"
                                + " group coordinator (%d). The member must abandon all its"
                                + " partitions and rejoin.")
                        .formatted(how, request.memberEpoch(), progress.epoch()));
    }

    /// Our last answer may have got lost; one who has more than that answer gave is out of date.
    private boolean hasOnlyWhatItWasGiven(HeldTasks held) {
        Tasks owned = owned();
        return owned != null
                && held.active().keySet().containsAll(owned.active())
                && held.standby().containsAll(owned.standby())
                && held.warmup().containsAll(owned.warmup());
    }

    private @Nullable Tasks owned() {
        if (request.activeTasks() == null
                || request.standbyTasks() == null
                || request.warmupTasks() == null) {
            return null;
        }
        return new Tasks(
                tasks(request.activeTasks()),
                tasks(request.standbyTasks()),
                tasks(request.warmupTasks()));
    }

    private static NavigableSet<TaskId> tasks(List<TaskIds> lists) {
        return TaskId.read(lists, TaskIds::subtopologyId, TaskIds::partitions);
    }

    /// Made anew only if topics have changed.
    private Resolution resolve(Topology topology) {
        Resolution last = group.volatiles().resolution();
        if (last != null && last.topicsVersion() == topics.version()) {
            return last;
        }
        long hash = topics.hash(topology.requiredTopics());
        return new Resolution(
                last != null && last.metadataHash() == hash
                        ? last.topology()
                        : TopologyResolver.resolve(topology, this::partitions),
                hash,
                topics.version());
    }

    private int partitions(String topic) {
        return topics.named(topic).map(image -> image.partitions().size()).orElse(0);
    }

    private @Nullable Refusal refusal(
            StreamsMember member, Resolution resolution, @Nullable Tasks owned) {
        if (owned != null && resolution.isReady()) {
            for (NavigableSet<TaskId> tasks :
                    List.of(owned.active(), owned.standby(), owned.warmup())) {
                for (TaskId task : tasks) {
                    if (!resolution.has(task)) {
                        return noSuchTask(task, resolution);
                    }
                }
            }
        }
        TaskOffset twice = twice(request.taskOffsets());
        twice = twice == null ? twice(request.taskEndOffsets()) : twice;
        if (twice != null) {
            return new Refusal(
                    ErrorCode.INVALID_REQUEST,
                    ("Task offsets contain a duplicate entry for subtopology %s and partition"
                                    + " %d.")
                            .formatted(twice.subtopologyId(), twice.partition()));
        }
        if (member.progress().state() == Progress.State.UNKNOWN
                && (owned == null || !owned.isEmpty())) {
            return new Refusal(
                    ErrorCode.FENCED_MEMBER_EPOCH,
                    "The streams group member is in a unknown state. The member must abandon all"
                            + " its tasks and rejoin.");
        }
        return null;
    }

    private static Refusal noSuchTask(TaskId task, Resolution resolution) {
        ResolvedSubtopology subtopology = resolution.subtopologies().get(task.subtopologyId());
        return new Refusal(
                ErrorCode.INVALID_REQUEST,
                subtopology == null
                        ? "Subtopology %s does not exist in the topology."
                                .formatted(task.subtopologyId())
                        : ("Task %d for subtopology %s is invalid. Number of tasks for this"
                                        + " subtopology: %d")
                                .formatted(
                                        task.partition(),
                                        task.subtopologyId(),
                                        subtopology.tasks()));
    }

    private static @Nullable TaskOffset twice(@Nullable List<TaskOffset> offsets) {
        if (offsets != null) {
            Set<TaskId> seen = new HashSet<>();
            for (TaskOffset one : offsets) {
                if (!seen.add(new TaskId(one.subtopologyId(), one.partition()))) {
                    return one;
                }
            }
        }
        return null;
    }

    /// What could become one record must fit into one, whoever gets how many of the tasks.
    private @Nullable Refusal tooLarge(
            @Nullable StreamsGroupTopologyValue sent,
            StreamsGroupMemberMetadataValue metadata,
            Resolution resolution,
            Turn<GroupTimer> turn) {
        long tasksBytes = 0;
        for (var subtopology : resolution.subtopologies().entrySet()) {
            tasksBytes += (long) LISTS * (subtopology.getKey().length() * 3L + TASK_BYTES);
            tasksBytes += 2L * TASK_BYTES * subtopology.getValue().tasks();
        }
        boolean fits =
                tasksBytes <= turn.largestRecord()
                        && (sent == null
                                || turn.fits(
                                        StreamsRecords.topology(group.groupId(), sent).toRecord()));
        if (!fits) {
            return new Refusal(
                    ErrorCode.STREAMS_INVALID_TOPOLOGY,
                    "The topology needs records of more than %d bytes."
                            .formatted(turn.largestRecord()));
        }
        return turn.fits(StreamsRecords.member(group.groupId(), memberId(), metadata).toRecord())
                ? null
                : new Refusal(
                        ErrorCode.INVALID_REQUEST,
                        "What member %s says of itself needs a record of more than %d bytes."
                                .formatted(memberId(), turn.largestRecord()));
    }

    /// What it does not say is as before.
    private StreamsGroupMemberMetadataValue metadata(StreamsMember before) {
        StreamsGroupMemberMetadataValue.Builder said =
                before.metadata().toBuilder()
                        .clientId(client.clientId())
                        .clientHost(client.clientHost());
        if (request.instanceId() != null) {
            said.instanceId(request.instanceId());
        }
        if (request.rackId() != null) {
            said.rackId(request.rackId());
        }
        if (request.rebalanceTimeoutMs() != -1) {
            said.rebalanceTimeoutMs(request.rebalanceTimeoutMs());
        }
        if (request.topology() != null) {
            said.topologyEpoch(request.topology().epoch());
        }
        if (request.processId() != null) {
            said.processId(request.processId());
        }
        if (request.clientTags() != null) {
            said.clientTags(tags(request.clientTags()));
        }
        if (request.userEndpoint() != null || isJoining()) {
            said.userEndpoint(endpoint(request.userEndpoint()));
        }
        return said.build();
    }

    /// One that comes twice counts once, the last.
    private static List<KeyValue> tags(List<StreamsGroupHeartbeatRequest.KeyValue> sent) {
        TreeMap<String, String> tags = new TreeMap<>();
        sent.forEach(tag -> tags.put(tag.key(), tag.value()));
        return tags.entrySet().stream()
                .map(tag -> KeyValue.builder().key(tag.getKey()).value(tag.getValue()).build())
                .sorted(Comparator.comparing(KeyValue::key))
                .toList();
    }

    private static @Nullable Endpoint endpoint(
            StreamsGroupHeartbeatRequest.@Nullable Endpoint sent) {
        return sent == null ? null : Endpoint.builder().host(sent.host()).port(sent.port()).build();
    }
}

package io.zurau.coordinator.group;

import io.zurau.coordinator.CoordinatorRecord;
import io.zurau.coordinator.Deadlines;
import io.zurau.coordinator.LogEntry;
import io.zurau.coordinator.Reply;
import io.zurau.coordinator.Turn;
import io.zurau.coordinator.group.config.GroupConfigs;
import io.zurau.coordinator.group.kind.ClientContext;
import io.zurau.coordinator.group.kind.GroupTimer;
import io.zurau.coordinator.group.kind.Refusal;
import io.zurau.coordinator.group.streams.HeartbeatCheck;
import io.zurau.coordinator.group.streams.InternalTopic;
import io.zurau.coordinator.group.streams.StreamsHeartbeatAnswer;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.message.GroupRecordValue;
import io.zurau.protocol.message.MetadataRecord;
import io.zurau.protocol.message.PartitionRecord;
import io.zurau.protocol.message.StreamsGroupCurrentMemberAssignmentKey;
import io.zurau.protocol.message.StreamsGroupCurrentMemberAssignmentValue;
import io.zurau.protocol.message.StreamsGroupDescribeResponse.DescribedGroup;
import io.zurau.protocol.message.StreamsGroupHeartbeatRequest;
import io.zurau.protocol.message.StreamsGroupHeartbeatRequest.Subtopology;
import io.zurau.protocol.message.StreamsGroupHeartbeatRequest.TaskIds;
import io.zurau.protocol.message.StreamsGroupHeartbeatRequest.TopicInfo;
import io.zurau.protocol.message.StreamsGroupHeartbeatRequest.Topology;
import io.zurau.protocol.message.StreamsGroupHeartbeatResponse;
import io.zurau.protocol.message.StreamsGroupHeartbeatResponse.Status;
import io.zurau.protocol.message.StreamsGroupMetadataKey;
import io.zurau.protocol.message.StreamsGroupMetadataValue;
import io.zurau.protocol.message.StreamsGroupTargetAssignmentMemberKey;
import io.zurau.protocol.message.StreamsGroupTargetAssignmentMemberValue;
import io.zurau.protocol.message.StreamsGroupTargetAssignmentMetadataValue;
import io.zurau.protocol.message.TopicRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Drives one shard's machine with heartbeats of a streams group, and writes down what is asked
/// (`>`), what is stored and what is answered.
///
/// The group is always `app`. Its topology counts orders: subtopology `0` has no state and writes
/// `repartition`, which subtopology `1` reads; that one has a changelog.
final class StreamsScript {
    static final String GROUP = "app";

    static final Topology COUNTING =
            Topology.builder()
                    .epoch(1)
                    .subtopologies(
                            List.of(
                                    Subtopology.builder()
                                            .subtopologyId("0")
                                            .sourceTopics(List.of("orders"))
                                            .repartitionSinkTopics(List.of("repartition"))
                                            .build(),
                                    Subtopology.builder()
                                            .subtopologyId("1")
                                            .repartitionSourceTopics(
                                                    List.of(
                                                            TopicInfo.builder()
                                                                    .name("repartition")
                                                                    .build()))
                                            .stateChangelogTopics(
                                                    List.of(
                                                            TopicInfo.builder()
                                                                    .name("changelog")
                                                                    .build()))
                                            .build()))
                    .build();

    private final GroupConfigs configs;
    private final GroupMachine machine;
    private final Deadlines<GroupTimer> timers = new Deadlines<>();
    private final List<CoordinatorRecord> log = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();
    private final Map<String, StreamsGroupHeartbeatResponse> last = new HashMap<>();
    private ClusterImage image = ClusterImage.empty("cluster");
    private long nowMs = 1_000_000;
    private int largestRecord = 1_000_000;
    private int version = 1;

    StreamsScript(GroupConfigs configs) {
        this.configs = configs;
        this.machine =
                new GroupMachine(GroupScript.CONFIG, configs, image, (groupId, question) -> {});
        round(machine::loaded);
        text.setLength(0);
    }

    /// No delays, one standby at will.
    static StreamsScript quick(int standbys) {
        return new StreamsScript(
                DefaultGroupConfigs.with(
                        Map.of(
                                "group.streams.initial.rebalance.delay.ms", "0",
                                "group.streams.assignment.interval.ms", "0",
                                "group.streams.num.standby.replicas", "" + standbys)));
    }

    /// A shard that loads what this one stored.
    StreamsScript reloaded() {
        StreamsScript next = new StreamsScript(configs);
        log.forEach(next.machine::replay);
        next.image = image;
        next.nowMs = nowMs;
        next.log.addAll(log);
        next.last.putAll(last);
        next.text.append(text).append("> the shard is loaded again\n");
        next.round(next.machine::loaded);
        return next;
    }

    String text() {
        return text.toString();
    }

    /// What comes is written down alone.
    StreamsScript quietly() {
        text.setLength(0);
        return this;
    }

    void takesRecordsUpTo(int bytes) {
        largestRecord = bytes;
    }

    void speaksVersion(int newVersion) {
        version = newVersion;
    }

    Groups groups() {
        return machine.groups();
    }

    StreamsScript topic(String name, int partitions) {
        List<MetadataRecord> records = new ArrayList<>();
        Uuid id = new Uuid(7, name.hashCode());
        records.add(TopicRecord.builder().name(name).topicId(id).build());
        for (int i = 0; i < partitions; i++) {
            records.add(
                    PartitionRecord.builder()
                            .topicId(id)
                            .partitionId(i)
                            .replicas(List.of(1))
                            .isr(List.of(1))
                            .leader(1)
                            .build());
        }
        image = image.replay(records, image.endOffset() + records.size());
        return this;
    }

    /// All topics of the topology.
    StreamsScript allTopics(int partitions) {
        return topic("orders", partitions)
                .topic("repartition", partitions)
                .topic("changelog", partitions);
    }

    StreamsGroupHeartbeatRequest.Builder joining(String member) {
        return StreamsGroupHeartbeatRequest.builder()
                .groupId(GROUP)
                .memberId(member)
                .memberEpoch(0)
                .rebalanceTimeoutMs(60_000)
                .processId(member)
                .topology(COUNTING)
                .activeTasks(List.of())
                .standbyTasks(List.of())
                .warmupTasks(List.of());
    }

    StreamsGroupHeartbeatResponse join(String member) {
        return join(member, request -> request);
    }

    StreamsGroupHeartbeatResponse join(
            String member, UnaryOperator<StreamsGroupHeartbeatRequest.Builder> and) {
        return send(member + " joins", and.apply(joining(member)).build());
    }

    /// With the epoch that it was told last, and nothing new.
    StreamsGroupHeartbeatResponse beat(String member) {
        return beat(member, request -> request);
    }

    /// With all tasks that it was told last, as one that does at once what it is told.
    StreamsGroupHeartbeatResponse obey(String member) {
        StreamsGroupHeartbeatResponse told = told(member);
        return beat(
                member,
                request ->
                        request.activeTasks(owned(told.activeTasks()))
                                .standbyTasks(owned(told.standbyTasks()))
                                .warmupTasks(owned(told.warmupTasks())));
    }

    StreamsGroupHeartbeatResponse beat(
            String member, UnaryOperator<StreamsGroupHeartbeatRequest.Builder> and) {
        StreamsGroupHeartbeatRequest request =
                and.apply(
                                StreamsGroupHeartbeatRequest.builder()
                                        .groupId(GROUP)
                                        .memberId(member)
                                        .memberEpoch(told(member).memberEpoch()))
                        .build();
        String owns =
                request.activeTasks() == null
                        ? ""
                        : ", owns "
                                + lists(request.activeTasks())
                                + "/"
                                + lists(request.standbyTasks());
        return send(member + " at epoch " + request.memberEpoch() + owns, request);
    }

    StreamsGroupHeartbeatResponse leave(String member) {
        return beat(member, request -> request.memberEpoch(-1));
    }

    private StreamsGroupHeartbeatResponse told(String member) {
        return last.getOrDefault(member, StreamsGroupHeartbeatResponse.builder().build());
    }

    private static @Nullable List<TaskIds> owned(
            @Nullable List<StreamsGroupHeartbeatResponse.TaskIds> told) {
        return told == null
                ? List.of()
                : told.stream()
                        .map(
                                tasks ->
                                        TaskIds.builder()
                                                .subtopologyId(tasks.subtopologyId())
                                                .partitions(tasks.partitions())
                                                .build())
                        .toList();
    }

    StreamsGroupHeartbeatResponse send(String what, StreamsGroupHeartbeatRequest request) {
        text.append("> ").append(what).append('\n');
        Refusal refusal = HeartbeatCheck.refusal(request);
        Reply<StreamsHeartbeatAnswer> reply = new Reply<>(StreamsHeartbeatAnswer::refused);
        if (refusal == null) {
            round(
                    turn ->
                            machine.decide(
                                    new GroupCommand.StreamsHeartbeat(
                                            request,
                                            new ClientContext("client", "/host", version),
                                            image,
                                            reply),
                                    turn));
        } else {
            reply.settle(StreamsHeartbeatAnswer.refused(refusal));
        }
        StreamsHeartbeatAnswer answer = awaited(reply);
        text.append("  ").append(said(answer)).append('\n');
        StreamsGroupHeartbeatResponse response = answer.response();
        StreamsGroupHeartbeatResponse before = told(request.memberId());
        last.put(
                request.memberId(),
                response.activeTasks() == null
                        ? response.toBuilder()
                                .activeTasks(before.activeTasks())
                                .standbyTasks(before.standbyTasks())
                                .warmupTasks(before.warmupTasks())
                                .build()
                        : response);
        return response;
    }

    DescribedGroup describe() {
        Reply<DescribedGroup> reply =
                new Reply<>(code -> DescribedGroup.builder().errorCode(code).build());
        round(turn -> machine.decide(new GroupCommand.DescribeStreams(GROUP, reply), turn));
        return awaited(reply);
    }

    <A> A ask(GroupCommand command, Reply<A> reply) {
        round(turn -> machine.decide(command, turn));
        return awaited(reply);
    }

    private static <A> A awaited(Reply<A> reply) {
        try {
            return reply.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String said(StreamsHeartbeatAnswer answer) {
        StreamsGroupHeartbeatResponse response = answer.response();
        if (response.errorCode() != ErrorCode.NONE.code()) {
            return ErrorCode.forCode(response.errorCode()) + ": " + response.errorMessage();
        }
        List<String> said = new ArrayList<>();
        said.add("epoch " + response.memberEpoch());
        if (response.activeTasks() != null) {
            List<StreamsGroupHeartbeatResponse.TaskIds> warmups = response.warmupTasks();
            said.add(
                    "active %s, standby %s%s"
                            .formatted(
                                    toldLists(response.activeTasks()),
                                    toldLists(response.standbyTasks()),
                                    warmups == null || warmups.isEmpty()
                                            ? ""
                                            : ", warm-up " + toldLists(warmups)));
        }
        List<Status> statuses = response.status();
        if (statuses != null) {
            statuses.forEach(
                    status ->
                            said.add(
                                    "status " + status.statusCode() + " " + status.statusDetail()));
        }
        if (!answer.missing().isEmpty()) {
            said.add(
                    answer.missing().stream()
                            .map(InternalTopic::name)
                            .collect(Collectors.joining(" ", "make ", "")));
        }
        return String.join("; ", said);
    }

    private static String lists(@Nullable List<TaskIds> lists) {
        return lists == null
                ? "?"
                : lists.stream()
                        .map(list -> list.subtopologyId() + list.partitions())
                        .collect(Collectors.joining(" "));
    }

    private static String toldLists(@Nullable List<StreamsGroupHeartbeatResponse.TaskIds> lists) {
        return lists == null || lists.isEmpty()
                ? "none"
                : lists.stream()
                        .map(list -> list.subtopologyId() + list.partitions())
                        .collect(Collectors.joining(" "));
    }

    /// Lets time pass, with the timers that fall into it.
    void pass(long ms) {
        text.append("> ").append(ms).append(" ms pass\n");
        long end = nowMs + ms;
        OptionalLong next = timers.next();
        while (next.isPresent() && next.getAsLong() <= end * 1_000_000) {
            nowMs = Math.max(nowMs, (next.getAsLong() + 999_999) / 1_000_000);
            GroupTimer due = timers.takeDue(nowMs * 1_000_000);
            if (due != null) {
                round(turn -> machine.timeUp(due, turn));
            }
            next = timers.next();
        }
        nowMs = end;
    }

    private void round(Consumer<Turn<GroupTimer>> decision) {
        Turn<GroupTimer> turn =
                new Turn<>(nowMs * 1_000_000, nowMs, largestRecord, timers, _ -> ErrorCode.NONE);
        decision.accept(turn);
        for (LogEntry entry : turn.entries()) {
            CoordinatorRecord record = ((LogEntry.Plain) entry).record();
            log.add(record);
            if (GroupRecords.read(record) instanceof GroupRecords.Change.OfStreamsGroup change) {
                text.append("  log: ").append(written(change)).append('\n');
            }
        }
        turn.settle();
    }

    private static String written(GroupRecords.Change.OfStreamsGroup change) {
        String name =
                switch (change.key()) {
                    case StreamsGroupTargetAssignmentMemberKey key -> "target of " + key.memberId();
                    case StreamsGroupCurrentMemberAssignmentKey key -> key.memberId() + " is";
                    case StreamsGroupMetadataKey _ -> "group";
                    default ->
                            change.key()
                                    .getClass()
                                    .getSimpleName()
                                    .replace("StreamsGroup", "")
                                    .replace("Key", "");
                };
        return name + written(change.value());
    }

    private static String written(@Nullable GroupRecordValue value) {
        return switch (value) {
            case null -> " removed";
            case StreamsGroupMetadataValue group ->
                    " at epoch %d, valid %d"
                            .formatted(group.epoch(), group.validatedTopologyEpoch());
            case StreamsGroupTargetAssignmentMemberValue target ->
                    " %s/%s"
                            .formatted(
                                    targets(target.activeTasks()), targets(target.standbyTasks()));
            case StreamsGroupTargetAssignmentMetadataValue target ->
                    " at epoch " + target.assignmentEpoch();
            case StreamsGroupCurrentMemberAssignmentValue member ->
                    " at %d, state %d, has %s/%s, gives up %s/%s%s"
                            .formatted(
                                    member.memberEpoch(),
                                    member.state(),
                                    held(member.activeTasks()),
                                    held(member.standbyTasks()),
                                    held(member.activeTasksPendingRevocation()),
                                    held(member.standbyTasksPendingRevocation()),
                                    member.warmupTasks().isEmpty()
                                            ? ""
                                            : ", warms up " + held(member.warmupTasks()));
            default -> "";
        };
    }

    private static String targets(List<StreamsGroupTargetAssignmentMemberValue.TaskIds> lists) {
        return lists.stream()
                .map(list -> list.subtopologyId() + list.partitions())
                .collect(Collectors.joining(" "));
    }

    private static String held(List<StreamsGroupCurrentMemberAssignmentValue.TaskIds> lists) {
        return lists.stream()
                .map(list -> list.subtopologyId() + list.partitions())
                .collect(Collectors.joining(" "));
    }
}

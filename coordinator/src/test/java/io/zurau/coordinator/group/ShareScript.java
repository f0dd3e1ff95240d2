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
import io.zurau.coordinator.group.share.ShareHeartbeat;
import io.zurau.coordinator.group.share.ShareHeartbeatAnswer;
import io.zurau.coordinator.group.share.ShareStateAnswer;
import io.zurau.coordinator.group.share.ShareStateChange;
import io.zurau.coordinator.group.share.ShareStateOrder;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.message.GroupRecordValue;
import io.zurau.protocol.message.MetadataRecord;
import io.zurau.protocol.message.PartitionRecord;
import io.zurau.protocol.message.ShareGroupCurrentMemberAssignmentKey;
import io.zurau.protocol.message.ShareGroupCurrentMemberAssignmentValue;
import io.zurau.protocol.message.ShareGroupHeartbeatRequest;
import io.zurau.protocol.message.ShareGroupHeartbeatResponse;
import io.zurau.protocol.message.ShareGroupMemberMetadataKey;
import io.zurau.protocol.message.ShareGroupMemberMetadataValue;
import io.zurau.protocol.message.ShareGroupMetadataKey;
import io.zurau.protocol.message.ShareGroupMetadataValue;
import io.zurau.protocol.message.ShareGroupStatePartitionMetadataKey;
import io.zurau.protocol.message.ShareGroupStatePartitionMetadataValue;
import io.zurau.protocol.message.ShareGroupTargetAssignmentMemberKey;
import io.zurau.protocol.message.ShareGroupTargetAssignmentMemberValue;
import io.zurau.protocol.message.ShareGroupTargetAssignmentMetadataKey;
import io.zurau.protocol.message.ShareGroupTargetAssignmentMetadataValue;
import io.zurau.protocol.message.TopicRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Drives one shard's machine with heartbeats of a share group, and writes down what is asked
/// (`>`), what is stored and what is answered.
///
/// The group is always `g`, and reads the topic `shared`.
final class ShareScript {
    static final String GROUP = "g";
    static final String TOPIC = "shared";
    static final Uuid TOPIC_ID = new Uuid(7, 7);

    /// Assigns whenever there is something to assign.
    static final GroupConfigs QUICK =
            DefaultGroupConfigs.with(Map.of("group.share.assignment.interval.ms", "0"));

    private final GroupConfigs configs;
    private final GroupMachine machine;
    private final Deadlines<GroupTimer> timers = new Deadlines<>();
    private final List<CoordinatorRecord> log = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();
    private final Map<String, Integer> epochs = new HashMap<>();
    private ClusterImage image = ClusterImage.empty("cluster");
    private @Nullable ShareStateOrder order;
    private long nowMs = 1_000_000;
    private int largestRecord = 1_000_000;

    ShareScript(GroupConfigs configs) {
        this.configs = configs;
        this.machine =
                new GroupMachine(GroupScript.CONFIG, configs, image, (groupId, question) -> {});
        round(machine::loaded);
        text.setLength(0);
    }

    /// A shard that loads what this one stored.
    ShareScript reloaded() {
        ShareScript next = new ShareScript(configs);
        log.forEach(next.machine::replay);
        next.image = image;
        next.nowMs = nowMs;
        next.log.addAll(log);
        next.epochs.putAll(epochs);
        next.order = order;
        next.text.append(text).append("> the shard is loaded again\n");
        next.round(next.machine::loaded);
        return next;
    }

    String text() {
        return text.toString();
    }

    /// What comes is written down alone.
    ShareScript quietly() {
        text.setLength(0);
        return this;
    }

    void takesRecordsUpTo(int bytes) {
        largestRecord = bytes;
    }

    ShareScript topic(int partitions) {
        List<MetadataRecord> records = new ArrayList<>();
        records.add(TopicRecord.builder().name(TOPIC).topicId(TOPIC_ID).build());
        for (int i = 0; i < partitions; i++) {
            records.add(
                    PartitionRecord.builder()
                            .topicId(TOPIC_ID)
                            .partitionId(i)
                            .replicas(List.of(1))
                            .isr(List.of(1))
                            .leader(1)
                            .build());
        }
        image = image.replay(records, image.endOffset() + records.size());
        return this;
    }

    void join(String member) {
        send(member + " joins", joining(member, TOPIC));
    }

    static ShareGroupHeartbeatRequest joining(String member, String topic) {
        return ShareGroupHeartbeatRequest.builder()
                .groupId(GROUP)
                .memberId(member)
                .memberEpoch(0)
                .subscribedTopicNames(List.of(topic))
                .build();
    }

    /// With the epoch that it was told last, and nothing new.
    void beat(String member) {
        beat(member, epochs.getOrDefault(member, 0));
    }

    void beat(String member, int epoch) {
        send(
                member + " at epoch " + epoch,
                ShareGroupHeartbeatRequest.builder()
                        .groupId(GROUP)
                        .memberId(member)
                        .memberEpoch(epoch)
                        .build());
    }

    void send(String what, ShareGroupHeartbeatRequest request) {
        text.append("> ").append(what).append('\n');
        Optional<Refusal> refusal = ShareHeartbeat.check(request);
        Reply<ShareHeartbeatAnswer> reply = new Reply<>(ShareHeartbeatAnswer::refused);
        if (refusal.isPresent()) {
            reply.settle(ShareHeartbeatAnswer.refused(refusal.get()));
        } else {
            round(
                    turn ->
                            machine.decide(
                                    new GroupCommand.ShareHeartbeat(
                                            request,
                                            new ClientContext("client", "/host", 1),
                                            image,
                                            reply),
                                    turn));
        }
        ShareHeartbeatAnswer answer = awaited(reply);
        ShareGroupHeartbeatResponse response = answer.response();
        if (response.errorCode() == ErrorCode.NONE.code()) {
            epochs.put(request.memberId(), response.memberEpoch());
        }
        if (answer.initialize() != null) {
            order = answer.initialize();
        }
        text.append("  ").append(said(answer)).append('\n');
    }

    private static String said(ShareHeartbeatAnswer answer) {
        ShareGroupHeartbeatResponse response = answer.response();
        if (response.errorCode() != ErrorCode.NONE.code()) {
            return ErrorCode.forCode(response.errorCode()) + ": " + response.errorMessage();
        }
        ShareGroupHeartbeatResponse.Assignment assignment = response.assignment();
        String assigned =
                assignment == null
                        ? ""
                        : assignment.topicPartitions().stream()
                                .map(topic -> topic.partitions().toString())
                                .collect(Collectors.joining(" ", "; has ", ""));
        return "epoch "
                + response.memberEpoch()
                + assigned
                + (answer.initialize() == null ? "" : "; " + told(answer.initialize()));
    }

    private static String told(ShareStateOrder order) {
        if (order.partitions().isEmpty()) {
            return "nothing to keep";
        }
        return order.partitions().stream()
                .map(one -> one.index() + "@" + one.startOffset())
                .collect(Collectors.joining(" ", "to keep at " + order.stateEpoch() + ": ", ""));
    }

    /// The share coordinator has done what it was told last.
    void kept() {
        change("kept", new ShareStateChange.Initialized(lastOrder()));
    }

    void notKept() {
        change("not kept", new ShareStateChange.NotInitialized(lastOrder()));
    }

    private ShareStateOrder lastOrder() {
        if (order == null) {
            throw new IllegalStateException("nothing was told");
        }
        return order;
    }

    void change(String what, ShareStateChange change) {
        text.append("> ").append(what).append('\n');
        Reply<ShareStateAnswer> reply =
                new Reply<>(code -> ShareStateAnswer.refused(GROUP, code, "failed"));
        round(
                turn ->
                        machine.decide(
                                new GroupCommand.ShareState(GROUP, change, image, reply), turn));
        ShareStateAnswer answer = awaited(reply);
        text.append("  ")
                .append(
                        answer.code() == ErrorCode.NONE
                                ? told(answer.order())
                                : answer.code() + ": " + answer.message())
                .append('\n');
    }

    private static <A> A awaited(Reply<A> reply) {
        try {
            return reply.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
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
            if (GroupRecords.read(record) instanceof GroupRecords.Change.OfShareGroup change) {
                text.append("  log: ").append(written(change)).append('\n');
            }
        }
        turn.settle();
    }

    private static String written(GroupRecords.Change.OfShareGroup change) {
        String name =
                switch (change.key()) {
                    case ShareGroupMetadataKey _ -> "group";
                    case ShareGroupMemberMetadataKey key -> "member " + key.memberId();
                    case ShareGroupTargetAssignmentMetadataKey _ -> "assignment";
                    case ShareGroupTargetAssignmentMemberKey key -> "target of " + key.memberId();
                    case ShareGroupCurrentMemberAssignmentKey key -> key.memberId() + " is";
                    case ShareGroupStatePartitionMetadataKey _ -> "states";
                    default -> change.key().toString();
                };
        return name + written(change.value());
    }

    private static String written(@Nullable GroupRecordValue value) {
        return switch (value) {
            case null -> " removed";
            case ShareGroupMetadataValue group -> " at epoch " + group.epoch();
            case ShareGroupMemberMetadataValue member -> " reads " + member.subscribedTopicNames();
            case ShareGroupTargetAssignmentMetadataValue target ->
                    " at epoch " + target.assignmentEpoch();
            case ShareGroupTargetAssignmentMemberValue target ->
                    target.topicPartitions().stream()
                            .map(topic -> " " + topic.partitions())
                            .collect(Collectors.joining());
            case ShareGroupCurrentMemberAssignmentValue member ->
                    member.assignedPartitions().stream()
                            .map(topic -> " " + topic.partitions())
                            .collect(
                                    Collectors.joining(
                                            "", " at " + member.memberEpoch() + ", has", ""));
            case ShareGroupStatePartitionMetadataValue states ->
                    " begun %s, kept %s, going %d"
                            .formatted(
                                    states.initializingTopics().stream()
                                            .map(topic -> topic.partitions().toString())
                                            .collect(Collectors.joining()),
                                    states.initializedTopics().stream()
                                            .map(topic -> topic.partitions().toString())
                                            .collect(Collectors.joining()),
                                    states.deletingTopics().size());
            default -> "";
        };
    }
}

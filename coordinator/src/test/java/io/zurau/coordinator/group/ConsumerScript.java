package io.zurau.coordinator.group;

import io.zurau.coordinator.Reply;
import io.zurau.coordinator.group.config.ConsumerGroupConfig;
import io.zurau.coordinator.group.config.GroupConfigs;
import io.zurau.coordinator.group.config.MigrationPolicy;
import io.zurau.coordinator.group.config.ShareGroupConfig;
import io.zurau.coordinator.group.config.StreamsGroupConfig;
import io.zurau.coordinator.group.kind.ClientContext;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.message.ConsumerGroupCurrentMemberAssignmentKey;
import io.zurau.protocol.message.ConsumerGroupCurrentMemberAssignmentValue;
import io.zurau.protocol.message.ConsumerGroupCurrentMemberAssignmentValue.TopicPartitions;
import io.zurau.protocol.message.ConsumerGroupDescribeResponse.DescribedGroup;
import io.zurau.protocol.message.ConsumerGroupHeartbeatRequest;
import io.zurau.protocol.message.ConsumerGroupHeartbeatResponse;
import io.zurau.protocol.message.ConsumerGroupMemberMetadataKey;
import io.zurau.protocol.message.ConsumerGroupMemberMetadataValue;
import io.zurau.protocol.message.ConsumerGroupMetadataKey;
import io.zurau.protocol.message.ConsumerGroupMetadataValue;
import io.zurau.protocol.message.ConsumerGroupRegularExpressionKey;
import io.zurau.protocol.message.ConsumerGroupRegularExpressionValue;
import io.zurau.protocol.message.ConsumerGroupTargetAssignmentMemberKey;
import io.zurau.protocol.message.ConsumerGroupTargetAssignmentMemberValue;
import io.zurau.protocol.message.ConsumerGroupTargetAssignmentMetadataKey;
import io.zurau.protocol.message.ConsumerGroupTargetAssignmentMetadataValue;
import io.zurau.protocol.message.DeleteGroupsResponse.DeletableGroupResult;
import io.zurau.protocol.message.GroupRecordKey;
import io.zurau.protocol.message.GroupRecordValue;
import io.zurau.protocol.message.MetadataRecord;
import io.zurau.protocol.message.PartitionRecord;
import io.zurau.protocol.message.TopicRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Drives a consumer group through a [GroupScript]. Topic number `n` has the id `n`.
final class ConsumerScript {
    static final GroupConfigs CONFIGS = configs(0, MigrationPolicy.BIDIRECTIONAL);

    private final GroupScript script;
    private final List<MetadataRecord> topics = new ArrayList<>();

    /// @param intervalMs between assignments
    static GroupConfigs configs(int intervalMs, MigrationPolicy policy) {
        ConsumerGroupConfig consumer =
                new ConsumerGroupConfig(
                        45_000,
                        5_000,
                        true,
                        intervalMs,
                        4,
                        List.of("uniform", "range"),
                        policy,
                        600_000);
        return new GroupConfigs() {
            @Override
            public ConsumerGroupConfig consumer(String groupId) {
                return consumer;
            }

            @Override
            public ShareGroupConfig share(String groupId) {
                throw new UnsupportedOperationException();
            }

            @Override
            public StreamsGroupConfig streams(String groupId) {
                throw new UnsupportedOperationException();
            }
        };
    }

    ConsumerScript() {
        this(CONFIGS);
    }

    ConsumerScript(GroupConfigs configs) {
        this(new GroupScript(GroupScript.CONFIG, configs));
    }

    private ConsumerScript(GroupScript script) {
        this.script = script;
    }

    ConsumerScript reloaded() {
        ConsumerScript next = new ConsumerScript(script.reloaded());
        next.topics.addAll(topics);
        return next;
    }

    GroupScript script() {
        return script;
    }

    String text() {
        return script.text();
    }

    /// The topic gets partitions, and comes into being by that.
    void topic(int number, String name, int partitions) {
        Uuid id = new Uuid(0, number);
        topics.add(TopicRecord.builder().name(name).topicId(id).build());
        partitions(number, 0, partitions);
    }

    void partitions(int number, int from, int to) {
        for (int i = from; i < to; i++) {
            topics.add(
                    PartitionRecord.builder()
                            .topicId(new Uuid(0, number))
                            .partitionId(i)
                            .replicas(List.of(1))
                            .directories(List.of(Uuid.ZERO))
                            .isr(List.of(1))
                            .leader(1)
                            .build());
        }
        script.sees(ClusterImage.empty("cluster").replay(topics, topics.size()));
    }

    /// A member joins, subscribed to topics.
    void join(String memberId, String... names) {
        join(memberId, request -> request.subscribedTopicNames(List.of(names)));
    }

    void join(String memberId, UnaryOperator<ConsumerGroupHeartbeatRequest.Builder> saying) {
        beat(
                memberId + " joins",
                saying.apply(
                        ConsumerGroupHeartbeatRequest.builder()
                                .groupId(GroupScript.GROUP)
                                .memberId(memberId)
                                .memberEpoch(0)
                                .rebalanceTimeoutMs(60_000)
                                .subscribedTopicNames(List.of())
                                .topicPartitions(List.of())));
    }

    /// A member is alive, and says what it uses.
    void beat(String memberId, int epoch, int topic, Integer... partitions) {
        beat(memberId, epoch, request -> request.topicPartitions(owned(topic, partitions)));
    }

    static List<ConsumerGroupHeartbeatRequest.TopicPartitions> owned(
            int topic, Integer... partitions) {
        return partitions.length == 0
                ? List.of()
                : List.of(
                        ConsumerGroupHeartbeatRequest.TopicPartitions.builder()
                                .topicId(new Uuid(0, topic))
                                .partitions(List.of(partitions))
                                .build());
    }

    void beat(
            String memberId,
            int epoch,
            UnaryOperator<ConsumerGroupHeartbeatRequest.Builder> saying) {
        ConsumerGroupHeartbeatRequest.Builder request =
                saying.apply(
                        ConsumerGroupHeartbeatRequest.builder()
                                .groupId(GroupScript.GROUP)
                                .memberId(memberId)
                                .memberEpoch(epoch));
        var owned = request.build().topicPartitions();
        String uses = owned == null ? "" : ", uses " + partitions(owned);
        beat(memberId + " beats, epoch " + epoch + uses, request);
    }

    private static String partitions(List<ConsumerGroupHeartbeatRequest.TopicPartitions> owned) {
        return owned.stream()
                .map(one -> one.topicId().leastSignificantBits() + ":" + one.partitions())
                .toList()
                .toString();
    }

    private void beat(String says, ConsumerGroupHeartbeatRequest.Builder builder) {
        var _ = send(says, builder.build());
    }

    /// @return the answer
    ConsumerGroupHeartbeatResponse send(String says, ConsumerGroupHeartbeatRequest request) {
        script.says(says);
        Reply<ConsumerGroupHeartbeatResponse> reply =
                new Reply<>(
                        code -> ConsumerGroupHeartbeatResponse.builder().errorCode(code).build());
        script.ask(
                request.memberId(),
                new GroupCommand.ConsumerHeartbeat(
                        request,
                        new ClientContext("client", "/127.0.0.1", 1),
                        "fresh",
                        script.image(),
                        reply),
                reply,
                ConsumerScript::told);
        try {
            return reply.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String told(ConsumerGroupHeartbeatResponse response) {
        if (response.errorCode() != 0) {
            return ErrorCode.forCode(response.errorCode()).name();
        }
        var assignment = response.assignment();
        return "epoch "
                + response.memberEpoch()
                + (assignment == null
                        ? ""
                        : ", has "
                                + assignment.topicPartitions().stream()
                                        .map(
                                                one ->
                                                        one.topicId().leastSignificantBits()
                                                                + ":"
                                                                + one.partitions())
                                        .toList());
    }

    void describe() {
        script.says("the group is described");
        Reply<DescribedGroup> reply =
                new Reply<>(code -> DescribedGroup.builder().errorCode(code).build());
        script.ask(
                "describing",
                new GroupCommand.DescribeConsumerGroup(GroupScript.GROUP, script.image(), reply),
                reply,
                group ->
                        "%s, epoch %d, assigned %d, %s, %s"
                                .formatted(
                                        group.groupState(),
                                        group.groupEpoch(),
                                        group.assignmentEpoch(),
                                        group.assignorName(),
                                        group.members().stream()
                                                .map(
                                                        one ->
                                                                one.memberId()
                                                                        + " "
                                                                        + one.memberEpoch()
                                                                        + " type "
                                                                        + one.memberType())
                                                .toList()));
    }

    void delete() {
        script.says("the group is deleted");
        Reply<DeletableGroupResult> reply =
                new Reply<>(code -> DeletableGroupResult.builder().errorCode(code).build());
        script.ask(
                "deleting",
                new GroupCommand.Delete(GroupScript.GROUP, reply),
                reply,
                result -> ErrorCode.forCode(result.errorCode()).name());
    }

    /// What a record says, for the trace.
    static String written(GroupRecordKey key, @Nullable GroupRecordValue value) {
        String gone = value == null ? "no " : "";
        return gone
                + switch (key) {
                    case ConsumerGroupMetadataKey _ ->
                            value instanceof ConsumerGroupMetadataValue group
                                    ? "epoch " + group.epoch()
                                    : "group";
                    case ConsumerGroupMemberMetadataKey member ->
                            "member " + member.memberId() + said(value);
                    case ConsumerGroupTargetAssignmentMetadataKey _ ->
                            value instanceof ConsumerGroupTargetAssignmentMetadataValue target
                                    ? "assigned for " + target.assignmentEpoch()
                                    : "assignment";
                    case ConsumerGroupTargetAssignmentMemberKey member ->
                            "target of " + member.memberId() + target(value);
                    case ConsumerGroupCurrentMemberAssignmentKey member ->
                            "state of " + member.memberId() + state(value);
                    case ConsumerGroupRegularExpressionKey regex ->
                            "regex "
                                    + regex.regularExpression()
                                    + (value instanceof ConsumerGroupRegularExpressionValue topics
                                            ? " means " + topics.topics()
                                            : "");
                    default -> key.getClass().getSimpleName();
                };
    }

    private static String said(@Nullable GroupRecordValue value) {
        if (value instanceof ConsumerGroupMemberMetadataValue member) {
            return " "
                    + member.subscribedTopicNames()
                    + member.subscribedTopicRegex()
                    + (member.classicMemberMetadata() == null ? "" : " classic");
        }
        return "";
    }

    private static String target(@Nullable GroupRecordValue value) {
        return value instanceof ConsumerGroupTargetAssignmentMemberValue target
                ? " "
                        + target.topicPartitions().stream()
                                .map(
                                        one ->
                                                one.topicId().leastSignificantBits()
                                                        + ":"
                                                        + one.partitions())
                                .toList()
                : "";
    }

    private static String state(@Nullable GroupRecordValue value) {
        return value instanceof ConsumerGroupCurrentMemberAssignmentValue state
                ? " epoch %d after %d, state %d, has %s, gives up %s"
                        .formatted(
                                state.memberEpoch(),
                                state.previousMemberEpoch(),
                                state.state(),
                                owned(state.assignedPartitions()),
                                owned(state.partitionsPendingRevocation()))
                : "";
    }

    private static List<String> owned(List<TopicPartitions> owned) {
        return owned.stream()
                .map(
                        one ->
                                one.topicId().leastSignificantBits()
                                        + ":"
                                        + one.partitions()
                                        + "@"
                                        + one.assignmentEpochs())
                .toList();
    }
}

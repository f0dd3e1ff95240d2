package io.zurau.broker.group;

import io.zurau.coordinator.Pending;
import io.zurau.coordinator.group.GroupCoordinator;
import io.zurau.coordinator.group.share.ShareStateAnswer;
import io.zurau.coordinator.group.share.ShareStateChange;
import io.zurau.coordinator.group.share.ShareStateOrder;
import io.zurau.coordinator.share.ShareState;
import io.zurau.coordinator.share.ShareStateOutcome;
import io.zurau.metadata.Metadata;
import io.zurau.metadata.image.TopicImage;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.message.AlterShareGroupOffsetsRequest;
import io.zurau.protocol.message.AlterShareGroupOffsetsRequest.AlterShareGroupOffsetsRequestTopic;
import io.zurau.protocol.message.AlterShareGroupOffsetsResponse;
import io.zurau.protocol.message.AlterShareGroupOffsetsResponse.AlterShareGroupOffsetsResponsePartition;
import io.zurau.protocol.message.AlterShareGroupOffsetsResponse.AlterShareGroupOffsetsResponseTopic;
import io.zurau.protocol.message.DeleteShareGroupOffsetsRequest;
import io.zurau.protocol.message.DeleteShareGroupOffsetsRequest.DeleteShareGroupOffsetsRequestTopic;
import io.zurau.protocol.message.DeleteShareGroupOffsetsResponse;
import io.zurau.protocol.message.DeleteShareGroupOffsetsResponse.DeleteShareGroupOffsetsResponseTopic;
import io.zurau.protocol.message.DescribeShareGroupOffsetsRequest;
import io.zurau.protocol.message.DescribeShareGroupOffsetsRequest.DescribeShareGroupOffsetsRequestGroup;
import io.zurau.protocol.message.DescribeShareGroupOffsetsRequest.DescribeShareGroupOffsetsRequestTopic;
import io.zurau.protocol.message.DescribeShareGroupOffsetsResponse;
import io.zurau.protocol.message.DescribeShareGroupOffsetsResponse.DescribeShareGroupOffsetsResponseGroup;
import io.zurau.protocol.message.DescribeShareGroupOffsetsResponse.DescribeShareGroupOffsetsResponsePartition;
import io.zurau.protocol.message.DescribeShareGroupOffsetsResponse.DescribeShareGroupOffsetsResponseTopic;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Where share groups are in their partitions, as administrators see and change it.
///
/// @param states what groups have done
record ShareGroupOffsets(
        GroupCoordinator groups, ShareGroupStates states, EndOffsets ends, Metadata metadata) {
    private static final long UNKNOWN = -1;
    private static final int UNKNOWN_COUNT = -1;

    Pending<DescribeShareGroupOffsetsResponse> describe(DescribeShareGroupOffsetsRequest request) {
        return () -> {
            List<DescribeShareGroupOffsetsResponseGroup> described = new ArrayList<>();
            for (DescribeShareGroupOffsetsRequestGroup group : request.groups()) {
                described.add(describe(group));
            }
            return DescribeShareGroupOffsetsResponse.builder().groups(described).build();
        };
    }

    private DescribeShareGroupOffsetsResponseGroup describe(
            DescribeShareGroupOffsetsRequestGroup asked) throws InterruptedException {
        List<DescribeShareGroupOffsetsRequestTopic> topics = asked.topics();
        DescribeShareGroupOffsetsResponseGroup.Builder described =
                DescribeShareGroupOffsetsResponseGroup.builder().groupId(asked.groupId());
        if (topics != null) {
            return described.topics(describe(asked.groupId(), topics)).build();
        }
        ShareStateAnswer answer =
                groups.shares().change(asked.groupId(), new ShareStateChange.Look()).await();
        if (answer.code() == ErrorCode.GROUP_ID_NOT_FOUND) {
            return described.build(); // As Kafka.
        }
        return answer.code() == ErrorCode.NONE
                ? described.topics(describe(answer.order())).build()
                : described.errorCode(answer.code()).errorMessage(answer.message()).build();
    }

    /// Of a topic that there is not, nothing is known.
    private List<DescribeShareGroupOffsetsResponseTopic> describe(
            String groupId, List<DescribeShareGroupOffsetsRequestTopic> asked)
            throws InterruptedException {
        TreeMap<Uuid, SortedMap<Integer, Long>> known = new TreeMap<>();
        TreeMap<Uuid, String> names = new TreeMap<>();
        List<DescribeShareGroupOffsetsResponseTopic> unknown = new ArrayList<>();
        for (DescribeShareGroupOffsetsRequestTopic topic : asked) {
            Optional<TopicImage> image = metadata.image().topics().named(topic.topicName());
            if (image.isPresent()) {
                TreeMap<Integer, Long> partitions = new TreeMap<>();
                topic.partitions().forEach(index -> partitions.put(index, UNKNOWN));
                known.put(image.get().id(), partitions);
                names.put(image.get().id(), topic.topicName());
            } else {
                unknown.add(
                        DescribeShareGroupOffsetsResponseTopic.builder()
                                .topicName(topic.topicName())
                                .partitions(
                                        topic.partitions().stream()
                                                .map(ShareGroupOffsets::unknown)
                                                .toList())
                                .build());
            }
        }
        List<DescribeShareGroupOffsetsResponseTopic> all =
                new ArrayList<>(describe(new ShareStateOrder(groupId, 0, known, names)));
        all.addAll(unknown);
        return all;
    }

    private static DescribeShareGroupOffsetsResponsePartition unknown(int index) {
        return DescribeShareGroupOffsetsResponsePartition.builder()
                .partitionIndex(index)
                .startOffset(UNKNOWN)
                .lag(UNKNOWN)
                .build();
    }

    private List<DescribeShareGroupOffsetsResponseTopic> describe(ShareStateOrder order)
            throws InterruptedException {
        Map<Uuid, List<DescribeShareGroupOffsetsResponsePartition>> byTopic = new LinkedHashMap<>();
        for (Map.Entry<ShareStateOrder.Partition, ShareStateOutcome> one :
                states.summarizeEach(order).outcomes().entrySet()) {
            byTopic.computeIfAbsent(one.getKey().topicId(), _ -> new ArrayList<>())
                    .add(describe(one.getKey(), one.getValue().state()));
        }
        return byTopic.entrySet().stream()
                .map(
                        topic ->
                                DescribeShareGroupOffsetsResponseTopic.builder()
                                        .topicName(order.names().getOrDefault(topic.getKey(), ""))
                                        .topicId(topic.getKey())
                                        .partitions(topic.getValue())
                                        .build())
                .toList();
    }

    private DescribeShareGroupOffsetsResponsePartition describe(
            ShareStateOrder.Partition partition, @Nullable ShareState state)
            throws InterruptedException {
        if (state == null) {
            return unknown(partition.index());
        }
        DescribeShareGroupOffsetsResponsePartition.Builder described =
                DescribeShareGroupOffsetsResponsePartition.builder()
                        .partitionIndex(partition.index())
                        .startOffset(state.startOffset())
                        .leaderEpoch(state.leaderEpoch());
        if (state.startOffset() == ShareState.NOT_STARTED
                || state.deliveryCompleteCount() == UNKNOWN_COUNT) {
            return described.lag(UNKNOWN).build();
        }
        OptionalLong end = ends.of(partition.topicId(), partition.index());
        return end.isPresent()
                ? described
                        .lag(end.getAsLong() - state.startOffset() - state.deliveryCompleteCount())
                        .build()
                : DescribeShareGroupOffsetsResponsePartition.builder()
                        .partitionIndex(partition.index())
                        .errorCode(ErrorCode.LEADER_NOT_AVAILABLE)
                        .errorMessage(ErrorCode.LEADER_NOT_AVAILABLE.message())
                        .build();
    }

    Pending<AlterShareGroupOffsetsResponse> alter(AlterShareGroupOffsetsRequest request) {
        Map<String, Map<Integer, Long>> wanted = new TreeMap<>();
        for (AlterShareGroupOffsetsRequestTopic topic : request.topics()) {
            Map<Integer, Long> partitions =
                    wanted.computeIfAbsent(topic.topicName(), _ -> new TreeMap<>());
            topic.partitions()
                    .forEach(one -> partitions.put(one.partitionIndex(), one.startOffset()));
        }
        Pending<ShareStateAnswer> pending =
                groups.shares().change(request.groupId(), new ShareStateChange.Move(wanted));
        return () -> {
            ShareStateAnswer answer = pending.await();
            if (answer.code() != ErrorCode.NONE) {
                return AlterShareGroupOffsetsResponse.builder()
                        .errorCode(answer.code())
                        .errorMessage(answer.message())
                        .build();
            }
            ShareGroupStates.Done done = states.move(answer.order());
            return AlterShareGroupOffsetsResponse.builder()
                    .responses(
                            request.topics().stream()
                                    .map(topic -> altered(topic, answer.order(), done))
                                    .toList())
                    .build();
        };
    }

    private static AlterShareGroupOffsetsResponseTopic altered(
            AlterShareGroupOffsetsRequestTopic asked,
            ShareStateOrder order,
            ShareGroupStates.Done done) {
        Optional<Uuid> id =
                order.names().entrySet().stream()
                        .filter(name -> name.getValue().equals(asked.topicName()))
                        .map(Map.Entry::getKey)
                        .findFirst();
        return AlterShareGroupOffsetsResponseTopic.builder()
                .topicName(asked.topicName())
                .topicId(id.orElse(Uuid.ZERO))
                .partitions(
                        asked.partitions().stream()
                                .map(
                                        one ->
                                                altered(
                                                        one.partitionIndex(),
                                                        outcome(done, id, one.partitionIndex())))
                                .toList())
                .build();
    }

    private static ShareStateOutcome outcome(
            ShareGroupStates.Done done, Optional<Uuid> topicId, int index) {
        return done.outcomes().entrySet().stream()
                .filter(
                        one ->
                                topicId.isPresent()
                                        && one.getKey().topicId().equals(topicId.get())
                                        && one.getKey().index() == index)
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseGet(() -> ShareStateOutcome.refused(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION));
    }

    private static AlterShareGroupOffsetsResponsePartition altered(
            int index, ShareStateOutcome outcome) {
        return AlterShareGroupOffsetsResponsePartition.builder()
                .partitionIndex(index)
                .errorCode(outcome.code())
                .errorMessage(outcome.message())
                .build();
    }

    Pending<DeleteShareGroupOffsetsResponse> delete(DeleteShareGroupOffsetsRequest request) {
        List<String> names =
                request.topics().stream()
                        .map(DeleteShareGroupOffsetsRequestTopic::topicName)
                        .toList();
        Pending<ShareStateAnswer> pending =
                groups.shares().change(request.groupId(), new ShareStateChange.DeleteTopics(names));
        return () -> {
            ShareStateAnswer answer = pending.await();
            if (answer.code() != ErrorCode.NONE) {
                return DeleteShareGroupOffsetsResponse.builder()
                        .errorCode(answer.code())
                        .errorMessage(answer.message())
                        .build();
            }
            ShareGroupStates.Done done = states.delete(answer.order());
            return DeleteShareGroupOffsetsResponse.builder()
                    .responses(
                            names.stream()
                                    .map(name -> deleted(name, answer.order(), done))
                                    .toList())
                    .build();
        };
    }

    private DeleteShareGroupOffsetsResponseTopic deleted(
            String name, ShareStateOrder order, ShareGroupStates.Done done) {
        Optional<Uuid> id =
                order.names().entrySet().stream()
                        .filter(topic -> topic.getValue().equals(name))
                        .map(Map.Entry::getKey)
                        .findFirst();
        DeleteShareGroupOffsetsResponseTopic.Builder deleted =
                DeleteShareGroupOffsetsResponseTopic.builder().topicName(name);
        if (id.isEmpty()) {
            return deleted.errorCode(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
                    .errorMessage(
                            metadata.image().topics().named(name).isPresent()
                                    ? "There is no offset information to delete."
                                    : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION.message())
                    .build();
        }
        ErrorCode code = done.code(id.get());
        return deleted.topicId(id.get())
                .errorCode(code)
                .errorMessage(code == ErrorCode.NONE ? null : code.message())
                .build();
    }
}

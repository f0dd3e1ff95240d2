package io.zurau.client;

import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.message.ApiKey;
import io.zurau.protocol.message.OffsetCommitRequest;
import io.zurau.protocol.message.OffsetCommitResponse;
import io.zurau.protocol.message.OffsetFetchRequest;
import io.zurau.protocol.message.OffsetFetchResponse;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads and writes the offsets that a group has committed.
///
/// Owned by the consumer's thread.
final class CommittedOffsets {
    private static final int BATCHED_FROM = 8;

    private final String groupId;
    private final GroupCoordinatorConnection coordinator;

    CommittedOffsets(String groupId, GroupCoordinatorConnection coordinator) {
        this.groupId = groupId;
        this.coordinator = coordinator;
    }

    /// The offsets committed for these partitions; partitions without one are missing. Asks once.
    Map<TopicPartition, Long> fetch(Collection<TopicPartition> partitions) {
        Map<String, List<Integer>> byTopic = new LinkedHashMap<>();
        for (TopicPartition partition : partitions) {
            byTopic.computeIfAbsent(partition.topic(), topic -> new ArrayList<>())
                    .add(partition.partition());
        }
        Map<TopicPartition, Long> found = new HashMap<>();
        ErrorCode error =
                coordinator.version(ApiKey.OFFSET_FETCH) >= BATCHED_FROM
                        ? fetchBatched(byTopic, found)
                        : fetchSingle(byTopic, found);
        if (error != ErrorCode.NONE) {
            coordinator.heard(error);
            throw new ClientFailure.Refused(
                    "Asking for the offsets of group \"" + groupId + "\"", error);
        }
        found.keySet().retainAll(partitions); // Nobody reads what it was not assigned.
        return found;
    }

    private ErrorCode fetchBatched(
            Map<String, List<Integer>> byTopic, Map<TopicPartition, Long> found) {
        List<OffsetFetchRequest.OffsetFetchRequestTopics> topics = new ArrayList<>();
        byTopic.forEach(
                (topic, numbers) ->
                        topics.add(
                                OffsetFetchRequest.OffsetFetchRequestTopics.builder()
                                        .name(topic)
                                        .partitionIndexes(numbers)
                                        .build()));
        OffsetFetchRequest request =
                OffsetFetchRequest.builder()
                        .groups(
                                List.of(
                                        OffsetFetchRequest.OffsetFetchRequestGroup.builder()
                                                .groupId(groupId)
                                                .memberId(null)
                                                .topics(topics)
                                                .build()))
                        .requireStable(true)
                        .build();
        OffsetFetchResponse answer = coordinator.call(request, OffsetFetchResponse.class);
        if (answer.groups().isEmpty()) {
            throw new ClientFailure.BadAnswer("No offsets and no error were answered.");
        }
        OffsetFetchResponse.OffsetFetchResponseGroup group = answer.groups().getFirst();
        ErrorCode worst = ErrorCode.forCode(group.errorCode());
        for (OffsetFetchResponse.OffsetFetchResponseTopics topic : group.topics()) {
            for (OffsetFetchResponse.OffsetFetchResponsePartitions partition : topic.partitions()) {
                worst =
                        note(
                                worst,
                                new TopicPartition(topic.name(), partition.partitionIndex()),
                                partition.errorCode(),
                                partition.committedOffset(),
                                found);
            }
        }
        return worst;
    }

    private ErrorCode fetchSingle(
            Map<String, List<Integer>> byTopic, Map<TopicPartition, Long> found) {
        List<OffsetFetchRequest.OffsetFetchRequestTopic> topics = new ArrayList<>();
        byTopic.forEach(
                (topic, numbers) ->
                        topics.add(
                                OffsetFetchRequest.OffsetFetchRequestTopic.builder()
                                        .name(topic)
                                        .partitionIndexes(numbers)
                                        .build()));
        OffsetFetchResponse answer =
                coordinator.call(
                        OffsetFetchRequest.builder().groupId(groupId).topics(topics).build(),
                        OffsetFetchResponse.class);
        ErrorCode worst = ErrorCode.forCode(answer.errorCode());
        for (OffsetFetchResponse.OffsetFetchResponseTopic topic : answer.topics()) {
            for (OffsetFetchResponse.OffsetFetchResponsePartition partition : topic.partitions()) {
                worst =
                        note(
                                worst,
                                new TopicPartition(topic.name(), partition.partitionIndex()),
                                partition.errorCode(),
                                partition.committedOffset(),
                                found);
            }
        }
        return worst;
    }

    private static ErrorCode note(
            ErrorCode worst,
            TopicPartition partition,
            short code,
            long offset,
            Map<TopicPartition, Long> found) {
        ErrorCode error = ErrorCode.forCode(code);
        if (error != ErrorCode.NONE) {
            return error;
        }
        if (offset >= 0) {
            found.put(partition, offset);
        }
        return worst;
    }

    /// Commits once.
    ///
    /// @return the first error, or NONE
    ErrorCode commit(
            Map<TopicPartition, Long> offsets,
            GroupMembership.Identity as,
            @Nullable String instanceId) {
        Map<String, List<OffsetCommitRequest.OffsetCommitRequestPartition>> byTopic =
                new LinkedHashMap<>();
        offsets.forEach(
                (partition, offset) ->
                        byTopic.computeIfAbsent(partition.topic(), topic -> new ArrayList<>())
                                .add(
                                        OffsetCommitRequest.OffsetCommitRequestPartition.builder()
                                                .partitionIndex(partition.partition())
                                                .committedOffset(offset)
                                                .committedMetadata("")
                                                .build()));
        List<OffsetCommitRequest.OffsetCommitRequestTopic> topics = new ArrayList<>();
        byTopic.forEach(
                (topic, list) ->
                        topics.add(
                                OffsetCommitRequest.OffsetCommitRequestTopic.builder()
                                        .name(topic)
                                        .partitions(list)
                                        .build()));
        OffsetCommitRequest request =
                OffsetCommitRequest.builder()
                        .groupId(groupId)
                        .generationIdOrMemberEpoch(as.generation())
                        .memberId(as.memberId())
                        .groupInstanceId(instanceId)
                        .topics(topics)
                        .build();
        OffsetCommitResponse answer = coordinator.call(request, OffsetCommitResponse.class);
        for (OffsetCommitResponse.OffsetCommitResponseTopic topic : answer.topics()) {
            for (OffsetCommitResponse.OffsetCommitResponsePartition partition :
                    topic.partitions()) {
                if (partition.errorCode() != ErrorCode.NONE.code()) {
                    ErrorCode error = ErrorCode.forCode(partition.errorCode());
                    coordinator.heard(error);
                    return error;
                }
            }
        }
        return ErrorCode.NONE;
    }
}

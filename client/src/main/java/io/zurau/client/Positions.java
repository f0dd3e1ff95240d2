package io.zurau.client;

import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.message.ListOffsetsRequest;
import io.zurau.protocol.message.ListOffsetsResponse;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The partitions that a consumer reads, and the offset of the next record of each.
///
/// Owned by the consumer's thread.
final class Positions {
    private static final int CONSUMER = -1;
    private static final long LATEST = -1;
    private static final long EARLIEST = -2;
    private static final int MOST_ATTEMPTS = 10;

    private final ConsumerConfig config;
    private final Cluster cluster;
    private final Map<TopicPartition, Long> next = new LinkedHashMap<>();

    Positions(ConsumerConfig config, Cluster cluster) {
        this.config = config;
        this.cluster = cluster;
    }

    /// Not to be changed.
    Map<TopicPartition, Long> all() {
        return next;
    }

    @Nullable Long find(TopicPartition partition) {
        return next.get(partition);
    }

    void moveTo(TopicPartition partition, long offset) {
        next.put(partition, offset);
    }

    /// Reads these partitions from now on, from the committed offset or where the setting says.
    void replace(Collection<TopicPartition> partitions, Map<TopicPartition, Long> committed) {
        next.clear();
        List<TopicPartition> unknown = new ArrayList<>();
        for (TopicPartition partition : partitions) {
            Long offset = committed.get(partition);
            if (offset == null) {
                unknown.add(partition);
            } else {
                next.put(partition, offset);
            }
        }
        if (!unknown.isEmpty()) {
            next.putAll(offsets(unknown, resetTimestamp(unknown.getFirst())));
        }
    }

    /// Begins anew where the setting says.
    void reset(TopicPartition partition) {
        next.putAll(offsets(List.of(partition), resetTimestamp(partition)));
    }

    private long resetTimestamp(TopicPartition partition) {
        return switch (config.reset()) {
            case EARLIEST -> EARLIEST;
            case LATEST -> LATEST;
            case NONE ->
                    throw new ClientFailure.Refused(
                            "Reading " + partition,
                            ErrorCode.OFFSET_OUT_OF_RANGE,
                            "there is no committed offset in range, and auto.offset.reset is none.");
        };
    }

    Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions) {
        return offsets(partitions, LATEST);
    }

    Map<TopicPartition, Long> beginnings(Collection<TopicPartition> partitions) {
        return offsets(partitions, EARLIEST);
    }

    /// The offsets for a timestamp or one of the special ones.
    private Map<TopicPartition, Long> offsets(
            Collection<TopicPartition> partitions, long timestamp) {
        Map<TopicPartition, Long> found = new LinkedHashMap<>();
        List<TopicPartition> missing = new ArrayList<>(partitions);
        for (int attempt = 1; !missing.isEmpty(); attempt++) {
            ErrorCode error = ErrorCode.LEADER_NOT_AVAILABLE;
            try {
                for (Map.Entry<Integer, List<TopicPartition>> node : byLeader(missing).entrySet()) {
                    error = ask(node.getKey(), node.getValue(), timestamp, found);
                }
            } catch (ClientFailure.Unreachable e) {
                error = ErrorCode.NETWORK_EXCEPTION;
            }
            missing.removeAll(found.keySet());
            if (!missing.isEmpty() && (!error.retriable() || attempt == MOST_ATTEMPTS)) {
                throw new ClientFailure.Refused("Asking for the offsets of " + missing, error);
            }
            if (!missing.isEmpty()) {
                cluster.pause(config.client().backoffAfter(attempt));
                cluster.refresh(missing.stream().map(TopicPartition::topic).toList(), false);
            }
        }
        return found;
    }

    private Map<Integer, List<TopicPartition>> byLeader(List<TopicPartition> partitions) {
        Map<Integer, List<TopicPartition>> byLeader = new TreeMap<>();
        for (TopicPartition partition : partitions) {
            cluster.view()
                    .leaderOf(partition)
                    .ifPresent(
                            leader ->
                                    byLeader.computeIfAbsent(leader, node -> new ArrayList<>())
                                            .add(partition));
        }
        return byLeader;
    }

    private ErrorCode ask(
            int node,
            List<TopicPartition> partitions,
            long timestamp,
            Map<TopicPartition, Long> found) {
        Map<String, List<ListOffsetsRequest.ListOffsetsPartition>> byTopic = new LinkedHashMap<>();
        for (TopicPartition partition : partitions) {
            byTopic.computeIfAbsent(partition.topic(), topic -> new ArrayList<>())
                    .add(
                            ListOffsetsRequest.ListOffsetsPartition.builder()
                                    .partitionIndex(partition.partition())
                                    .timestamp(timestamp)
                                    .build());
        }
        List<ListOffsetsRequest.ListOffsetsTopic> topics = new ArrayList<>();
        byTopic.forEach(
                (topic, list) ->
                        topics.add(
                                ListOffsetsRequest.ListOffsetsTopic.builder()
                                        .name(topic)
                                        .partitions(list)
                                        .build()));
        ListOffsetsRequest request =
                ListOffsetsRequest.builder()
                        .replicaId(CONSUMER)
                        .isolationLevel((byte) (config.readCommitted() ? 1 : 0))
                        .topics(topics)
                        .build();
        ListOffsetsResponse answer =
                cluster.connectionTo(node).call(request, ListOffsetsResponse.class);
        ErrorCode worst = ErrorCode.NONE;
        for (ListOffsetsResponse.ListOffsetsTopicResponse topic : answer.topics()) {
            for (ListOffsetsResponse.ListOffsetsPartitionResponse result : topic.partitions()) {
                if (result.errorCode() == ErrorCode.NONE.code()) {
                    found.put(
                            new TopicPartition(topic.name(), result.partitionIndex()),
                            result.offset());
                } else {
                    worst = ErrorCode.forCode(result.errorCode());
                }
            }
        }
        return worst;
    }
}

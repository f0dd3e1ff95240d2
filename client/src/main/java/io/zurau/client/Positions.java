package io.zurau.client;

import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.message.ListOffsetsRequest;
import io.zurau.protocol.message.ListOffsetsResponse;
import io.zurau.runtime.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The partitions that a consumer reads, and the offset of the next record of each.
///
/// A partition that is new, or whose offset is out of range, has no position until [#settle()] has
/// found one.
///
/// Owned by the consumer's thread.
final class Positions {
    private static final int CONSUMER = -1;
    private static final long LATEST = -1;
    private static final long EARLIEST = -2;
    private static final int MOST_ATTEMPTS = 10;

    private final ConsumerConfig config;
    private final Cluster cluster;
    private final @Nullable CommittedOffsets committed;
    private final Map<TopicPartition, Long> next = new LinkedHashMap<>();
    private final Set<TopicPartition> toLookUp = new LinkedHashSet<>(); // At the coordinator.
    private final Set<TopicPartition> toReset = new LinkedHashSet<>();
    private int failures;
    private int refusals;
    private long nextAttemptNanos;

    Positions(ConsumerConfig config, Cluster cluster, @Nullable CommittedOffsets committed) {
        this.config = config;
        this.cluster = cluster;
        this.committed = committed;
        this.nextAttemptNanos = cluster.seams().clock().nanos();
    }

    /// Those that are known. Not to be changed.
    Map<TopicPartition, Long> all() {
        return next;
    }

    @Nullable Long find(TopicPartition partition) {
        return next.get(partition);
    }

    Set<TopicPartition> assigned() {
        Set<TopicPartition> assigned = new TreeSet<>(next.keySet());
        assigned.addAll(toLookUp);
        assigned.addAll(toReset);
        return assigned;
    }

    void moveTo(TopicPartition partition, long offset) {
        toLookUp.remove(partition);
        toReset.remove(partition);
        next.put(partition, offset);
    }

    /// Reads these partitions from now on, from the committed offset or where the setting says.
    void replace(Collection<TopicPartition> partitions) {
        next.clear();
        toReset.clear();
        toLookUp.clear();
        (committed == null ? toReset : toLookUp).addAll(partitions);
    }

    /// Begins anew where the setting says.
    void reset(TopicPartition partition) {
        next.remove(partition);
        toReset.add(partition);
    }

    /// Finds positions that are missing; tries once, after a pause if it has just failed.
    ///
    /// @return when to try again, if one is still missing
    OptionalLong settle() {
        Clock clock = cluster.seams().clock();
        if (toLookUp.isEmpty() && toReset.isEmpty()) {
            return OptionalLong.empty();
        }
        if (clock.isAhead(nextAttemptNanos)) {
            return OptionalLong.of(nextAttemptNanos);
        }
        try {
            lookUp();
            if (!toReset.isEmpty()) {
                offsets(toReset, resetTimestamp()).forEach(this::moveTo);
            }
            failures = 0;
            refusals = 0;
            return OptionalLong.empty();
        } catch (ClientFailure e) {
            boolean tooOften = e instanceof ClientFailure.Refused && ++refusals >= MOST_ATTEMPTS;
            if (!e.mayPass() || !cluster.wasReached() || tooOften) {
                throw e;
            }
            nextAttemptNanos = clock.deadline(config.client().backoffAfter(++failures));
            return OptionalLong.of(nextAttemptNanos);
        }
    }

    private void lookUp() {
        if (committed == null || toLookUp.isEmpty()) {
            return;
        }
        Map<TopicPartition, Long> found = committed.fetch(toLookUp);
        toReset.addAll(toLookUp);
        toLookUp.clear();
        found.forEach(this::moveTo);
    }

    private long resetTimestamp() {
        return switch (config.reset()) {
            case EARLIEST -> EARLIEST;
            case LATEST -> LATEST;
            case NONE ->
                    throw new ClientFailure.Refused(
                            "Reading " + toReset,
                            ErrorCode.OFFSET_OUT_OF_RANGE,
                            "there is no committed offset in range, and auto.offset.reset is none.");
        };
    }

    Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions) {
        return offsetsPatiently(partitions, LATEST);
    }

    Map<TopicPartition, Long> beginnings(Collection<TopicPartition> partitions) {
        return offsetsPatiently(partitions, EARLIEST);
    }

    private Map<TopicPartition, Long> offsetsPatiently(
            Collection<TopicPartition> partitions, long timestamp) {
        for (int attempt = 1; ; attempt++) {
            try {
                return offsets(partitions, timestamp);
            } catch (ClientFailure e) {
                if (!e.mayPass() || !cluster.wasReached() || attempt == MOST_ATTEMPTS) {
                    throw e;
                }
            }
            cluster.pause(config.client().backoffAfter(attempt));
        }
    }

    /// The offsets for a timestamp or one of the special ones. Asks once.
    private Map<TopicPartition, Long> offsets(
            Collection<TopicPartition> partitions, long timestamp) {
        Map<Integer, List<TopicPartition>> byLeader = byLeader(partitions);
        Map<TopicPartition, Long> found = new LinkedHashMap<>();
        try {
            byLeader.forEach((node, list) -> found.putAll(ask(node, list, timestamp)));
        } catch (ClientFailure e) {
            cluster.expire(); // The leaders may be others now.
            throw e;
        }
        if (!found.keySet().containsAll(partitions)) {
            throw new ClientFailure.BadAnswer("Offsets and errors are missing in the answer.");
        }
        return found;
    }

    private Map<Integer, List<TopicPartition>> byLeader(Collection<TopicPartition> partitions) {
        boolean unknown = partitions.stream().anyMatch(p -> cluster.view().leaderOf(p).isEmpty());
        if (unknown || cluster.isStale()) {
            TreeSet<String> topics = new TreeSet<>();
            partitions.forEach(partition -> topics.add(partition.topic()));
            ErrorCode error = cluster.tryRefresh(topics, true);
            Admin.check("Asking for " + String.join(", ", topics), error.code(), null);
        }
        Map<Integer, List<TopicPartition>> byLeader = new TreeMap<>();
        for (TopicPartition partition : partitions) {
            int leader =
                    cluster.view()
                            .leaderOf(partition)
                            .orElseThrow(
                                    () ->
                                            new ClientFailure.Refused(
                                                    "Reading " + partition,
                                                    ErrorCode.LEADER_NOT_AVAILABLE));
            byLeader.computeIfAbsent(leader, node -> new ArrayList<>()).add(partition);
        }
        return byLeader;
    }

    private Map<TopicPartition, Long> ask(
            int node, List<TopicPartition> partitions, long timestamp) {
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
        Map<TopicPartition, Long> found = new LinkedHashMap<>();
        for (ListOffsetsResponse.ListOffsetsTopicResponse topic : answer.topics()) {
            for (ListOffsetsResponse.ListOffsetsPartitionResponse result : topic.partitions()) {
                TopicPartition partition =
                        new TopicPartition(topic.name(), result.partitionIndex());
                Admin.check("Asking for the offsets of " + partition, result.errorCode(), null);
                found.put(partition, result.offset());
            }
        }
        return found;
    }
}

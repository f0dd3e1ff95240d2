package io.zurau.client;

import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.message.AlterPartitionReassignmentsRequest;
import io.zurau.protocol.message.AlterPartitionReassignmentsRequest.ReassignablePartition;
import io.zurau.protocol.message.AlterPartitionReassignmentsRequest.ReassignableTopic;
import io.zurau.protocol.message.AlterPartitionReassignmentsResponse;
import io.zurau.protocol.message.ElectLeadersRequest;
import io.zurau.protocol.message.ElectLeadersResponse;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// How an [Admin] moves replicas and leaders (KIP-455, KIP-460).
///
/// Has no state of its own.
final class ReplicaMoves {
    private static final byte PREFERRED = 0;

    private final Cluster cluster;

    ReplicaMoves(Cluster cluster) {
        this.cluster = cluster;
    }

    SortedMap<TopicPartition, ClientFailure.Refused> reassign(
            Map<TopicPartition, List<Integer>> targets) {
        return alter("Moving ", targets);
    }

    SortedMap<TopicPartition, ClientFailure.Refused> cancel(Collection<TopicPartition> partitions) {
        Map<TopicPartition, @Nullable List<Integer>> nowhere = new HashMap<>();
        partitions.forEach(partition -> nowhere.put(partition, null));
        return alter("Cancelling the reassignment of ", nowhere);
    }

    private SortedMap<TopicPartition, ClientFailure.Refused> alter(
            String what, Map<TopicPartition, ? extends @Nullable List<Integer>> targets) {
        List<ReassignableTopic> topics = new ArrayList<>();
        ByTopic.of(targets.keySet())
                .forEach(
                        (topic, numbers) -> {
                            List<ReassignablePartition> partitions = new ArrayList<>();
                            for (int number : numbers) {
                                partitions.add(
                                        ReassignablePartition.builder()
                                                .partitionIndex(number)
                                                .replicas(
                                                        targets.get(
                                                                new TopicPartition(topic, number)))
                                                .build());
                            }
                            topics.add(
                                    ReassignableTopic.builder()
                                            .name(topic)
                                            .partitions(partitions)
                                            .build());
                        });
        AlterPartitionReassignmentsResponse answer =
                cluster.askAny(
                        AlterPartitionReassignmentsRequest.builder()
                                .topics(topics)
                                .timeoutMs(timeoutMs())
                                .build(),
                        AlterPartitionReassignmentsResponse.class);
        Admin.check("Moving replicas", answer.errorCode(), answer.errorMessage());
        SortedMap<TopicPartition, ClientFailure.Refused> refused = new TreeMap<>();
        for (AlterPartitionReassignmentsResponse.ReassignableTopicResponse topic :
                answer.responses()) {
            for (AlterPartitionReassignmentsResponse.ReassignablePartitionResponse result :
                    topic.partitions()) {
                TopicPartition name = new TopicPartition(topic.name(), result.partitionIndex());
                Admin.refusal(what + name, result.errorCode(), result.errorMessage())
                        .ifPresent(refusal -> refused.put(name, refusal));
            }
        }
        return refused;
    }

    SortedMap<TopicPartition, ClientFailure.Refused> electPreferred(
            Collection<TopicPartition> partitions) {
        List<ElectLeadersRequest.TopicPartitions> topics = new ArrayList<>();
        ByTopic.of(partitions)
                .forEach(
                        (topic, numbers) ->
                                topics.add(
                                        ElectLeadersRequest.TopicPartitions.builder()
                                                .topic(topic)
                                                .partitions(numbers)
                                                .build()));
        ElectLeadersResponse answer =
                cluster.askAny(
                        ElectLeadersRequest.builder()
                                .electionType(PREFERRED)
                                .topicPartitions(topics)
                                .timeoutMs(timeoutMs())
                                .build(),
                        ElectLeadersResponse.class);
        Admin.check("Electing leaders", answer.errorCode(), null);
        SortedMap<TopicPartition, ClientFailure.Refused> refused = new TreeMap<>();
        for (ElectLeadersResponse.ReplicaElectionResult topic : answer.replicaElectionResults()) {
            for (ElectLeadersResponse.PartitionResult result : topic.partitionResult()) {
                TopicPartition name = new TopicPartition(topic.topic(), result.partitionId());
                Optional<ClientFailure.Refused> refusal =
                        Admin.refusal(
                                "Electing the preferred leader of " + name,
                                result.errorCode(),
                                result.errorMessage());
                refusal.filter(r -> r.code() != ErrorCode.ELECTION_NOT_NEEDED)
                        .ifPresent(r -> refused.put(name, r));
            }
        }
        return refused;
    }

    private int timeoutMs() {
        return (int) cluster.config().requestTimeout().toMillis();
    }
}

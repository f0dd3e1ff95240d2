package io.zurau.client;

import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.message.ApiKey;
import io.zurau.protocol.message.DescribeClusterRequest;
import io.zurau.protocol.message.DescribeClusterResponse;
import io.zurau.protocol.message.DescribeLogDirsRequest;
import io.zurau.protocol.message.DescribeLogDirsResponse;
import io.zurau.protocol.message.DescribeQuorumRequest;
import io.zurau.protocol.message.DescribeQuorumResponse;
import io.zurau.protocol.message.DescribeQuorumResponse.ReplicaState;
import io.zurau.protocol.message.ListOffsetsRequest;
import io.zurau.protocol.message.ListOffsetsRequest.ListOffsetsPartition;
import io.zurau.protocol.message.ListOffsetsRequest.ListOffsetsTopic;
import io.zurau.protocol.message.ListOffsetsResponse;
import io.zurau.protocol.message.ListPartitionReassignmentsRequest;
import io.zurau.protocol.message.ListPartitionReassignmentsResponse;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// What an [Admin] asks about the cluster as a whole, and its nodes.
///
/// Has no state of its own.
final class ClusterQuestions {
    private static final String METADATA_TOPIC = "__cluster_metadata";
    private static final int FIRST_WITH_FENCED_BROKERS = 2;
    private static final int DEBUGGER = -2; // Any replica answers, about its own copy.
    private static final long LATEST = -1;

    private final Cluster cluster;

    ClusterQuestions(Cluster cluster) {
        this.cluster = cluster;
    }

    ClusterDescription description() {
        BrokerConnection connection = cluster.anyConnection();
        int version = connection.versions().of(ApiKey.DESCRIBE_CLUSTER, connection.address());
        DescribeClusterRequest request =
                DescribeClusterRequest.builder()
                        .includeFencedBrokers(version >= FIRST_WITH_FENCED_BROKERS)
                        .build();
        DescribeClusterResponse answer = connection.call(request, DescribeClusterResponse.class);
        Admin.check("Describing the cluster", answer.errorCode(), answer.errorMessage());
        List<ClusterDescription.Node> nodes =
                answer.brokers().stream()
                        .map(
                                broker ->
                                        new ClusterDescription.Node(
                                                broker.brokerId(),
                                                new BrokerAddress(broker.host(), broker.port()),
                                                broker.rack(),
                                                broker.isFenced()))
                        .sorted(Comparator.comparingInt(ClusterDescription.Node::id))
                        .toList();
        // With a quorum, Apache Kafka's brokers name any broker as the controller.
        ClusterDescription.Quorum quorum =
                connection.versions().serves(ApiKey.DESCRIBE_QUORUM)
                        ? quorum(connection)
                        : new ClusterDescription.Quorum(answer.controllerId(), List.of());
        return new ClusterDescription(answer.clusterId(), quorum, nodes);
    }

    private static ClusterDescription.Quorum quorum(BrokerConnection connection) {
        DescribeQuorumRequest request =
                DescribeQuorumRequest.builder()
                        .topics(
                                List.of(
                                        DescribeQuorumRequest.TopicData.builder()
                                                .topicName(METADATA_TOPIC)
                                                .partitions(
                                                        List.of(
                                                                DescribeQuorumRequest.PartitionData
                                                                        .builder()
                                                                        .partitionIndex(0)
                                                                        .build()))
                                                .build()))
                        .build();
        DescribeQuorumResponse answer = connection.call(request, DescribeQuorumResponse.class);
        Admin.check("Describing the quorum", answer.errorCode(), answer.errorMessage());
        return answer.topics().stream()
                .flatMap(topic -> topic.partitions().stream())
                .filter(partition -> partition.errorCode() == ErrorCode.NONE.code())
                .map(
                        partition ->
                                new ClusterDescription.Quorum(
                                        partition.leaderId(),
                                        partition.currentVoters().stream()
                                                .map(ReplicaState::replicaId)
                                                .sorted()
                                                .toList()))
                .findFirst()
                .orElse(new ClusterDescription.Quorum(-1, List.of()));
    }

    SortedMap<TopicPartition, Long> bytesOn(BrokerAddress node) {
        DescribeLogDirsResponse answer =
                cluster.connectionTo(node)
                        .call(
                                DescribeLogDirsRequest.builder().topics(null).build(),
                                DescribeLogDirsResponse.class);
        Admin.check("Asking " + node + " for its log directories", answer.errorCode(), null);
        SortedMap<TopicPartition, Long> bytes = new TreeMap<>();
        for (DescribeLogDirsResponse.DescribeLogDirsResult directory : answer.results()) {
            for (DescribeLogDirsResponse.DescribeLogDirsTopic topic : directory.topics()) {
                topic.partitions().stream()
                        .filter(partition -> !partition.isFutureKey())
                        .forEach(
                                partition ->
                                        bytes.put(
                                                new TopicPartition(
                                                        topic.name(), partition.partitionIndex()),
                                                partition.partitionSize()));
            }
        }
        return bytes;
    }

    SortedMap<TopicPartition, Long> endOffsetsOn(
            BrokerAddress node, Collection<TopicPartition> partitions) {
        List<ListOffsetsTopic> topics = new ArrayList<>();
        ByTopic.of(partitions)
                .forEach(
                        (topic, numbers) ->
                                topics.add(
                                        ListOffsetsTopic.builder()
                                                .name(topic)
                                                .partitions(
                                                        numbers.stream()
                                                                .map(ClusterQuestions::latest)
                                                                .toList())
                                                .build()));
        ListOffsetsResponse answer =
                cluster.connectionTo(node)
                        .call(
                                ListOffsetsRequest.builder()
                                        .replicaId(DEBUGGER)
                                        .topics(topics)
                                        .build(),
                                ListOffsetsResponse.class);
        SortedMap<TopicPartition, Long> ends = new TreeMap<>();
        for (ListOffsetsResponse.ListOffsetsTopicResponse topic : answer.topics()) {
            topic.partitions().stream()
                    .filter(partition -> partition.errorCode() == ErrorCode.NONE.code())
                    .forEach(
                            partition ->
                                    ends.put(
                                            new TopicPartition(
                                                    topic.name(), partition.partitionIndex()),
                                            partition.offset()));
        }
        return ends;
    }

    private static ListOffsetsPartition latest(int partition) {
        return ListOffsetsPartition.builder().partitionIndex(partition).timestamp(LATEST).build();
    }

    List<Reassignment> reassignments() {
        ListPartitionReassignmentsRequest request =
                ListPartitionReassignmentsRequest.builder()
                        .topics(null)
                        .timeoutMs((int) cluster.config().requestTimeout().toMillis())
                        .build();
        ListPartitionReassignmentsResponse answer =
                cluster.askAny(request, ListPartitionReassignmentsResponse.class);
        Admin.check("Listing reassignments", answer.errorCode(), answer.errorMessage());
        return answer.topics().stream()
                .flatMap(
                        topic ->
                                topic.partitions().stream()
                                        .map(
                                                p ->
                                                        new Reassignment(
                                                                new TopicPartition(
                                                                        topic.name(),
                                                                        p.partitionIndex()),
                                                                p.replicas(),
                                                                p.addingReplicas(),
                                                                p.removingReplicas())))
                .sorted(Comparator.comparing(Reassignment::partition))
                .toList();
    }
}

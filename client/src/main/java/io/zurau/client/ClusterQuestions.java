package io.zurau.client;

import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.ApiKey;
import io.zurau.protocol.message.DescribeClusterRequest;
import io.zurau.protocol.message.DescribeClusterResponse;
import io.zurau.protocol.message.DescribeQuorumRequest;
import io.zurau.protocol.message.DescribeQuorumResponse;
import io.zurau.protocol.message.ListPartitionReassignmentsRequest;
import io.zurau.protocol.message.ListPartitionReassignmentsResponse;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// What an [Admin] asks about the cluster as a whole.
///
/// Has no state of its own.
final class ClusterQuestions {
    private static final String METADATA_TOPIC = "__cluster_metadata";
    private static final int FIRST_WITH_FENCED_BROKERS = 2;

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
        int controller =
                connection.versions().serves(ApiKey.DESCRIBE_QUORUM)
                        ? quorumLeader(connection)
                        : answer.controllerId();
        return new ClusterDescription(answer.clusterId(), controller, nodes);
    }

    private static int quorumLeader(BrokerConnection connection) {
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
                .mapToInt(DescribeQuorumResponse.PartitionData::leaderId)
                .findFirst()
                .orElse(-1);
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
        List<Reassignment> found = new ArrayList<>();
        answer.topics()
                .forEach(
                        topic ->
                                topic.partitions()
                                        .forEach(
                                                p ->
                                                        found.add(
                                                                new Reassignment(
                                                                        topic.name(),
                                                                        p.partitionIndex(),
                                                                        p.replicas(),
                                                                        p.addingReplicas(),
                                                                        p.removingReplicas()))));
        found.sort(
                Comparator.comparing(Reassignment::topic)
                        .thenComparingInt(Reassignment::partition));
        return List.copyOf(found);
    }
}

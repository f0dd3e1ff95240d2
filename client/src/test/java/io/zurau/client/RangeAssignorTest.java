package io.zurau.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.protocol.TopicPartition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Assignment;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.GroupSubscription;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Subscription;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.junit.jupiter.api.Test;

final class RangeAssignorTest {
    private static final long SEED = 11;

    @Test
    void assignsAsKafkaDoes() {
        Random random = new Random(SEED);
        for (int round = 0; round < 500; round++) {
            // Given
            Map<String, Integer> counts = new TreeMap<>();
            for (int i = random.nextInt(4); i >= 0; i--) {
                counts.put("topic" + i, random.nextInt(9));
            }
            List<RangeAssignor.Member> members = new ArrayList<>();
            for (int i = random.nextInt(5); i >= 0; i--) {
                TreeSet<String> topics = new TreeSet<>(counts.keySet());
                topics.removeIf(topic -> random.nextInt(3) == 0);
                String instance = random.nextInt(3) == 0 ? "static" + random.nextInt(1_000) : null;
                members.add(
                        new RangeAssignor.Member(
                                "member" + random.nextInt(1_000) + "-" + i, instance, topics));
            }
            // When, Then
            assertThat(RangeAssignor.assign(members, counts))
                    .as("seed %d, round %d", SEED, round)
                    .isEqualTo(kafkas(members, counts));
        }
    }

    private static Map<String, List<TopicPartition>> kafkas(
            List<RangeAssignor.Member> members, Map<String, Integer> counts) {
        Node node = new Node(1, "broker", 9092);
        Node[] nodes = {node};
        List<PartitionInfo> partitions = new ArrayList<>();
        counts.forEach(
                (topic, count) -> {
                    for (int i = 0; i < count; i++) {
                        partitions.add(new PartitionInfo(topic, i, node, nodes, nodes));
                    }
                });
        Map<String, Subscription> subscriptions = new HashMap<>();
        for (RangeAssignor.Member member : members) {
            Subscription subscription = new Subscription(List.copyOf(member.topics()));
            subscription.setGroupInstanceId(Optional.ofNullable(member.instanceId()));
            subscriptions.put(member.id(), subscription);
        }
        Map<String, List<TopicPartition>> assigned = new TreeMap<>();
        new org.apache.kafka.clients.consumer.RangeAssignor()
                .assign(
                        new Cluster(
                                "c", List.of(node), partitions, new TreeSet<>(), new TreeSet<>()),
                        new GroupSubscription(subscriptions))
                .groupAssignment()
                .forEach((member, assignment) -> assigned.put(member, ours(assignment)));
        return assigned;
    }

    private static List<TopicPartition> ours(Assignment assignment) {
        return assignment.partitions().stream()
                .map(p -> new TopicPartition(p.topic(), p.partition()))
                .sorted()
                .toList();
    }
}

package io.zurau.tests.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.tests.conformance.Clients;
import io.zurau.tests.servers.Workspace;
import io.zurau.tests.servers.ZurauCluster;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// Apache Kafka's consumer with `client.rack`, against three nodes in three racks (KIP-392).
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NearestReplicaTest {
    private static final int RECORDS = 500;
    private static final String VALUE = "x".repeat(1000);

    private final ZurauCluster cluster =
            new ZurauCluster(
                    Workspace.newDirectory("nearest"),
                    3,
                    Map.of(
                            "broker.rack",
                            "rack-%d",
                            "replica.selector.class",
                            "org.apache.kafka.common.replica.RackAwareReplicaSelector"));

    @BeforeAll
    void start() {
        cluster.start();
    }

    @AfterAll
    void stop() {
        cluster.close();
    }

    @Test
    void aConsumerReadsInItsRackAndGoesOnWhenThatNodeDies() throws Exception {
        // Given
        TopicPartition partition = new TopicPartition("near", 0);
        createTopic(partition.topic(), List.of(1, 2, 3));
        produce(partition.topic());
        try (Consumer<String, String> consumer =
                Clients.consumer(
                        Map.of(
                                "bootstrap.servers",
                                cluster.bootstrap(),
                                "client.rack",
                                "rack-2",
                                "metadata.max.age.ms",
                                "300000"))) {
            consumer.assign(List.of(partition));

            // When
            Clients.poll(consumer, RECORDS);

            // Then
            long records = (long) RECORDS * VALUE.length();
            assertThat(bytesFrom(2, consumer)).isGreaterThan(records);
            assertThat(bytesFrom(1, consumer)).isLessThan(records / 10);

            // When
            cluster.node(2).kill();
            produce(partition.topic());

            // Then
            Clients.poll(consumer, RECORDS);
            assertThat(bytesFrom(1, consumer) + bytesFrom(3, consumer)).isGreaterThan(records);
        }
    }

    @Test
    void aConsumerThatWaitsAtAFollowerHearsOfNewRecords() throws Exception {
        // Given
        TopicPartition partition = new TopicPartition("waiting", 0);
        createTopic(partition.topic(), List.of(3, 1));
        produce(partition.topic());
        try (Consumer<String, String> consumer =
                Clients.consumer(
                        Map.of(
                                "bootstrap.servers",
                                cluster.bootstrap(),
                                "client.rack",
                                "rack-1",
                                "fetch.max.wait.ms",
                                "60000",
                                "request.timeout.ms",
                                "120000"))) {
            consumer.assign(List.of(partition));
            Clients.poll(consumer, RECORDS);
            long before = bytesFrom(1, consumer);

            // When
            produce(partition.topic());

            // Then: sooner than it would have asked again
            Clients.poll(consumer, RECORDS);
            assertThat(bytesFrom(1, consumer) - before)
                    .isGreaterThan((long) RECORDS * VALUE.length());
        }
    }

    private void createTopic(String topic, List<Integer> replicas) throws Exception {
        try (Admin admin = Clients.admin(cluster.bootstrap())) {
            admin.createTopics(List.of(new NewTopic(topic, Map.of(0, replicas)))).all().get();
        }
    }

    private void produce(String topic) {
        try (Producer<String, String> producer =
                Clients.producer(Map.of("bootstrap.servers", cluster.bootstrap()))) {
            for (int i = 0; i < RECORDS; i++) {
                producer.send(new ProducerRecord<>(topic, 0, null, VALUE));
            }
            producer.flush();
        }
    }

    /// As the consumer counts what comes in on its connections.
    private static long bytesFrom(int node, Consumer<?, ?> consumer) {
        return consumer.metrics().entrySet().stream()
                .filter(metric -> metric.getKey().name().equals("incoming-byte-total"))
                .filter(metric -> ("node-" + node).equals(metric.getKey().tags().get("node-id")))
                .mapToLong(metric -> ((Number) metric.getValue().metricValue()).longValue())
                .sum();
    }
}

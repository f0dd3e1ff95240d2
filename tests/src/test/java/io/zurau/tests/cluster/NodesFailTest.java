package io.zurau.tests.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.tests.conformance.Clients;
import io.zurau.tests.conformance.NumberedRecords;
import io.zurau.tests.servers.Workspace;
import io.zurau.tests.servers.ZurauCluster;
import io.zurau.tests.servers.ZurauProcess;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// Whatever becomes of one node of three, or of all of them: every acknowledged record is there
/// exactly once, in order.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NodesFailTest {
    private static final int PARTITIONS = 3;
    private static final int ROUNDS = 3;
    private static final int SOME_RECORDS = 300;
    private static final long PAUSE_NANOS = 500_000;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final ZurauCluster cluster =
            new ZurauCluster(Workspace.newDirectory("nodes-fail"), 3, Map.of());

    @BeforeAll
    void start() {
        cluster.start();
    }

    @AfterAll
    void stop() {
        cluster.close();
    }

    /// What is done to the nodes while a producer writes.
    @FunctionalInterface
    private interface Trouble {
        void make(NumberedRecords records) throws Exception;
    }

    private void check(String topic, Trouble trouble) throws Exception {
        // Given a producer
        createTopic(topic);
        NumberedRecords records =
                new NumberedRecords(cluster.bootstrap(), topic, PARTITIONS, PAUSE_NANOS);
        try {
            records.awaitAcknowledged(SOME_RECORDS);

            // When
            trouble.make(records);
            records.awaitAcknowledged(SOME_RECORDS);
        } finally {
            records.stop();
        }

        // Then
        Map<String, Object> connection = Map.of("bootstrap.servers", cluster.bootstrap());
        assertThat(records.failures()).isEmpty();
        assertThat(records.problemsIn(Clients.readAll(topic, connection))).isEmpty();
        awaitAllInSync(topic);
    }

    private void createTopic(String topic) throws Exception {
        try (Admin admin = Clients.admin(cluster.bootstrap())) {
            NewTopic replicated =
                    new NewTopic(topic, PARTITIONS, (short) 3)
                            .configs(Map.of("min.insync.replicas", "2"));
            admin.createTopics(List.of(replicated)).all().get();
        }
    }

    private void awaitAllInSync(String topic) {
        try (Admin admin = Clients.admin(cluster.bootstrap())) {
            Awaitility.await().atMost(LIMIT).ignoreExceptions().until(() -> isInSync(admin, topic));
        }
    }

    private static boolean isInSync(Admin admin, String topic) throws Exception {
        TopicDescription found =
                Objects.requireNonNull(
                        Objects.requireNonNull(
                                        admin.describeTopics(List.of(topic))
                                                .topicNameValues()
                                                .get(topic))
                                .get());
        return found.partitions().stream().allMatch(p -> p.isr().size() == 3);
    }

    @Test
    void nodesAreKilledOneAfterTheOther() throws Exception {
        Random random = new Random(7);
        check(
                "killed",
                records -> {
                    for (int round = 0; round < ROUNDS; round++) {
                        ZurauProcess node = cluster.node(1 + random.nextInt(3));
                        node.kill();
                        records.awaitAcknowledged(SOME_RECORDS);
                        node.start();
                        awaitAllInSync("killed");
                    }
                });
    }

    @Test
    void allNodesAreKilledAtOnce() throws Exception {
        check(
                "all-killed",
                records -> {
                    cluster.nodes().forEach(ZurauProcess::kill);
                    cluster.start();
                });
    }

    @Test
    void nodesAreRestartedOneAfterTheOther() throws Exception {
        check(
                "rolled",
                records -> {
                    for (ZurauProcess node : cluster.nodes()) {
                        assertThat(node.stop()).isZero();
                        node.start();
                        awaitAllInSync("rolled");
                    }
                });
    }

    /// Longer than every time-out: when it wakes up it still believes what it believed.
    @Test
    void aNodeStandsStill() throws Exception {
        check(
                "frozen",
                records -> {
                    for (ZurauProcess node : cluster.nodes()) {
                        node.pause();
                        records.awaitAcknowledged(SOME_RECORDS);
                        node.unpause();
                        awaitAllInSync("frozen");
                    }
                });
    }

    @Test
    void aGroupGoesOnWhenItsCoordinatorDies() throws Exception {
        int killed;
        // Given a group that has committed
        createTopic("read");
        NumberedRecords records =
                new NumberedRecords(cluster.bootstrap(), "read", PARTITIONS, PAUSE_NANOS);
        records.awaitAcknowledged(SOME_RECORDS);
        records.stop();
        Map<String, Object> settings =
                Map.of("bootstrap.servers", cluster.bootstrap(), "group.id", "readers");
        try (Consumer<String, String> consumer = Clients.consumer(settings);
                Admin admin = Clients.admin(cluster.bootstrap())) {
            consumer.subscribe(List.of("read"));
            ConsumerRecords<String, String> first = pollSome(consumer);
            consumer.commitSync();
            Map<TopicPartition, OffsetAndMetadata> committed = committed(admin);
            int coordinator =
                    Objects.requireNonNull(
                                    admin.describeConsumerGroups(List.of("readers"))
                                            .describedGroups()
                                            .get("readers"))
                            .get()
                            .coordinator()
                            .id();

            // When
            cluster.node(coordinator).kill();
            killed = coordinator;

            // Then the commit is known to the next coordinator, and the member reads on
            assertThat(committed(admin)).isEqualTo(committed);
            ConsumerRecords<String, String> next = pollSome(consumer);
            consumer.commitSync();
            assertThat(first.count() + next.count()).isPositive();
        }
        cluster.node(killed).start();
        awaitAllInSync("read");
    }

    private static ConsumerRecords<String, String> pollSome(Consumer<String, String> consumer) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        ConsumerRecords<String, String> polled = ConsumerRecords.empty();
        while (polled.isEmpty() && System.nanoTime() < deadline) {
            polled = consumer.poll(Duration.ofMillis(200));
        }
        return polled;
    }

    private static Map<TopicPartition, OffsetAndMetadata> committed(Admin admin) throws Exception {
        return admin.listConsumerGroupOffsets("readers").partitionsToOffsetAndMetadata().get();
    }
}

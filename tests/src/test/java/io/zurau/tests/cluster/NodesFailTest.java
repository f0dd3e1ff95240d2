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
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// Whatever becomes of one node of three, or of all of them: every acknowledged record is there
/// exactly once, in order.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NodesFailTest {
    private static final int ROUNDS = 2;

    private final ZurauCluster cluster =
            new ZurauCluster(Workspace.newDirectory("nodes-fail"), 3, Map.of());
    private final ClusterUnderLoad load = new ClusterUnderLoad(cluster);

    @BeforeAll
    void start() {
        cluster.start();
    }

    @AfterAll
    void stop() {
        cluster.close();
    }

    @Test
    void nodesAreKilledOneAfterTheOther() throws Exception {
        Random random = new Random(7);
        load.check(
                "killed",
                records -> {
                    for (int round = 0; round < ROUNDS; round++) {
                        ZurauProcess node = cluster.node(1 + random.nextInt(3));
                        node.kill();
                        records.awaitAcknowledged(ClusterUnderLoad.SOME_RECORDS);
                        node.start();
                        load.awaitAllInSync("killed");
                    }
                });
    }

    @Test
    void allNodesAreKilledAtOnce() throws Exception {
        load.check(
                "all-killed",
                records -> {
                    cluster.nodes().forEach(ZurauProcess::kill);
                    cluster.start();
                });
    }

    @Test
    void nodesAreRestartedOneAfterTheOther() throws Exception {
        load.check(
                "rolled",
                records -> {
                    for (ZurauProcess node : cluster.nodes()) {
                        assertThat(node.stop()).isZero();
                        node.start();
                        load.awaitAllInSync("rolled");
                    }
                });
    }

    /// Longer than every time-out: when it wakes up it still believes what it believed.
    @Test
    void aNodeStandsStill() throws Exception {
        load.check(
                "frozen",
                records -> {
                    for (ZurauProcess node : cluster.nodes().subList(0, 2)) {
                        node.pause();
                        records.awaitAcknowledged(ClusterUnderLoad.SOME_RECORDS);
                        node.unpause();
                        load.awaitAllInSync("frozen");
                    }
                });
    }

    @Test
    void aGroupGoesOnWhenItsCoordinatorDies() throws Exception {
        int killed;
        // Given a group that has committed
        load.createTopic("read");
        NumberedRecords records = load.writing("read");
        records.awaitAcknowledged(ClusterUnderLoad.SOME_RECORDS);
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
        load.awaitAllInSync("read");
    }

    private static ConsumerRecords<String, String> pollSome(Consumer<String, String> consumer) {
        long deadline = System.nanoTime() + ClusterUnderLoad.LIMIT.toNanos();
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

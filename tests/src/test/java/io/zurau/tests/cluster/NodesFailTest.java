package io.zurau.tests.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.tests.conformance.Clients;
import io.zurau.tests.conformance.NumberedRecords;
import io.zurau.tests.servers.Workspace;
import io.zurau.tests.servers.ZurauCluster;
import io.zurau.tests.servers.ZurauProcess;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
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
    private static final int ROUNDS = 2;

    /// Longer than a silent broker's session of 3 s.
    private static final Duration LAG = Duration.ofSeconds(4);

    private final ZurauCluster cluster =
            new ZurauCluster(
                    Workspace.newDirectory("nodes-fail"),
                    3,
                    Map.of("replica.lag.time.max.ms", "" + LAG.toMillis()));
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

    /// Until it is fenced, out of sync, and longer than a follower may lag: when it wakes up it
    /// still believes what it believed.
    @Test
    void aNodeStandsStill() throws Exception {
        load.check(
                "frozen",
                records -> {
                    for (ZurauProcess node : cluster.nodes().subList(0, 2)) {
                        long paused = System.nanoTime();
                        node.pause();
                        while (System.nanoTime() - paused < LAG.toNanos()) {
                            records.awaitAcknowledged(ClusterUnderLoad.SOME_RECORDS);
                        }
                        awaitGone("frozen", Integer.parseInt(node.setting("node.id")));
                        node.unpause();
                        load.awaitAllInSync("frozen");
                    }
                });
    }

    /// The producer has sent it batches that the next leader has, too, and has no answer. It hears
    /// of that leader and sends on; when it sends those again, many have come behind them.
    @Test
    void aLeaderStandsStillBeforeItAnswers() throws Exception {
        load.check(
                "late",
                records -> {
                    ZurauProcess follower = cluster.node(1);
                    ZurauProcess leader = cluster.node(2);
                    follower.pause();
                    records.awaitUnacknowledged(1, ClusterUnderLoad.SOME_RECORDS);
                    leader.pause();
                    follower.unpause();
                    records.awaitAcknowledged(ClusterUnderLoad.SOME_RECORDS);
                    leader.unpause();
                    load.awaitAllInSync("late");
                });
    }

    /// Asks the last node, which goes on.
    private void awaitGone(String topic, int node) {
        try (Admin admin = Clients.admin(cluster.nodes().getLast().bootstrap())) {
            Awaitility.await()
                    .atMost(ClusterUnderLoad.LIMIT)
                    .until(() -> isFenced(admin, node) && isOutOfSync(admin, topic, node));
        }
    }

    /// A fenced broker is shown to nobody.
    private static boolean isFenced(Admin admin, int node) throws Exception {
        return admin.describeCluster().nodes().get().stream().noneMatch(one -> one.id() == node);
    }

    private static boolean isOutOfSync(Admin admin, String topic, int node) throws Exception {
        return ClusterUnderLoad.describe(admin, topic).partitions().stream()
                .flatMap(partition -> partition.isr().stream())
                .noneMatch(one -> one.id() == node);
    }

    @Test
    void aGroupGoesOnWhenItsCoordinatorDies() throws Exception {
        int killed;
        // Given a group that has committed
        load.createTopic("read");
        write("read");
        Map<String, Object> settings =
                Map.of("bootstrap.servers", cluster.bootstrap(), "group.id", "readers");
        try (Consumer<String, String> consumer = Clients.consumer(settings);
                Admin admin = Clients.admin(cluster.bootstrap())) {
            consumer.subscribe(List.of("read"));
            assertThat(pollSome(consumer).isEmpty()).isFalse();
            consumer.commitSync();
            Map<TopicPartition, Long> committed = committed(admin);
            assertThat(committed).isNotEmpty();
            Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
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
            write("read");
            assertThat(firstsUntilBehind(ends, consumer)).containsAllEntriesOf(committed);
            consumer.commitSync();
            ends.forEach(
                    (partition, end) ->
                            assertThat(consumer.position(partition)).isGreaterThan(end));
        }
        cluster.node(killed).start();
        load.awaitAllInSync("read");
    }

    private void write(String topic) throws Exception {
        NumberedRecords records = load.writing(topic);
        records.awaitAcknowledged(ClusterUnderLoad.SOME_RECORDS);
        records.stop();
    }

    /// Reads on until it has read something behind each of `ends`.
    ///
    /// @return the offset of the first record that was read of each partition
    private static Map<TopicPartition, Long> firstsUntilBehind(
            Map<TopicPartition, Long> ends, Consumer<String, String> consumer) {
        Map<TopicPartition, Long> firsts = new HashMap<>();
        Set<TopicPartition> missing = new HashSet<>(ends.keySet());
        long deadline = System.nanoTime() + ClusterUnderLoad.LIMIT.toNanos();
        while (!missing.isEmpty() && System.nanoTime() < deadline) {
            for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(200))) {
                TopicPartition partition = new TopicPartition(record.topic(), record.partition());
                firsts.putIfAbsent(partition, record.offset());
                if (record.offset() >= Objects.requireNonNull(ends.get(partition))) {
                    missing.remove(partition);
                }
            }
        }
        assertThat(missing).isEmpty();
        return firsts;
    }

    private static ConsumerRecords<String, String> pollSome(Consumer<String, String> consumer) {
        long deadline = System.nanoTime() + ClusterUnderLoad.LIMIT.toNanos();
        ConsumerRecords<String, String> polled = ConsumerRecords.empty();
        while (polled.isEmpty() && System.nanoTime() < deadline) {
            polled = consumer.poll(Duration.ofMillis(200));
        }
        return polled;
    }

    private static Map<TopicPartition, Long> committed(Admin admin) throws Exception {
        Map<TopicPartition, Long> offsets = new HashMap<>();
        admin.listConsumerGroupOffsets("readers")
                .partitionsToOffsetAndMetadata()
                .get()
                .forEach((partition, committed) -> offsets.put(partition, committed.offset()));
        return offsets;
    }
}

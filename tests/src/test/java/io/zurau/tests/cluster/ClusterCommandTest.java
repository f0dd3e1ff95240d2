package io.zurau.tests.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.tests.conformance.Clients;
import io.zurau.tests.conformance.NumberedRecords;
import io.zurau.tests.servers.ChildProcess;
import io.zurau.tests.servers.KafkaCluster;
import io.zurau.tests.servers.KafkaProcess;
import io.zurau.tests.servers.ServerUnderTest;
import io.zurau.tests.servers.Workspace;
import io.zurau.tests.servers.ZurauCluster;
import io.zurau.tests.servers.ZurauProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/// `zurau cluster` and `zurau cluster rebalance` against three nodes, of Zurau or, with
/// `-Dserver=kafka`, of Apache Kafka. One test leaves the cluster as the next one wants it.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ClusterCommandTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String TOPIC = "skewed";
    private static final int PARTITIONS = 6;
    private static final int RATES = 6; // Of three nodes, as leader and as follower.
    private static final Set<ConfigEntry.ConfigSource> SET_WHILE_RUNNING =
            Set.of(
                    ConfigEntry.ConfigSource.DYNAMIC_BROKER_CONFIG,
                    ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG);

    private final Path directory = Workspace.newDirectory("cluster-command");
    private final List<ServerUnderTest> nodes = new ArrayList<>();
    private String bootstrap = "";
    private int runs;

    @BeforeAll
    void start() {
        if (ServerUnderTest.kafkaChosen()) {
            KafkaCluster cluster = new KafkaCluster(directory, 3, Map.of());
            nodes.addAll(cluster.nodes());
            bootstrap = cluster.bootstrap();
            cluster.nodes().forEach(KafkaProcess::spawn);
            cluster.nodes().forEach(KafkaProcess::awaitReady);
        } else {
            ZurauCluster cluster = new ZurauCluster(directory, 3, Map.of()).start();
            nodes.addAll(cluster.nodes());
            bootstrap = cluster.bootstrap();
        }
    }

    @AfterAll
    void stop() throws Exception {
        for (ServerUnderTest node : nodes) {
            node.close();
        }
    }

    private ChildProcess begin(String... arguments) {
        List<String> command = ZurauProcess.command("cluster");
        command.addAll(List.of(arguments));
        command.addAll(List.of("-b", bootstrap));
        return ChildProcess.start(
                "zurau cluster", command, Map.of(), directory.resolve(++runs + ".out"));
    }

    /// Both outputs of `zurau cluster …`.
    private String cluster(int exitCode, String... arguments) {
        try (ChildProcess process = begin(arguments)) {
            assertThat(process.awaitExit(LIMIT)).as(process.output()).isEqualTo(exitCode);
            return process.output();
        }
    }

    private long replicasOn(int node) throws Exception {
        try (Admin admin = Clients.admin(bootstrap)) {
            Map<String, TopicDescription> topics =
                    admin.describeTopics(List.of(TOPIC)).allTopicNames().get();
            return topics.values().stream()
                    .flatMap(topic -> topic.partitions().stream())
                    .flatMap(partition -> partition.replicas().stream())
                    .filter(replica -> replica.id() == node)
                    .count();
        }
    }

    @Test
    @Order(1)
    void theNodesAreShown() throws Exception {
        // Given: node 3 has nothing
        try (Admin admin = Clients.admin(bootstrap)) {
            Awaitility.await()
                    .atMost(LIMIT)
                    .until(() -> admin.describeCluster().nodes().get().size() == 3);
            Map<Integer, List<Integer>> placement = new HashMap<>();
            for (int partition = 0; partition < PARTITIONS; partition++) {
                placement.put(partition, List.of(1, 2));
            }
            admin.createTopics(List.of(new NewTopic(TOPIC, placement))).all().get();
        }
        NumberedRecords records = new NumberedRecords(bootstrap, TOPIC, PARTITIONS, 1_000_000);
        records.awaitAcknowledged(100);
        records.stop();

        // When
        String json = cluster(0, "--output", "json");
        String text = cluster(0, "show");

        // Then
        assertThat(records.failures()).isEmpty();
        assertThat(json)
                .containsOnlyOnce("\"quorum\":\"leader\"")
                .contains("\"address\":\"" + nodes.get(2).bootstrap() + "\"")
                .contains("\"partitionsInNeed\":[]", "\"reassignments\":[]")
                .doesNotContain("\"lag\":null", "\"bytes\":null");
        assertThat(text)
                .containsPattern("\n1 .* active +(leader|voter) +6 +6 +0 +\\d+ +\\d+\\.\\d [KM]B\n")
                .containsPattern("\n2 .* active +(leader|voter) +0 +6 +0 +\\d+ +\\d+\\.\\d [KM]B\n")
                .containsPattern("\n3 .* active +(leader|voter) +0 +0 +0 +0 +0 B\n")
                .contains("Partitions: 6, in need: 0, being moved: 0");
    }

    @Test
    @Order(2)
    void replicasAndLeadersAreSpreadUnderLoadAndThenThereIsNothingToDo() throws Exception {
        // Given
        try (Admin admin = Clients.admin(bootstrap)) {
            admin.createTopics(List.of(new NewTopic("loaded", Map.of(0, List.of(2, 1)))))
                    .all()
                    .get();
        }
        NumberedRecords records = new NumberedRecords(bootstrap, "loaded", 1, 100_000);
        records.awaitAcknowledged(100);

        // When
        String plan = cluster(0, "rebalance");
        long movedByThePlanAlone = replicasOn(3);
        String executed = cluster(0, "rebalance", "--execute", "--at-once", "2");
        records.awaitAcknowledged(100);
        records.stop();

        // Then: 14 replicas, 7 leaders
        assertThat(plan)
                .containsPattern("\n1 +7 +→ [45] +6 +→ [23] ")
                .containsPattern("\n3 +0 +→ [45] +0 +→ [23] ");
        assertThat(movedByThePlanAlone).isZero();
        assertThat(executed)
                .containsPattern("(\\d) of \\1 partitions, (.*) of \\2 copied, .*/s")
                .contains("Done.");
        assertThat(replicasOn(3)).isGreaterThanOrEqualTo(3);
        assertThat(records.failures()).isEmpty();
        assertThat(
                        records.problemsIn(
                                Clients.readAll("loaded", Map.of("bootstrap.servers", bootstrap))))
                .isEmpty();
        assertThat(cluster(0, "rebalance")).contains("There is nothing to do.");
        assertThat(cluster(0)).containsPattern("\n3 .* active +(leader|voter) +[23] +[45] +0 ");
    }

    /// What was set on nodes and topics to hold moves back, as `owner setting=value`.
    private Set<String> throttles(Admin admin) throws Exception {
        List<ConfigResource> owners = new ArrayList<>();
        List.of("1", "2", "3")
                .forEach(id -> owners.add(new ConfigResource(ConfigResource.Type.BROKER, id)));
        List.of(TOPIC, "loaded", "large")
                .forEach(name -> owners.add(new ConfigResource(ConfigResource.Type.TOPIC, name)));
        Set<String> found = new TreeSet<>();
        admin.describeConfigs(owners)
                .all()
                .get()
                .forEach(
                        (owner, settings) ->
                                settings.entries().stream()
                                        .filter(
                                                setting ->
                                                        SET_WHILE_RUNNING.contains(
                                                                setting.source()))
                                        .filter(setting -> setting.name().contains("throttled"))
                                        .forEach(
                                                setting ->
                                                        found.add(
                                                                "%s %s=%s"
                                                                        .formatted(
                                                                                owner.name(),
                                                                                setting.name(),
                                                                                setting.value()))));
        return found;
    }

    private static Set<TopicPartition> moving(Admin admin) throws Exception {
        return admin.listPartitionReassignments().reassignments().get().keySet();
    }

    @Test
    @Order(3)
    void theThrottleOfAKilledRebalanceStaysUntilItIsTakenOffByHand() throws Exception {
        // Given: 3 MB, so several fetches, in each of two partitions, and a first move that would
        // take minutes
        TopicPartition first = new TopicPartition("large", 0);
        try (Admin admin = Clients.admin(bootstrap)) {
            admin.createTopics(
                            List.of(
                                    new NewTopic(
                                            "large", Map.of(0, List.of(1, 2), 1, List.of(2, 1)))))
                    .all()
                    .get();
            try (Producer<String, String> producer =
                    Clients.producer(Map.of("bootstrap.servers", bootstrap))) {
                for (int i = 0; i < 600; i++) {
                    producer.send(new ProducerRecord<>("large", i % 2, null, "x".repeat(10_000)));
                }
            }
            // When
            try (ChildProcess rebalance =
                    begin("rebalance --drain 1 --execute --at-once 1 --throttle 10KB".split(" "))) {
                Awaitility.await()
                        .atMost(LIMIT)
                        .until(() -> !rebalance.alive() || moving(admin).contains(first));
                rebalance.kill();
                assertThat(rebalance.output()).contains("--remove-throttle");
            }

            // Then
            assertThat(throttles(admin))
                    .contains(
                            "1 leader.replication.throttled.rate=10000",
                            "2 leader.replication.throttled.rate=10000",
                            "3 follower.replication.throttled.rate=10000",
                            "large leader.replication.throttled.replicas=0:1,0:2,1:2,1:1",
                            "large follower.replication.throttled.replicas=0:3,1:3");
            assertThat(cluster(0))
                    .contains("being moved: 1", "Moves throttled to 10.0 KB/s on nodes [1, 2, 3]");

            // When
            assertThat(moving(admin)).contains(first);
            String removed = cluster(0, "rebalance", "--remove-throttle");
            // Then
            assertThat(removed).contains("node 2: leader.replication.throttled.rate=10000");
            assertThat(throttles(admin)).isEmpty();
            Awaitility.await().atMost(LIMIT).until(() -> moving(admin).isEmpty());
        }
    }

    @Test
    @Order(4)
    void aThrottleOfSomebodyElseIsLeftAlone() throws Exception {
        // Given
        ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, "loaded");
        ConfigEntry all = new ConfigEntry("leader.replication.throttled.replicas", "*");
        try (Admin admin = Clients.admin(bootstrap)) {
            set(admin, topic, all, AlterConfigOp.OpType.SET);

            // When
            String refused =
                    cluster(1, "rebalance", "--drain", "1", "--execute", "--throttle", "50MB");

            // Then
            assertThat(refused)
                    .contains(
                            "already (topic loaded: leader.replication.throttled.replicas=*). Leave out");
            assertThat(throttles(admin))
                    .containsExactly("loaded leader.replication.throttled.replicas=*");
            assertThat(moving(admin)).isEmpty();
            set(admin, topic, all, AlterConfigOp.OpType.DELETE);
        }
    }

    private static void set(
            Admin admin, ConfigResource owner, ConfigEntry entry, AlterConfigOp.OpType operation)
            throws Exception {
        admin.incrementalAlterConfigs(Map.of(owner, List.of(new AlterConfigOp(entry, operation))))
                .all()
                .get();
    }

    @Test
    @Order(5)
    void aNodeIsDrainedUnderAThrottleThatIsGoneAfterwards() throws Exception {
        // Given: a rate by which it takes about two seconds
        Matcher bytes =
                Pattern.compile("\"after\":\\[[0-9,]+],\"bytes\":(\\d+)")
                        .matcher(cluster(0, "rebalance", "--drain", "1", "-o", "json"));
        long all = bytes.results().mapToLong(found -> Long.parseLong(found.group(1))).sum();
        assertThat(all).isGreaterThan(3_000_000);

        try (Admin admin = Clients.admin(bootstrap);
                ChildProcess rebalance =
                        begin(
                                "rebalance",
                                "--drain",
                                "1",
                                "--execute",
                                "-o",
                                "json",
                                "--throttle",
                                String.valueOf(all / 2))) {
            // When
            Set<String> throttles = new TreeSet<>();
            Awaitility.await()
                    .atMost(LIMIT)
                    .pollInterval(Duration.ofMillis(50))
                    .until(
                            () -> {
                                throttles.clear();
                                throttles.addAll(throttles(admin));
                                return !rebalance.alive()
                                        || (throttles.size() > RATES && !moving(admin).isEmpty());
                            });
            assertThat(rebalance.awaitExit(LIMIT)).as(rebalance.output()).isZero();

            // Then
            assertThat(throttles)
                    .contains("3 follower.replication.throttled.rate=" + all / 2)
                    .anyMatch(line -> line.contains("leader.replication.throttled.replicas"));
            assertThat(throttles(admin)).isEmpty();
        }
        assertThat(replicasOn(1)).isZero();
        assertThat(cluster(0)).containsPattern("\n1 .* active +(leader|voter) +0 +0 +0 +0 +0 B\n");
    }

    @Test
    @Order(6)
    void whatADeadNodeLacksIsShownAndAMoveToItCanBeCancelled() throws Exception {
        // Given: all on nodes 2 and 3
        nodes.get(2).kill();
        NumberedRecords records = new NumberedRecords(bootstrap, TOPIC, 1, 1_000_000);
        records.awaitAcknowledged(10);
        records.stop();
        Awaitility.await()
                .atMost(LIMIT)
                .until(() -> cluster(0, "-o", "json").contains("\"state\":\"fenced\""));

        // When
        String text = cluster(0);
        // Then
        assertThat(text)
                .contains("Partitions: 9, in need: 9, being moved: 0")
                .containsPattern("skewed-0 +under-replicated +2 .* 3: \\?");
        assertThat(cluster(1, "rebalance")).contains("Node 3 has replicas but is not there");

        // When: a move that cannot end
        TopicPartition stuck = new TopicPartition("loaded", 0);
        cluster(0, "rebalance", "--drain", "3", "--execute");
        assertThat(cluster(0)).contains("Partitions: 9, in need: 0, being moved: 0");
        try (Admin admin = Clients.admin(bootstrap)) {
            admin.alterPartitionReassignments(
                            Map.of(stuck, Optional.of(new NewPartitionReassignment(List.of(3, 1)))))
                    .all()
                    .get();
        }
        // Then
        assertThat(cluster(0))
                .contains("in need: 0, being moved: 1")
                .containsPattern("loaded-0 .*\\[3] +\\[2] +0 % of ");
        assertThat(cluster(1, "rebalance", "--drain", "3")).contains("still being moved: 1");

        // When
        String cancelled = cluster(0, "rebalance", "--cancel");
        // Then
        assertThat(cancelled).contains("Moves cancelled: 1");
        assertThat(cluster(0)).contains("in need: 0, being moved: 0");
    }
}

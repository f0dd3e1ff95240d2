package io.zurau.tests.cluster;

import static io.zurau.tests.conformance.KafkaTool.CLUSTER;
import static io.zurau.tests.conformance.KafkaTool.CONFIGS;
import static io.zurau.tests.conformance.KafkaTool.FEATURES;
import static io.zurau.tests.conformance.KafkaTool.LEADER_ELECTION;
import static io.zurau.tests.conformance.KafkaTool.LOG_DIRS;
import static io.zurau.tests.conformance.KafkaTool.METADATA_QUORUM;
import static io.zurau.tests.conformance.KafkaTool.REASSIGN_PARTITIONS;
import static io.zurau.tests.conformance.KafkaTool.REPLICA_VERIFICATION;
import static io.zurau.tests.conformance.KafkaTool.TOPICS;
import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.tests.conformance.Clients;
import io.zurau.tests.conformance.KafkaTool;
import io.zurau.tests.conformance.NumberedRecords;
import io.zurau.tests.servers.ChildProcess;
import io.zurau.tests.servers.ToolHost;
import io.zurau.tests.servers.Workspace;
import io.zurau.tests.servers.ZurauCluster;
import io.zurau.tests.servers.ZurauProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// Apache Kafka's tools for clusters, against three nodes.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClusterToolsTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final long MOVED_BYTES = 5_000_000;
    private static final long BYTES_PER_SECOND = 1_000_000;
    private static final long LARGEST_FETCH = 1 << 20; // Of one partition.

    private final Path directory = Workspace.newDirectory("cluster-tools");
    private final ZurauCluster cluster = new ZurauCluster(directory, 3, Map.of());

    @BeforeAll
    void start() {
        cluster.start();
    }

    @AfterAll
    void stop() {
        cluster.close();
    }

    private ToolHost.Result run(KafkaTool tool, String... arguments) {
        List<String> all = new ArrayList<>(List.of("--bootstrap-server", cluster.bootstrap()));
        all.addAll(List.of(arguments));
        return tool.runAsGiven(all.toArray(String[]::new));
    }

    private void createTopic(String topic, String assignment) {
        run(TOPICS, "--create", "--topic", topic, "--replica-assignment", assignment);
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }

    @Test
    void topicsAreSpreadOverTheNodes() {
        // When
        run(
                TOPICS,
                "--create",
                "--topic",
                "spread",
                "--partitions",
                "3",
                "--replication-factor",
                "3");

        // Then
        String described = run(TOPICS, "--describe", "--topic", "spread").text();
        assertThat(described)
                .contains("ReplicationFactor: 3")
                .contains("Leader: 1", "Leader: 2", "Leader: 3");
        assertThat(run(TOPICS, "--describe", "--under-replicated-partitions").text())
                .doesNotContain("spread");
    }

    @Test
    void theClusterIsDescribed() {
        assertThat(
                        CLUSTER.runAsGiven("cluster-id", "--bootstrap-server", cluster.bootstrap())
                                .text())
                .contains("Cluster ID: ");
        assertThat(
                        CLUSTER.runAsGiven(
                                        "list-endpoints", "--bootstrap-server", cluster.bootstrap())
                                .lines())
                .hasSize(4); // A head and three nodes.
        assertThat(run(FEATURES, "describe").text()).contains("Feature: metadata.version");
    }

    @Test
    void theQuorumIsDescribed() {
        // When
        String status = run(METADATA_QUORUM, "describe", "--status").text();

        // Then
        assertThat(status)
                .containsPattern("LeaderId: +[123]")
                .containsPattern("HighWatermark: +\\d+")
                .contains("\"id\": 1", "\"id\": 2", "\"id\": 3");
        assertThat(replication("Leader")).isNotEmpty();
        assertThat(replication("Follower"))
                .hasSize(2)
                .allMatch(line -> Pattern.compile("\\s[1-9]\\d*\\s").matcher(line).find());
    }

    @Test
    void leadershipGoesBackToThePreferredReplica() {
        // Given
        createTopic("preferred", "2:1:3");
        cluster.node(2).kill();
        awaitDescribed("preferred", "Leader: (1|3)\\b");
        cluster.node(2).start();
        awaitDescribed("preferred", "Isr: \\d,\\d,\\d");

        // When
        String elected =
                run(
                                LEADER_ELECTION,
                                "--election-type",
                                "preferred",
                                "--topic",
                                "preferred",
                                "--partition",
                                "0")
                        .text();

        // Then
        assertThat(elected).contains("Successfully completed leader election");
        awaitDescribed("preferred", "Leader: 2\\b");
    }

    @Test
    void aFourthNodeJoinsVotesAndLeaves() throws Exception {
        // Given
        ZurauProcess fourth = cluster.addObserver();
        fourth.start();
        createTopic("joined", "4:1");
        assertThat(replication("Observer")).hasSize(1);
        Path settings =
                file(
                        "fourth.properties",
                        "process.roles=broker,controller\nnode.id=4\ncontroller.listener.names=CONTROLLER\n"
                                + "log.dirs=%s\nlisteners=%s\n"
                                        .formatted(
                                                fourth.logDirectory(),
                                                fourth.setting("listeners")));

        // When
        METADATA_QUORUM.runAsGiven(
                "--bootstrap-server",
                cluster.bootstrap(),
                "--command-config",
                settings.toString(),
                "add-controller");

        // Then
        Awaitility.await().atMost(LIMIT).until(() -> replication("Follower").size() == 3);

        // When
        String directoryId =
                Files.readAllLines(fourth.logDirectory().resolve("meta.properties")).stream()
                        .filter(line -> line.startsWith("directory.id="))
                        .map(line -> line.substring("directory.id=".length()))
                        .findFirst()
                        .orElseThrow();
        run(
                METADATA_QUORUM,
                "remove-controller",
                "--controller-id",
                "4",
                "--controller-directory-id",
                directoryId);

        // Then
        Awaitility.await().atMost(LIMIT).until(() -> replication("Follower").size() == 2);
        assertThat(fourth.stop()).isZero();
        run(TOPICS, "--delete", "--topic", "joined");
        CLUSTER.runAsGiven(
                "unregister", "--bootstrap-server", cluster.node(1).bootstrap(), "--id", "4");
    }

    private List<String> replication(String role) {
        return run(METADATA_QUORUM, "describe", "--replication").lines().stream()
                .filter(line -> line.contains(role))
                .toList();
    }

    private void awaitDescribed(String topic, String pattern) {
        Awaitility.await()
                .atMost(LIMIT)
                .until(
                        () -> run(TOPICS, "--describe", "--topic", topic).text(),
                        text -> Pattern.compile(pattern).matcher(text).find());
    }

    @Test
    void partitionsAreMovedUnderLoad() throws Exception {
        // Given
        createTopic("moved", "1:2");
        NumberedRecords records = new NumberedRecords(cluster.bootstrap(), "moved", 1, 100_000);
        Path plan =
                file(
                        "plan.json",
                        """
                        {"version": 1, "partitions":
                          [{"topic": "moved", "partition": 0, "replicas": [3, 2]}]}
                        """);
        try {
            records.awaitAcknowledged(1000);

            // When
            run(REASSIGN_PARTITIONS, "--reassignment-json-file", plan.toString(), "--execute");
            Awaitility.await()
                    .atMost(LIMIT)
                    .until(
                            () ->
                                    run(
                                                    REASSIGN_PARTITIONS,
                                                    "--reassignment-json-file",
                                                    plan.toString(),
                                                    "--verify")
                                            .text(),
                            text -> text.contains("moved-0 is completed"));
            records.awaitAcknowledged(1000);
        } finally {
            records.stop();
        }

        // Then
        Map<String, Object> connection = Map.of("bootstrap.servers", cluster.bootstrap());
        assertThat(records.failures()).isEmpty();
        assertThat(records.problemsIn(Clients.readAll("moved", connection))).isEmpty();
        awaitDescribed("moved", "Replicas: 3,2\\b");
        assertThat(Files.exists(cluster.node(1).logDirectory().resolve("moved-0"))).isFalse();
    }

    @Test
    void aThrottledReassignmentTakesItsTimeAndTheThrottlesGoWithIt() throws Exception {
        // Given
        createTopic("throttled", "1:2");
        Map<String, Object> connection = Map.of("bootstrap.servers", cluster.bootstrap());
        long bytes = 0;
        try (Producer<String, String> producer = Clients.producer(connection)) {
            String value = "x".repeat(1000);
            for (; bytes < MOVED_BYTES; bytes += value.length()) {
                producer.send(new ProducerRecord<>("throttled", 0, null, value));
            }
        }
        Path plan =
                file(
                        "throttled.json",
                        """
                        {"version": 1, "partitions":
                          [{"topic": "throttled", "partition": 0, "replicas": [1, 3]}]}
                        """);
        long start = System.nanoTime();

        // When
        String executed =
                run(
                                REASSIGN_PARTITIONS,
                                "--reassignment-json-file",
                                plan.toString(),
                                "--throttle",
                                Long.toString(BYTES_PER_SECOND),
                                "--execute")
                        .text();

        // Then: what was saved and what the last fetch overdrew took no time
        try (Admin admin = Clients.admin(cluster.bootstrap())) {
            assertThat(executed).contains("The inter-broker throttle limit was set to");
            assertThat(throttles(admin)).isNotEmpty();
            Awaitility.await()
                    .atMost(LIMIT)
                    .until(
                            () ->
                                    admin.listPartitionReassignments()
                                            .reassignments()
                                            .get()
                                            .isEmpty());
            double seconds = (System.nanoTime() - start) / 1e9;
            assertThat(seconds)
                    .isGreaterThan(
                            (bytes - BYTES_PER_SECOND - LARGEST_FETCH) / (double) BYTES_PER_SECOND);

            // When
            String verified =
                    run(
                                    REASSIGN_PARTITIONS,
                                    "--reassignment-json-file",
                                    plan.toString(),
                                    "--verify")
                            .text();

            // Then
            assertThat(verified)
                    .contains("throttled-0 is completed")
                    .contains("Clearing broker-level throttles", "Clearing topic-level throttles");
            Awaitility.await() // Each broker is asked for its own.
                    .atMost(LIMIT)
                    .untilAsserted(() -> assertThat(throttles(admin)).isEmpty());
        }
    }

    /// Every setting of throttles that is set on the topic or a broker.
    private static List<String> throttles(Admin admin) throws Exception {
        List<ConfigResource> resources = new ArrayList<>();
        resources.add(new ConfigResource(ConfigResource.Type.TOPIC, "throttled"));
        for (int node = 1; node <= 3; node++) {
            resources.add(new ConfigResource(ConfigResource.Type.BROKER, Integer.toString(node)));
        }
        return admin.describeConfigs(resources).all().get().values().stream()
                .flatMap(config -> config.entries().stream())
                .filter(entry -> entry.name().contains("throttled") && !entry.isDefault())
                .map(ConfigEntry::name)
                .toList();
    }

    /// Any node may answer, and another than the one that decided hears of it a moment later.
    private void awaitLevel(String level) {
        Awaitility.await()
                .atMost(LIMIT)
                .until(
                        () -> run(FEATURES, "describe").text(),
                        text -> text.contains("FinalizedVersionLevel: " + level));
    }

    @Test
    void featureLevelsGoDownAndUpAsFarAsAllNodesSupport() {
        // Given
        assertThat(run(FEATURES, "describe").text())
                .containsPattern(
                        "metadata.version\\s+SupportedMinVersion: 4.0-IV1\\s+SupportedMaxVersion:"
                                + " 4.0-IV3\\s+FinalizedVersionLevel: 4.0-IV3");

        // When
        run(FEATURES, "downgrade", "--feature", "metadata.version=24");

        // Then
        awaitLevel("4.0-IV2");

        // When
        run(FEATURES, "upgrade", "--feature", "metadata.version=25", "--dry-run");

        // Then
        awaitLevel("4.0-IV2");

        // When
        run(FEATURES, "upgrade", "--feature", "metadata.version=25");

        // Then
        awaitLevel("4.0-IV3");
        assertThat(attempt(FEATURES, "upgrade", "--feature", "metadata.version=26"))
                .asString()
                .contains("only supports versions 23-25");
        assertThat(attempt(FEATURES, "disable", "--feature", "metadata.version"))
                .asString()
                .contains("only supports versions 23-25");
    }

    @Test
    void whatAnAcknowledgementIsWorthIsTheSameForAllNodes() {
        // Given
        String defaults =
                run(CONFIGS, "--describe", "--entity-type", "brokers", "--entity-default").text();
        assertThat(defaults)
                .contains(
                        "min.insync.replicas=1",
                        "log.durability=disk",
                        "unclean.leader.election.enable=false");

        // When
        ToolHost.Result refused =
                attempt(
                        CONFIGS,
                        "--alter",
                        "--entity-type",
                        "brokers",
                        "--entity-name",
                        "2",
                        "--add-config",
                        "min.insync.replicas=2");

        // Then
        assertThat(refused).asString().contains("min.insync.replicas is the same for all brokers");
    }

    private ToolHost.Result attempt(KafkaTool tool, String... arguments) {
        List<String> all = new ArrayList<>(List.of("--bootstrap-server", cluster.bootstrap()));
        all.addAll(List.of(arguments));
        return tool.attemptAsGiven(all.toArray(String[]::new));
    }

    @Test
    void replicasAndTheirSizesAreShown() throws Exception {
        // Given
        createTopic("sized", "1:2:3");
        NumberedRecords records = new NumberedRecords(cluster.bootstrap(), "sized", 1, 100_000);
        records.awaitAcknowledged(100);
        records.stop();

        // Then
        String sizes = run(LOG_DIRS, "--describe", "--topic-list", "sized").text();
        assertThat(sizes).contains("\"broker\":1", "\"broker\":2", "\"broker\":3");

        // When: this tool goes on until it is stopped
        Path output = directory.resolve("verification.out");
        try (ChildProcess verification =
                ChildProcess.start(
                        "replica verification",
                        REPLICA_VERIFICATION.commandAsGiven(
                                "--broker-list",
                                cluster.bootstrap(),
                                "--topics-include",
                                "sized",
                                "--report-interval-ms",
                                "1000"),
                        Map.of(),
                        output)) {
            // Then
            verification.awaitOutput(Pattern.compile("max lag is 0 for partition sized-0"), LIMIT);
        }
    }
}

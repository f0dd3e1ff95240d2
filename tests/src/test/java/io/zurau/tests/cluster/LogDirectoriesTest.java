package io.zurau.tests.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zurau.tests.conformance.Clients;
import io.zurau.tests.conformance.KafkaTool;
import io.zurau.tests.conformance.NumberedRecords;
import io.zurau.tests.servers.Workspace;
import io.zurau.tests.servers.ZurauProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.ReplicaInfo;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionReplica;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.LogDirNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A node with two log directories (KIP-112, KIP-113), as Apache Kafka's admin client sees it.
class LogDirectoriesTest {
    private static final int RECORDS = 600;
    private static final int PARTITIONS = 6;
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final Path folder = Workspace.newDirectory("log-directories");
    private final String first = folder.resolve("first").toString();
    private final String second = folder.resolve("second").toString();
    private final ZurauProcess node =
            new ZurauProcess(folder, Map.of("log.dirs", first + "," + second));
    private Admin admin;

    @BeforeEach
    void start() {
        node.start();
        admin = Admin.create(Map.of("bootstrap.servers", node.bootstrap()));
    }

    @AfterEach
    void stop() {
        admin.close();
        node.close();
    }

    private Map<String, LogDirDescription> directories() throws Exception {
        return new TreeMap<>(admin.describeLogDirs(List.of(1)).allDescriptions().get().get(1));
    }

    private void create(String topic) throws Exception {
        admin.createTopics(List.of(new NewTopic(topic, PARTITIONS, (short) 1))).all().get();
    }

    private void produce(String topic) {
        try (Producer<String, String> producer =
                Clients.producer(Map.of("bootstrap.servers", node.bootstrap()))) {
            for (int i = 0; i < RECORDS; i++) {
                producer.send(new ProducerRecord<>(topic, i % PARTITIONS, "", "" + i));
            }
            producer.flush();
        }
    }

    private List<Integer> read(String topic) {
        return Clients.readAll(topic, Map.of("bootstrap.servers", node.bootstrap())).stream()
                .map(ConsumerRecord::value)
                .map(Integer::valueOf)
                .sorted()
                .toList();
    }

    @Test
    void partitionsAreSpreadOverTheDirectoriesAndRecoveredFromBoth() throws Exception {
        // Given
        create("spread");

        // Then
        assertThat(directories()).containsOnlyKeys(first, second);
        assertThat(directories().values())
                .extracting(directory -> directory.replicaInfos().size())
                .containsExactly(PARTITIONS / 2, PARTITIONS / 2);

        // When
        produce("spread");
        node.kill();
        node.start();

        // Then
        assertThat(read("spread")).isEqualTo(IntStream.range(0, RECORDS).boxed().toList());
        assertThat(directories().values())
                .extracting(directory -> directory.replicaInfos().size())
                .containsExactly(PARTITIONS / 2, PARTITIONS / 2);
    }

    /// The replicas that a directory has.
    private Map<TopicPartition, ReplicaInfo> replicas(String directory) throws Exception {
        return Objects.requireNonNull(directories().get(directory)).replicaInfos();
    }

    private Optional<ReplicaInfo> replica(String topic, int partition, String directory)
            throws Exception {
        return Optional.ofNullable(replicas(directory).get(new TopicPartition(topic, partition)));
    }

    private String directoryOf(String topic, int partition) throws Exception {
        for (String directory : List.of(first, second)) {
            if (replica(topic, partition, directory).filter(r -> !r.isFuture()).isPresent()) {
                return directory;
            }
        }
        return "";
    }

    private String other(String directory) {
        return directory.equals(first) ? second : first;
    }

    private void move(String topic, int partition, String directory) throws Exception {
        admin.alterReplicaLogDirs(Map.of(new TopicPartitionReplica(topic, partition, 1), directory))
                .all()
                .get();
    }

    private void awaitMoved(String topic, int partition, String directory) {
        Awaitility.await()
                .atMost(LIMIT)
                .until(() -> directoryOf(topic, partition), directory::equals);
    }

    @Test
    void replicasMoveWhileTheyAreWritten() throws Exception {
        // Given
        create("moved");
        NumberedRecords records =
                new NumberedRecords(node.bootstrap(), "moved", PARTITIONS, 100_000);
        records.awaitAcknowledged(500);

        // When: there, and back, and there
        for (int round = 0; round < 3; round++) {
            for (int partition = 0; partition < PARTITIONS; partition++) {
                String destination = other(directoryOf("moved", partition));
                move("moved", partition, destination);
                awaitMoved("moved", partition, destination);
            }
        }
        records.awaitAcknowledged(1000);
        records.stop();

        // Then
        assertThat(records.failures()).isEmpty();
        assertThat(records.problemsIn(Clients.readAll("moved", connection()))).isEmpty();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            Path left = Path.of(other(directoryOf("moved", partition)), "moved-" + partition);
            Awaitility.await().atMost(LIMIT).until(() -> !Files.exists(left));
        }
    }

    @Test
    void aMoveGoesOnAfterAKillAndIsCancelledByMovingBack() throws Exception {
        // Given
        create("killed");
        throttle("5000");
        String present = directoryOf("killed", 0);
        String destination = other(present);
        NumberedRecords records = new NumberedRecords(node.bootstrap(), "killed", 1, 1_000_000);
        records.awaitAcknowledged(300);
        records.stop();

        // When
        move("killed", 0, destination);
        Awaitility.await().atMost(LIMIT).until(() -> replica("killed", 0, destination).isPresent());
        node.kill();
        node.start();

        // Then
        ReplicaInfo copy = replica("killed", 0, destination).orElseThrow();
        assertThat(copy.isFuture()).isTrue();
        assertThat(copy.offsetLag()).isPositive();
        assertThat(directoryOf("killed", 0)).isEqualTo(present);

        // When
        move("killed", 0, present);

        // Then
        assertThat(replica("killed", 0, destination)).isEmpty();

        // When
        throttle("100000000");
        move("killed", 0, destination);
        awaitMoved("killed", 0, destination);
        node.kill();
        node.start();

        // Then
        assertThat(directoryOf("killed", 0)).isEqualTo(destination);
        assertThat(records.problemsIn(Clients.readAll("killed", connection()))).isEmpty();
    }

    private void throttle(String bytesPerSecond) throws Exception {
        admin.incrementalAlterConfigs(
                        Map.of(
                                new ConfigResource(ConfigResource.Type.BROKER, "1"),
                                List.of(
                                        new AlterConfigOp(
                                                new ConfigEntry(
                                                        "replica.alter.log.dirs.io.max.bytes.per.second",
                                                        bytesPerSecond),
                                                AlterConfigOp.OpType.SET))))
                .all()
                .get();
    }

    private Map<String, Object> connection() {
        return Map.of("bootstrap.servers", node.bootstrap());
    }

    @Test
    void aRateThatIsRaisedCountsAtOnce() throws Exception {
        // Given: a batch of some hundred bytes is copied in as many seconds
        create("slow");
        produce("slow");
        throttle("1");
        String destination = other(directoryOf("slow", 0));
        move("slow", 0, destination);
        Awaitility.await()
                .atMost(LIMIT)
                .until(() -> replica("slow", 0, destination).filter(r -> r.size() > 0).isPresent());

        // When
        throttle("100000000");

        // Then
        awaitMoved("slow", 0, destination);
        assertThat(read("slow")).hasSize(RECORDS);
    }

    @Test
    void aReplicaIsMadeWhereItWasWantedBeforeItWas() throws Exception {
        // When
        assertThatThrownBy(() -> move("wanted", 0, second))
                .hasCauseInstanceOf(UnknownTopicOrPartitionException.class);
        assertThatThrownBy(() -> move("wanted", 1, second))
                .hasCauseInstanceOf(UnknownTopicOrPartitionException.class);
        create("wanted");

        // Then
        awaitMoved("wanted", 0, second);
        awaitMoved("wanted", 1, second);
    }

    @Test
    void whatCannotBeMovedIsRefused() throws Exception {
        create("refused");
        assertThatThrownBy(() -> move("refused", 0, "/nowhere"))
                .hasCauseInstanceOf(LogDirNotFoundException.class);
        assertThatThrownBy(() -> move("x".repeat(240), 0, second))
                .hasCauseInstanceOf(InvalidTopicException.class);
    }

    @Test
    void theReassignmentToolMovesReplicas() throws Exception {
        // Given
        create("assigned");
        produce("assigned");
        String destination = other(directoryOf("assigned", 0));
        Path plan =
                Files.writeString(
                        folder.resolve("plan.json"),
                        """
                        {"version": 1, "partitions": [{"topic": "assigned", "partition": 0,
                          "replicas": [1], "log_dirs": ["%s"]}]}
                        """
                                .formatted(destination));

        // When
        run(
                KafkaTool.REASSIGN_PARTITIONS,
                "--reassignment-json-file",
                plan.toString(),
                "--replica-alter-log-dirs-throttle",
                "1000000",
                "--execute");

        // Then
        Awaitility.await()
                .atMost(LIMIT)
                .until(
                        () ->
                                run(
                                        KafkaTool.REASSIGN_PARTITIONS,
                                        "--reassignment-json-file",
                                        plan.toString(),
                                        "--verify"),
                        text -> text.contains("completed successfully"));
        assertThat(run(KafkaTool.LOG_DIRS, "--describe", "--topic-list", "assigned"))
                .contains("\"logDir\":\"" + first + "\"", "\"logDir\":\"" + second + "\"");
        assertThat(read("assigned")).hasSize(RECORDS);
    }

    private String run(KafkaTool tool, String... arguments) {
        List<String> all = new ArrayList<>(List.of("--bootstrap-server", node.bootstrap()));
        all.addAll(List.of(arguments));
        return tool.runAsGiven(all.toArray(String[]::new)).text();
    }
}

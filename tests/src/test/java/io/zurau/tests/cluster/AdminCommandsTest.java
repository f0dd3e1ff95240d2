package io.zurau.tests.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.tests.conformance.Clients;
import io.zurau.tests.servers.ChildProcess;
import io.zurau.tests.servers.Workspace;
import io.zurau.tests.servers.ZurauCluster;
import io.zurau.tests.servers.ZurauProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// `zurau group`, `zurau config` and `zurau txn` against three nodes.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AdminCommandsTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Path directory = Workspace.newDirectory("admin-commands");
    private final ZurauCluster cluster = new ZurauCluster(directory, 3, Map.of());
    private int runs;

    @BeforeAll
    void start() {
        cluster.start();
        try (Admin admin = Clients.admin(cluster.bootstrap())) {
            Awaitility.await()
                    .atMost(LIMIT)
                    .until(() -> admin.describeCluster().nodes().get().size() == 3);
        }
    }

    @AfterAll
    void stop() throws Exception {
        for (ZurauProcess node : cluster.nodes()) {
            node.close();
        }
    }

    /// Both outputs of `zurau …`.
    private String zurau(int exitCode, String... arguments) {
        List<String> command = ZurauProcess.command(arguments[0]);
        command.addAll(List.of(arguments).subList(1, arguments.length));
        command.addAll(List.of("-b", cluster.bootstrap()));
        try (ChildProcess process =
                ChildProcess.start(
                        "zurau", command, Map.of(), directory.resolve(++runs + ".out"))) {
            assertThat(process.awaitExit(LIMIT)).as(process.output()).isEqualTo(exitCode);
            return process.output();
        }
    }

    @Test
    void aGroupsLagIsToldInRecordsAndInTimeWhoeverLeads() throws Exception {
        // Given: a partition on each node, whose records are an hour old
        String topic = "lagging";
        long anHourAgo = System.currentTimeMillis() - Duration.ofHours(1).toMillis();
        Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>();
        try (Admin admin = Clients.admin(cluster.bootstrap());
                Producer<String, String> producer =
                        Clients.producer(Map.of("bootstrap.servers", cluster.bootstrap()))) {
            admin.createTopics(
                            List.of(
                                    new NewTopic(
                                            topic,
                                            Map.of(0, List.of(1), 1, List.of(2), 2, List.of(3)))))
                    .all()
                    .get();
            for (int partition = 0; partition < 3; partition++) {
                for (int i = 0; i < 10; i++) {
                    producer.send(new ProducerRecord<>(topic, partition, anHourAgo + i, null, "v"))
                            .get();
                }
                committed.put(
                        new TopicPartition(topic, partition),
                        new OffsetAndMetadata(4L + 3L * partition));
            }
            admin.alterConsumerGroupOffsets("behind", committed).all().get();
        }

        // When
        String text = zurau(0, "group", "describe", "behind");
        String json = zurau(0, "group", "describe", "behind", "--output", "json");
        String list = zurau(0, "group", "list", "--lag");

        // Then
        assertThat(text)
                .containsPattern("lagging +0 +4 +6 +1h \\dm +-")
                .containsPattern("lagging +1 +7 +3 +1h \\dm +-")
                .containsPattern("lagging +2 +10 +0 +0s +-")
                .containsPattern("all together +9 +1h \\dm");
        assertThat(json)
                .contains("\"group\":\"behind\"")
                .contains("\"partition\":0,\"committed\":4,\"lag\":6,\"lagSeconds\":36")
                .contains("\"partition\":2,\"committed\":10,\"lag\":0,\"lagSeconds\":0.0");
        assertThat(list).containsPattern("behind +classic +Empty +9 +1h \\dm");
        assertThat(zurau(1, "group", "describe", "nobody"))
                .contains("There is no group \"nobody\".");
    }

    @Test
    void settingsOfEverythingAreShownAndChanged() {
        for (String[] subject :
                new String[][] {
                    {"group", "g", "consumer.session.timeout.ms", "50000"},
                    {"broker", "2", "log.retention.ms", "87654321"}
                }) {
            String setting = subject[2] + "=" + subject[3];
            zurau(0, "config", "alter", subject[0], subject[1], "--config", setting);
            assertThat(zurau(0, "config", "describe", subject[0], subject[1]))
                    .containsPattern(subject[2] + " +" + subject[3]);
            zurau(0, "config", "alter", subject[0], subject[1], "--delete", subject[2]);
            assertThat(zurau(0, "config", "describe", subject[0], subject[1]))
                    .doesNotContain(subject[3]);
        }
        assertThat(
                        zurau(
                                1,
                                "config",
                                "alter",
                                "group",
                                "g",
                                "--dry-run",
                                "--config",
                                "consumer.session.timeout.ms=1"))
                .contains("group.consumer.min.session.timeout.ms");
    }

    @Test
    void anOpenTransactionIsListedDescribedAndAborted() throws Exception {
        // Given
        try (Admin admin = Clients.admin(cluster.bootstrap())) {
            admin.createTopics(List.of(new NewTopic("open", 1, (short) 1))).all().get();
        }
        try (Producer<String, String> producer =
                Clients.producer(
                        Map.of(
                                "bootstrap.servers",
                                cluster.bootstrap(),
                                "transactional.id",
                                "opener"))) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>("open", "never seen")).get();

            // Then
            assertThat(zurau(0, "txn", "list")).containsPattern("opener +Ongoing");
            assertThat(zurau(0, "txn", "describe", "opener")).contains("Ongoing", "open-0");

            // When
            zurau(0, "txn", "abort", "opener");

            // Then
            assertThat(zurau(0, "txn", "describe", "opener")).doesNotContain("Ongoing");
            assertThat(zurau(1, "txn", "describe", "nobody")).contains("nobody");
        }
    }
}

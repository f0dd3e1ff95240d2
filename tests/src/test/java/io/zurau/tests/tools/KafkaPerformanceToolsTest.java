package io.zurau.tests.tools;

import static io.zurau.tests.conformance.KafkaTool.BROKER_API_VERSIONS;
import static io.zurau.tests.conformance.KafkaTool.CLUSTER;
import static io.zurau.tests.conformance.KafkaTool.CONSUMER_PERF_TEST;
import static io.zurau.tests.conformance.KafkaTool.PRODUCER_PERF_TEST;
import static io.zurau.tests.conformance.KafkaTool.VERIFIABLE_CONSUMER;
import static io.zurau.tests.conformance.KafkaTool.VERIFIABLE_PRODUCER;
import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.tests.conformance.Clients;
import io.zurau.tests.conformance.KafkaTool;
import io.zurau.tests.conformance.Shared;
import io.zurau.tests.servers.ChildProcess;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The perf tests, the verifiable clients, kafka-broker-api-versions and kafka-cluster.
class KafkaPerformanceToolsTest {
    @Test
    void producerAndConsumerPerfTestsRun() throws Exception {
        // Given
        String topic = Clients.newTopic("perf", 3);

        // When
        String produced =
                PRODUCER_PERF_TEST
                        .run(
                                "--topic",
                                topic,
                                "--num-records",
                                "20000",
                                "--record-size",
                                "200",
                                "--throughput",
                                "-1",
                                "--command-property",
                                "acks=all")
                        .text();
        String consumed =
                CONSUMER_PERF_TEST
                        .run("--topic", topic, "--num-records", "20000", "--timeout", "20000")
                        .text();

        // Then
        assertThat(produced).contains("20000 records sent");
        assertThat(consumed.lines().toList().getLast()).contains(", 20000, ");
    }

    @Test
    void verifiableProducerAndConsumerAgree() throws Exception {
        // Given
        String topic = Clients.newTopic("verifiable", 2);

        // When
        String produced = run(VERIFIABLE_PRODUCER, "--topic", topic, "--max-messages", "500");
        String consumed =
                run(
                        VERIFIABLE_CONSUMER,
                        "--topic",
                        topic,
                        "--group-id",
                        Shared.name("verifiable-group"),
                        "--max-messages",
                        "500",
                        "--reset-policy",
                        "earliest");

        // Then
        assertThat(produced).contains("\"sent\":500,\"acked\":500");
        assertThat(consumed).contains("\"name\":\"records_consumed\"", "offsets_committed");
        assertThat(Clients.readAll(topic)).hasSize(500);
    }

    private static String run(KafkaTool tool, String... arguments) {
        try (ChildProcess process = tool.spawn(arguments)) {
            assertThat(process.awaitExit(Duration.ofSeconds(60))).isZero();
            return process.output();
        }
    }

    @Test
    void brokerApiVersionsListsWhatIsServed() {
        // When
        List<String> lines = BROKER_API_VERSIONS.run().lines();

        // Then
        assertThat(lines.getFirst()).contains(Shared.bootstrap(), "id: 1");
        assertThat(lines).anyMatch(line -> line.contains("Produce(0): 0 to 13 [usable: 13]"));
        assertThat(lines).anyMatch(line -> line.contains("Fetch(1): 4 to 18 [usable: 18]"));
        assertThat(lines).anyMatch(line -> line.contains("DescribeGroups(15): 0 to 6 [usable: 6]"));
    }

    @Test
    void clusterIdIsTold() throws Exception {
        // When
        String text = CLUSTER.run("cluster-id").text();

        // Then
        try (var admin = Clients.admin()) {
            assertThat(text).contains("Cluster ID: " + admin.describeCluster().clusterId().get());
        }
    }

    @Test
    void endpointsAreListed() {
        // When
        String text = CLUSTER.run("list-endpoints").text();

        // Then
        assertThat(text).contains("127.0.0.1").containsPattern("\\b" + Shared.server().port());
    }
}

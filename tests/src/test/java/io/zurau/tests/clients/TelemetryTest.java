package io.zurau.tests.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.broker.telemetry.PushedMetrics.Series;
import io.zurau.runtime.FileDisk;
import io.zurau.runtime.Seams;
import io.zurau.runtime.SecureRandomness;
import io.zurau.runtime.SocketNetwork;
import io.zurau.runtime.SystemClock;
import io.zurau.runtime.ThreadTasks;
import io.zurau.server.ServerConfig;
import io.zurau.server.ZurauServer;
import io.zurau.tests.conformance.Clients;
import io.zurau.tests.servers.Workspace;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/// Kafka's clients push their metrics (KIP-714), and what they pushed can be read.
class TelemetryTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @Test
    void aProducerPushesWhatIsSubscribedTo() throws Exception {
        // Given
        try (ZurauServer server = start()) {
            String bootstrap = server.address();
            subscribe(bootstrap, "metrics", "org.apache.kafka.producer.");
            subscribe(bootstrap, "match", "client_id=pushing,client_software_name=apache-.*");
            subscribe(bootstrap, "interval.ms", "100");

            // When
            try (Producer<String, String> pushing = producer(bootstrap, "pushing");
                    Producer<String, String> silent = producer(bootstrap, "silent")) {
                pushing.send(new ProducerRecord<>("t", "value")).get();
                silent.send(new ProducerRecord<>("t", "value")).get();

                // Then
                Awaitility.await()
                        .atMost(LIMIT)
                        .untilAsserted(
                                () ->
                                        assertThat(server.clientMetrics().series())
                                                .extracting(Series::name)
                                                .contains(
                                                        "org.apache.kafka.producer.record.send.total"));
                assertThat(server.clientMetrics().series())
                        .allSatisfy(
                                series -> {
                                    assertThat(series.name())
                                            .startsWith("org.apache.kafka.producer.");
                                    assertThat(series.client())
                                            .containsEntry("client_id", "pushing");
                                });
                Awaitility.await()
                        .atMost(LIMIT)
                        .untilAsserted(
                                () ->
                                        assertThat(
                                                        value(
                                                                server,
                                                                "org.apache.kafka.producer.record.send.total"))
                                                .isEqualTo(1.0));
                pushing.send(new ProducerRecord<>("t", "value")).get();
                Awaitility.await()
                        .atMost(LIMIT)
                        .untilAsserted(
                                () ->
                                        assertThat(
                                                        value(
                                                                server,
                                                                "org.apache.kafka.producer.record.send.total"))
                                                .isEqualTo(2.0));
            }
        }
    }

    private static double value(ZurauServer server, String name) {
        return server.clientMetrics().series().stream()
                .filter(series -> series.name().equals(name) && series.counter())
                .filter(series -> !series.attributes().containsKey("topic"))
                .mapToDouble(Series::value)
                .findFirst()
                .orElse(-1);
    }

    private static Producer<String, String> producer(String bootstrap, String clientId) {
        return Clients.producer(
                Map.of(
                        "bootstrap.servers",
                        bootstrap,
                        "client.id",
                        clientId,
                        "enable.metrics.push",
                        "true"));
    }

    private static void subscribe(String bootstrap, String key, String value) throws Exception {
        ConfigResource subscription =
                new ConfigResource(ConfigResource.Type.CLIENT_METRICS, "subscription");
        try (Admin admin = Clients.admin(bootstrap)) {
            admin.incrementalAlterConfigs(
                            Map.of(
                                    subscription,
                                    List.of(
                                            new AlterConfigOp(
                                                    new ConfigEntry(key, value),
                                                    AlterConfigOp.OpType.SET))))
                    .all()
                    .get();
        }
    }

    private static ZurauServer start() {
        Seams seams =
                new Seams(
                        new SystemClock(),
                        new ThreadTasks((_, bug) -> bug.printStackTrace()),
                        new SocketNetwork(),
                        new SecureRandomness());
        ServerConfig config =
                ServerConfig.from(
                        Map.of(
                                "listeners",
                                "PLAINTEXT://127.0.0.1:0",
                                "log.dirs",
                                Workspace.newDirectory("telemetry").resolve("data").toString()));
        return ZurauServer.start(config, seams, at -> new FileDisk(Path.of(at)));
    }
}

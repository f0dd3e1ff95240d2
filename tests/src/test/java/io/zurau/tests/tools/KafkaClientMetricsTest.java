package io.zurau.tests.tools;

import static io.zurau.tests.conformance.KafkaTool.CLIENT_METRICS;
import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.tests.conformance.Shared;
import org.junit.jupiter.api.Test;

/// `kafka-client-metrics`.
class KafkaClientMetricsTest {
    @Test
    void aSubscriptionIsMadeShownListedAndDeleted() {
        // Given
        String name = Shared.name("subscription");

        // When
        CLIENT_METRICS.run(
                "--alter",
                "--name",
                name,
                "--metrics",
                "org.apache.kafka.producer.,org.apache.kafka.consumer.",
                "--interval",
                "30000",
                "--match",
                "client_id=nobody");

        // Then
        assertThat(CLIENT_METRICS.run("--describe", "--name", name).text())
                .contains("interval.ms=30000")
                .contains("match=client_id=nobody")
                .contains("metrics=org.apache.kafka.producer.,org.apache.kafka.consumer.");
        assertThat(CLIENT_METRICS.run("--list").text()).contains(name);

        // When
        CLIENT_METRICS.run("--delete", "--name", name);

        // Then
        assertThat(CLIENT_METRICS.run("--list").text()).doesNotContain(name);
    }

    @Test
    void aWrongIntervalIsRefused() {
        assertThat(
                        CLIENT_METRICS
                                .attempt(
                                        "--alter",
                                        "--name",
                                        Shared.name("subscription"),
                                        "--interval",
                                        "1")
                                .toString())
                .contains("interval.ms is 1, but must be at least 100");
    }
}

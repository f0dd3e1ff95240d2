package io.zurau.tests.tools;

import static io.zurau.tests.conformance.KafkaTool.FEATURES;
import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.tests.conformance.Clients;
import io.zurau.tests.conformance.Shared;
import io.zurau.tests.servers.ToolHost;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/// `kafka-features` on one node: levels go down and up, and clients follow.
class KafkaFeaturesTest {
    @Test
    void transactionsWorkAtEveryLevelThatIsFinalized() throws Exception {
        // Given
        String topic = Clients.newTopic("kafka-features", 1);
        assertThat(level("transaction.version")).isEqualTo("2");
        commit(topic, "at level 2");

        // When
        run("downgrade", "--feature", "transaction.version=0");
        assertThat(level("transaction.version")).isEqualTo("0");
        commit(topic, "at level 0");

        // Then
        run("upgrade", "--feature", "transaction.version=1");
        commit(topic, "at level 1");
        run("upgrade", "--feature", "transaction.version=2");
        commit(topic, "at level 2 again");
        assertThat(Clients.readAll(topic, Map.of("isolation.level", "read_committed"))).hasSize(4);
    }

    @Test
    void whatIsNotSupportedIsRefused() {
        assertThat(attempt("upgrade", "--feature", "transaction.version=3").toString())
                .contains("Could not upgrade transaction.version to 3");
        assertThat(attempt("upgrade", "--feature", "no.such.feature=1").exitCode()).isEqualTo(1);
        assertThat(attempt("upgrade", "--feature", "transaction.version=1").toString())
                .contains("Can't downgrade");
    }

    /// As it is described.
    private static String level(String feature) {
        String described = run("describe").text();
        Matcher level =
                Pattern.compile("Feature: " + feature + "\\b.*FinalizedVersionLevel: (\\d+)")
                        .matcher(described);
        return level.find() ? level.group(1) : described;
    }

    private static void commit(String topic, String value) throws Exception {
        try (Producer<String, String> producer =
                Clients.producer(Map.of("transactional.id", Shared.name("features")))) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(topic, value)).get();
            producer.commitTransaction();
        }
    }

    private static ToolHost.Result run(String... arguments) {
        return FEATURES.runAsGiven(online(arguments));
    }

    private static ToolHost.Result attempt(String... arguments) {
        return FEATURES.attemptAsGiven(online(arguments));
    }

    /// The server's address comes before the command.
    private static String[] online(String... arguments) {
        List<String> all = new ArrayList<>(List.of("--bootstrap-server", Shared.bootstrap()));
        all.addAll(List.of(arguments));
        return all.toArray(String[]::new);
    }
}

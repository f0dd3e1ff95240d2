package io.zurau.tests.tools;

import static io.zurau.tests.conformance.KafkaTool.TRANSACTIONS;
import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.tests.conformance.Clients;
import io.zurau.tests.conformance.Shared;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

class KafkaTransactionsTest {
    @Test
    void anOpenTransactionIsListedDescribedAndAborted() throws Exception {
        // Given
        String topic = Clients.newTopic("kafka-transactions", 1);
        String id = Shared.name("kafka-transactions");
        try (Producer<String, String> producer =
                Clients.producer(Map.of("transactional.id", id, "linger.ms", "0"))) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(topic, "never seen")).get();

            // When
            String listed = run("list");
            String described = run("describe", "--transactional-id", id);
            String producers = run("describe-producers", "--topic", topic, "--partition", "0");
            run("abort", "--topic", topic, "--partition", "0", "--start-offset", "0");

            // Then
            assertThat(listed).contains(id).contains("Ongoing");
            assertThat(described).contains(topic + "-0").contains("Ongoing");
            assertThat(producers).contains("CurrentTransactionStartOffset");
            assertThat(Clients.readAll(topic, Map.of("isolation.level", "read_committed")))
                    .isEmpty();
        }
    }

    /// The server's address comes before the command.
    private static String run(String... arguments) {
        List<String> all = new ArrayList<>(List.of("--bootstrap-server", Shared.bootstrap()));
        all.addAll(List.of(arguments));
        return TRANSACTIONS.runAsGiven(all.toArray(String[]::new)).text();
    }
}

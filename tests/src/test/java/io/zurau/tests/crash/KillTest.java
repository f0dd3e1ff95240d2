package io.zurau.tests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.tests.conformance.Clients;
import io.zurau.tests.conformance.NumberedRecords;
import io.zurau.tests.servers.ServerUnderTest;
import io.zurau.tests.servers.Workspace;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;

/// `kill -9` under a producer at full speed.
class KillTest {
    /// Apache Kafka needs ten seconds to come back, and is only here to check the test.
    private static final int ROUNDS = ServerUnderTest.kafkaChosen() ? 2 : 10;

    private static final int PARTITIONS = 3;

    @Test
    void everyAcknowledgedRecordIsThereExactlyOnceAndInOrderAfterTenKills() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String topic = "kill";
        try (ServerUnderTest server =
                ServerUnderTest.create(Workspace.newDirectory("kill"), Map.of())) {
            // Given a producer at full speed
            server.start();
            Map<String, Object> connection = Map.of("bootstrap.servers", server.bootstrap());
            try (Admin admin = Clients.admin(server.bootstrap())) {
                admin.createTopics(List.of(new NewTopic(topic, PARTITIONS, (short) 1))).all().get();
            }
            NumberedRecords records = new NumberedRecords(server.bootstrap(), topic, PARTITIONS);
            try {
                // When
                for (int round = 0; round < ROUNDS; round++) {
                    records.awaitAcknowledged(1000);
                    Thread.sleep(random.nextInt(300)); // So that the kills fall anywhere.
                    server.kill();
                    server.start();
                }
                records.awaitAcknowledged(1000);
            } finally {
                records.stop();
            }

            // Then
            assertThat(records.failures()).as("seed %d", seed).isEmpty();
            assertThat(records.problemsIn(Clients.readAll(topic, connection)))
                    .as("seed %d", seed)
                    .isEmpty();

            // And a clean restart changes nothing
            server.stop();
            server.start();
            assertThat(records.problemsIn(Clients.readAll(topic, connection)))
                    .as("seed %d", seed)
                    .isEmpty();
        }
    }
}

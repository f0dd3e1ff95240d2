package io.zurau.tests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.tests.conformance.Clients;
import io.zurau.tests.conformance.ShareClients;
import io.zurau.tests.servers.ServerUnderTest;
import io.zurau.tests.servers.Workspace;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.junit.jupiter.api.Test;

/// `kill -9` under a share group.
class ShareKillTest {
    private static final String GROUP = "g";
    private static final String TOPIC = "shared";

    @Test
    void whatWasAcknowledgedIsKeptAndLocksEnd() throws Exception {
        try (ServerUnderTest server =
                ServerUnderTest.create(
                        Workspace.newDirectory("share-kill"),
                        Map.of(
                                "group.share.record.lock.duration.ms", "1000",
                                "group.share.min.record.lock.duration.ms", "1000"))) {
            // Given
            server.start();
            Map<String, Object> connection = Map.of("bootstrap.servers", server.bootstrap());
            try (Admin admin = Clients.admin(server.bootstrap())) {
                admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1))).all().get();
            }
            ShareClients.beginsAtTheEarliest(server.bootstrap(), GROUP);
            ShareClients.produce(server.bootstrap(), TOPIC, 0, 10);
            try (ShareConsumer<String, String> silent = ShareClients.explicit(GROUP, connection)) {
                silent.subscribe(List.of(TOPIC));
                for (ConsumerRecord<String, String> record : ShareClients.poll(silent, 10)) {
                    if (record.offset() < 4) {
                        silent.acknowledge(record, AcknowledgeType.ACCEPT);
                    } else if (record.offset() < 6) {
                        silent.acknowledge(record, AcknowledgeType.RELEASE);
                    }
                }
                silent.commitSync();

                // When
                server.kill();
                server.start();
                List<ConsumerRecord<String, String>> again;
                try (ShareConsumer<String, String> consumer =
                        ShareClients.implicit(GROUP, connection)) {
                    consumer.subscribe(List.of(TOPIC));
                    again = ShareClients.poll(consumer, 6);
                    consumer.commitSync();
                }

                // Then
                assertThat(again)
                        .extracting(ConsumerRecord::offset)
                        .containsExactlyInAnyOrder(4L, 5L, 6L, 7L, 8L, 9L);
                assertThat(deliveries(again, 4))
                        .as("Released once, so delivered once more than what was only locked")
                        .isEqualTo(deliveries(again, 6) + 1);
            }
        }
    }

    /// Kafka's client may have asked for more before it fell silent, and gets that of the new
    /// process: then each count is higher by one.
    private static int deliveries(List<ConsumerRecord<String, String>> records, long offset) {
        return records.stream()
                .filter(record -> record.offset() == offset)
                .findFirst()
                .flatMap(ConsumerRecord::deliveryCount)
                .orElseThrow();
    }

    @Test
    void recordsComeBackWhenTimeIsUp() throws Exception {
        try (ServerUnderTest server =
                ServerUnderTest.create(
                        Workspace.newDirectory("share-lock"),
                        Map.of(
                                "group.share.record.lock.duration.ms", "1000",
                                "group.share.min.record.lock.duration.ms", "1000"))) {
            // Given
            server.start();
            Map<String, Object> connection = Map.of("bootstrap.servers", server.bootstrap());
            try (Admin admin = Clients.admin(server.bootstrap())) {
                admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1))).all().get();
            }
            ShareClients.beginsAtTheEarliest(server.bootstrap(), GROUP);
            ShareClients.produce(server.bootstrap(), TOPIC, 0, 3);
            try (ShareConsumer<String, String> silent = ShareClients.explicit(GROUP, connection);
                    ShareConsumer<String, String> other =
                            ShareClients.implicit(GROUP, connection)) {
                silent.subscribe(List.of(TOPIC));
                ShareClients.poll(silent, 3);

                // When
                other.subscribe(List.of(TOPIC));
                List<ConsumerRecord<String, String>> again = ShareClients.poll(other, 3);

                // Then
                assertThat(again).extracting(ConsumerRecord::offset).containsExactly(0L, 1L, 2L);
                assertThat(again).allMatch(record -> record.deliveryCount().orElse((short) 0) >= 2);
            }
        }
    }
}

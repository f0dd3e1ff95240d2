package io.zurau.tests.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.tests.conformance.Clients;
import io.zurau.tests.conformance.ShareClients;
import io.zurau.tests.conformance.Shared;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ShareGroupDescription;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/// Kafka's consumers of share groups.
class ShareConsumerTest {
    private static final int DELIVERY_LIMIT = 5;

    private final String group = Shared.name("sharers");

    private static List<String> values(List<ConsumerRecord<String, String>> records) {
        return records.stream().map(ConsumerRecord::value).sorted().toList();
    }

    private static String topicWith(int records) throws Exception {
        String topic = Clients.newTopic("shared", 1);
        ShareClients.produce(Shared.bootstrap(), topic, 0, records);
        return topic;
    }

    @Test
    void whatOneConsumerHasTakenNoOtherGets() throws Exception {
        // Given
        String topic = topicWith(20);
        ShareClients.beginsAtTheEarliest(Shared.bootstrap(), group);

        // When
        List<ConsumerRecord<String, String>> first;
        try (ShareConsumer<String, String> consumer = ShareClients.implicit(group, Map.of())) {
            consumer.subscribe(List.of(topic));
            first = ShareClients.poll(consumer, 20);
            assertThat(consumer.commitSync().values()).allMatch(Optional::isEmpty);
        }
        ShareClients.produce(Shared.bootstrap(), topic, 20, 5);
        List<ConsumerRecord<String, String>> second;
        try (ShareConsumer<String, String> consumer = ShareClients.implicit(group, Map.of())) {
            consumer.subscribe(List.of(topic));
            second = ShareClients.poll(consumer, 5);
        }

        // Then
        assertThat(values(first)).isEqualTo(ShareClients.values(0, 20));
        assertThat(values(second)).isEqualTo(ShareClients.values(20, 5));
        assertThat(first).allMatch(record -> record.deliveryCount().orElse((short) 0) == 1);
    }

    @Test
    void releasedRecordsComeAgainAndRejectedOnesDoNot() throws Exception {
        // Given
        String topic = topicWith(9);
        ShareClients.beginsAtTheEarliest(Shared.bootstrap(), group);
        try (ShareConsumer<String, String> consumer = ShareClients.explicit(group, Map.of())) {
            consumer.subscribe(List.of(topic));

            // When
            for (ConsumerRecord<String, String> record : ShareClients.poll(consumer, 9)) {
                consumer.acknowledge(
                        record,
                        switch ((int) (record.offset() % 3)) {
                            case 0 -> AcknowledgeType.ACCEPT;
                            case 1 -> AcknowledgeType.RELEASE;
                            default -> AcknowledgeType.REJECT;
                        });
            }
            consumer.commitSync();
            List<ConsumerRecord<String, String>> again = ShareClients.poll(consumer, 3);

            // Then
            assertThat(again).extracting(ConsumerRecord::offset).containsExactly(1L, 4L, 7L);
            assertThat(again).allMatch(record -> record.deliveryCount().orElse((short) 0) == 2);
            again.forEach(record -> consumer.acknowledge(record, AcknowledgeType.ACCEPT));
            consumer.commitSync();
            ShareClients.produce(Shared.bootstrap(), topic, 9, 1);
            assertThat(ShareClients.poll(consumer, 1))
                    .extracting(ConsumerRecord::offset)
                    .containsExactly(9L);
        }
    }

    @Test
    void aLockCanBeRenewedBeforeTheRecordIsAccepted() throws Exception {
        // Given
        String topic = topicWith(2);
        ShareClients.beginsAtTheEarliest(Shared.bootstrap(), group);
        try (ShareConsumer<String, String> consumer = ShareClients.explicit(group, Map.of())) {
            consumer.subscribe(List.of(topic));
            List<ConsumerRecord<String, String>> records = ShareClients.poll(consumer, 2);

            // When
            consumer.acknowledge(records.get(0), AcknowledgeType.ACCEPT);
            consumer.acknowledge(records.get(1), AcknowledgeType.RENEW);
            consumer.commitSync();
            List<ConsumerRecord<String, String>> renewed = ShareClients.poll(consumer, 1);
            renewed.forEach(record -> consumer.acknowledge(record, AcknowledgeType.ACCEPT));

            // Then
            assertThat(consumer.commitSync().values()).allMatch(Optional::isEmpty);
            assertThat(renewed).extracting(ConsumerRecord::offset).containsExactly(1L);
        }
    }

    @Test
    void aRecordIsDeliveredOnlySoOften() throws Exception {
        // Given
        String topic = topicWith(1);
        ShareClients.beginsAtTheEarliest(Shared.bootstrap(), group);
        try (ShareConsumer<String, String> consumer = ShareClients.explicit(group, Map.of())) {
            consumer.subscribe(List.of(topic));

            // When
            List<Integer> counts = new ArrayList<>();
            for (int i = 0; i < DELIVERY_LIMIT; i++) {
                for (ConsumerRecord<String, String> record : ShareClients.poll(consumer, 1)) {
                    counts.add((int) record.deliveryCount().orElse((short) 0));
                    consumer.acknowledge(record, AcknowledgeType.RELEASE);
                }
                consumer.commitSync();
            }
            ShareClients.produce(Shared.bootstrap(), topic, 1, 1);

            // Then
            assertThat(counts).containsExactly(1, 2, 3, 4, 5);
            assertThat(ShareClients.poll(consumer, 1))
                    .extracting(ConsumerRecord::offset)
                    .containsExactly(1L);
        }
    }

    @Test
    void twoConsumersShareOnePartition() throws Exception {
        // Given
        String topic = Clients.newTopic("shared", 1);
        ShareClients.set(
                Shared.bootstrap(),
                group,
                Map.of(
                        "share.auto.offset.reset", "earliest",
                        "share.assignment.interval.ms", "0"));
        Map<String, Object> few =
                Map.of("max.poll.records", "10", "share.acquire.mode", "record_limit");
        try (ShareConsumer<String, String> one = ShareClients.implicit(group, few);
                ShareConsumer<String, String> other = ShareClients.implicit(group, few)) {
            for (ShareConsumer<String, String> consumer : List.of(one, other)) {
                consumer.subscribe(List.of(topic));
                while (membersWithPartitions() < (consumer.equals(one) ? 1 : 2)) {
                    assertThat(consumer.poll(Duration.ofMillis(50))).isEmpty();
                }
            }

            // When
            ShareClients.produce(Shared.bootstrap(), topic, 0, 200);
            List<String> got = new ArrayList<>();
            List<Integer> turns = new ArrayList<>();
            long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
            while (got.size() < 200 && System.nanoTime() < deadline) {
                for (ShareConsumer<String, String> consumer : List.of(one, other)) {
                    consumer.poll(Duration.ofMillis(100))
                            .forEach(
                                    record -> {
                                        got.add(record.value());
                                        turns.add(consumer.equals(one) ? 1 : 2);
                                    });
                }
            }

            // Then
            assertThat(got).containsExactlyInAnyOrderElementsOf(ShareClients.values(0, 200));
            assertThat(turns).contains(1, 2);
        }
    }

    private int membersWithPartitions() throws Exception {
        try (Admin admin = Clients.admin()) {
            ShareGroupDescription described =
                    admin.describeShareGroups(List.of(group)).describedGroups().values().stream()
                            .findFirst()
                            .orElseThrow()
                            .get();
            return (int)
                    described.members().stream()
                            .filter(member -> !member.assignment().topicPartitions().isEmpty())
                            .count();
        } catch (ExecutionException e) {
            return 0; // There is no group yet.
        }
    }

    @Test
    void abortedRecordsAreNotDeliveredWhereOnlyCommittedOnesCount() throws Exception {
        // Given
        String topic = Clients.newTopic("shared", 1);
        ShareClients.set(
                Shared.bootstrap(),
                group,
                Map.of(
                        "share.auto.offset.reset", "earliest",
                        "share.isolation.level", "read_committed"));
        try (Producer<String, String> producer =
                Clients.producer(Map.of("transactional.id", Shared.name("share-transactions")))) {
            producer.initTransactions();
            for (int i = 0; i < 4; i++) {
                producer.beginTransaction();
                producer.send(new ProducerRecord<>(topic, "v" + i));
                producer.flush();
                if (i % 2 == 0) {
                    producer.commitTransaction();
                } else {
                    producer.abortTransaction();
                }
            }
        }

        // When
        try (ShareConsumer<String, String> consumer = ShareClients.implicit(group, Map.of())) {
            consumer.subscribe(List.of(topic));

            // Then
            assertThat(values(ShareClients.poll(consumer, 2))).containsExactly("v0", "v2");
        }
    }
}

package io.zurau.tests.clients;

import static io.zurau.tests.conformance.Clients.failureOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zurau.tests.conformance.Clients;
import io.zurau.tests.conformance.Shared;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.junit.jupiter.api.Test;

/// Kafka's transactional producer and consumers of committed data.
class TransactionTest {
    private static final Map<String, Object> COMMITTED =
            Map.of("isolation.level", "read_committed");

    private static Producer<String, String> producer(String id) {
        return Clients.producer(Map.of("transactional.id", id, "linger.ms", "0"));
    }

    private static List<String> values(List<ConsumerRecord<String, String>> records) {
        return records.stream().map(ConsumerRecord::value).sorted().toList();
    }

    @Test
    void committedRecordsAreReadAndAbortedOnesAreNot() throws Exception {
        // Given
        String topic = Clients.newTopic("transactions", 2);

        // When
        try (Producer<String, String> producer = producer(Shared.name("id"))) {
            producer.initTransactions();
            for (int i = 0; i < 6; i++) {
                producer.beginTransaction();
                producer.send(new ProducerRecord<>(topic, 0, null, i + " here"));
                producer.send(new ProducerRecord<>(topic, 1, null, i + " there"));
                if (i % 2 == 0) {
                    producer.commitTransaction();
                } else {
                    producer.flush();
                    producer.abortTransaction();
                }
            }
        }

        // Then
        assertThat(values(Clients.readAll(topic, COMMITTED)))
                .containsExactly("0 here", "0 there", "2 here", "2 there", "4 here", "4 there");
        assertThat(Clients.readAll(topic)).hasSize(12);
    }

    @Test
    void anOpenTransactionHoldsBackWhatComesAfterIt() throws Exception {
        // Given
        String topic = Clients.newTopic("open", 1);
        try (Producer<String, String> open = producer(Shared.name("open"));
                Producer<String, String> other = producer(Shared.name("other"));
                Consumer<String, String> consumer = Clients.consumer(COMMITTED)) {
            open.initTransactions();
            other.initTransactions();
            open.beginTransaction();
            open.send(new ProducerRecord<>(topic, "first")).get();
            other.beginTransaction();
            other.send(new ProducerRecord<>(topic, "second")).get();
            other.commitTransaction();
            TopicPartition partition = new TopicPartition(topic, 0);
            consumer.assign(List.of(partition));

            // When
            ConsumerRecords<String, String> before = consumer.poll(Duration.ofMillis(500));
            Map<TopicPartition, Long> stable = consumer.endOffsets(List.of(partition));
            open.commitTransaction();
            List<ConsumerRecord<String, String>> after = Clients.poll(consumer, 2);

            // Then
            assertThat(before).isEmpty();
            assertThat(stable).containsEntry(partition, 0L);
            assertThat(values(after)).containsExactly("first", "second");
        }
    }

    @Test
    void aSecondProducerFencesTheFirst() throws Exception {
        // Given
        String topic = Clients.newTopic("fenced", 1);
        String id = Shared.name("fenced");
        try (Producer<String, String> first = producer(id);
                Producer<String, String> second = producer(id)) {
            first.initTransactions();
            first.beginTransaction();
            first.send(new ProducerRecord<>(topic, "of the first")).get();

            // When
            second.initTransactions();
            second.beginTransaction();
            second.send(new ProducerRecord<>(topic, "of the second"));
            second.commitTransaction();
            Throwable refused = failureOf(first.send(new ProducerRecord<>(topic, "too late")));

            // Then
            assertThat(refused)
                    .isInstanceOfAny(
                            ProducerFencedException.class, InvalidProducerEpochException.class);
            assertThatThrownBy(first::commitTransaction).isInstanceOf(KafkaException.class);
            assertThat(values(Clients.readAll(topic, COMMITTED))).containsExactly("of the second");
        }
    }

    @Test
    void offsetsAreCommittedWithTheTransaction() throws Exception {
        // Given
        String from = Clients.newTopic("from", 1);
        String to = Clients.newTopic("to", 1);
        String group = Shared.name("copiers");
        TopicPartition partition = new TopicPartition(from, 0);
        try (Producer<String, String> producer = Clients.producer()) {
            for (int i = 0; i < 10; i++) {
                producer.send(new ProducerRecord<>(from, "v" + i));
            }
        }

        // When
        try (Producer<String, String> producer = producer(Shared.name("copier"));
                Consumer<String, String> consumer =
                        Clients.consumer(
                                Map.of("group.id", group, "isolation.level", "read_committed"))) {
            producer.initTransactions();
            consumer.subscribe(List.of(from));
            Clients.poll(consumer, 10);
            copy(producer, consumer, to, partition, 5);
            producer.abortTransaction();
            assertThat(consumer.committed(Set.of(partition)).get(partition)).isNull();
            copy(producer, consumer, to, partition, 7);
            producer.commitTransaction();

            // Then
            assertThat(consumer.committed(Set.of(partition)))
                    .containsEntry(partition, new OffsetAndMetadata(7));
        }
        assertThat(values(Clients.readAll(to, COMMITTED))).containsExactly("copied 7");
    }

    private static void copy(
            Producer<String, String> producer,
            Consumer<String, String> consumer,
            String to,
            TopicPartition partition,
            long offset) {
        producer.beginTransaction();
        producer.send(new ProducerRecord<>(to, "copied " + offset));
        producer.flush();
        producer.sendOffsetsToTransaction(
                Map.of(partition, new OffsetAndMetadata(offset)), consumer.groupMetadata());
    }

    @Test
    void aTransactionWhoseTimeIsUpIsAborted() throws Exception {
        // Given
        String topic = Clients.newTopic("time-up", 1);
        try (Producer<String, String> producer =
                        Clients.producer(
                                Map.of(
                                        "transactional.id",
                                        Shared.name("slow"),
                                        "transaction.timeout.ms",
                                        "1000",
                                        "delivery.timeout.ms",
                                        "5000",
                                        "request.timeout.ms",
                                        "1000",
                                        "linger.ms",
                                        "0"));
                Producer<String, String> other = Clients.producer();
                Consumer<String, String> consumer = Clients.consumer(COMMITTED)) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(topic, "abandoned")).get();
            other.send(new ProducerRecord<>(topic, "kept")).get();
            consumer.assign(List.of(new TopicPartition(topic, 0)));

            // When
            List<ConsumerRecord<String, String>> read = Clients.poll(consumer, 1);

            // Then
            assertThat(values(read)).containsExactly("kept");
            assertThatThrownBy(producer::commitTransaction).isInstanceOf(KafkaException.class);
        }
    }

    @Test
    void aTimeOutThatIsTooLongIsRefused() {
        try (Producer<String, String> producer =
                Clients.producer(
                        Map.of(
                                "transactional.id",
                                Shared.name("long"),
                                "transaction.timeout.ms",
                                "900001"))) {
            assertThatThrownBy(producer::initTransactions)
                    .isInstanceOf(KafkaException.class)
                    .hasMessageContaining("timeout is larger");
        }
    }

    @Test
    void markersOfADeletedTopicHinderNobody() throws Exception {
        // Given
        String gone = Clients.newTopic("gone", 1);
        String kept = Clients.newTopic("kept", 1);
        try (Producer<String, String> producer = producer(Shared.name("deleted"));
                Admin admin = Clients.admin()) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(gone, "lost")).get();
            producer.send(new ProducerRecord<>(kept, "first")).get();
            admin.deleteTopics(List.of(gone)).all().get();

            // When
            producer.commitTransaction();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(kept, "second")).get();
            producer.commitTransaction();
        }

        // Then
        assertThat(values(Clients.readAll(kept, COMMITTED))).containsExactly("first", "second");
    }

    @Test
    void transactionsAreListedAndDescribed() throws Exception {
        // Given
        String topic = Clients.newTopic("described", 1);
        String id = Shared.name("described");
        try (Producer<String, String> producer = producer(id);
                Admin admin = Clients.admin()) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(topic, "v")).get();

            // When
            TransactionDescription open = describe(admin, id);
            var listed =
                    admin.listTransactions(
                                    new ListTransactionsOptions()
                                            .filterStates(List.of(TransactionState.ONGOING)))
                            .all()
                            .get();
            producer.commitTransaction();

            // Then
            assertThat(open.state()).isEqualTo(TransactionState.ONGOING);
            assertThat(open.topicPartitions()).containsExactly(new TopicPartition(topic, 0));
            assertThat(open.transactionTimeoutMs()).isEqualTo(60_000);
            assertThat(listed).anyMatch(one -> one.transactionalId().equals(id));
        }
    }

    private static TransactionDescription describe(Admin admin, String id)
            throws ExecutionException, InterruptedException {
        return admin.describeTransactions(List.of(id)).description(id).get();
    }
}

package io.zurau.tests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.tests.conformance.Clients;
import io.zurau.tests.servers.ServerUnderTest;
import io.zurau.tests.servers.Workspace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/// `kill -9` under a transactional copy from one topic to another.
class TransactionKillTest {
    private static final int ROUNDS = 3;
    private static final int RECORDS = 600;
    private static final int TOGETHER = 10;

    @Test
    void everyRecordIsCopiedExactlyOnce() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        try (ServerUnderTest server =
                ServerUnderTest.create(
                        Workspace.newDirectory("transaction-kill"),
                        Map.of("group.initial.rebalance.delay.ms", "0"))) {
            // Given
            server.start();
            Map<String, Object> connection = Map.of("bootstrap.servers", server.bootstrap());
            try (Admin admin = Clients.admin(server.bootstrap())) {
                admin.createTopics(
                                List.of(
                                        new NewTopic("from", 2, (short) 1),
                                        new NewTopic("to", 3, (short) 1)))
                        .all()
                        .get();
            }
            List<String> given = new ArrayList<>();
            try (Producer<String, String> producer = Clients.producer(connection)) {
                for (int i = 0; i < RECORDS; i++) {
                    String value = "%05d".formatted(i);
                    given.add(value);
                    producer.send(new ProducerRecord<>("from", i % 2, null, value));
                }
            }

            // When
            AtomicInteger copied = new AtomicInteger();
            Thread copier = Thread.ofPlatform().start(() -> copy(connection, copied));
            for (int round = 1; round <= ROUNDS; round++) {
                int goal = round * RECORDS / (ROUNDS + 1);
                while (copied.get() < goal && copier.isAlive()) {
                    Thread.sleep(10);
                }
                Thread.sleep(random.nextInt(100)); // So that the kills fall anywhere.
                server.kill();
                server.start();
            }
            copier.join(Duration.ofSeconds(90));

            // Then
            assertThat(copier.isAlive()).as("seed %d", seed).isFalse();
            Map<String, Object> committed = new HashMap<>(connection);
            committed.put("isolation.level", "read_committed");
            assertThat(Clients.readAll("to", committed))
                    .as("seed %d", seed)
                    .extracting(ConsumerRecord::value)
                    .containsExactlyInAnyOrderElementsOf(given);
        }
    }

    /// Until everything is copied; after any trouble with new clients.
    private static void copy(Map<String, Object> connection, AtomicInteger copied) {
        while (copied.get() < RECORDS) {
            try (Producer<String, String> producer =
                            Clients.producer(producerSettings(connection));
                    Consumer<String, String> consumer =
                            Clients.consumer(consumerSettings(connection))) {
                producer.initTransactions();
                consumer.subscribe(List.of("from"));
                while (copied.get() < RECORDS) {
                    copied.set(copyOnce(producer, consumer));
                }
            } catch (KafkaException e) {
                // The broker is down, or was.
            }
        }
    }

    /// @return how many records are copied, as the committed offsets say
    private static int copyOnce(
            Producer<String, String> producer, Consumer<String, String> consumer) {
        ConsumerRecords<String, String> records = consumer.poll(Duration.ofMillis(100));
        if (!records.isEmpty()) {
            Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
            producer.beginTransaction();
            for (ConsumerRecord<String, String> record : records) {
                producer.send(new ProducerRecord<>("to", record.value()));
                offsets.put(
                        new TopicPartition(record.topic(), record.partition()),
                        new OffsetAndMetadata(record.offset() + 1));
            }
            producer.sendOffsetsToTransaction(offsets, consumer.groupMetadata());
            producer.commitTransaction();
        }
        return (int)
                consumer.assignment().stream()
                        .mapToLong(partition -> consumer.position(partition))
                        .sum();
    }

    private static Map<String, Object> producerSettings(Map<String, Object> connection) {
        Map<String, Object> settings = new HashMap<>(connection);
        settings.put("transactional.id", "copier");
        settings.put("transaction.timeout.ms", "10000");
        settings.put("delivery.timeout.ms", "10000");
        settings.put("request.timeout.ms", "5000");
        settings.put("max.block.ms", "10000");
        return settings;
    }

    private static Map<String, Object> consumerSettings(Map<String, Object> connection) {
        Map<String, Object> settings = new HashMap<>(connection);
        settings.put("group.id", "copiers");
        settings.put("isolation.level", "read_committed");
        settings.put("max.poll.records", "" + TOGETHER);
        settings.put("session.timeout.ms", "6000");
        return settings;
    }
}

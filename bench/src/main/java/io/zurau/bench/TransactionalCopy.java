package io.zurau.bench;

import io.zurau.tests.servers.ServerUnderTest;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// Records are read, written to another topic, and committed with their offsets, a hundred at a
/// time.
///
/// @param bytes how much is copied for the throughput runs; a tenth of it is copied here
record TransactionalCopy(long bytes) {
    private static final String FROM = "incoming";
    private static final String TO = "outgoing";
    private static final int PARTITIONS = 6;
    private static final int RECORD_BYTES = 1000;
    private static final int PER_TRANSACTION = 100;
    private static final int WARM_UP = 50; // Transactions.

    double measure(ServerUnderTest server) throws Exception {
        server.start();
        String bootstrap = server.bootstrap();
        long records = bytes / 10 / RECORD_BYTES;
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            admin.createTopics(
                            List.of(
                                    new NewTopic(FROM, PARTITIONS, (short) 1),
                                    new NewTopic(TO, PARTITIONS, (short) 1)))
                    .all()
                    .get();
        }
        write(bootstrap, records + WARM_UP * PER_TRANSACTION);
        try (KafkaConsumer<byte[], byte[]> consumer =
                        new KafkaConsumer<>(
                                Map.of(
                                        "bootstrap.servers", bootstrap,
                                        "group.id", "copiers",
                                        "enable.auto.commit", "false",
                                        "auto.offset.reset", "earliest",
                                        "isolation.level", "read_committed",
                                        "max.poll.records", "" + PER_TRANSACTION),
                                new ByteArrayDeserializer(),
                                new ByteArrayDeserializer());
                KafkaProducer<byte[], byte[]> producer =
                        new KafkaProducer<>(
                                Map.of(
                                        "bootstrap.servers",
                                        bootstrap,
                                        "transactional.id",
                                        "copier"),
                                new ByteArraySerializer(),
                                new ByteArraySerializer())) {
            producer.initTransactions();
            consumer.subscribe(List.of(FROM));
            copy(consumer, producer, WARM_UP * PER_TRANSACTION);
            long begin = System.nanoTime();
            long copied = copy(consumer, producer, records - PER_TRANSACTION);
            return copied / ((System.nanoTime() - begin) / 1e9);
        }
    }

    private static void write(String bootstrap, long records) {
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", bootstrap),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            for (long i = 0; i < records; i++) {
                producer.send(
                        new ProducerRecord<>(
                                FROM, (int) (i % PARTITIONS), null, new byte[RECORD_BYTES]));
            }
        }
    }

    /// @return how many records were copied
    private static long copy(
            KafkaConsumer<byte[], byte[]> consumer,
            KafkaProducer<byte[], byte[]> producer,
            long atLeast) {
        long copied = 0;
        while (copied < atLeast) {
            Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
            producer.beginTransaction();
            long end = Math.min(atLeast, copied + PER_TRANSACTION);
            while (copied < end) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
                    producer.send(
                            new ProducerRecord<>(TO, record.partition(), null, record.value()));
                    offsets.put(
                            new TopicPartition(FROM, record.partition()),
                            new OffsetAndMetadata(record.offset() + 1));
                    copied++;
                }
            }
            producer.sendOffsetsToTransaction(offsets, consumer.groupMetadata());
            producer.commitTransaction();
        }
        return copied;
    }
}

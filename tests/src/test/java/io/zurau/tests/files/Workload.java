package io.zurau.tests.files;

import io.zurau.tests.conformance.Clients;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/// What leaves every kind of file behind: all codecs, several segments, deleted records, committed
/// offsets, transactions.
final class Workload {
    static final String TOPIC = "files";
    static final String GROUP = "files-group";
    static final int PARTITIONS = 2;
    static final long COMMITTED = 17;

    private static final List<String> CODECS = List.of("none", "gzip", "snappy", "lz4", "zstd");
    private static final int RECORDS_EACH = 2000;

    private final String bootstrap;

    Workload(String bootstrap) {
        this.bootstrap = bootstrap;
    }

    private Map<String, Object> settings(Object... more) {
        Map<String, Object> all = new HashMap<>();
        all.put("bootstrap.servers", bootstrap);
        for (int i = 0; i < more.length; i += 2) {
            all.put((String) more[i], more[i + 1]);
        }
        return all;
    }

    /// Makes the topic, with the smallest segments there can be.
    void createTopic() throws Exception {
        try (Admin admin = Clients.admin(bootstrap)) {
            NewTopic topic =
                    new NewTopic(TOPIC, PARTITIONS, (short) 1)
                            .configs(
                                    Map.of(
                                            "segment.bytes",
                                            "1048576",
                                            "index.interval.bytes",
                                            "1024"));
            admin.createTopics(List.of(topic)).all().get();
        }
    }

    /// Writes with each codec, then deletes a few of the oldest records and commits an offset.
    void run(String round) throws Exception {
        for (String codec : CODECS) {
            write(codec, round);
        }
        TopicPartition first = new TopicPartition(TOPIC, 0);
        try (Admin admin = Clients.admin(bootstrap)) {
            admin.deleteRecords(Map.of(first, RecordsToDelete.beforeOffset(123))).all().get();
        }
        try (Consumer<String, String> consumer = Clients.consumer(settings("group.id", GROUP))) {
            consumer.assign(List.of(first));
            consumer.commitSync(Map.of(first, new OffsetAndMetadata(COMMITTED)));
        }
    }

    private void write(String codec, String round) {
        Random random = new Random(7);
        try (Producer<String, String> producer =
                Clients.producer(settings("compression.type", codec, "linger.ms", "5"))) {
            for (int i = 0; i < RECORDS_EACH; i++) {
                int partition = i % PARTITIONS;
                byte[] noise = new byte[300];
                random.nextBytes(noise);
                String padding = Base64.getEncoder().encodeToString(noise);
                String value = round + " " + codec + " äöü " + i + " " + padding;
                producer.send(new ProducerRecord<>(TOPIC, partition, "key " + i, value));
            }
        }
    }

    /// Writes one transaction that commits and one that aborts, twice.
    void transactions() {
        try (Producer<String, String> producer =
                Clients.producer(settings("transactional.id", "files-transactions"))) {
            producer.initTransactions();
            for (int i = 0; i < 2; i++) {
                producer.beginTransaction();
                producer.send(new ProducerRecord<>(TOPIC, 1, "t", "committed " + i));
                producer.commitTransaction();
                producer.beginTransaction();
                producer.send(new ProducerRecord<>(TOPIC, 1, "t", "aborted " + i));
                producer.flush();
                producer.abortTransaction();
            }
        }
    }

    /// Every record as text, with all that a client can see of it.
    List<String> records(String isolation) {
        List<String> lines = new ArrayList<>();
        for (ConsumerRecord<String, String> record :
                Clients.readAll(TOPIC, settings("isolation.level", isolation))) {
            lines.add(
                    record.partition()
                            + "@"
                            + record.offset()
                            + " "
                            + record.timestampType()
                            + " "
                            + record.timestamp()
                            + " "
                            + record.leaderEpoch().orElse(-1)
                            + " "
                            + record.key()
                            + "="
                            + record.value());
        }
        lines.sort(null);
        return lines;
    }

    /// The group's committed offset of partition 0.
    long committed() {
        TopicPartition first = new TopicPartition(TOPIC, 0);
        try (Consumer<String, String> consumer = Clients.consumer(settings("group.id", GROUP))) {
            return consumer.committed(Set.of(first)).values().stream()
                    .mapToLong(OffsetAndMetadata::offset)
                    .sum();
        }
    }
}

package io.zurau.tests.files;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.tests.conformance.Clients;
import io.zurau.tests.servers.ServerUnderTest;
import io.zurau.tests.servers.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A compacted topic read from the beginning equals the table it stands for, committed offsets
/// survive the compaction of `__consumer_offsets`, and kafka-dump-log accepts the files.
class CompactedTopicTest {
    private static final String TOPIC = "table";
    private static final String GROUP = "compacted-group";
    private static final List<String> CODECS = List.of("none", "gzip", "snappy", "lz4", "zstd");
    private static final int RECORDS_EACH = 3000;
    private static final int COMMITS = 400;
    private static final int KEYS = 100;
    private static final long PATIENCE_NANOS = Duration.ofSeconds(60).toNanos();

    private static final ServerUnderTest SERVER =
            ServerUnderTest.create(
                    Workspace.newDirectory("compacted"),
                    Map.of(
                            "log.cleaner.backoff.ms",
                            "100",
                            "log.cleaner.min.cleanable.ratio",
                            "0.01",
                            "log.cleaner.delete.retention.ms",
                            "0",
                            "offsets.topic.num.partitions",
                            "1",
                            "offsets.topic.segment.bytes",
                            "20000"));
    private static final LogFiles FILES = new LogFiles(SERVER.logDirectory());
    private static final Map<String, String> TABLE = new TreeMap<>();

    @BeforeAll
    static void writeAndCompact() throws Exception {
        SERVER.start();
        try (Admin admin = Clients.admin(SERVER.bootstrap())) {
            NewTopic topic =
                    new NewTopic(TOPIC, 1, (short) 1)
                            .configs(
                                    Map.of(
                                            "cleanup.policy",
                                            "compact",
                                            "segment.bytes",
                                            "1048576"));
            admin.createTopics(List.of(topic)).all().get();
        }
        Random dice = new Random(3);
        for (String codec : CODECS) {
            write(codec, dice);
        }
        commit();
        SERVER.stop();
        SERVER.start(); // Whatever is closed is seen as such at once.
        awaitCompacted(TOPIC);
        awaitCompacted("__consumer_offsets");
    }

    private static Map<String, Object> settings(Object... more) {
        Map<String, Object> all = new HashMap<>();
        all.put("bootstrap.servers", SERVER.bootstrap());
        for (int i = 0; i < more.length; i += 2) {
            all.put((String) more[i], more[i + 1]);
        }
        return all;
    }

    private static void write(String codec, Random dice) {
        try (Producer<String, String> producer =
                Clients.producer(settings("compression.type", codec, "linger.ms", "5"))) {
            for (int i = 0; i < RECORDS_EACH; i++) {
                String key = "key " + dice.nextInt(KEYS);
                @Nullable String value = dice.nextInt(5) == 0 ? null : codec + " " + noise(dice);
                producer.send(new ProducerRecord<>(TOPIC, key, value));
                TABLE.remove(key);
                if (value != null) {
                    TABLE.put(key, value);
                }
            }
        }
    }

    /// Long, and no codec makes it much shorter.
    private static String noise(Random dice) {
        byte[] bytes = new byte[600];
        dice.nextBytes(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static void commit() {
        TopicPartition partition = new TopicPartition(TOPIC, 0);
        try (Consumer<String, String> consumer = Clients.consumer(settings("group.id", GROUP))) {
            consumer.assign(List.of(partition));
            for (long i = 1; i <= COMMITS; i++) {
                consumer.commitSync(Map.of(partition, new OffsetAndMetadata(i)));
            }
        }
    }

    private static void awaitCompacted(String topic) throws Exception {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (cleaned(topic) == 0) {
            assertThat(System.nanoTime()).as("%s is compacted", topic).isLessThan(deadline);
            Thread.sleep(50);
        }
    }

    private static long cleaned(String topic) throws IOException {
        var checkpoint = SERVER.logDirectory().resolve("cleaner-offset-checkpoint");
        if (!Files.exists(checkpoint)) {
            return 0;
        }
        return Files.readAllLines(checkpoint).stream()
                .filter(line -> line.startsWith(topic + " 0 "))
                .mapToLong(line -> Long.parseLong(line.split(" ")[2]))
                .findFirst()
                .orElse(0);
    }

    @AfterAll
    static void close() {
        SERVER.close();
    }

    @Test
    void readFromTheBeginningItIsTheTableItStandsFor() {
        // When
        Map<String, String> read = new TreeMap<>();
        int records = 0;
        for (ConsumerRecord<String, String> record : Clients.readAll(TOPIC, settings())) {
            records++;
            read.remove(record.key());
            if (record.value() != null) {
                read.put(record.key(), record.value());
            }
        }

        // Then
        assertThat(read).isEqualTo(TABLE);
        assertThat(records).isLessThan(RECORDS_EACH);
    }

    @Test
    void committedOffsetsSurvive() throws Exception {
        try (Consumer<String, String> consumer = Clients.consumer(settings("group.id", GROUP))) {
            TopicPartition partition = new TopicPartition(TOPIC, 0);
            assertThat(consumer.committed(Set.of(partition)))
                    .containsEntry(partition, new OffsetAndMetadata(COMMITS));
        }
        assertThat(cleaned("__consumer_offsets")).isGreaterThan(COMMITS / 2);
    }

    @Test
    void dumpLogAcceptsTheFiles() throws Exception {
        FILES.assertAcceptedByDumpLog(TOPIC);
        FILES.assertAcceptedByDumpLog("__consumer_offsets");
    }
}

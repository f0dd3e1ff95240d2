package io.zurau.tests.conformance;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.slf4j.LoggerFactory;

/// Apache Kafka's Java clients, connected to the shared server unless told otherwise.
public final class Clients {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    static {
        // The clients warn a thousand times about every broker that a test kills.
        if (LoggerFactory.getLogger("org.apache.kafka") instanceof Logger kafka) {
            kafka.setLevel(Level.OFF);
        }
    }

    private Clients() {}

    public static Admin admin() {
        return admin(Shared.bootstrap());
    }

    public static Admin admin(String bootstrap) {
        return Admin.create(with(Map.of("bootstrap.servers", bootstrap)));
    }

    /// A producer with Kafka's defaults (idempotent, acks=all).
    public static Producer<String, String> producer() {
        return producer(Map.of());
    }

    public static Producer<String, String> producer(Map<String, Object> settings) {
        return new KafkaProducer<>(with(settings), new StringSerializer(), new StringSerializer());
    }

    /// A consumer that begins at the earliest record and commits only when asked to.
    public static Consumer<String, String> consumer(Map<String, Object> settings) {
        Map<String, Object> all = new HashMap<>();
        all.put("auto.offset.reset", "earliest");
        all.put("enable.auto.commit", "false");
        all.putAll(settings);
        return new KafkaConsumer<>(with(all), new StringDeserializer(), new StringDeserializer());
    }

    private static Map<String, Object> with(Map<String, Object> settings) {
        Map<String, Object> all = new HashMap<>(settings);
        all.computeIfAbsent("bootstrap.servers", key -> Shared.bootstrap());
        return all;
    }

    /// Makes a topic on the shared server and returns its name.
    public static String newTopic(String prefix, int partitions) throws Exception {
        return newTopic(prefix, partitions, Map.of());
    }

    public static String newTopic(String prefix, int partitions, Map<String, String> settings)
            throws Exception {
        String topic = Shared.name(prefix);
        try (Admin admin = admin()) {
            admin.createTopics(
                            List.of(new NewTopic(topic, partitions, (short) 1).configs(settings)))
                    .all()
                    .get();
        }
        return topic;
    }

    /// Polls until `count` records came, or fails.
    public static <K, V> List<ConsumerRecord<K, V>> poll(Consumer<K, V> consumer, int count) {
        List<ConsumerRecord<K, V>> records = new ArrayList<>();
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (records.size() < count) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(
                        "Only "
                                + records.size()
                                + " of "
                                + count
                                + " records came within "
                                + LIMIT);
            }
            consumer.poll(Duration.ofMillis(100)).forEach(records::add);
        }
        return records;
    }

    /// Every record of a topic from its beginning.
    public static List<ConsumerRecord<String, String>> readAll(String topic) {
        return readAll(topic, Map.of());
    }

    /// Up to the end of what is written now: transactions that are decided are waited for.
    public static List<ConsumerRecord<String, String>> readAll(
            String topic, Map<String, Object> settings) {
        Map<String, Object> everything = new HashMap<>(settings);
        everything.remove("isolation.level");
        try (Consumer<String, String> consumer = consumer(settings);
                Consumer<String, String> ofEverything = consumer(everything)) {
            int partitions = consumer.partitionsFor(topic).size();
            List<TopicPartition> all =
                    IntStream.range(0, partitions)
                            .mapToObj(partition -> new TopicPartition(topic, partition))
                            .toList();
            consumer.assign(all);
            consumer.seekToBeginning(all);
            Map<TopicPartition, Long> ends = ofEverything.endOffsets(all);
            List<ConsumerRecord<String, String>> records = new ArrayList<>();
            long deadline = System.nanoTime() + LIMIT.toNanos();
            while (ends.entrySet().stream()
                    .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                if (System.nanoTime() > deadline) {
                    throw new AssertionError("Reading " + topic + " did not end within " + LIMIT);
                }
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
            return records;
        }
    }

    /// The error that a client's future failed with.
    public static Throwable failureOf(Future<?> future) throws Exception {
        try {
            Object done = future.get();
            throw new AssertionError("It did not fail but returned " + done);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            return cause == null ? e : cause;
        }
    }
}

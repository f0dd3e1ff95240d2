package io.zurau.tests.conformance;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringDeserializer;

/// Apache Kafka's consumers of share groups, connected to the shared server unless told otherwise.
public final class ShareClients {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private ShareClients() {}

    /// A consumer that accepts what it was given with its next poll.
    public static ShareConsumer<String, String> implicit(
            String group, Map<String, Object> settings) {
        return consumer(group, "implicit", settings);
    }

    /// A consumer that says of each record what became of it.
    public static ShareConsumer<String, String> explicit(
            String group, Map<String, Object> settings) {
        return consumer(group, "explicit", settings);
    }

    private static ShareConsumer<String, String> consumer(
            String group, String mode, Map<String, Object> settings) {
        Map<String, Object> all = new HashMap<>();
        all.put("group.id", group);
        all.put("share.acknowledgement.mode", mode);
        all.putAll(settings);
        all.computeIfAbsent("bootstrap.servers", _ -> Shared.bootstrap());
        return new KafkaShareConsumer<>(all, new StringDeserializer(), new StringDeserializer());
    }

    /// Sets a group, whether it is there or not.
    public static void set(String bootstrap, String group, Map<String, String> settings)
            throws Exception {
        Collection<AlterConfigOp> changes = new ArrayList<>();
        settings.forEach(
                (name, value) ->
                        changes.add(
                                new AlterConfigOp(
                                        new ConfigEntry(name, value), AlterConfigOp.OpType.SET)));
        try (Admin admin = Clients.admin(bootstrap)) {
            admin.incrementalAlterConfigs(
                            Map.of(new ConfigResource(ConfigResource.Type.GROUP, group), changes))
                    .all()
                    .get();
        }
    }

    public static void beginsAtTheEarliest(String bootstrap, String group) throws Exception {
        set(bootstrap, group, Map.of("share.auto.offset.reset", "earliest"));
    }

    /// Records with the values [#values].
    public static void produce(String bootstrap, String topic, int first, int count) {
        try (Producer<String, String> producer =
                Clients.producer(Map.of("bootstrap.servers", bootstrap))) {
            values(first, count)
                    .forEach(value -> producer.send(new ProducerRecord<>(topic, value)));
        }
    }

    /// Ascending.
    public static List<String> values(int first, int count) {
        return IntStream.range(first, first + count).mapToObj("%05d"::formatted).toList();
    }

    /// Polls until `count` records came, or fails.
    public static List<ConsumerRecord<String, String>> poll(
            ShareConsumer<String, String> consumer, int count) {
        List<ConsumerRecord<String, String>> records = new ArrayList<>();
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (records.size() < count) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(
                        "Only %d of %d records came.".formatted(records.size(), count));
            }
            consumer.poll(Duration.ofMillis(100)).forEach(records::add);
        }
        return records;
    }
}

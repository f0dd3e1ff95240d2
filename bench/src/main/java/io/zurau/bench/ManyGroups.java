package io.zurau.bench;

import io.zurau.tests.servers.ServerUnderTest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/// Ten thousand groups have committed offsets of ten partitions; the server is killed and started:
/// how long until it serves the offsets of all partitions of `__consumer_offsets`.
final class ManyGroups {
    private static final String TOPIC = "counted";
    private static final int GROUPS = 10_000;
    private static final int PARTITIONS = 10;
    private static final int AT_ONCE = 500;
    private static final int ASKED = 500; // Enough to be in each of the 50 partitions.
    private static final long OFFSET = 42;
    private static final long LIMIT_NANOS = TimeUnit.MINUTES.toNanos(3);

    private ManyGroups() {}

    static double measure(ServerUnderTest server) throws Exception {
        server.start();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", server.bootstrap()))) {
            admin.createTopics(List.of(new NewTopic(TOPIC, PARTITIONS, (short) 1))).all().get();
            Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
            for (int i = 0; i < PARTITIONS; i++) {
                offsets.put(new TopicPartition(TOPIC, i), new OffsetAndMetadata(OFFSET));
            }
            for (int from = 0; from < GROUPS; from += AT_ONCE) {
                List<KafkaFuture<Void>> commits = new ArrayList<>();
                for (int i = from; i < from + AT_ONCE; i++) {
                    commits.add(admin.alterConsumerGroupOffsets("group-" + i, offsets).all());
                }
                for (KafkaFuture<Void> commit : commits) {
                    commit.get();
                }
            }
        }
        server.kill();
        long begin = System.nanoTime();
        server.start();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", server.bootstrap()))) {
            while (!servesAll(admin)) {
                if (System.nanoTime() - begin > LIMIT_NANOS) {
                    throw new IllegalStateException("Offsets are not served.");
                }
                TimeUnit.MILLISECONDS.sleep(5);
            }
            return (System.nanoTime() - begin) / 1e6;
        }
    }

    private static boolean servesAll(Admin admin) throws InterruptedException {
        Map<String, ListConsumerGroupOffsetsSpec> asked = new HashMap<>();
        for (int i = 0; i < ASKED; i++) {
            asked.put("group-" + i * (GROUPS / ASKED), new ListConsumerGroupOffsetsSpec());
        }
        try {
            return admin.listConsumerGroupOffsets(asked).all().get().values().stream()
                    .allMatch(
                            offsets ->
                                    offsets.size() == PARTITIONS
                                            && offsets.values().stream()
                                                    .allMatch(one -> one.offset() == OFFSET));
        } catch (ExecutionException e) {
            return false; // It loads them still.
        }
    }
}

package io.zurau.bench;

import io.zurau.tests.servers.ServerUnderTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// A hundred consumers of the new protocol (KIP-848) share 300 partitions, and one more joins: how
/// long until each partition has one owner and nobody has more than three.
final class JoiningMember {
    private static final String TOPIC = "shared";
    private static final int PARTITIONS = 300;
    private static final int MEMBERS = 100;
    private static final Duration LIMIT = Duration.ofMinutes(3);

    private final Map<Integer, Set<TopicPartition>> owned = new ConcurrentHashMap<>();
    private final List<KafkaConsumer<byte[], byte[]>> consumers = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final String bootstrap;

    private JoiningMember(String bootstrap) {
        this.bootstrap = bootstrap;
    }

    static double measure(ServerUnderTest server) throws Exception {
        server.start();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", server.bootstrap()))) {
            admin.createTopics(List.of(new NewTopic(TOPIC, PARTITIONS, (short) 1))).all().get();
        }
        JoiningMember group = new JoiningMember(server.bootstrap());
        try {
            for (int i = 0; i < MEMBERS; i++) {
                group.join(i);
            }
            group.awaitBalance(MEMBERS);
            TimeUnit.SECONDS.sleep(10); // So that their heartbeats are spread as they come.
            long begin = System.nanoTime();
            group.join(MEMBERS);
            group.awaitBalance(MEMBERS + 1);
            return (System.nanoTime() - begin) / 1e6;
        } finally {
            group.close();
        }
    }

    private void join(int number) {
        KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(
                        Map.of(
                                "bootstrap.servers", bootstrap,
                                "group.id", "many",
                                "group.protocol", "consumer"),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer());
        consumers.add(consumer);
        consumer.subscribe(List.of(TOPIC));
        threads.add(Thread.ofPlatform().start(() -> poll(number, consumer)));
    }

    private void poll(int number, KafkaConsumer<byte[], byte[]> consumer) {
        try (consumer) {
            while (true) {
                consumer.poll(Duration.ofMillis(50));
                owned.put(number, Set.copyOf(consumer.assignment()));
            }
        } catch (WakeupException e) {
            owned.remove(number);
        }
    }

    private void awaitBalance(int members) throws InterruptedException {
        long begin = System.nanoTime();
        while (!isBalanced(members)) {
            if (System.nanoTime() - begin > LIMIT.toNanos()) {
                throw new IllegalStateException("The group does not come to rest.");
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    private boolean isBalanced(int members) {
        List<Set<TopicPartition>> all = List.copyOf(owned.values());
        Set<TopicPartition> partitions =
                all.stream().flatMap(Set::stream).collect(Collectors.toSet());
        return all.size() == members
                && partitions.size() == PARTITIONS
                && all.stream().mapToInt(Set::size).sum() == PARTITIONS
                && all.stream()
                        .allMatch(
                                one ->
                                        one.size() >= PARTITIONS / members
                                                && one.size() <= Math.ceilDiv(PARTITIONS, members));
    }

    private void close() throws InterruptedException {
        consumers.forEach(KafkaConsumer::wakeup);
        for (Thread thread : threads) {
            thread.join();
        }
    }
}

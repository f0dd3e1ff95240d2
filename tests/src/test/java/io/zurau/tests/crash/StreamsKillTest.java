package io.zurau.tests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.tests.conformance.Clients;
import io.zurau.tests.servers.ChildProcess;
import io.zurau.tests.servers.ServerUnderTest;
import io.zurau.tests.servers.Workspace;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/// `kill -9` of the broker and of a Kafka Streams application in turn, while it works.
///
/// `-Dzurau.streams.kills=10` for more kills.
class StreamsKillTest {
    private static final int KILLS = Integer.getInteger("zurau.streams.kills", 2);
    private static final int ORDERS_PER_KILL = 400;
    private static final int ORDERS = ORDERS_PER_KILL * (KILLS + 1);
    private static final int PARTITIONS = 3;
    private static final int REGIONS = 7;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Map<String, List<String>> counted = new TreeMap<>();
    private int counts;

    @Test
    void everyPaidOrderIsCountedExactlyOnceByAClassicGroup() throws Exception {
        everyPaidOrderIsCountedExactlyOnce("classic");
    }

    @Test
    void everyPaidOrderIsCountedExactlyOnceByAStreamsGroup() throws Exception {
        everyPaidOrderIsCountedExactlyOnce("streams");
    }

    private void everyPaidOrderIsCountedExactlyOnce(String protocol) throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Path directory = Workspace.newDirectory("streams-kill");
        try (ServerUnderTest server =
                ServerUnderTest.create(
                        directory,
                        Map.of(
                                "group.initial.rebalance.delay.ms", "0",
                                "group.min.session.timeout.ms", "1000",
                                "group.streams.initial.rebalance.delay.ms", "0",
                                "group.streams.min.session.timeout.ms", "1000",
                                "group.streams.session.timeout.ms", "2000",
                                "group.streams.min.heartbeat.interval.ms", "200",
                                "group.streams.heartbeat.interval.ms", "500"))) {
            // Given
            server.start();
            Map<String, Object> connection = Map.of("bootstrap.servers", server.bootstrap());
            createTopics(server.bootstrap());
            ChildProcess application = application(server, directory, protocol, 0);
            try (Producer<String, String> producer = Clients.producer(connection);
                    Consumer<String, String> consumer = Clients.consumer(committed(connection))) {
                consumer.assign(partitions());
                consumer.seekToBeginning(partitions());

                // When
                for (int kill = 0; kill < KILLS; kill++) {
                    pay(producer, kill);
                    awaitCounts(
                            consumer, kill * ORDERS_PER_KILL + ORDERS_PER_KILL / 4, application);
                    Thread.sleep(random.nextInt(300)); // So that the kills fall anywhere.
                    if (kill % 2 == 0) {
                        application.kill();
                        application = application(server, directory, protocol, kill + 1);
                    } else {
                        server.kill();
                        server.start();
                    }
                }
                pay(producer, KILLS);
                awaitCounts(consumer, ORDERS, application);
                consumer.poll(Duration.ofMillis(500)).forEach(this::count);
            } finally {
                application.close();
            }

            // Then
            assertThat(counted).as("seed %d", seed).isEqualTo(expected());
        }
    }

    private static void createTopics(String bootstrap) throws Exception {
        try (Admin admin = Clients.admin(bootstrap)) {
            admin.createTopics(
                            Stream.of(
                                            OrderCountApplication.ORDERS,
                                            OrderCountApplication.PAYMENTS,
                                            OrderCountApplication.COUNTS)
                                    .map(name -> new NewTopic(name, PARTITIONS, (short) 1))
                                    .toList())
                    .all()
                    .get();
        }
    }

    private static ChildProcess application(
            ServerUnderTest server, Path directory, String protocol, int number) {
        return ChildProcess.start(
                "OrderCountApplication",
                List.of(
                        Workspace.java(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        OrderCountApplication.class.getName(),
                        server.bootstrap(),
                        directory.resolve("state").toString(),
                        protocol),
                // A killed process leaves the library where it was unpacked.
                Map.of("ROCKSDB_SHAREDLIB_DIR", directory.toString()),
                directory.resolve("application-" + number + ".out"));
    }

    private static Map<String, Object> committed(Map<String, Object> connection) {
        Map<String, Object> settings = new HashMap<>(connection);
        settings.put("isolation.level", "read_committed");
        return settings;
    }

    private static List<TopicPartition> partitions() {
        return IntStream.range(0, PARTITIONS)
                .mapToObj(number -> new TopicPartition(OrderCountApplication.COUNTS, number))
                .toList();
    }

    /// Sends orders of every region, ten milliseconds apart, and their payments in another order.
    private static void pay(Producer<String, String> producer, int round) {
        int first = round * ORDERS_PER_KILL;
        for (int order = first; order < first + ORDERS_PER_KILL; order++) {
            send(producer, OrderCountApplication.ORDERS, order);
        }
        for (int order = first + ORDERS_PER_KILL - 1; order >= first; order--) {
            send(producer, OrderCountApplication.PAYMENTS, order);
        }
    }

    private static void send(Producer<String, String> producer, String topic, int order) {
        producer.send(new ProducerRecord<>(topic, null, time(order), "o" + order, region(order)));
    }

    private static String region(int order) {
        return "r" + order % REGIONS;
    }

    private static long time(int order) {
        return 1_700_000_000_000L + order * 10L;
    }

    private void awaitCounts(
            Consumer<String, String> consumer, int goal, ChildProcess application) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (counts < goal) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(
                        "Only %d of %d orders were counted. The application printed: %s"
                                .formatted(counts, goal, application.output()));
            }
            consumer.poll(Duration.ofMillis(20)).forEach(this::count);
        }
    }

    private void count(ConsumerRecord<String, String> record) {
        counted.computeIfAbsent(record.key(), key -> new ArrayList<>()).add(record.value());
        counts++;
    }

    /// Of each region and window every count from one on.
    private static Map<String, List<String>> expected() {
        Map<String, List<String>> expected = new TreeMap<>();
        for (int order = 0; order < ORDERS; order++) {
            long window = time(order) - time(order) % OrderCountApplication.WINDOW.toMillis();
            List<String> values =
                    expected.computeIfAbsent(
                            region(order) + "@" + window, key -> new ArrayList<>());
            values.add(Integer.toString(values.size() + 1));
        }
        return expected;
    }
}

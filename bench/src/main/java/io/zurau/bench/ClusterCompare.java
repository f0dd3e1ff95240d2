package io.zurau.bench;

import io.zurau.tests.servers.ServerUnderTest;
import io.zurau.tests.servers.Workspace;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;

/// Measures three nodes of each in turns: how long a producer hears nothing when a leader dies or
/// is stopped, and what three replicas cost.
public final class ClusterCompare {
    private static final short REPLICAS = 3;
    private static final int PARTITIONS = 6;
    private static final int MANY_PARTITIONS = 10_000;
    private static final long POLL_NANOS = 20_000_000;
    private static final List<String> PARTS = List.of("kill", "stop", "produce", "partitions");

    private final Options options;
    private final Figures figures = new Figures();

    private ClusterCompare(Options options) {
        this.options = options;
    }

    public static void main(String[] arguments) throws Exception {
        Options options;
        try {
            options = Options.parse(List.of(arguments), PARTS);
        } catch (IllegalArgumentException e) {
            System.err.println("cluster: " + e.getMessage() + ". See the head of bench/cluster.");
            System.exit(2);
            return;
        }
        new ClusterCompare(options).run();
    }

    private void run() throws Exception {
        System.err.println(ProcessFacts.machine());
        for (Subject subject : options.servers()) {
            Path directory = Workspace.newDirectory("bench-cluster");
            try (Three three = Three.of(subject, directory)) {
                three.start();
                measure(subject, three);
            } finally {
                Workspace.delete(directory);
            }
        }
        System.out.println();
        System.out.println(ProcessFacts.machine());
        System.out.println("Zurau syncs on every replica before it acknowledges; Kafka does not\n");
        System.out.print(figures.table());
    }

    private void measure(Subject subject, Three three) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", three.bootstrap()))) {
            if (options.wants("produce")) {
                produce(subject, three, admin);
            }
            if (options.wants("kill") || options.wants("stop")) {
                gaps(subject, three, admin);
            }
            if (options.wants("partitions")) {
                partitions(subject, three, admin);
            }
        }
    }

    private void produce(Subject subject, Three three, Admin admin) throws Exception {
        create(admin, "warm-up", PARTITIONS, Map.of());
        Throughput.produce(three.bootstrap(), "warm-up", 1000, options.bytes() / 4, "16384");
        for (int round = 1; round <= options.rounds(); round++) {
            String topic = "produced-" + round;
            create(admin, topic, PARTITIONS, Map.of("min.insync.replicas", "2"));
            double rate =
                    Throughput.produce(three.bootstrap(), topic, 1000, options.bytes(), "16384");
            figures.add("three replicas, 1 KB: MB/s", subject, rate);
            if (subject == Subject.KAFKA) {
                figures.add("… with durability=memory: MB/s", subject, rate);
            } else {
                String inMemory = "in-memory-" + round;
                create(admin, inMemory, PARTITIONS, Map.of("durability", "memory"));
                figures.add(
                        "… with durability=memory: MB/s",
                        subject,
                        Throughput.produce(
                                three.bootstrap(), inMemory, 1000, options.bytes(), "16384"));
            }
        }
    }

    private void gaps(Subject subject, Three three, Admin admin) throws Exception {
        create(admin, "gaps", 1, Map.of("min.insync.replicas", "2"));
        try (GapMeter meter = new GapMeter(three.bootstrap(), "gaps")) {
            for (int round = 1; round <= options.rounds(); round++) {
                if (options.wants("kill")) {
                    ServerUnderTest leader = three.node(awaitAllInSync(admin, "gaps"));
                    figures.add(
                            "leader killed, longest silence: ms",
                            subject,
                            meter.longestGapMs(leader::kill));
                    leader.start();
                }
                if (options.wants("stop")) {
                    ServerUnderTest leader = three.node(awaitAllInSync(admin, "gaps"));
                    figures.add(
                            "leader restarted, longest silence: ms",
                            subject,
                            meter.longestGapMs(
                                    () -> {
                                        leader.stop();
                                        leader.start();
                                    }));
                }
            }
        }
    }

    private void partitions(Subject subject, Three three, Admin admin) throws Exception {
        long begun = System.nanoTime();
        create(admin, "many", MANY_PARTITIONS, Map.of());
        awaitAllInSync(admin, "many");
        figures.add("10,000 partitions made: ms", subject, (System.nanoTime() - begun) / 1e6);
        three.nodes().forEach(ServerUnderTest::kill);
        begun = System.nanoTime();
        three.start();
        awaitAllInSync(admin, "many");
        figures.add(
                "… all nodes killed and started: ms", subject, (System.nanoTime() - begun) / 1e6);
    }

    private static void create(
            Admin admin, String topic, int partitions, Map<String, String> settings)
            throws Exception {
        NewTopic created = new NewTopic(topic, partitions, REPLICAS).configs(settings);
        admin.createTopics(List.of(created)).all().get();
        awaitAllInSync(admin, topic);
    }

    /// Waits until every replica is in sync.
    ///
    /// @return the leader of partition 0
    private static int awaitAllInSync(Admin admin, String topic) throws InterruptedException {
        while (true) {
            try {
                TopicDescription described =
                        admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic);
                if (described != null
                        && described.partitions().stream()
                                .allMatch(p -> p.isr().size() == REPLICAS && p.leader() != null)) {
                    return described.partitions().getFirst().leader().id();
                }
            } catch (ExecutionException e) {
                // The nodes are still starting.
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }
}

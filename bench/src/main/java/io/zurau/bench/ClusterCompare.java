package io.zurau.bench;

import io.zurau.tests.servers.ServerUnderTest;
import io.zurau.tests.servers.Workspace;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.TopicPartition;

/// Measures three nodes of each in turns: how long a producer hears nothing when a leader dies or
/// is stopped, and what three replicas cost.
public final class ClusterCompare {
    private static final short REPLICAS = 3;
    private static final int PARTITIONS = 6;
    private static final int MANY_TOPICS = 10; // Kafka creates at most 10,000 of anything at once.
    private static final int PARTITIONS_OF_EACH = 1_000;
    private static final long POLL_NANOS = 20_000_000;
    private static final long LIMIT_NANOS = 300_000_000_000L; // Nothing takes five minutes.
    private static final List<String> PARTS =
            List.of("kill", "controller", "stop", "rolling", "produce", "partitions");

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
        Path directory = Workspace.newDirectory("bench-cluster");
        try {
            for (Subject subject : options.servers()) {
                try (Three three = Three.of(subject, directory.resolve(subject.name()))) {
                    three.start();
                    measure(subject, three);
                }
            }
        } finally {
            // Not before: file systems are slow for a while after much was deleted.
            Workspace.delete(directory);
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
            if (options.wants("kill") || options.wants("controller") || options.wants("stop")) {
                gaps(subject, three, admin);
            }
            if (options.wants("rolling")) {
                rolling(subject, three, admin);
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
                create(
                        admin,
                        inMemory,
                        PARTITIONS,
                        Map.of("durability", "memory", "min.insync.replicas", "2"));
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
                if (options.wants("controller")) {
                    awaitAllInSync(admin, "gaps");
                    ServerUnderTest controller = three.node(leadFromController(admin, "gaps"));
                    figures.add(
                            "… that is the active controller, too: ms",
                            subject,
                            meter.longestGapMs(controller::kill));
                    controller.start();
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

    /// All nodes are restarted, the next one when every replica is in sync.
    private void rolling(Subject subject, Three three, Admin admin) throws Exception {
        create(admin, "rolling", PARTITIONS, Map.of("min.insync.replicas", "2"));
        try (GapMeter meter = new GapMeter(three.bootstrap(), "rolling")) {
            for (int round = 1; round <= options.rounds(); round++) {
                figures.add(
                        "all nodes restarted in turn, longest wait of a record: ms",
                        subject,
                        meter.longestWaitMs(
                                () -> {
                                    for (ServerUnderTest node : three.nodes()) {
                                        awaitAllInSync(admin, "rolling");
                                        node.stop();
                                        node.start();
                                    }
                                    awaitAllInSync(admin, "rolling");
                                }));
            }
        }
    }

    private void partitions(Subject subject, Three three, Admin admin) throws Exception {
        long begun = System.nanoTime();
        List<String> topics = new ArrayList<>();
        for (int i = 1; i <= MANY_TOPICS; i++) {
            topics.add("many-" + i);
            admin.createTopics(
                            List.of(new NewTopic(topics.getLast(), PARTITIONS_OF_EACH, REPLICAS)))
                    .all()
                    .get();
        }
        awaitAllLed(admin, topics);
        figures.add("10,000 partitions made: ms", subject, (System.nanoTime() - begun) / 1e6);
        three.nodes().forEach(ServerUnderTest::kill);
        begun = System.nanoTime();
        three.start();
        awaitAllLed(admin, topics);
        figures.add(
                "… all nodes killed and started: ms", subject, (System.nanoTime() - begun) / 1e6);
    }

    /// Makes the active controller the leader of partition 0.
    ///
    /// @return the active controller
    private static int leadFromController(Admin admin, String topic) throws Exception {
        int controller = admin.describeMetadataQuorum().quorumInfo().get().leaderId();
        TopicPartition partition = new TopicPartition(topic, 0);
        List<Integer> replicas = new ArrayList<>(List.of(1, 2, 3));
        replicas.removeIf(replica -> replica == controller);
        replicas.addFirst(controller);
        admin.alterPartitionReassignments(
                        Map.of(
                                partition,
                                Optional.of(new NewPartitionReassignment(List.copyOf(replicas)))))
                .all()
                .get();
        while (awaitAllInSync(admin, topic) != controller) {
            admin.electLeaders(ElectionType.PREFERRED, Set.of(partition)).partitions().get();
            LockSupport.parkNanos(POLL_NANOS);
        }
        return controller;
    }

    private static void create(
            Admin admin, String topic, int partitions, Map<String, String> settings)
            throws Exception {
        NewTopic created = new NewTopic(topic, partitions, REPLICAS).configs(settings);
        admin.createTopics(List.of(created)).all().get();
        awaitAllInSync(admin, topic);
    }

    /// Waits until every replica is in sync and every leader says where its log ends.
    private static void awaitAllLed(Admin admin, List<String> topics) throws Exception {
        for (String topic : topics) {
            awaitAllInSync(admin, topic);
        }
        for (String topic : topics) {
            Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
            for (int i = 0; i < PARTITIONS_OF_EACH; i++) {
                ends.put(new TopicPartition(topic, i), OffsetSpec.latest());
            }
            awaitAnswer(admin, ends);
        }
    }

    private static void awaitAnswer(Admin admin, Map<TopicPartition, OffsetSpec> ends)
            throws Exception {
        long deadline = System.nanoTime() + LIMIT_NANOS;
        while (true) {
            try {
                admin.listOffsets(ends).all().get();
                return;
            } catch (ExecutionException e) {
                if (System.nanoTime() - deadline > 0) {
                    throw e;
                }
                LockSupport.parkNanos(POLL_NANOS); // A node is behind, or starts.
            }
        }
    }

    /// Waits until every replica is in sync.
    ///
    /// @return the leader of partition 0
    private static int awaitAllInSync(Admin admin, String topic) throws InterruptedException {
        long deadline = System.nanoTime() + LIMIT_NANOS;
        while (System.nanoTime() - deadline < 0) {
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
        throw new IllegalStateException("The replicas of " + topic + " did not come in sync.");
    }
}

package io.zurau.tests.simulation;

import io.zurau.client.Admin;
import io.zurau.client.ClientFailure;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.image.PartitionImage;
import io.zurau.metadata.image.TopicImage;
import io.zurau.runtime.Clock;
import io.zurau.runtime.Seams;
import io.zurau.runtime.Tasks.Task;
import io.zurau.simulation.SimDisk;
import io.zurau.simulation.SimMachine;
import io.zurau.simulation.Simulation;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/// Brokers with two disks each, of which the second fails, is missing at a start, and comes back,
/// while a client writes and somebody moves replicas from disk to disk: what is on the first goes
/// on, and nothing acknowledged is lost.
final class LogDirectoriesScenario {
    private static final String SECOND = "more";
    private static final String TOPIC = "orders";
    private static final int PARTITIONS = 4;
    private static final Duration PACE = Duration.ofMillis(50);
    private static final Duration LONGEST_FAILOVER = Duration.ofSeconds(20);

    private final Simulation simulation;
    private final Random dice;
    private final SimCluster cluster;
    private final int size;
    private final Ledger ledger = new Ledger();
    private int failures;
    private int moves;

    LogDirectoriesScenario(long seed) {
        this.simulation = new Simulation(seed).limitedTo(5_000_000);
        this.dice = simulation.random("scenario");
        this.size = dice.nextBoolean() ? 1 : 3;
        this.cluster =
                new SimCluster(
                        simulation,
                        size,
                        seams -> seams,
                        Map.of("log.dirs", SimCluster.DISK + "," + SECOND));
    }

    /// @param records acknowledged
    /// @param failures of disks, of which the brokers knew
    /// @param moves of replicas
    record Outcome(int records, int failures, int moves) {}

    Outcome run() {
        simulation.run(this::tell);
        return new Outcome(ledger.acknowledgedRecords(), failures, moves);
    }

    private void tell() throws InterruptedException {
        cluster.startAll();
        cluster.awaitAllInSync();
        create();
        Writer writer =
                new Writer(
                        "writer",
                        boot("writer"),
                        writerSettings(),
                        TOPIC,
                        PARTITIONS,
                        PACE,
                        simulation.random("writer"),
                        ledger);
        Task writing = onMachine("writer", writer::run);
        ReplicaShifter shifter =
                new ReplicaShifter(
                        boot("shifter"),
                        cluster.quorum(),
                        size,
                        List.of(SimCluster.DISK, SECOND),
                        TOPIC,
                        PARTITIONS,
                        simulation.random("shifter"));
        Task shifting = onMachine("shifter", shifter::run);
        int times = 1 + dice.nextInt(3);
        for (int i = 0; i < times; i++) {
            pause(dice.nextInt(3_000));
            trouble();
            pause(dice.nextInt(3_000));
        }
        mend();
        shifter.stop();
        shifting.join();
        moves = shifter.moves();
        cluster.awaitAllInSync();
        writer.stop();
        writing.join();
        Reader auditor = new Reader(boot("auditor"), clientSettings(), TOPIC, PARTITIONS, ledger);
        auditor.stop();
        onMachine("auditor", auditor::run).join();
        ledger.checkAgainst(auditor.log());
    }

    private void trouble() throws InterruptedException {
        SimMachine machine = cluster.any(dice);
        switch (dice.nextInt(4)) {
            case 0 -> {
                if (dice.nextBoolean()) { // In the middle of something.
                    SimDisk disk = dice.nextBoolean() ? second(machine) : SimCluster.disk(machine);
                    disk.faults().failPowerAtChange(1 + dice.nextInt(200));
                    pause(1_000);
                    disk.faults().heal();
                }
                cluster.failPower(machine);
                cluster.start(machine);
            }
            case 1 -> {
                breakSecond(machine);
                cluster.kill(machine);
                cluster.start(machine); // Without the disk, if it cannot be read.
                cluster.await(LONGEST_FAILOVER, () -> cluster.serves(SimCluster.id(machine)));
            }
            default -> {
                breakSecond(machine);
                awaitFailover(SimCluster.id(machine));
            }
        }
    }

    private void breakSecond(SimMachine machine) {
        DiskCare.breakDown(second(machine), dice);
    }

    private static SimDisk second(SimMachine machine) {
        return machine.disk(SECOND);
    }

    /// If the broker has noticed, everything has a leader that can have one, and the broker goes
    /// on.
    private void awaitFailover(int nodeId) throws InterruptedException {
        if (!cluster.await(LONGEST_FAILOVER, () -> directories(nodeId) == 1)) {
            return; // Nothing on that disk was touched in a way that fails.
        }
        failures++;
        if (!cluster.serves(nodeId)) {
            throw new BrokenPromise(
                    Invariant.RECOVERS, "One disk of two took broker " + nodeId + " down.");
        }
        if (!cluster.await(LONGEST_FAILOVER, () -> isServed(cluster.quorum().image()))) {
            throw new BrokenPromise(
                    Invariant.RECOVERS,
                    "A failed disk is not mended for: " + cluster.quorum().image().topics().all());
        }
    }

    private int directories(int nodeId) {
        return cluster.quorum()
                .image()
                .broker(nodeId)
                .map(broker -> broker.logDirectories().size())
                .orElse(0);
    }

    /// Whether nobody leads from a missing disk, and somebody leads wherever somebody can.
    private static boolean isServed(ClusterImage image) {
        for (TopicImage topic : image.topics().all()) {
            for (PartitionImage partition : topic.partitions()) {
                boolean served =
                        partition.hasLeader()
                                ? has(partition.leader(), partition, image)
                                : partition.inSync().stream()
                                        .noneMatch(node -> has(node, partition, image));
                if (!served) {
                    return false;
                }
            }
        }
        return true;
    }

    private static boolean has(int nodeId, PartitionImage partition, ClusterImage image) {
        return image.broker(nodeId)
                .filter(broker -> broker.isActive())
                .filter(broker -> !broker.hasLost(partition.directoryOf(nodeId)))
                .isPresent();
    }

    private void mend() throws InterruptedException {
        for (SimMachine machine : cluster.machines()) {
            DiskCare.mend(second(machine));
            if (directories(SimCluster.id(machine)) < 2) {
                cluster.kill(machine);
                cluster.start(machine);
            }
        }
        cluster.mend();
        if (!cluster.await(
                LONGEST_FAILOVER,
                () ->
                        cluster.machines().stream()
                                .allMatch(m -> directories(SimCluster.id(m)) == 2))) {
            throw new BrokenPromise(Invariant.RECOVERS, "A disk that is mended is not used.");
        }
    }

    private void pause(int millis) throws InterruptedException {
        Clock clock = simulation.machine("scenario").seams().clock();
        clock.sleepUntil(clock.deadline(Duration.ofMillis(millis)));
    }

    private Task onMachine(String name, Runnable body) {
        SimMachine machine = simulation.machine(name);
        Seams seams = machine.isUp() ? machine.seams() : machine.boot();
        return seams.tasks().start(name, body);
    }

    private Seams boot(String name) {
        return simulation.machine(name).boot();
    }

    private void create() throws InterruptedException {
        short replicas = (short) Math.min(size, 2);
        Admin.NewTopic topic =
                new Admin.NewTopic(TOPIC, PARTITIONS, replicas, Map.of("segment.bytes", "60000"));
        onMachine("admin", () -> create(topic)).join();
    }

    private void create(Admin.NewTopic topic) {
        try (Admin admin = Admin.of(clientSettings(), simulation.machine("admin").seams())) {
            while (!tryToCreate(admin, topic)) {}
        }
    }

    /// The simulated quorum loses answers, too.
    private static boolean tryToCreate(Admin admin, Admin.NewTopic topic) {
        try {
            admin.createTopic(topic);
            return true;
        } catch (ClientFailure e) {
            return String.valueOf(e.getMessage()).contains("already exists");
        }
    }

    private Map<String, String> clientSettings() {
        Map<String, String> settings = new TreeMap<>();
        settings.put("bootstrap.servers", cluster.addresses());
        settings.put("request.timeout.ms", "2000");
        settings.put("socket.connection.setup.timeout.ms", "500");
        return settings;
    }

    private Map<String, String> writerSettings() {
        Map<String, String> settings = clientSettings();
        settings.put("acks", "all");
        settings.put("enable.idempotence", "true");
        settings.put("delivery.timeout.ms", "" + (5_000 + dice.nextInt(10_000)));
        return settings;
    }
}

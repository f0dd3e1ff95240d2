package io.zurau.tests.simulation;

import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.image.TopicImage;
import io.zurau.protocol.message.FeatureLevelRecord;
import io.zurau.runtime.Clock;
import io.zurau.runtime.Seams;
import io.zurau.runtime.Tasks.Task;
import io.zurau.server.ServerConfig;
import io.zurau.server.StartRefused;
import io.zurau.server.ZurauServer;
import io.zurau.simulation.SimDisk;
import io.zurau.simulation.SimMachine;
import io.zurau.simulation.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/// Real brokers on simulated machines `broker1`, `broker2`, …, with a simulated quorum.
///
/// Used by the scenario's task only.
final class SimCluster {
    private static final int PORT = 9092;
    private static final short METADATA_VERSION = 25;
    private static final Duration LONGEST_RECOVERY = Duration.ofMinutes(2);
    private static final Duration LONGEST_STOP = Duration.ofSeconds(40);
    private static final Duration LOOK_EVERY = Duration.ofMillis(100);
    static final String DISK = "data";

    private final Simulation simulation;
    private final SimQuorum quorum;
    private final UnaryOperator<Seams> brokersSeams;
    private final Map<String, String> special;
    private final List<SimMachine> machines = new ArrayList<>();
    private final Map<String, ZurauServer> servers = new TreeMap<>();

    /// Whose process may refuse to start: their disk failed, or they could not reach the quorum.
    private final Set<String> excused = new TreeSet<>();

    private final Set<String> failing = new TreeSet<>(); // Whose disk has failed, or may have.

    /// @param brokersSeams what brokers get in place of their machine's seams
    SimCluster(Simulation simulation, int size, UnaryOperator<Seams> brokersSeams) {
        this(simulation, size, brokersSeams, Map.of());
    }

    /// @param special settings of each broker
    SimCluster(
            Simulation simulation,
            int size,
            UnaryOperator<Seams> brokersSeams,
            Map<String, String> special) {
        this(simulation, size, brokersSeams, special, "streams.version");
    }

    /// @param special settings of each broker
    /// @param feature whose first version the cluster has, besides new consumer groups
    SimCluster(
            Simulation simulation,
            int size,
            UnaryOperator<Seams> brokersSeams,
            Map<String, String> special,
            String feature) {
        this.special = special;
        this.simulation = simulation;
        this.brokersSeams = brokersSeams;
        this.quorum =
                new SimQuorum(
                        "simulated",
                        size,
                        List.of(
                                FeatureLevelRecord.builder()
                                        .name("metadata.version")
                                        .featureLevel(METADATA_VERSION)
                                        .build(),
                                FeatureLevelRecord.builder()
                                        .name("group.version")
                                        .featureLevel((short) 1)
                                        .build(),
                                FeatureLevelRecord.builder()
                                        .name(feature)
                                        .featureLevel((short) 1)
                                        .build()),
                        simulation.random("quorum"),
                        () -> simulation.elapsed().toNanos());
        for (int id = 1; id <= size; id++) {
            machines.add(simulation.machine("broker" + id));
        }
    }

    String addresses() {
        return machines.stream()
                .map(machine -> machine.name() + ":" + PORT)
                .collect(Collectors.joining(","));
    }

    SimQuorum quorum() {
        return quorum;
    }

    List<SimMachine> machines() {
        return machines;
    }

    SimMachine machine(int nodeId) {
        return machines.get(nodeId - 1);
    }

    SimMachine any(Random dice) {
        return machines.get(dice.nextInt(machines.size()));
    }

    static int id(SimMachine machine) {
        return Integer.parseInt(machine.name().substring("broker".length()));
    }

    static SimDisk disk(SimMachine machine) {
        return machine.disk(DISK);
    }

    /// What lies on the disk of a broker that serves.
    ReplicasOnDisk replicas(int nodeId) {
        return new ReplicasOnDisk(disk(machine(nodeId)));
    }

    /// Whether the broker has recovered its logs and runs.
    boolean serves(int nodeId) {
        SimMachine machine = machine(nodeId);
        return machine.isUp() && servers.containsKey(machine.name());
    }

    void startAll() {
        machines.forEach(this::start);
    }

    void start(SimMachine machine) {
        servers.remove(machine.name());
        excused.remove(machine.name());
        failing.remove(machine.name());
        Seams seams = brokersSeams.apply(machine.boot());
        seams.tasks().start("start", () -> serve(machine, seams));
    }

    private void serve(SimMachine machine, Seams seams) {
        ServerConfig config = ServerConfig.from(settings(machine));
        try {
            servers.put(
                    machine.name(),
                    ZurauServer.start(
                            config,
                            seams,
                            machine::disk,
                            _ -> new SimMetadataLog(quorum, id(machine), seams)));
        } catch (StartRefused e) {
            if (!excused.contains(machine.name())) {
                throw e;
            }
            simulation.tell(machine.name() + " does not start: " + e.getMessage());
            machine.kill();
        }
    }

    private Map<String, String> settings(SimMachine machine) {
        String voters =
                machines.stream()
                        .map(m -> id(m) + "@" + m.name() + ":9093")
                        .collect(Collectors.joining(","));
        Map<String, String> settings =
                new TreeMap<>(
                        Map.of(
                                "node.id",
                                "" + id(machine),
                                "listeners",
                                "PLAINTEXT://" + machine.name() + ":" + PORT,
                                "controller.quorum.voters",
                                voters,
                                "replica.fetch.wait.max.ms",
                                "500",
                                "replica.selector.class", // Followers serve whoever comes by old
                                // metadata.
                                "org.apache.kafka.common.replica.RackAwareReplicaSelector",
                                "log.dirs",
                                DISK,
                                "journal.size",
                                "" + (8 << 20),
                                "offsets.topic.num.partitions",
                                "3",
                                "transaction.state.log.num.partitions",
                                "3",
                                "group.initial.rebalance.delay.ms",
                                "100"));
        settings.putAll(special);
        return settings;
    }

    void kill(SimMachine machine) {
        servers.remove(machine.name());
        if (machine.isUp()) {
            machine.kill();
        }
    }

    void failPower(SimMachine machine) {
        servers.remove(machine.name());
        if (machine.isUp()) {
            machine.failPower();
        }
    }

    /// The others, and the quorum, hear nothing of it; clients do.
    void cutOff(SimMachine machine) {
        cutOffFromQuorum(machine);
        machines.stream()
                .filter(other -> other != machine)
                .forEach(other -> simulation.wires().partition(machine.name(), other.name()));
    }

    void cutOffFromQuorum(SimMachine machine) {
        excuse(machine);
        quorum.cutOff(id(machine));
    }

    /// From now on until it is started again it may fail to start.
    private void excuse(SimMachine machine) {
        excused.add(machine.name());
    }

    /// Its disk is about to fail; it is started again when that is mended.
    void expectDiskTrouble(SimMachine machine) {
        excuse(machine);
        failing.add(machine.name());
    }

    /// A clean stop; the process ends by itself.
    void stop(SimMachine machine) throws InterruptedException {
        machine.resume();
        ZurauServer server = servers.remove(machine.name());
        if (!machine.isUp() || server == null) {
            return;
        }
        simulation.tell(machine.name() + " is stopped");
        var stopping = machine.seams().tasks().start("stop", server::close);
        if (!await(LONGEST_STOP, () -> !machine.isUp() || !stopping.isRunning())) {
            throw new BrokenPromise(Invariant.RECOVERS, machine.name() + " does not stop.");
        }
        if (machine.isUp()) {
            machine.kill();
        }
    }

    /// Ends all trouble. A broker whose disk has failed is started again.
    void mend() {
        simulation.tell("all is mended");
        simulation.wires().heal();
        quorum.reconnect();
        for (SimMachine machine : machines) {
            machine.resume();
            machine.rightWallClock(); // A leader refuses records from its future, as Kafka's does.
            DiskCare.mend(disk(machine));
            if (failing.contains(machine.name())) {
                kill(machine);
            }
        }
        machines.stream().filter(machine -> !machine.isUp()).forEach(this::start);
    }

    /// Whether every broker is let in, and every replica in sync.
    boolean isWhole() {
        return allInSync(quorum.image());
    }

    /// Waits until every broker serves and every replica is in sync.
    void awaitAllInSync() throws InterruptedException {
        boolean recovered =
                await(LONGEST_RECOVERY, () -> restartExcused() && isWhole() && allServe());
        if (!recovered) {
            throw new BrokenPromise(
                    Invariant.RECOVERS, "The cluster is not whole: " + describe(quorum.image()));
        }
    }

    /// A broker may be let in a moment before it serves.
    private boolean allServe() {
        return machines.stream().allMatch(machine -> serves(id(machine)));
    }

    /// A process that gave up during the trouble is started again, as a service manager would.
    ///
    /// @return whether all are up
    private boolean restartExcused() {
        List<SimMachine> down = machines.stream().filter(machine -> !machine.isUp()).toList();
        down.forEach(this::start);
        return down.isEmpty();
    }

    /// @return whether it came true in time
    boolean await(Duration patience, BooleanSupplier condition) throws InterruptedException {
        Clock clock = simulation.machine("scenario").seams().clock();
        long deadline = clock.deadline(patience);
        while (!condition.getAsBoolean()) {
            if (!clock.isAhead(deadline)) {
                return false;
            }
            clock.sleepUntil(clock.deadline(LOOK_EVERY));
        }
        return true;
    }

    private boolean allInSync(ClusterImage image) {
        return image.brokers().size() == machines.size()
                && image.brokers().values().stream().noneMatch(broker -> broker.fenced())
                && image.topics().all().stream()
                        .flatMap(topic -> topic.partitions().stream())
                        .allMatch(
                                partition ->
                                        partition.leader() >= 0
                                                && !partition.isReassigning()
                                                && partition.inSync().size()
                                                        == partition.replicas().size());
    }

    private static String describe(ClusterImage image) {
        StringBuilder text = new StringBuilder(image.brokers().values().toString());
        for (TopicImage topic : image.topics().all()) {
            text.append('\n').append(topic.name()).append(": ").append(topic.partitions());
        }
        return text.toString();
    }

    /// Of clients of this cluster.
    Map<String, String> clientSettings() {
        return Map.of(
                "bootstrap.servers", addresses(),
                "request.timeout.ms", "2000",
                "socket.connection.setup.timeout.ms", "500");
    }

    /// The scenario does nothing for a while.
    void pause(Duration duration) throws InterruptedException {
        Clock clock = simulation.machine("scenario").seams().clock();
        clock.sleepUntil(clock.deadline(duration));
    }

    /// Runs a client on a machine of that name.
    Task onMachine(String name, Runnable body) {
        SimMachine machine = simulation.machine(name);
        Seams seams = machine.isUp() ? machine.seams() : machine.boot();
        return seams.tasks().start(name, body);
    }
}

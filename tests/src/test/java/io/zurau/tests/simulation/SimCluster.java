package io.zurau.tests.simulation;

import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.image.TopicImage;
import io.zurau.protocol.message.FeatureLevelRecord;
import io.zurau.runtime.Clock;
import io.zurau.runtime.Seams;
import io.zurau.server.ServerConfig;
import io.zurau.server.ZurauServer;
import io.zurau.simulation.SimMachine;
import io.zurau.simulation.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Real brokers on simulated machines `broker1`, `broker2`, …, with a simulated quorum.
///
/// Used by the scenario's task only.
final class SimCluster {
    private static final int PORT = 9092;
    private static final short METADATA_VERSION = 25;
    private static final Duration LONGEST_RECOVERY = Duration.ofMinutes(2);

    private final Simulation simulation;
    private final SimQuorum quorum;
    private final List<SimMachine> machines = new ArrayList<>();
    private final Map<String, ZurauServer> servers = new TreeMap<>();

    SimCluster(Simulation simulation, int size) {
        this.simulation = simulation;
        this.quorum =
                new SimQuorum(
                        "simulated",
                        size,
                        List.of(
                                FeatureLevelRecord.builder()
                                        .name("metadata.version")
                                        .featureLevel(METADATA_VERSION)
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

    SimMachine any(Random dice) {
        return machines.get(dice.nextInt(machines.size()));
    }

    private static int id(SimMachine machine) {
        return Integer.parseInt(machine.name().substring("broker".length()));
    }

    void startAll() {
        machines.forEach(this::start);
    }

    private void start(SimMachine machine) {
        Seams seams = machine.boot();
        seams.tasks().start("start", () -> serve(machine, seams));
    }

    private void serve(SimMachine machine, Seams seams) {
        ServerConfig config = ServerConfig.from(settings(machine));
        servers.put(
                machine.name(),
                ZurauServer.start(
                        config,
                        seams,
                        machine::disk,
                        _ -> new SimMetadataLog(quorum, id(machine), seams)));
    }

    private Map<String, String> settings(SimMachine machine) {
        String voters =
                machines.stream()
                        .map(m -> id(m) + "@" + m.name() + ":9093")
                        .collect(Collectors.joining(","));
        return Map.of(
                "node.id",
                "" + id(machine),
                "listeners",
                "PLAINTEXT://" + machine.name() + ":" + PORT,
                "controller.quorum.voters",
                voters,
                "log.dirs",
                "data",
                "journal.size",
                "" + (8 << 20),
                "offsets.topic.num.partitions",
                "3",
                "group.initial.rebalance.delay.ms",
                "100");
    }

    void kill(SimMachine machine) {
        if (machine.isUp()) {
            servers.remove(machine.name());
            machine.kill();
        }
    }

    void failPower(SimMachine machine) {
        if (machine.isUp()) {
            servers.remove(machine.name());
            machine.failPower();
        }
    }

    void failPowerOfAll() {
        machines.forEach(this::failPower);
    }

    /// The others, and the quorum, hear nothing of it; clients do.
    void cutOff(SimMachine machine) {
        simulation.tell(machine.name() + " is cut off");
        quorum.cutOff(id(machine));
        machines.stream()
                .filter(other -> other != machine)
                .forEach(other -> simulation.wires().partition(machine.name(), other.name()));
    }

    /// A clean stop; the process ends by itself.
    void stop(SimMachine machine) throws InterruptedException {
        ZurauServer server = servers.remove(machine.name());
        if (machine.isUp() && server != null) {
            simulation.tell(machine.name() + " is stopped");
            var stopping = machine.seams().tasks().start("stop", server::close);
            Clock clock = simulation.machine("scenario").seams().clock();
            long deadline = clock.deadline(Duration.ofSeconds(40));
            while (machine.isUp() && stopping.isRunning()) {
                if (!clock.isAhead(deadline)) {
                    throw new BrokenPromise(machine.name() + " does not stop.");
                }
                clock.sleepUntil(clock.deadline(Duration.ofMillis(50)));
            }
            if (machine.isUp()) {
                machine.kill();
            }
        }
    }

    void dropMetadataLeader() {
        simulation.tell("the metadata log has lost its leader");
        quorum.dropLeader();
    }

    /// Ends all trouble.
    void mend() {
        simulation.tell("all is mended");
        simulation.wires().heal();
        quorum.reconnect();
        machines.stream().filter(machine -> !machine.isUp()).forEach(this::start);
    }

    /// Waits until every broker is let in and every replica is in sync.
    void awaitAllInSync() throws InterruptedException {
        Clock clock = simulation.machine("scenario").seams().clock();
        long deadline = clock.deadline(LONGEST_RECOVERY);
        while (!allInSync(quorum.image())) {
            if (!clock.isAhead(deadline)) {
                throw new BrokenPromise(
                        "The cluster does not recover: " + describe(quorum.image()));
            }
            clock.sleepUntil(clock.deadline(Duration.ofMillis(100)));
        }
    }

    private boolean allInSync(ClusterImage image) {
        return image.brokers().size() == machines.size()
                && image.brokers().values().stream().noneMatch(broker -> broker.fenced())
                && image.topics().all().stream()
                        .flatMap(topic -> topic.partitions().stream())
                        .allMatch(
                                partition ->
                                        partition.leader() >= 0
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
}

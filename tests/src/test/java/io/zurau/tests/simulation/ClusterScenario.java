package io.zurau.tests.simulation;

import io.zurau.client.Admin;
import io.zurau.client.ClientFailure;
import io.zurau.runtime.Clock;
import io.zurau.runtime.Seams;
import io.zurau.runtime.Tasks.Task;
import io.zurau.simulation.SimMachine;
import io.zurau.simulation.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/// Clients write to and read from a cluster of three to five brokers while brokers are killed, lose
/// power, are cut off and stopped.
///
/// The promises are those of [PowerFailureScenario]: no acknowledged record, and none that a reader
/// was shown, may be missing at the end, doubled, or at another offset.
final class ClusterScenario {
    private static final long MOST_STEPS = 5_000_000;
    private static final Duration PACE = Duration.ofMillis(50);
    private static final List<String> WRITERS = List.of("writer0", "writer1");
    private static final short REPLICAS = 3;

    private final Simulation simulation;
    private final Random dice;
    private final Ledger ledger = new Ledger();
    private final SimCluster cluster;
    private final int partitions;

    ClusterScenario(long seed) {
        this.simulation = new Simulation(seed).limitedTo(MOST_STEPS);
        this.dice = simulation.random("scenario");
        this.partitions = 1 + dice.nextInt(3);
        this.cluster = new SimCluster(simulation, 3 + 2 * dice.nextInt(2));
    }

    /// @param records acknowledged
    /// @param traceHash equal for equal runs
    record Outcome(int records, long steps, long traceHash) {}

    Outcome run() {
        simulation.run(this::tell);
        return new Outcome(
                ledger.acknowledgedRecords(), simulation.steps(), simulation.traceHash());
    }

    private void tell() throws InterruptedException {
        cluster.startAll();
        cluster.awaitAllInSync();
        onMachine("admin", this::createTopic).join();
        Reader reader = new Reader(bootClient("reader"), readerSettings(), partitions, ledger);
        List<Writer> writers = writers();
        Task reading = onMachine("reader", reader::run);
        List<Task> writing = new ArrayList<>();
        for (int i = 0; i < writers.size(); i++) {
            writing.add(onMachine(WRITERS.get(i), writers.get(i)::run));
        }
        for (int i = 0; i < 1 + dice.nextInt(5); i++) {
            pause(Duration.ofMillis(dice.nextInt(4_000)));
            trouble();
        }
        pause(Duration.ofMillis(dice.nextInt(3_000)));
        cluster.mend();
        writers.forEach(Actor::stop);
        for (Task task : writing) {
            task.join();
        }
        cluster.awaitAllInSync();
        reader.stop();
        reading.join();
        Reader auditor = new Reader(bootClient("auditor"), readerSettings(), partitions, ledger);
        auditor.stop();
        onMachine("auditor", auditor::run).join();
        ledger.checkAgainst(auditor.log());
    }

    private void trouble() throws InterruptedException {
        SimMachine broker = cluster.any(dice);
        switch (dice.nextInt(6)) {
            case 0 -> cluster.kill(broker);
            case 1 -> cluster.failPower(broker);
            case 2 -> cluster.cutOff(broker);
            case 3 -> cluster.stop(broker);
            case 4 -> cluster.failPowerOfAll();
            default -> cluster.dropMetadataLeader();
        }
        pause(Duration.ofMillis(dice.nextInt(6_000)));
        if (dice.nextInt(3) > 0) {
            cluster.mend();
        }
    }

    private void pause(Duration duration) throws InterruptedException {
        Clock clock = simulation.machine("scenario").seams().clock();
        clock.sleepUntil(clock.deadline(duration));
    }

    private List<Writer> writers() {
        List<Writer> writers = new ArrayList<>();
        for (String name : WRITERS) {
            writers.add(
                    new Writer(
                            name,
                            bootClient(name),
                            writerSettings(),
                            partitions,
                            PACE,
                            simulation.random(name),
                            ledger));
        }
        return writers;
    }

    private Task onMachine(String name, Runnable body) {
        SimMachine machine = simulation.machine(name);
        Seams seams = machine.isUp() ? machine.seams() : machine.boot();
        return seams.tasks().start(name, body);
    }

    private Seams bootClient(String name) {
        return simulation.machine(name).boot();
    }

    private void createTopic() {
        Admin.NewTopic topic =
                new Admin.NewTopic(
                        PowerFailureScenario.TOPIC,
                        partitions,
                        REPLICAS,
                        Map.of("min.insync.replicas", "2", "segment.bytes", "60000"));
        try (Admin admin = Admin.of(clientSettings(), simulation.machine("admin").seams())) {
            while (!tryToCreate(admin, topic)) {}
        }
    }

    private static boolean tryToCreate(Admin admin, Admin.NewTopic topic) {
        try {
            admin.createTopic(topic);
            return true;
        } catch (ClientFailure.Refused e) {
            return String.valueOf(e.getMessage()).contains("already exists");
        } catch (ClientFailure e) {
            return false;
        }
    }

    private Map<String, String> clientSettings() {
        return Map.of(
                "bootstrap.servers", cluster.addresses(),
                "request.timeout.ms", "2000",
                "socket.connection.setup.timeout.ms", "500");
    }

    private Map<String, String> writerSettings() {
        Map<String, String> settings = new TreeMap<>(clientSettings());
        settings.put("linger.ms", "" + dice.nextInt(10));
        settings.put("delivery.timeout.ms", "" + (5_000 + dice.nextInt(30_000)));
        return settings;
    }

    private Map<String, String> readerSettings() {
        Map<String, String> settings = new TreeMap<>(clientSettings());
        settings.put("auto.offset.reset", "earliest");
        settings.put("fetch.max.wait.ms", "200");
        return settings;
    }
}

package io.zurau.tests.simulation;

import io.zurau.client.Admin;
import io.zurau.client.ClientFailure;
import io.zurau.runtime.Clock;
import io.zurau.runtime.Seams;
import io.zurau.runtime.Tasks.Task;
import io.zurau.server.ServerConfig;
import io.zurau.server.ZurauServer;
import io.zurau.simulation.SimDisk;
import io.zurau.simulation.SimMachine;
import io.zurau.simulation.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Clients write and read while the broker's power fails, several times, at a random change of its
/// disk, also while it starts.
///
/// No acknowledged record, and none that a reader was shown, may be missing at the end, doubled, or
/// at another offset; and the records of a producer keep their order.
final class PowerFailureScenario {
    static final String TOPIC = "orders";

    private static final long MOST_STEPS = 1_000_000; // Most runs take some thousands.
    private static final int PORT = 9092;

    /// Pauses of writers at most, and how many of those a broker may live: under load, and so quiet
    /// that checkpoints and other chores come in between.
    private static final List<Duration> PACES =
            List.of(
                    Duration.ofMillis(5),
                    Duration.ofMillis(30),
                    Duration.ofMillis(300),
                    Duration.ofSeconds(3));

    private static final int LONGEST_LIFE = 60;
    private static final Duration CLEAN_STOP = Duration.ofSeconds(10);
    private static final List<String> WRITERS = List.of("writer0", "writer1", "writer2");

    private final Simulation simulation;
    private final Random dice;
    private final Ledger ledger = new Ledger();
    private final SimMachine brokerMachine;
    private final int partitions;
    private final Duration pace;
    private @Nullable ZurauServer server; // Null until it serves.
    private int commits;

    PowerFailureScenario(long seed) {
        this.simulation = new Simulation(seed).limitedTo(MOST_STEPS);
        this.dice = simulation.random("scenario");
        this.brokerMachine = simulation.machine("broker");
        this.partitions = 1 + dice.nextInt(3);
        this.pace = PACES.get(dice.nextInt(PACES.size()));
    }

    /// @param records acknowledged
    /// @param commits of offsets, acknowledged
    /// @param traceHash equal for equal runs
    record Outcome(int records, int commits, long steps, long traceHash) {}

    Outcome run() {
        simulation.run(this::tell);
        return new Outcome(
                ledger.acknowledgedRecords(), commits, simulation.steps(), simulation.traceHash());
    }

    /// Makes the broker's disk one that says too early that a write is synced.
    PowerFailureScenario withLyingDisk() {
        disk().faults().lieAboutSyncedWrites();
        return this;
    }

    private void tell() throws InterruptedException {
        startBroker();
        onMachine("admin", this::createTopic).join();
        Reader reader =
                new Reader(bootClient("reader"), readerSettings(), TOPIC, partitions, ledger);
        Committer committer =
                new Committer(
                        bootClient("committer"),
                        readerSettings(),
                        simulation.random("committer"),
                        pace);
        Organizer organizer =
                new Organizer(
                        bootClient("organizer"),
                        clientSettings(),
                        simulation.random("organizer"),
                        pace,
                        (short) 1);
        List<Actor> watching = List.of(reader, committer, organizer);
        List<Actor> writing = writers();
        List<Task> watchers = startAll(watching, List.of("reader", "committer", "organizer"));
        List<Task> writers = startAll(writing, WRITERS);
        for (int i = 0; i < 1 + dice.nextInt(4); i++) {
            stopAndRestart();
        }
        stopAll(writing, writers);
        stopAll(watching, watchers);
        Reader auditor =
                new Reader(bootClient("auditor"), readerSettings(), TOPIC, partitions, ledger);
        auditor.stop();
        onMachine("auditor", auditor::run).join();
        ledger.checkAgainst(auditor.log());
        onMachine("admin", () -> checkTopics(organizer)).join();
        commits = committer.commits();
    }

    private List<Actor> writers() {
        List<Actor> writers = new ArrayList<>();
        for (String name : WRITERS.subList(0, 1 + dice.nextInt(WRITERS.size()))) {
            writers.add(
                    new Writer(
                            name,
                            bootClient(name),
                            writerSettings(),
                            TOPIC,
                            partitions,
                            pace,
                            simulation.random(name),
                            ledger));
        }
        return writers;
    }

    private List<Task> startAll(List<Actor> actors, List<String> machines) {
        List<Task> tasks = new ArrayList<>();
        for (int i = 0; i < actors.size(); i++) {
            tasks.add(onMachine(machines.get(i), actors.get(i)::run));
        }
        return tasks;
    }

    private static void stopAll(List<Actor> actors, List<Task> tasks) throws InterruptedException {
        actors.forEach(Actor::stop);
        for (Task task : tasks) {
            task.join();
        }
    }

    private Task onMachine(String name, Runnable body) {
        SimMachine machine = simulation.machine(name);
        Seams seams = machine.isUp() ? machine.seams() : machine.boot();
        return seams.tasks().start(name, body);
    }

    private void checkTopics(Organizer organizer) {
        try (Admin admin = Admin.of(clientSettings(), simulation.machine("admin").seams())) {
            organizer.check(admin);
        }
    }

    private Seams bootClient(String name) {
        return simulation.machine(name).boot();
    }

    private SimDisk disk() {
        return brokerMachine.disk("data");
    }

    private void startBroker() {
        Seams seams = brokerMachine.boot();
        server = null;
        seams.tasks()
                .start(
                        "start",
                        () ->
                                server =
                                        ZurauServer.start(
                                                ServerConfig.from(brokerSettings()),
                                                seams,
                                                brokerMachine::disk));
    }

    /// The power fails at some change of the disk, or, if that does not come, something else ends
    /// the broker after a while.
    private void stopAndRestart() throws InterruptedException {
        if (dice.nextInt(8) > 0) {
            disk().faults().failPowerAtChange(1 + dice.nextInt(dice.nextBoolean() ? 30 : 400));
        }
        awaitCrash(pace.multipliedBy(1 + dice.nextInt(LONGEST_LIFE)));
        if (brokerMachine.isUp() && server != null && dice.nextBoolean()) {
            brokerMachine.seams().tasks().start("stop", server::close);
            simulation.tell("the broker is stopped");
            awaitCrash(CLEAN_STOP); // If the power did not fail, the process has ended by then.
        }
        if (brokerMachine.isUp()) {
            disk().faults().heal();
            if (dice.nextBoolean()) {
                brokerMachine.failPower();
            } else {
                brokerMachine.kill();
            }
        }
        startBroker();
    }

    private void awaitCrash(Duration patience) throws InterruptedException {
        Clock clock = simulation.machine("scenario").seams().clock();
        long deadline = clock.deadline(patience);
        while (brokerMachine.isUp() && clock.isAhead(deadline)) {
            clock.sleepUntil(clock.deadline(pace));
        }
    }

    private void createTopic() {
        Map<String, String> settings = new TreeMap<>();
        settings.put("segment.bytes", "" + (50_000 + dice.nextInt(60_000)));
        Admin.NewTopic topic = new Admin.NewTopic(TOPIC, partitions, (short) 1, settings);
        try (Admin admin = Admin.of(clientSettings(), simulation.machine("admin").seams())) {
            boolean created = false;
            while (!created) {
                created = tryToCreate(admin, topic);
            }
        }
    }

    private static boolean tryToCreate(Admin admin, Admin.NewTopic topic) {
        try {
            admin.createTopic(topic);
            return true;
        } catch (ClientFailure.Unreachable e) {
            return false; // The broker is still starting.
        }
    }

    private static Map<String, String> brokerSettings() {
        return Map.of(
                "listeners", "PLAINTEXT://broker:" + PORT,
                "log.dirs", "data",
                "journal.size", "" + (8 << 20),
                "offsets.topic.num.partitions", "3",
                "group.initial.rebalance.delay.ms", "100");
    }

    private static Map<String, String> clientSettings() {
        return Map.of(
                "bootstrap.servers", "broker:" + PORT,
                "request.timeout.ms", "2000",
                "socket.connection.setup.timeout.ms", "500");
    }

    private Map<String, String> writerSettings() {
        Map<String, String> settings = new TreeMap<>(clientSettings());
        List<String> codecs = List.of("none", "none", "gzip", "lz4");
        settings.put("compression.type", codecs.get(dice.nextInt(codecs.size())));
        settings.put("linger.ms", "" + dice.nextInt(10));
        settings.put("delivery.timeout.ms", "" + (5_000 + dice.nextInt(60_000)));
        return settings;
    }

    private Map<String, String> readerSettings() {
        Map<String, String> settings = new TreeMap<>(clientSettings());
        settings.put("auto.offset.reset", "earliest");
        settings.put("fetch.max.wait.ms", "" + Math.clamp(pace.toMillis(), 100, 1_000));
        return settings;
    }
}

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

/// Clients write and read while the broker's power fails, several times, at a random change of its
/// disk, also while it starts.
///
/// No acknowledged record, and none that a reader was shown, may be missing at the end, doubled, or
/// at another offset; and the records of a producer keep their order.
final class PowerFailureScenario {
    static final String TOPIC = "orders";

    private static final int PORT = 9092;

    /// Pauses of writers at most, and how many of those a broker may live: under load, and so quiet
    /// that checkpoints and other chores come in between.
    private static final List<Duration> PACES =
            List.of(
                    Duration.ofMillis(5),
                    Duration.ofMillis(30),
                    Duration.ofMillis(300),
                    Duration.ofSeconds(5));

    private static final int LONGEST_LIFE = 60;

    private final Simulation simulation;
    private final Random dice;
    private final Ledger ledger = new Ledger();
    private final SimMachine brokerMachine;
    private final int partitions;
    private final Duration pace;

    PowerFailureScenario(long seed) {
        this.simulation = new Simulation(seed);
        this.dice = simulation.random("scenario");
        this.brokerMachine = simulation.machine("broker");
        this.partitions = 1 + dice.nextInt(3);
        this.pace = PACES.get(dice.nextInt(PACES.size()));
    }

    /// @param records acknowledged
    /// @param traceHash equal for equal runs
    record Outcome(int records, long steps, long traceHash) {}

    Outcome run() {
        simulation.run(this::tell);
        return new Outcome(
                ledger.acknowledgedRecords(), simulation.steps(), simulation.traceHash());
    }

    /// Makes the broker's disk one that says too early that a write is synced.
    PowerFailureScenario withLyingDisk() {
        disk().faults().lieAboutSyncedWrites();
        return this;
    }

    private void tell() throws InterruptedException {
        startBroker();
        createTopic();
        Reader reader = new Reader(bootClient("reader"), readerSettings(), partitions, ledger);
        Task reading = simulation.machine("reader").seams().tasks().start("reader", reader::run);
        List<Writer> writers = new ArrayList<>();
        List<Task> writing = new ArrayList<>();
        for (int i = 0; i < 1 + dice.nextInt(3); i++) {
            String name = "writer" + i;
            Seams seams = bootClient(name);
            Writer writer =
                    new Writer(
                            name,
                            seams,
                            writerSettings(),
                            partitions,
                            pace,
                            simulation.random(name),
                            ledger);
            writers.add(writer);
            writing.add(seams.tasks().start(name, writer::run));
        }
        for (int i = 0; i < 1 + dice.nextInt(4); i++) {
            crashAndRestart();
        }
        writers.forEach(Writer::stop);
        for (Task writer : writing) {
            writer.join();
        }
        reader.stop();
        reading.join();
        checkAll();
    }

    private void checkAll() throws InterruptedException {
        Reader auditor = new Reader(bootClient("auditor"), readerSettings(), partitions, ledger);
        auditor.stop();
        simulation.machine("auditor").seams().tasks().start("auditor", auditor::run).join();
        ledger.checkAgainst(auditor.log());
    }

    private Seams bootClient(String name) {
        return simulation.machine(name).boot();
    }

    private SimDisk disk() {
        return brokerMachine.disk("data");
    }

    private void startBroker() {
        Seams seams = brokerMachine.boot();
        seams.tasks()
                .start(
                        "start",
                        () -> {
                            var _ =
                                    ZurauServer.start(
                                            ServerConfig.from(brokerSettings()),
                                            seams,
                                            brokerMachine::disk);
                        });
    }

    /// The power fails at some change of the disk, or, if that does not come, after a while.
    private void crashAndRestart() throws InterruptedException {
        if (dice.nextInt(8) > 0) {
            disk().faults().failPowerAtChange(1 + dice.nextInt(dice.nextBoolean() ? 30 : 400));
        }
        Clock clock = simulation.machine("scenario").seams().clock();
        long patience = clock.deadline(pace.multipliedBy(1 + dice.nextInt(LONGEST_LIFE)));
        while (brokerMachine.isUp() && clock.isAhead(patience)) {
            clock.sleepUntil(clock.deadline(pace));
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

    private void createTopic() throws InterruptedException {
        Seams seams = bootClient("admin");
        seams.tasks().start("admin", () -> createTopic(seams)).join();
    }

    private void createTopic(Seams seams) {
        Map<String, String> settings = new TreeMap<>();
        settings.put("segment.bytes", "" + (2_000 + dice.nextInt(60_000)));
        Admin.NewTopic topic = new Admin.NewTopic(TOPIC, partitions, (short) 1, settings);
        try (Admin admin = Admin.of(clientSettings(), seams)) {
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
                "journal.size", "" + (8 << 20));
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

    private static Map<String, String> readerSettings() {
        Map<String, String> settings = new TreeMap<>(clientSettings());
        settings.put("auto.offset.reset", "earliest");
        settings.put("fetch.max.wait.ms", "100");
        return settings;
    }
}

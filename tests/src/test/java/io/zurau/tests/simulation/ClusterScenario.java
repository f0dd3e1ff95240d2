package io.zurau.tests.simulation;

import io.zurau.client.Admin;
import io.zurau.client.ClientFailure;
import io.zurau.runtime.Seams;
import io.zurau.runtime.Tasks.Task;
import io.zurau.simulation.Simulation;
import io.zurau.tests.simulation.Trouble.Kind;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;

/// Clients write to and read from a cluster of three or five brokers while everything goes wrong
/// that [Trouble] knows, one kind of it again and again, or all mixed.
///
/// Each seed has a topic whose acknowledged records must all survive, and some have one of which
/// less is promised: with `acks=1` only what a consumer was shown must survive, and with
/// `durability=memory` everything as long as only one broker fails at a time.
///
/// What is checked is told at [Invariant].
final class ClusterScenario {
    private static final long MOST_STEPS = 5_000_000;
    private static final Duration PACE = Duration.ofMillis(100);
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(60);
    private static final Duration LONGEST_CATCHING_UP = Duration.ofSeconds(20);
    private static final String STRONG = PowerFailureScenario.TOPIC;
    private static final String WEAK = "notes";
    private static final short REPLICAS = 3;

    private final Simulation simulation;
    private final Random dice;
    private final SimCluster cluster;
    private final ClusterInvariants invariants;
    private final Style style;
    private final Weakness weakness;
    private final int size;
    private final int partitions;
    private final int minInSync;
    private final Map<String, Actor> actors = new LinkedHashMap<>(); // By machine.
    private final Map<String, Task> tasks = new LinkedHashMap<>();

    /// How trouble comes.
    private enum Style {
        /// The same kind again and again.
        ONE_KIND,
        /// Any kind on top of any other.
        MIXED,
        /// One broker at a time, the next when all is well again.
        GENTLE
    }

    /// Of what the second topic promises.
    private enum Weakness {
        NO_SECOND_TOPIC,
        ACKNOWLEDGED_BY_LEADER,
        IN_MEMORY
    }

    ClusterScenario(long seed) {
        this(seed, Mutation.NONE);
    }

    ClusterScenario(long seed, Mutation mutation) {
        this.simulation = new Simulation(seed).limitedTo(MOST_STEPS);
        this.dice = simulation.random("scenario");
        this.partitions = 1 + dice.nextInt(3);
        this.size = 3 + 2 * dice.nextInt(2);
        this.minInSync = 1 + dice.nextInt(2);
        this.style = any(List.of(Style.values()));
        this.weakness = weakness();
        this.cluster = new SimCluster(simulation, size, mutation::seams);
        this.invariants = new ClusterInvariants(simulation, cluster);
        cluster.quorum().bend(mutation.bend());
        mutation.actor(simulation, cluster)
                .ifPresent(actor -> actors.put(mutation.machine(), actor));
    }

    private Weakness weakness() {
        return switch (dice.nextInt(4)) {
            case 0 -> Weakness.ACKNOWLEDGED_BY_LEADER;
            case 1 -> style == Style.GENTLE ? Weakness.IN_MEMORY : Weakness.NO_SECOND_TOPIC;
            default -> Weakness.NO_SECOND_TOPIC;
        };
    }

    /// @param records acknowledged
    /// @param traceHash equal for equal runs
    record Outcome(int records, long steps, long traceHash) {}

    Outcome run() {
        simulation.run(this::tell);
        return new Outcome(records, simulation.steps(), simulation.traceHash());
    }

    private int records;

    private void tell() throws InterruptedException {
        cluster.startAll();
        cluster.awaitAllInSync();
        Ledger strong = invariants.ledger(STRONG, true);
        Ledger weak = invariants.ledger(WEAK, weakness == Weakness.IN_MEMORY);
        create(STRONG, Map.of("min.insync.replicas", "" + minInSync, "segment.bytes", "60000"));
        addClients(STRONG, strong, "all", "");
        if (weakness != Weakness.NO_SECOND_TOPIC) {
            boolean memory = weakness == Weakness.IN_MEMORY;
            create(
                    WEAK,
                    memory
                            ? Map.of("durability", "memory", "min.insync.replicas", "2")
                            : Map.of("min.insync.replicas", "" + minInSync));
            addClients(WEAK, weak, memory ? "all" : "1", "-weak");
        }
        addOthers(strong);
        actors.forEach(
                (machine, actor) -> tasks.put(machine, cluster.onMachine(machine, actor::run)));
        makeTrouble();
        cluster.pause(Duration.ofMillis(dice.nextInt(2_000)));
        end(strong);
        audit(STRONG, strong);
        if (weakness != Weakness.NO_SECOND_TOPIC) {
            audit(WEAK, weak);
        }
        if (actors.get("committer") instanceof Committer committer) {
            cluster.onMachine("committer", committer::audit).join();
        }
        if (actors.get("organizer") instanceof Organizer organizer) {
            cluster.onMachine("admin", () -> checkTopics(organizer)).join();
        }
        records = strong.acknowledgedRecords();
    }

    private void makeTrouble() throws InterruptedException {
        Trouble trouble = new Trouble(simulation, cluster, List.copyOf(actors.keySet()), dice);
        Kind only = anyKind();
        int times = 1 + dice.nextInt(5);
        for (int i = 0; i < times; i++) {
            cluster.pause(Duration.ofMillis(dice.nextInt(2_000)));
            trouble.make(style == Style.MIXED ? anyKind() : only);
            cluster.pause(Duration.ofMillis(dice.nextInt(dice.nextInt(4) == 0 ? 8_000 : 2_000)));
            invariants.checkAppends();
            if (style == Style.GENTLE) {
                cluster.mend();
                cluster.awaitAllInSync();
                invariants.checkEqualBelowPromised();
            } else if (dice.nextInt(3) > 0) {
                cluster.mend();
            }
        }
    }

    private <T> T any(List<T> choices) {
        return choices.get(dice.nextInt(choices.size()));
    }

    private Kind anyKind() {
        while (true) {
            Kind kind = any(List.of(Kind.values()));
            boolean several = kind == Kind.POWER_OF_ALL || kind == Kind.POWER_OF_SEVERAL;
            if (!several || style != Style.GENTLE) {
                return kind;
            }
        }
    }

    /// All is mended: replicas come in sync, clients go on, and then come to an end.
    private void end(Ledger ledger) throws InterruptedException {
        cluster.mend();
        stop("operator");
        stop("mutant");
        cluster.awaitAllInSync();
        invariants.checkEqualBelowPromised();
        int before = ledger.acknowledgedRecords();
        if (!cluster.await(LONGEST_SILENCE, () -> ledger.acknowledgedRecords() > before)) {
            throw new BrokenPromise(
                    Invariant.RECOVERS, "Nothing is acknowledged after all is mended.");
        }
        if (actors.get("committer") instanceof Committer committer) {
            int commits = committer.commits();
            if (!cluster.await(LONGEST_SILENCE, () -> committer.commits() > commits)) {
                throw new BrokenPromise(
                        Invariant.RECOVERS, "No commit is acknowledged after all is mended.");
            }
        }
        for (String machine : List.copyOf(tasks.keySet())) {
            if (!machine.startsWith("reader")) {
                stop(machine);
            }
        }
        cluster.awaitAllInSync();
        if (!cluster.await(LONGEST_CATCHING_UP, invariants::allEndAlike)) {
            invariants.checkEqual();
        }
        for (String machine : List.copyOf(tasks.keySet())) {
            stop(machine);
        }
        invariants.checkAppends();
        invariants.checkEqual();
    }

    private void checkTopics(Organizer organizer) {
        try (Admin admin =
                Admin.of(cluster.clientSettings(), simulation.machine("admin").seams())) {
            organizer.check(admin);
        }
    }

    private void stop(String machine) throws InterruptedException {
        Task task = tasks.remove(machine);
        if (task != null) {
            Objects.requireNonNull(actors.get(machine)).stop();
            task.join();
        }
    }

    private void audit(String topic, Ledger ledger) throws InterruptedException {
        String machine = "auditor-" + topic;
        Reader auditor = new Reader(boot(machine), readerSettings(), topic, partitions, ledger);
        auditor.stop();
        cluster.onMachine(machine, auditor::run).join();
        ledger.checkAgainst(auditor.log());
    }

    private void addClients(String topic, Ledger ledger, String acks, String suffix) {
        for (int i = 0; i < 1 + dice.nextInt(2); i++) {
            String name = "writer" + i + suffix;
            Map<String, String> settings = writerSettings();
            settings.put("acks", acks);
            settings.put("enable.idempotence", "" + acks.equals("all"));
            actors.put(
                    name,
                    new Writer(
                            name.replace("-", "_"),
                            boot(name),
                            settings,
                            topic,
                            partitions,
                            PACE,
                            simulation.random(name),
                            ledger));
        }
        String reader = "reader" + suffix;
        actors.put(reader, new Reader(boot(reader), readerSettings(), topic, partitions, ledger));
    }

    private void addOthers(Ledger strong) {
        actors.put(
                "watcher",
                new EndWatcher(
                        boot("watcher"),
                        cluster.quorum(),
                        size,
                        STRONG,
                        partitions,
                        strong,
                        simulation.random("watcher")));
        if (dice.nextInt(3) == 0) {
            actors.put(
                    "committer",
                    new Committer(
                            boot("committer"),
                            readerSettings(),
                            simulation.random("committer"),
                            PACE));
        }
        if (dice.nextInt(3) == 0) {
            actors.put(
                    "organizer",
                    new Organizer(
                            boot("organizer"),
                            cluster.clientSettings(),
                            simulation.random("organizer"),
                            PACE.multipliedBy(3),
                            (short) 2));
        }
        if (dice.nextInt(3) == 0) {
            actors.put(
                    "operator",
                    new Operator(
                            boot("operator"),
                            cluster.quorum(),
                            size,
                            weakness == Weakness.IN_MEMORY ? WEAK : "",
                            simulation.random("operator")));
        }
    }

    private Seams boot(String name) {
        return simulation.machine(name).boot();
    }

    private void create(String name, Map<String, String> settings) throws InterruptedException {
        Admin.NewTopic topic = new Admin.NewTopic(name, partitions, REPLICAS, settings);
        cluster.onMachine("admin", () -> create(topic)).join();
    }

    private void create(Admin.NewTopic topic) {
        try (Admin admin =
                Admin.of(cluster.clientSettings(), simulation.machine("admin").seams())) {
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

    private Map<String, String> writerSettings() {
        Map<String, String> settings = new TreeMap<>(cluster.clientSettings());
        settings.put("linger.ms", "" + dice.nextInt(10));
        settings.put("delivery.timeout.ms", "" + (5_000 + dice.nextInt(30_000)));
        return settings;
    }

    private Map<String, String> readerSettings() {
        Map<String, String> settings = new TreeMap<>(cluster.clientSettings());
        settings.put("auto.offset.reset", "earliest");
        settings.put("fetch.max.wait.ms", "300");
        return settings;
    }
}

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
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;

/// Transactional writers, of the new and of the old kind, on a cluster of three brokers while
/// everything goes wrong that [Trouble] knows, and while requests come late and again. In the end a
/// reader of committed data must see each transaction wholly or not at all, as its writer was told,
/// what was copied meanwhile exactly once, and a group of readers passes over nothing. What is
/// compacted, the topics of the coordinators among it, loses nothing that counts.
final class TransactionScenario {
    private static final long MOST_STEPS = 5_000_000;
    private static final int SIZE = 3;
    private static final int FIRST_NODE_ID = 110; // Of writers: not voters, and no brokers.
    static final String TOPIC = "transfers";
    private static final String COPIES = "copies";
    private static final String LATEST = "latest"; // The same, compacted.
    private static final Duration QUIET = Duration.ofSeconds(2);
    private static final Duration UNTIL_COMPACTED = Duration.ofSeconds(40); // After a checkpoint.

    /// Topics of coordinators are compacted, too.
    private static final Map<String, String> COMPACTING =
            Map.of(
                    "offsets.topic.segment.bytes", "8000",
                    "transaction.state.log.segment.bytes", "8000",
                    "log.cleaner.backoff.ms", "500",
                    "log.cleaner.min.cleanable.ratio", "0.01",
                    "log.cleaner.delete.retention.ms", "1000");

    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(90);

    private final Simulation simulation;
    private final Random dice;
    private final SimCluster cluster;
    private final Mutation mutation;
    private final History history = new History();
    private final Copies copies = new Copies();
    private final GroupMember.Group group = new GroupMember.Group();
    private final int partitions;
    private final int members; // Of the group.
    private final Map<String, Actor> actors = new LinkedHashMap<>(); // By machine.
    private final Map<String, Task> tasks = new LinkedHashMap<>();
    private int compacted;

    TransactionScenario(long seed) {
        this(seed, Mutation.NONE);
    }

    TransactionScenario(long seed, Mutation mutation) {
        this.mutation = mutation;
        this.simulation = new Simulation(seed).limitedTo(MOST_STEPS);
        this.dice = simulation.random("scenario");
        this.partitions = 1 + dice.nextInt(4);
        this.members = 3 * dice.nextInt(2);
        this.cluster = new SimCluster(simulation, SIZE, mutation::seams, COMPACTING);
        cluster.quorum().bend(mutation.bend());
        mutation.actor(simulation, cluster)
                .ifPresent(actor -> actors.put(mutation.machine(), actor));
    }

    /// @param committed transactions of writers
    /// @param copied records, by transactions that were committed
    /// @param commits of the group
    /// @param compacted records that compaction took
    record Result(
            int committed, int copied, int commits, int compacted, long steps, long traceHash) {}

    Result run() {
        simulation.run(this::tell);
        return new Result(
                history.committed(),
                copies.committed(),
                group.commits(),
                compacted,
                simulation.steps(),
                simulation.traceHash());
    }

    private void tell() throws InterruptedException {
        cluster.startAll();
        cluster.awaitAllInSync();
        cluster.onMachine("admin", this::create).join();
        for (int i = 0; i < 2; i++) {
            String name = "mover" + i;
            Seams seams = boot(name);
            actors.put(
                    name,
                    new TransactionalWriter(
                            name,
                            seams,
                            producer(name, FIRST_NODE_ID + i, name, seams, i == 0),
                            TOPIC,
                            partitions,
                            simulation.random(name),
                            readCommitted(),
                            history));
        }
        boolean modern = dice.nextBoolean();
        for (int i = 0; i < 2; i++) {
            String name = "copier" + i;
            Seams seams = boot(name);
            actors.put(
                    name,
                    new Copier(
                            seams,
                            readCommitted(),
                            producer(
                                    Copier.TRANSACTIONAL_ID,
                                    FIRST_NODE_ID + 2 + i,
                                    name,
                                    seams,
                                    modern),
                            TOPIC,
                            List.of(COPIES, LATEST),
                            partitions,
                            simulation.random(name),
                            copies));
        }
        for (int i = 0; i < members; i++) {
            String name = "member" + i;
            actors.put(
                    name,
                    new GroupMember(
                            name,
                            boot(name),
                            readCommitted(),
                            TOPIC,
                            simulation.random(name),
                            history,
                            group));
        }
        actors.put(
                "watcher",
                new CommittedReader(
                        boot("watcher"),
                        readCommitted(),
                        TOPIC,
                        partitions,
                        (value, place) -> history.polled("watcher", 0, place, value)));
        actors.forEach(
                (machine, actor) -> tasks.put(machine, cluster.onMachine(machine, actor::run)));
        cluster.pause(QUIET);
        refuseFailures();
        makeTrouble();
        cluster.mend();
        cluster.awaitAllInSync();
        int before = history.committed();
        int copied = copies.committed();
        int commits = group.commits();
        if (!cluster.await(
                LONGEST_SILENCE,
                () ->
                        history.committed() > before
                                && copies.committed() > copied
                                && (members == 0 || group.commits() > commits))) {
            throw new BrokenPromise(
                    Invariant.RECOVERS,
                    "After all is mended %d transactions are committed, %d records copied, %d times offsets committed by the group."
                            .formatted(
                                    history.committed() - before,
                                    copies.committed() - copied,
                                    group.commits() - commits));
        }
        for (String machine : List.copyOf(tasks.keySet())) {
            Task task = Objects.requireNonNull(tasks.remove(machine));
            Objects.requireNonNull(actors.get(machine)).stop();
            task.join();
        }
        cluster.awaitAllInSync();
        NavigableMap<Place, String> originals = committed(TOPIC);
        for (Anomalies.Found anomaly : Anomalies.in(history, originals)) {
            throw new BrokenPromise(
                    anomaly.kind().invariant(), anomaly.kind() + ": " + anomaly.sentence());
        }
        group.check(originals);
        Map<Place, String> whole = committed(COPIES);
        copies.check(originals, whole);
        Copies.checkCompacted(whole, committed(LATEST));
        cluster.pause(UNTIL_COMPACTED);
        cluster.failPower(cluster.any(dice));
        cluster.mend();
        cluster.awaitAllInSync();
        Map<Place, String> left = committed(LATEST);
        Copies.checkCompacted(whole, left);
        compacted = whole.size() - left.size();
    }

    private TransactionalProducer producer(
            String transactionalId, int nodeId, String machine, Seams seams, boolean modern) {
        return new TransactionalProducer(
                transactionalId,
                nodeId,
                seams,
                cluster,
                modern,
                mutation,
                simulation.random(machine + "'s producer"));
    }

    private NavigableMap<Place, String> committed(String topic) throws InterruptedException {
        NavigableMap<Place, String> read = new TreeMap<>();
        cluster.onMachine(
                        "auditor",
                        () -> {
                            CommittedReader reader =
                                    new CommittedReader(
                                            simulation.machine("auditor").seams(),
                                            readCommitted(),
                                            topic,
                                            partitions,
                                            (value, place) -> read.put(place, value));
                            reader.stop();
                            reader.run();
                        })
                .join();
        return read;
    }

    /// Not even late requests of earlier transactions make one fail.
    private void refuseFailures() {
        for (Actor actor : actors.values()) {
            if (mutation.equals(Mutation.NONE)
                    && actor instanceof TransactionalWriter writer
                    && !writer.failures().isEmpty()) {
                throw new BrokenPromise(
                        Invariant.SERVES, "Transactions failed: " + writer.failures());
            }
        }
    }

    private void makeTrouble() throws InterruptedException {
        Trouble trouble = new Trouble(simulation, cluster, List.copyOf(actors.keySet()), dice);
        int times = 1 + dice.nextInt(5);
        for (int i = 0; i < times; i++) {
            cluster.pause(Duration.ofMillis(dice.nextInt(3_000)));
            trouble.make(any(List.of(Kind.values())));
            cluster.pause(Duration.ofMillis(dice.nextInt(dice.nextInt(4) == 0 ? 8_000 : 2_000)));
            if (dice.nextInt(3) > 0) {
                cluster.mend();
            }
        }
    }

    private <T> T any(List<T> choices) {
        return choices.get(dice.nextInt(choices.size()));
    }

    private Map<String, String> readCommitted() {
        Map<String, String> settings = new TreeMap<>(cluster.clientSettings());
        settings.put("auto.offset.reset", "earliest");
        settings.put("fetch.max.wait.ms", "300");
        settings.put("isolation.level", "read_committed");
        return settings;
    }

    private void create() {
        Map<String, String> settings = Map.of("min.insync.replicas", "2", "segment.bytes", "8000");
        create(TOPIC, settings);
        create(COPIES, settings);
        Map<String, String> compacting = new TreeMap<>(settings);
        compacting.putAll(Map.of("cleanup.policy", "compact", "segment.bytes", "1500"));
        create(LATEST, compacting);
    }

    private void create(String name, Map<String, String> settings) {
        Admin.NewTopic topic = new Admin.NewTopic(name, partitions, (short) SIZE, settings);
        try (Admin admin =
                Admin.of(cluster.clientSettings(), simulation.machine("admin").seams())) {
            while (true) {
                try {
                    admin.createTopic(topic);
                    return;
                } catch (ClientFailure.Refused e) {
                    if (String.valueOf(e.getMessage()).contains("already exists")) {
                        return;
                    }
                } catch (ClientFailure e) {
                    Actor.pause(simulation.machine("admin").seams().clock(), 50_000_000);
                }
            }
        }
    }

    private Seams boot(String name) {
        return simulation.machine(name).boot();
    }
}

package io.zurau.tests.simulation;

import io.zurau.client.Admin;
import io.zurau.client.ClientFailure;
import io.zurau.client.ConsumedRecord;
import io.zurau.client.Consumer;
import io.zurau.protocol.TopicPartition;
import io.zurau.runtime.Clock;
import io.zurau.runtime.Seams;
import io.zurau.runtime.Tasks.Task;
import io.zurau.simulation.SimMachine;
import io.zurau.simulation.Simulation;
import io.zurau.tests.simulation.Trouble.Kind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// Transactional writers, of the new and of the old kind, on a cluster of three brokers while
/// everything goes wrong that [Trouble] knows, and while requests come late and again. In the end a
/// reader of committed data must see each transaction wholly or not at all, as its writer was told.
final class TransactionScenario {
    private static final long MOST_STEPS = 5_000_000;
    private static final int SIZE = 3;
    private static final int FIRST_NODE_ID = 110; // Of writers: not voters, and no brokers.
    static final String TOPIC = "transfers";
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(90);

    private final Simulation simulation;
    private final Random dice;
    private final SimCluster cluster;
    private final TransactionLedger ledger = new TransactionLedger();
    private final int partitions;
    private final Map<String, Actor> actors = new LinkedHashMap<>(); // By machine.
    private final Map<String, Task> tasks = new LinkedHashMap<>();

    TransactionScenario(long seed) {
        this(seed, Mutation.NONE);
    }

    TransactionScenario(long seed, Mutation mutation) {
        this.simulation = new Simulation(seed).limitedTo(MOST_STEPS);
        this.dice = simulation.random("scenario");
        this.partitions = 1 + dice.nextInt(4);
        this.cluster = new SimCluster(simulation, SIZE, mutation::seams);
        cluster.quorum().bend(mutation.bend());
        mutation.actor(simulation, cluster)
                .ifPresent(actor -> actors.put(mutation.machine(), actor));
    }

    /// @param committed transactions
    record Result(int committed, long steps, long traceHash) {}

    Result run() {
        simulation.run(this::tell);
        return new Result(ledger.committed(), simulation.steps(), simulation.traceHash());
    }

    private void tell() throws InterruptedException {
        cluster.startAll();
        cluster.awaitAllInSync();
        onMachine("admin", this::create).join();
        for (int i = 0; i < 2; i++) {
            String name = "mover" + i;
            actors.put(
                    name,
                    new TransactionalWriter(
                            name,
                            FIRST_NODE_ID + i,
                            boot(name),
                            cluster.quorum(),
                            SIZE,
                            TOPIC,
                            partitions,
                            i == 0,
                            simulation.random(name),
                            ledger));
        }
        actors.forEach((machine, actor) -> tasks.put(machine, onMachine(machine, actor::run)));
        makeTrouble();
        cluster.mend();
        cluster.awaitAllInSync();
        int before = ledger.committed();
        if (!cluster.await(LONGEST_SILENCE, () -> ledger.committed() > before)) {
            throw new BrokenPromise(
                    Invariant.RECOVERS, "Nothing is committed after all is mended.");
        }
        for (String machine : List.copyOf(tasks.keySet())) {
            Task task = Objects.requireNonNull(tasks.remove(machine));
            Objects.requireNonNull(actors.get(machine)).stop();
            task.join();
        }
        cluster.awaitAllInSync();
        List<String> read = new ArrayList<>();
        onMachine("auditor", () -> readCommitted(read)).join();
        ledger.check(read);
    }

    private void makeTrouble() throws InterruptedException {
        Trouble trouble = new Trouble(simulation, cluster, List.copyOf(actors.keySet()), dice);
        int times = 1 + dice.nextInt(5);
        for (int i = 0; i < times; i++) {
            pause(Duration.ofMillis(dice.nextInt(3_000)));
            trouble.make(any(List.of(Kind.values())));
            pause(Duration.ofMillis(dice.nextInt(dice.nextInt(4) == 0 ? 8_000 : 2_000)));
            if (dice.nextInt(3) > 0) {
                cluster.mend();
            }
        }
    }

    private <T> T any(List<T> choices) {
        return choices.get(dice.nextInt(choices.size()));
    }

    private void readCommitted(List<String> read) {
        List<TopicPartition> all =
                IntStream.range(0, partitions)
                        .mapToObj(number -> new TopicPartition(TOPIC, number))
                        .toList();
        Map<String, String> settings = new TreeMap<>(clientSettings());
        settings.put("auto.offset.reset", "earliest");
        settings.put("fetch.max.wait.ms", "300");
        Map<TopicPartition, Long> ends = ends(all, settings);
        settings.put("isolation.level", "read_committed");
        Clock clock = simulation.machine("auditor").seams().clock();
        long deadline = clock.deadline(LONGEST_SILENCE);
        while (true) {
            read.clear();
            try (Consumer consumer = Consumer.of(settings, simulation.machine("auditor").seams())) {
                consumer.assign(all);
                consumer.seekToBeginning(all);
                while (!isAtEnd(consumer, ends)) {
                    consumer.poll(Duration.ofMillis(200)).forEach(one -> read.add(text(one)));
                    if (!clock.isAhead(deadline)) {
                        throw new BrokenPromise(
                                Invariant.RECOVERS,
                                "A transaction stays open: readers of committed data are at %s of %s."
                                        .formatted(consumer.positions(), ends));
                    }
                }
                return;
            } catch (ClientFailure e) {
                Actor.pause(clock, 50_000_000);
            }
        }
    }

    private Map<TopicPartition, Long> ends(List<TopicPartition> all, Map<String, String> settings) {
        Seams seams = simulation.machine("auditor").seams();
        while (true) {
            try (Consumer consumer = Consumer.of(settings, seams)) {
                return consumer.endOffsets(all);
            } catch (ClientFailure e) {
                Actor.pause(seams.clock(), 50_000_000);
            }
        }
    }

    private static boolean isAtEnd(Consumer consumer, Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream()
                .allMatch(
                        end ->
                                consumer.positions().getOrDefault(end.getKey(), 0L)
                                        >= end.getValue());
    }

    private static String text(ConsumedRecord record) {
        return StandardCharsets.UTF_8
                .decode(Objects.requireNonNull(record.value()).duplicate())
                .toString();
    }

    private void create() {
        Admin.NewTopic topic =
                new Admin.NewTopic(
                        TOPIC,
                        partitions,
                        (short) SIZE,
                        Map.of("min.insync.replicas", "2", "segment.bytes", "60000"));
        try (Admin admin = Admin.of(clientSettings(), simulation.machine("admin").seams())) {
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

    private Map<String, String> clientSettings() {
        return Map.of(
                "bootstrap.servers", cluster.addresses(),
                "request.timeout.ms", "2000",
                "socket.connection.setup.timeout.ms", "500");
    }

    private void pause(Duration duration) throws InterruptedException {
        Clock clock = simulation.machine("scenario").seams().clock();
        clock.sleepUntil(clock.deadline(duration));
    }

    private Task onMachine(String name, Runnable body) {
        SimMachine machine = simulation.machine(name);
        Seams seams = machine.isUp() ? machine.seams() : machine.boot();
        return seams.tasks().start(name, body);
    }

    private Seams boot(String name) {
        return simulation.machine(name).boot();
    }
}

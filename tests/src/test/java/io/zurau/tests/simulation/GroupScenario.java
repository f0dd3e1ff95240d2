package io.zurau.tests.simulation;

import io.zurau.client.Admin;
import io.zurau.client.ClientFailure;
import io.zurau.runtime.Clock;
import io.zurau.runtime.Seams;
import io.zurau.runtime.Tasks.Task;
import io.zurau.simulation.SimMachine;
import io.zurau.simulation.Simulation;
import io.zurau.tests.simulation.Trouble.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/// Members of a consumer group of the new protocol share partitions on three brokers, while
/// everything goes wrong that [Trouble] knows. Nobody may use what somebody else uses; when all is
/// mended, everything is used by somebody.
final class GroupScenario {
    private static final long MOST_STEPS = 5_000_000;
    private static final int SIZE = 3;
    private static final int FIRST_NODE_ID = 120; // Of members: not voters, and no brokers.
    private static final String TOPIC = "shared";
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(150);

    private final Simulation simulation;
    private final Random dice;
    private final SimCluster cluster;
    private final int partitions;
    private final Map<String, SharingMember> members = new LinkedHashMap<>();

    GroupScenario(long seed) {
        this(seed, seams -> seams);
    }

    /// @param brokersSeams what brokers get in place of their machine's seams
    GroupScenario(long seed, UnaryOperator<Seams> brokersSeams) {
        this.simulation = new Simulation(seed).limitedTo(MOST_STEPS);
        this.dice = simulation.random("scenario");
        this.partitions = 1 + dice.nextInt(6);
        this.cluster = new SimCluster(simulation, SIZE, brokersSeams);
    }

    /// @param owners how many members used something in the end
    record Result(int owners, long steps, long traceHash) {}

    private int owners;

    Result run() {
        simulation.run(this::tell);
        return new Result(owners, simulation.steps(), simulation.traceHash());
    }

    private void tell() throws InterruptedException {
        cluster.startAll();
        cluster.awaitAllInSync();
        onMachine("admin", this::create).join();
        List<Task> tasks = new ArrayList<>();
        for (int i = 0; i < 2 + dice.nextInt(3); i++) {
            String name = "member" + i;
            SharingMember member =
                    new SharingMember(
                            name,
                            FIRST_NODE_ID + i,
                            simulation.machine(name).boot(),
                            cluster.quorum(),
                            TOPIC,
                            simulation.random(name),
                            members);
            tasks.add(onMachine(name, member::run));
        }
        makeTrouble();
        cluster.mend();
        cluster.awaitAllInSync();
        if (!cluster.await(LONGEST_SILENCE, this::everythingIsOwned)) {
            throw new BrokenPromise(
                    Invariant.RECOVERS,
                    "After all is mended %s of %d partitions are used."
                            .formatted(SharingMember.owners(members), partitions));
        }
        owners = (int) members.values().stream().filter(one -> !one.uses().isEmpty()).count();
        members.values().forEach(SharingMember::stop);
        for (Task task : tasks) {
            task.join();
        }
    }

    private boolean everythingIsOwned() {
        return SharingMember.owners(members).filter(all -> all.size() == partitions).isPresent();
    }

    private void makeTrouble() throws InterruptedException {
        Trouble trouble = new Trouble(simulation, cluster, List.copyOf(members.keySet()), dice);
        int times = 2 + dice.nextInt(4);
        for (int i = 0; i < times; i++) {
            pause(Duration.ofMillis(dice.nextInt(3_000)));
            List<Kind> kinds = List.of(Kind.values());
            trouble.make(kinds.get(dice.nextInt(kinds.size())));
            pause(Duration.ofMillis(dice.nextInt(dice.nextInt(4) == 0 ? 60_000 : 3_000)));
            if (dice.nextInt(3) > 0) {
                cluster.mend();
            }
        }
    }

    private void create() {
        Admin.NewTopic topic = new Admin.NewTopic(TOPIC, partitions, (short) SIZE, Map.of());
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
        return new TreeMap<>(
                Map.of(
                        "bootstrap.servers", cluster.addresses(),
                        "request.timeout.ms", "2000",
                        "socket.connection.setup.timeout.ms", "500"));
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
}

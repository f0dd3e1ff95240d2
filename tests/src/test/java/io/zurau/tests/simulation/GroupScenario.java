package io.zurau.tests.simulation;

import io.zurau.client.Admin;
import io.zurau.client.ClientFailure;
import io.zurau.client.SettingEntry;
import io.zurau.runtime.Seams;
import io.zurau.runtime.Tasks.Task;
import io.zurau.simulation.Simulation;
import io.zurau.tests.simulation.SharingMember.Company;
import io.zurau.tests.simulation.TaskMember.Role;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/// Members of a consumer group of the new protocol share partitions on three brokers, or those of a
/// streams group tasks, while everything goes wrong that [Trouble] knows. Nobody may use what
/// somebody else uses; when all is mended, everything is used by somebody, and each task with state
/// has its standbys in other processes.
final class GroupScenario {
    private static final long MOST_STEPS = 5_000_000;
    private static final int SIZE = 3;
    private static final int FIRST_NODE_ID = 120; // Of members: not voters, and no brokers.
    private static final String TOPIC = "shared";
    private static final String GROUP = "shared";
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(150);

    private final Simulation simulation;
    private final Random dice;
    private final SimCluster cluster;
    private final int partitions;
    private final Optional<SharedApplication> application; // Of a streams group.
    private final Company company;

    GroupScenario(long seed) {
        this(seed, Mutation.NONE);
    }

    GroupScenario(long seed, Mutation mutation) {
        this.simulation = new Simulation(seed).limitedTo(MOST_STEPS);
        this.dice = simulation.random("scenario");
        this.partitions = 1 + dice.nextInt(6);
        this.application =
                dice.nextBoolean()
                        ? Optional.of(
                                new SharedApplication(
                                        TOPIC,
                                        partitions,
                                        dice.nextBoolean(),
                                        dice.nextInt(2),
                                        (short) SIZE))
                        : Optional.empty();
        this.cluster = new SimCluster(simulation, SIZE, mutation::seams);
        this.company = new Company(GROUP, new LinkedHashMap<>(), mutation.renewsLateRequests());
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
        cluster.onMachine("admin", this::create).join();
        List<Task> tasks = new ArrayList<>();
        int size = 2 + dice.nextInt(3);
        int perProcess = 1 + dice.nextInt(2);
        for (int i = 0; i < size; i++) {
            String name = "member" + i;
            SharingMember<?, ?> member = member(name, i, "process" + i / perProcess);
            tasks.add(cluster.onMachine(name, member::run));
        }
        makeTrouble();
        cluster.mend();
        company.members().values().forEach(SharingMember::calmDown);
        cluster.awaitAllInSync();
        if (!cluster.await(LONGEST_SILENCE, this::everythingIsShared)) {
            throw new BrokenPromise(
                    Invariant.RECOVERS,
                    "After all is mended this is used, of %s partitions, %s: %s"
                            .formatted(partitions, application, company));
        }
        owners =
                (int)
                        company.members().values().stream()
                                .filter(one -> !one.uses().isEmpty())
                                .count();
        company.members().values().forEach(SharingMember::stop);
        for (Task task : tasks) {
            task.join();
        }
    }

    private SharingMember<?, ?> member(String name, int number, String processId) {
        Seams seams = simulation.machine(name).boot();
        int nodeId = FIRST_NODE_ID + number;
        Random itsDice = simulation.random(name);
        return application.isPresent()
                ? new TaskMember(
                        name,
                        nodeId,
                        seams,
                        cluster.quorum(),
                        application.get(),
                        processId,
                        itsDice,
                        company)
                : new PartitionMember(
                        name, nodeId, seams, cluster.quorum(), TOPIC, itsDice, company);
    }

    private boolean everythingIsShared() {
        int pieces = application.map(all -> all.tasks().size()).orElse(partitions);
        return company.owners().filter(all -> all.size() == pieces).isPresent()
                && application.map(this::everythingIsFollowed).orElse(true);
    }

    /// Members that gave up nothing yet still have too much; then those that warm up must have come
    /// to run their tasks.
    private boolean everythingIsFollowed(SharedApplication all) {
        List<TaskMember> members =
                company.members().values().stream().map(TaskMember.class::cast).toList();
        long processes = members.stream().map(TaskMember::processId).distinct().count();
        return members.stream()
                        .noneMatch(one -> one.isClosing() || !one.tasks(Role.WARM_UP).isEmpty())
                && all.tasksWithState().stream()
                        .allMatch(
                                task ->
                                        members.stream()
                                                        .filter(
                                                                one ->
                                                                        one.tasks(Role.STANDBY)
                                                                                .contains(task))
                                                        .count()
                                                == Math.min(all.standbys(), processes - 1));
    }

    private void makeTrouble() throws InterruptedException {
        Trouble trouble =
                new Trouble(simulation, cluster, List.copyOf(company.members().keySet()), dice);
        trouble.makeSeveral(60_000);
    }

    private void create() {
        Admin.NewTopic topic = new Admin.NewTopic(TOPIC, partitions, (short) SIZE, Map.of());
        try (Admin admin =
                Admin.of(cluster.clientSettings(), simulation.machine("admin").seams())) {
            while (true) {
                try {
                    if (application.isPresent()) {
                        admin.changeSettings(
                                SettingEntry.Resource.GROUP,
                                GROUP,
                                groupSettings(application.get()),
                                false);
                    }
                    admin.createTopic(topic);
                    return;
                } catch (ClientFailure e) {
                    if (String.valueOf(e.getMessage()).contains("already exists")) {
                        return;
                    }
                    Actor.pause(simulation.machine("admin").seams().clock(), 50_000_000);
                }
            }
        }
    }

    private static Map<String, Optional<String>> groupSettings(SharedApplication all) {
        return Map.of(
                "streams.num.standby.replicas",
                Optional.of("" + all.standbys()),
                "streams.assignment.interval.ms",
                Optional.of("" + 100 * all.partitions()));
    }
}

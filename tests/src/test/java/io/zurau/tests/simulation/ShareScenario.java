package io.zurau.tests.simulation;

import io.zurau.client.Admin;
import io.zurau.client.ClientFailure;
import io.zurau.client.SettingEntry;
import io.zurau.metadata.SupportedFeatures;
import io.zurau.runtime.Tasks.Task;
import io.zurau.simulation.Simulation;
import io.zurau.tests.simulation.SharingMember.Company;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/// Members of a share group (KIP-932) take records from three brokers, and accept, release, reject
/// and forget them, while everything goes wrong that [Trouble] knows. What was accepted or rejected
/// must not come again; when all is mended, what was written must be accepted or rejected, but for
/// what was delivered as often as it may.
final class ShareScenario {
    private static final long MOST_STEPS = 5_000_000;
    private static final int SIZE = 3;
    private static final int FIRST_NODE_ID = 130; // Of members: not voters, and no brokers.
    private static final String TOPIC = "shared";
    private static final String GROUP = "sharers";
    private static final Duration LONGEST_PAUSE_OF_WRITER = Duration.ofMillis(400);
    private static final Duration QUIET = Duration.ofSeconds(2); // Until all know the settings.
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(90);

    private final Simulation simulation;
    private final Random dice;
    private final SimCluster cluster;
    private final int partitions;
    private final SharedRecords records;
    private final Company company;
    private final Map<String, ShareMember> members = new LinkedHashMap<>();

    ShareScenario(long seed) {
        this(seed, Mutation.NONE);
    }

    ShareScenario(long seed, Mutation mutation) {
        this.simulation = new Simulation(seed).limitedTo(MOST_STEPS);
        this.dice = simulation.random("scenario");
        this.partitions = 1 + dice.nextInt(3);
        int deliveryLimit = 3 + dice.nextInt(5);
        this.records = new SharedRecords(deliveryLimit);
        this.cluster =
                new SimCluster(
                        simulation,
                        SIZE,
                        mutation::seams,
                        settings(deliveryLimit),
                        SupportedFeatures.SHARE_VERSION);
        this.company = new Company(GROUP, new LinkedHashMap<>(), mutation.renewsLateRequests());
    }

    private Map<String, String> settings(int deliveryLimit) {
        return Map.of(
                "share.coordinator.state.topic.num.partitions",
                "3",
                "share.coordinator.snapshot.update.records.per.snapshot",
                "" + (1 + dice.nextInt(20)),
                "group.share.delivery.count.limit",
                "" + deliveryLimit,
                "group.share.min.record.lock.duration.ms",
                "1000",
                "group.share.record.lock.duration.ms",
                "" + (1_000 + dice.nextInt(4_000)),
                "group.share.partition.max.record.locks",
                "" + (100 + dice.nextInt(300)));
    }

    /// @param settled how many records were accepted or rejected, for certain
    record Result(int settled, long steps, long traceHash) {}

    Result run() {
        simulation.run(this::tell);
        return new Result(records.settled(), simulation.steps(), simulation.traceHash());
    }

    private void tell() throws InterruptedException {
        cluster.startAll();
        cluster.awaitAllInSync();
        cluster.onMachine("admin", this::create).join();
        cluster.pause(QUIET);
        List<Task> tasks = new ArrayList<>();
        int size = 1 + dice.nextInt(4);
        for (int i = 0; i < size; i++) {
            String name = "member" + i;
            ShareMember member =
                    new ShareMember(
                            name,
                            FIRST_NODE_ID + i,
                            simulation.machine(name).boot(),
                            cluster.quorum(),
                            TOPIC,
                            simulation.random(name),
                            company,
                            records);
            members.put(name, member);
            tasks.add(cluster.onMachine(name, member::run));
            tasks.add(cluster.onMachine(name, member::take));
        }
        Writer writer =
                new Writer(
                        "writer",
                        simulation.machine("writer").boot(),
                        cluster.clientSettings(),
                        TOPIC,
                        partitions,
                        LONGEST_PAUSE_OF_WRITER,
                        simulation.random("writer"),
                        new Ledger(true, records::written));
        Task writing = cluster.onMachine("writer", writer::run);
        makeTrouble();
        cluster.mend();
        members.values().forEach(SharingMember::calmDown);
        cluster.awaitAllInSync();
        int before = records.settled();
        if (!cluster.await(LONGEST_SILENCE, () -> records.settled() > before)) {
            throw new BrokenPromise(
                    Invariant.RECOVERS,
                    "After all is mended nothing is acknowledged; %s; %s"
                            .formatted(records, company));
        }
        writer.stop();
        writing.join();
        if (!cluster.await(LONGEST_SILENCE, () -> records.skipped().isEmpty())) {
            throw new BrokenPromise(
                    Invariant.SHARED_IS_NOT_SKIPPED,
                    "The record at %s is given to nobody any more; %s; %s"
                            .formatted(records.skipped().orElseThrow(), records, company));
        }
        members.values().forEach(SharingMember::stop);
        for (Task task : tasks) {
            task.join();
        }
    }

    private void makeTrouble() throws InterruptedException {
        List<String> clients = new ArrayList<>(members.keySet());
        clients.add("writer");
        Trouble trouble = new Trouble(simulation, cluster, clients, dice);
        trouble.makeSeveral(15_000);
    }

    private void create() {
        Admin.NewTopic topic =
                new Admin.NewTopic(
                        TOPIC, partitions, (short) SIZE, Map.of("min.insync.replicas", "2"));
        try (Admin admin =
                Admin.of(cluster.clientSettings(), simulation.machine("admin").seams())) {
            while (true) {
                try {
                    admin.changeSettings(
                            SettingEntry.Resource.GROUP,
                            GROUP,
                            Map.of("share.auto.offset.reset", Optional.of("earliest")),
                            false);
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
}

package io.zurau.tests.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.client.Admin;
import io.zurau.metadata.image.PartitionImage;
import io.zurau.protocol.TopicPartition;
import io.zurau.runtime.Clock;
import io.zurau.runtime.Seams;
import io.zurau.runtime.Tasks.Task;
import io.zurau.simulation.SimMachine;
import io.zurau.simulation.Simulation;
import io.zurau.tests.simulation.ReplicasOnDisk.Batch;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// A bit of a leader's synced records flips: a broker with an empty disk asks for them, or the
/// leader finds out itself.
final class BitRotTest {
    private static final int SEEDS = 10;
    private static final int RECORDS = 100;
    private static final String TOPIC = PowerFailureScenario.TOPIC;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration UNTIL_THE_NEXT_CHECKPOINT = Duration.ofSeconds(31);
    private static final Duration LONG_ENOUGH_TO_CATCH_UP = Duration.ofSeconds(10);

    @Test
    void noFollowerTakesWhatHasRottenAtTheLeader() {
        for (long seed = 0; seed < SEEDS; seed++) {
            new Scenario(seed, 3).run(Scenario::fetchWhatHasRotten);
        }
    }

    @Test
    void aLeaderWhoseLogIsDamagedLetsAnotherLead() {
        for (long seed = 0; seed < SEEDS; seed++) {
            new Scenario(seed, 5).run(Scenario::startDamaged);
        }
    }

    private interface Story {
        void tell(Scenario scenario) throws InterruptedException;
    }

    private static final class Scenario {
        private final Simulation simulation;
        private final Random dice;
        private final SimCluster cluster;
        private final ClusterInvariants invariants;
        private final Ledger ledger;

        Scenario(long seed, int size) {
            this.simulation = new Simulation(seed);
            this.dice = simulation.random("scenario");
            this.cluster = new SimCluster(simulation, size, seams -> seams);
            this.invariants = new ClusterInvariants(simulation, cluster);
            this.ledger = invariants.ledger(TOPIC, true);
        }

        void run(Story story) {
            simulation.run(
                    () -> {
                        cluster.startAll();
                        cluster.awaitAllInSync();
                        onMachine("admin", this::create).join();
                        write("writer1");
                        story.tell(this);
                    });
        }

        private void startDamaged() throws InterruptedException {
            // Given: only the last leader and the last that left have everything for sure
            SimMachine last = cluster.machine(partition().leader());
            pause(UNTIL_THE_NEXT_CHECKPOINT);
            int lastId = SimCluster.id(last);
            for (int other : partition().replicas()) {
                if (other != lastId) {
                    cluster.kill(cluster.machine(other));
                    cluster.await(PATIENCE, () -> !partition().inSync().contains(other));
                }
            }
            assertThat(partition().inSync()).containsExactly(lastId);
            int claims = partition().eligibleLeaders().getFirst();
            Batch rotten = cluster.replicas(lastId).batches(TOPIC, 0).getLast();
            long position =
                    cluster.replicas(lastId).batches(TOPIC, 0).stream()
                                    .mapToLong(batch -> batch.bytes().limit())
                                    .sum()
                            - rotten.bytes().limit();
            cluster.kill(last);
            SimCluster.disk(last)
                    .flipBit(cluster.replicas(lastId).segments(TOPIC, 0).getFirst(), position, 7);

            // When: it leads again, alone, and finds out
            cluster.start(last);
            cluster.await(PATIENCE, () -> partition().leader() == lastId);
            pause(LONG_ENOUGH_TO_CATCH_UP);
            assertThat(partition().leader()).isEqualTo(lastId);
            cluster.machines().stream().filter(broker -> !broker.isUp()).forEach(cluster::start);

            // Then
            assertThat(cluster.await(PATIENCE, () -> partition().leader() == claims)).isTrue();
            write("writer2");
            assertThat(partition().inSync()).doesNotContain(lastId);
            assertThat(cluster.serves(lastId)).isTrue();

            // When it is sent away, and back
            List<Integer> replicas = partition().replicas();
            List<Integer> others =
                    IntStream.rangeClosed(1, cluster.machines().size())
                            .filter(node -> node != lastId)
                            .boxed()
                            .toList();
            reassign(others.subList(0, replicas.size()));
            reassign(replicas);

            // Then
            assertThat(partition().inSync()).hasSameElementsAs(replicas);
            audit();
        }

        private void reassign(List<Integer> replicas) throws InterruptedException {
            onMachine(
                            "admin",
                            () -> {
                                try (Admin admin = Admin.of(settings(), seams("admin"))) {
                                    assertThat(
                                                    admin.reassign(
                                                            Map.of(
                                                                    new TopicPartition(TOPIC, 0),
                                                                    replicas)))
                                            .isEmpty();
                                }
                            })
                    .join();
            assertThat(
                            cluster.await(
                                    PATIENCE,
                                    () ->
                                            partition().replicas().equals(replicas)
                                                    && !partition().isReassigning()
                                                    && partition().inSync().size()
                                                            == replicas.size()))
                    .isTrue();
        }

        private void fetchWhatHasRotten() throws InterruptedException {
            // Given: records on three brokers, one of which loses its disk
            SimMachine leader = cluster.machine(partition().leader());
            SimMachine follower = anyFollower();
            cluster.failPower(follower);
            follower.replaceDisk(SimCluster.DISK);

            // When: a bit of the leader's records flips, and the follower fetches them
            long rotten =
                    cluster.replicas(SimCluster.id(leader)).flipBit(TOPIC, 0, dice).orElseThrow();
            cluster.start(follower);
            pause(LONG_ENOUGH_TO_CATCH_UP);
            write("writer2");

            // Then: it has stored nothing of that, and is not in sync; the others go on
            int id = SimCluster.id(follower);
            assertThat(cluster.serves(id)).isTrue();
            assertThat(cluster.replicas(id).endOffset(TOPIC, 0)).isLessThanOrEqualTo(rotten);
            assertThat(partition().inSync()).doesNotContain(id).hasSize(2);

            // When: the damaged broker gets a new disk
            cluster.failPower(leader);
            leader.replaceDisk(SimCluster.DISK);
            cluster.await(PATIENCE, () -> partition().inSync().contains(id));
            cluster.start(leader);
            cluster.awaitAllInSync();

            // Then: the good copy is everybody's, and nothing is lost
            assertThat(cluster.await(PATIENCE, invariants::allEndAlike)).isTrue();
            invariants.checkEqual();
            audit();
        }

        private void audit() throws InterruptedException {
            Reader auditor = new Reader(seams("auditor"), settings(), TOPIC, 1, ledger);
            auditor.stop();
            onMachine("auditor", auditor::run).join();
            ledger.checkAgainst(auditor.log());
        }

        private void create() {
            try (Admin admin = Admin.of(settings(), seams("admin"))) {
                admin.createTopic(
                        new Admin.NewTopic(
                                TOPIC, 1, (short) 3, Map.of("min.insync.replicas", "2")));
            }
        }

        private void write(String name) throws InterruptedException {
            Writer writer =
                    new Writer(
                            name,
                            seams(name),
                            settings(),
                            TOPIC,
                            1,
                            Duration.ofMillis(20),
                            simulation.random(name),
                            ledger);
            int before = ledger.acknowledgedRecords();
            Task task = onMachine(name, writer::run);
            boolean written =
                    cluster.await(PATIENCE, () -> ledger.acknowledgedRecords() >= before + RECORDS);
            writer.stop();
            task.join();
            assertThat(written).isTrue();
        }

        private PartitionImage partition() {
            return cluster.quorum()
                    .image()
                    .topics()
                    .named(TOPIC)
                    .flatMap(topic -> topic.partition(0))
                    .orElseThrow();
        }

        private SimMachine anyFollower() {
            List<Integer> followers =
                    partition().replicas().stream()
                            .filter(node -> node != partition().leader())
                            .toList();
            return cluster.machine(followers.get(dice.nextInt(followers.size())));
        }

        private Map<String, String> settings() {
            return Map.of("bootstrap.servers", cluster.addresses());
        }

        private Seams seams(String name) {
            SimMachine machine = simulation.machine(name);
            return machine.isUp() ? machine.seams() : machine.boot();
        }

        private Task onMachine(String name, Runnable body) {
            return seams(name).tasks().start(name, body);
        }

        private void pause(Duration duration) throws InterruptedException {
            Clock clock = simulation.machine("scenario").seams().clock();
            clock.sleepUntil(clock.deadline(duration));
        }
    }
}

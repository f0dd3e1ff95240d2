package io.zurau.tests.simulation;

import io.zurau.metadata.image.PartitionImage;
import io.zurau.metadata.image.TopicImage;
import io.zurau.protocol.TopicPartition;
import io.zurau.runtime.Seams;
import io.zurau.simulation.SimMachine;
import io.zurau.simulation.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/// What goes wrong in a cluster; one kind of it, or all mixed.
///
/// Used by the scenario's task only.
final class Trouble {
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(12); // Beyond all time-outs.
    private static final Duration USUAL_PAUSE = Duration.ofSeconds(4); // Beyond a broker's session.
    private static final Duration LONGEST_JUMP = Duration.ofHours(20); // Less than retention.
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(2);
    private static final int LATEST_CHANGE = 200;

    private final Simulation simulation;
    private final SimCluster cluster;
    private final List<String> clients;
    private final Random dice;

    /// Each kind of trouble.
    enum Kind {
        KILL,
        POWER,
        /// In the middle of a change of the disk.
        POWER_AT_CHANGE,
        POWER_OF_SEVERAL,
        POWER_OF_ALL,
        CLEAN_STOP,
        ROLLING_RESTART,
        /// From all brokers and the quorum.
        CUT_OFF,
        CUT_OFF_FROM_QUORUM,
        /// Between brokers, or a client and a broker.
        ONE_WAY,
        CUT_OFF_FROM_CLIENT,
        /// Connections are reset.
        RESET,
        /// Nothing runs for longer than all time-outs.
        PAUSE,
        CLOCK_JUMP,
        DISK_FULL,
        DISK_BROKEN,
        /// A new, empty disk, when others have everything.
        WIPE,
        /// A bit of somebody's records flips; in the end the broker gets a new disk, when others
        /// have everything.
        ROT,
        METADATA_LEADER_LOST
    }

    Trouble(Simulation simulation, SimCluster cluster, List<String> clients, Random dice) {
        this.simulation = simulation;
        this.cluster = cluster;
        this.clients = clients;
        this.dice = dice;
    }

    /// Some of any kind, one after the other or at once.
    ///
    /// @param longestMs that the scenario looks on at one of four; the others are left sooner
    void makeSeveral(int longestMs) throws InterruptedException {
        int times = 2 + dice.nextInt(4);
        for (int i = 0; i < times; i++) {
            cluster.pause(Duration.ofMillis(dice.nextInt(3_000)));
            List<Kind> kinds = List.of(Kind.values());
            make(kinds.get(dice.nextInt(kinds.size())));
            cluster.pause(
                    Duration.ofMillis(dice.nextInt(dice.nextInt(4) == 0 ? longestMs : 3_000)));
            if (dice.nextInt(3) > 0) {
                cluster.mend();
            }
        }
    }

    /// Begins some trouble, and lets it be until [SimCluster#mend()].
    void make(Kind kind) throws InterruptedException {
        SimMachine broker = cluster.any(dice);
        switch (kind) {
            case KILL -> cluster.kill(broker);
            case POWER -> cluster.failPower(broker);
            case POWER_AT_CHANGE ->
                    SimCluster.disk(broker)
                            .faults()
                            .failPowerAtChange(1 + dice.nextInt(LATEST_CHANGE));
            case POWER_OF_SEVERAL ->
                    cluster.machines().stream()
                            .filter(_ -> dice.nextInt(2) == 0)
                            .forEach(cluster::failPower);
            case POWER_OF_ALL -> cluster.machines().forEach(cluster::failPower);
            case CLEAN_STOP -> cluster.stop(broker);
            case ROLLING_RESTART -> restartAll();
            case CUT_OFF -> {
                tell(broker, "is cut off");
                cluster.cutOff(broker);
            }
            case CUT_OFF_FROM_QUORUM -> {
                tell(broker, "is cut off from the quorum");
                cluster.cutOffFromQuorum(broker);
            }
            case ONE_WAY -> oneWay(broker.name(), anyBut(broker));
            case CUT_OFF_FROM_CLIENT -> {
                String client = clients.get(dice.nextInt(clients.size()));
                tell(broker, "is cut off from " + client);
                simulation.wires().partition(client, broker.name());
            }
            case RESET -> {
                String other = anyBut(broker);
                tell(broker, "loses its connections to " + other);
                simulation.wires().cut(broker.name(), other);
            }
            case PAUSE -> pause(broker);
            case CLOCK_JUMP -> {
                long millis = LONGEST_JUMP.toMillis();
                Duration shift = Duration.ofMillis(dice.nextLong(-millis, millis));
                tell(broker, "puts its clock by " + shift);
                broker.shiftWallClock(shift);
            }
            case DISK_FULL -> {
                tell(broker, "has a disk that is nearly full");
                cluster.expectDiskTrouble(broker);
                DiskCare.fill(SimCluster.disk(broker), dice);
            }
            case DISK_BROKEN -> {
                tell(broker, "has a broken disk");
                cluster.expectDiskTrouble(broker);
                DiskCare.breakDown(SimCluster.disk(broker), dice);
            }
            case WIPE -> wipe(broker);
            case ROT -> rot(broker);
            case METADATA_LEADER_LOST -> {
                simulation.tell("the metadata log has lost its leader");
                cluster.quorum().dropLeader();
            }
        }
    }

    private void tell(SimMachine broker, String what) {
        simulation.tell(broker.name() + " " + what);
    }

    /// Any other machine, brokers and clients alike.
    private String anyBut(SimMachine broker) {
        List<String> others =
                Stream.concat(
                                cluster.machines().stream()
                                        .filter(machine -> machine != broker)
                                        .map(SimMachine::name),
                                clients.stream())
                        .toList();
        return others.get(dice.nextInt(others.size()));
    }

    private void oneWay(String one, String other) {
        boolean there = dice.nextBoolean();
        String from = there ? one : other;
        String to = there ? other : one;
        simulation.tell("nothing from " + from + " arrives at " + to);
        simulation.wires().partitionOneWay(from, to);
    }

    private void pause(SimMachine broker) throws InterruptedException {
        if (!broker.isUp()) {
            return;
        }
        broker.suspend();
        Duration length =
                (dice.nextInt(3) == 0 ? LONGEST_PAUSE : USUAL_PAUSE)
                        .multipliedBy(dice.nextInt(1, 100))
                        .dividedBy(100);
        if (dice.nextBoolean()) {
            sleep(length);
            broker.resume();
            return;
        }
        Seams seams = simulation.machine("scenario").seams(); // Other trouble comes meanwhile.
        seams.tasks()
                .start(
                        "resume",
                        () -> {
                            Actor.pause(seams.clock(), length.toNanos());
                            broker.resume();
                        });
    }

    /// As an operator does it: the next one when all is well again.
    private void restartAll() throws InterruptedException {
        cluster.mend();
        for (SimMachine machine : cluster.machines()) {
            cluster.awaitAllInSync();
            cluster.stop(machine);
            cluster.start(machine);
        }
    }

    private void wipe(SimMachine broker) throws InterruptedException {
        cluster.mend();
        cluster.awaitAllInSync();
        int id = SimCluster.id(broker);
        if (othersHaveEverything(id)) {
            replaceDisk(broker);
        }
    }

    private void replaceDisk(SimMachine broker) {
        cluster.failPower(broker);
        broker.replaceDisk(SimCluster.DISK);
        cluster.start(broker);
    }

    private void rot(SimMachine broker) throws InterruptedException {
        cluster.mend();
        cluster.awaitAllInSync();
        int id = SimCluster.id(broker);
        if (!othersHaveEverything(id) || !flipBit(id)) {
            return;
        }
        tell(broker, "has a rotten disk");
        if (dice.nextBoolean()) { // It may find out.
            cluster.failPower(broker);
            cluster.start(broker);
        }
        sleep(USUAL_PAUSE.multipliedBy(dice.nextInt(1, 100)).dividedBy(100));
        if (!cluster.await(LONGEST_WAIT, () -> othersHaveEverything(id))) {
            throw new BrokenPromise(
                    Invariant.RECOVERS, "Nobody but " + broker.name() + " has everything.");
        }
        replaceDisk(broker);
    }

    private boolean flipBit(int nodeId) {
        List<TopicPartition> held = new ArrayList<>();
        for (TopicImage topic : cluster.quorum().image().topics().all()) {
            for (int i = 0; i < topic.partitions().size(); i++) {
                held.add(new TopicPartition(topic.name(), i));
            }
        }
        Collections.shuffle(held, dice);
        return held.stream()
                .filter(partition -> !partition.topic().startsWith("__"))
                .anyMatch(
                        partition ->
                                cluster.replicas(nodeId)
                                        .flipBit(partition.topic(), partition.partition(), dice)
                                        .isPresent());
    }

    private boolean othersHaveEverything(int nodeId) {
        return cluster.quorum().image().topics().all().stream()
                .flatMap(topic -> topic.partitions().stream())
                .map(PartitionImage::inSync)
                .noneMatch(inSync -> inSync.equals(List.of(nodeId)));
    }

    private void sleep(Duration duration) throws InterruptedException {
        var clock = simulation.machine("scenario").seams().clock();
        clock.sleepUntil(clock.deadline(duration));
    }
}

package io.zurau.metadata.log;

import static io.zurau.metadata.TestRecords.CLUSTER;
import static io.zurau.metadata.TestRecords.id;
import static io.zurau.metadata.TestRecords.producerIds;
import static io.zurau.metadata.TestRecords.topic;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.zurau.metadata.image.ClusterImage;
import io.zurau.runtime.Clock;
import io.zurau.runtime.StorageFailure;
import io.zurau.simulation.DiskFaults.Operation;
import io.zurau.simulation.SimDisk;
import io.zurau.simulation.SimMachine;
import io.zurau.simulation.Simulation;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// The metadata log of one node when the power fails or the disk does.
final class MetadataPowerFailureTest {
    private static final int SEEDS = 200;
    private static final long SMALL_LOG_BYTES = 600; // Many snapshots.

    private static LocalMetadataLog open(SimDisk disk, Clock clock) {
        return LocalMetadataLog.open(
                disk, clock, 1, CLUSTER, () -> topic("origin", id(1), 2), SMALL_LOG_BYTES);
    }

    private static ClusterImage image(MetadataLog log) {
        return NewestImage.of(log);
    }

    /// Commits 1, 2, 3… as the next producer id; what was committed is put into `acknowledged`.
    private static void count(MetadataLog log, AtomicLong acknowledged) {
        // What a log shows when it is opened is committed too.
        acknowledged.set(image(log).nextProducerId());
        while (true) {
            long next = image(log).nextProducerId() + 1;
            log.propose(log.endOffset(), List.of(producerIds(next)));
            acknowledged.set(next);
        }
    }

    @Test
    void whatWasCommittedSurvivesAPowerFailureAtAnyChange() {
        for (long seed = 0; seed < SEEDS; seed++) {
            Simulation simulation = new Simulation(seed);
            Random dice = simulation.random("test");
            String description = "seed " + seed;
            simulation.run(
                    () -> {
                        SimMachine machine = simulation.machine("node");
                        SimDisk disk = machine.disk("data");
                        AtomicLong acknowledged = new AtomicLong();
                        for (int life = 0; life < 4; life++) {
                            Clock clock = machine.boot().clock();
                            disk.faults().failPowerAtChange(1 + dice.nextInt(60));
                            machine.seams()
                                    .tasks()
                                    .start("count", () -> count(open(disk, clock), acknowledged));
                            machine.awaitCrash();
                        }
                        disk.faults().heal();
                        Clock clock = machine.boot().clock();
                        ClusterImage after = machineImage(machine, disk, clock);
                        assertThat(after.nextProducerId())
                                .as(description)
                                .isBetween(acknowledged.get(), acknowledged.get() + 1);
                        assertThat(after.topics().named("origin")).as(description).isPresent();
                    });
        }
    }

    private static ClusterImage machineImage(SimMachine machine, SimDisk disk, Clock clock)
            throws InterruptedException {
        NewestImage image = new NewestImage();
        machine.seams()
                .tasks()
                .start(
                        "look",
                        () -> {
                            try (LocalMetadataLog log = open(disk, clock)) {
                                image.accept(image(log));
                            }
                        })
                .join();
        return image.image();
    }

    @Test
    void afterAFailedSyncNothingIsAcceptedUntilTheLogIsOpenedAgain() {
        Simulation simulation = new Simulation(1);
        simulation.run(
                () -> {
                    // Given
                    SimMachine machine = simulation.machine("node");
                    SimDisk disk = machine.disk("data");
                    Clock clock = machine.boot().clock();
                    machine.seams().tasks().start("node", () -> failToSync(disk, clock)).join();

                    // Then
                    ClusterImage after = machineImage(machine, disk, clock);
                    assertThat(after.nextProducerId()).isBetween(1L, 2L);
                });
    }

    private static void failToSync(SimDisk disk, Clock clock) {
        try (LocalMetadataLog log = open(disk, clock)) {
            log.propose(log.endOffset(), List.of(producerIds(1)));

            // When
            disk.faults().fail(Operation.SYNC);
            assertThatExceptionOfType(StorageFailure.class)
                    .isThrownBy(() -> log.propose(log.endOffset(), List.of(producerIds(2))));
            disk.faults().heal();

            // Then
            assertThatExceptionOfType(StorageFailure.class)
                    .isThrownBy(() -> log.propose(log.endOffset(), List.of(producerIds(3))))
                    .withMessageContaining("closed since a write failed");
            assertThat(image(log).nextProducerId()).isEqualTo(1);
        }
    }
}

package io.zurau.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.runtime.Seams;
import io.zurau.simulation.SimMachine;
import io.zurau.simulation.Simulation;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A log has no files before it has a record, and is a log nevertheless.
class NewLogTest {
    private static final int SEEDS = 20;

    @Test
    void aNewLogHasNoFilesAndSurvivesNevertheless() {
        run(
                machine -> {
                    // Given
                    LogDirectory directory = open(machine);
                    Fixture.orders(directory).beginEpoch(3);
                    directory.awaitStored();
                    directory.checkpoint();
                    assertThat(isOnDisk(machine)).isFalse();

                    // When
                    machine.failPower();

                    // Then
                    LogDirectory again = open(machine);
                    PartitionLog log = again.find(Fixture.ORDERS).orElseThrow();
                    assertThat(log.topicId()).isEqualTo(Fixture.ORDERS_ID);
                    assertThat(log.logEndOffset()).isZero();
                    assertThat(log.latestEpoch()).hasValue(3);
                    assertThat(isOnDisk(machine)).isFalse();

                    // When
                    again.delete(Fixture.ORDERS);
                    machine.failPower();

                    // Then
                    assertThat(open(machine).find(Fixture.ORDERS)).isEmpty();
                });
    }

    @Test
    void theFirstRecordSurvivesAKilledProcessAndThenAPowerFailure() {
        run(
                machine -> {
                    // Given a log that the checkpoint knows as one without files
                    LogDirectory directory = open(machine);
                    PartitionLog log = Fixture.orders(directory);
                    directory.checkpoint();
                    Fixture.append(log, "first");
                    awaitStored(log, machine.seams());

                    // When: what the process made is not synced, and the journal is used again
                    machine.kill();
                    LogDirectory again = open(machine);
                    again.checkpoint();
                    machine.failPower();

                    // Then
                    assertThat(Fixture.read(Fixture.orders(open(machine)), 0))
                            .containsExactly("0=first");
                    assertThat(LogNames.topicIdIn(machine.disk("data"), Fixture.ORDERS.toString()))
                            .isEqualTo(Fixture.ORDERS_ID);
                });
    }

    @Test
    void aLogGetsItsFilesWhileACheckpointIsMade() {
        run(
                machine -> {
                    // Given
                    LogDirectory directory = open(machine);
                    PartitionLog log = Fixture.orders(directory);
                    Seams seams = machine.seams();
                    seams.tasks().start("checkpoints", directory::checkpoint);

                    // When
                    Fixture.append(log, "first");
                    awaitStored(log, seams);
                    directory.checkpoint();
                    machine.failPower();

                    // Then
                    assertThat(Fixture.read(Fixture.orders(open(machine)), 0))
                            .containsExactly("0=first");
                });
    }

    private interface Life {
        void live(SimMachine machine) throws InterruptedException;
    }

    private static void run(Life life) {
        for (long seed = 0; seed < SEEDS; seed++) {
            Simulation simulation = new Simulation(seed);
            SimMachine machine = simulation.machine("broker");
            simulation.run(() -> life.live(machine));
        }
    }

    private static boolean isOnDisk(SimMachine machine) {
        return List.copyOf(machine.disk("data").list("")).contains(Fixture.ORDERS.toString());
    }

    private static LogDirectory open(SimMachine machine) {
        return Fixture.open(machine.disk("data"), machine.boot(), Fixture.DEFAULTS);
    }

    private static void awaitStored(PartitionLog log, Seams seams) throws InterruptedException {
        while (log.storedEndOffset() < log.logEndOffset()) {
            seams.clock().sleepUntil(seams.clock().deadline(Duration.ofMillis(1)));
        }
    }
}

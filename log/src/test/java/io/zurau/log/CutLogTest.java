package io.zurau.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.runtime.Seams;
import io.zurau.runtime.settings.ByteSize;
import io.zurau.simulation.SimMachine;
import io.zurau.simulation.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What is left of a log that was cut survives power failures, although the journal that had it is
/// used again: as followers cut theirs. What is left of a log in memory is its beginning.
class CutLogTest {
    private static final int SEEDS = 20;
    private static final int RECORDS = 12;
    private static final LogDirectoryConfig SMALL =
            new LogDirectoryConfig(
                    ByteSize.ofKiB(512), Duration.ofSeconds(10), Duration.ofDays(1), 5);

    @Test
    void whatWasNotSyncedWhenTheLogWasCutIsSyncedByTheNextCheckpoint() {
        for (long seed = 0; seed < SEEDS; seed++) {
            Simulation simulation = new Simulation(seed);
            SimMachine machine = simulation.machine("broker");
            simulation.run(
                    () -> {
                        // Given a log of several segments, which only the journal has for sure
                        LogDirectory directory = open(machine);
                        PartitionLog log = Fixture.orders(directory);
                        log.configure(Fixture.config("segment.bytes", "600"));
                        fill(log, machine.seams());

                        // When
                        log.truncateTo(log.logEndOffset() - 1);
                        directory.checkpoint();
                        machine.failPower();

                        // Then
                        assertThat(read(machine)).isEqualTo(expected());
                    });
        }
    }

    @Test
    void aCutThatIsReplayedIsAsSafe() {
        for (long seed = 0; seed < SEEDS; seed++) {
            Simulation simulation = new Simulation(seed);
            SimMachine machine = simulation.machine("broker");
            simulation.run(
                    () -> {
                        // Given
                        PartitionLog log = Fixture.orders(open(machine));
                        log.configure(Fixture.config("segment.bytes", "600"));
                        fill(log, machine.seams());
                        log.truncateTo(log.logEndOffset() - 1);

                        // When: the journal is replayed, and then used again
                        machine.failPower();
                        assertThat(read(machine)).isEqualTo(expected());
                        machine.failPower();

                        // Then
                        assertThat(read(machine)).isEqualTo(expected());
                    });
        }
    }

    @Test
    void whatIsLeftOfALogInMemoryHasNoHole() {
        for (long seed = 0; seed < 5 * SEEDS; seed++) {
            Simulation simulation = new Simulation(seed);
            SimMachine machine = simulation.machine("broker");
            simulation.run(
                    () -> {
                        // Given
                        LogDirectory directory = open(machine);
                        PartitionLog log =
                                directory.create(
                                        Fixture.ORDERS,
                                        Fixture.ORDERS_ID,
                                        Fixture.config(
                                                "segment.bytes", "600", "durability", "memory"));
                        directory.awaitStored(); // That there is such a log.
                        for (int number = 0; number < RECORDS - 1; number++) {
                            Fixture.append(log, number + "x".repeat(200));
                        }

                        // When
                        machine.failPower();

                        // Then
                        List<String> found = read(machine);
                        assertThat(found).isEqualTo(expected().subList(0, found.size()));
                    });
        }
    }

    /// A process that is killed leaves in the page cache what nobody counts as unsynced afterwards.
    @Test
    void aLogInMemoryThatBecomesDurableAfterAKillIsSyncedAsAWhole() {
        for (long seed = 0; seed < 5 * SEEDS; seed++) {
            Simulation simulation = new Simulation(seed);
            SimMachine machine = simulation.machine("broker");
            simulation.run(
                    () -> {
                        // Given
                        LogConfig durable = Fixture.config("segment.bytes", "600");
                        LogDirectory directory = open(machine);
                        PartitionLog log =
                                directory.create(
                                        Fixture.ORDERS,
                                        Fixture.ORDERS_ID,
                                        durable.withDurable(false));
                        for (int number = 0; number < RECORDS - 1; number++) {
                            Fixture.append(log, number + "x".repeat(200));
                        }
                        directory.awaitStored();
                        machine.kill();

                        // When
                        Fixture.orders(open(machine)).configure(durable);
                        machine.failPower();

                        // Then
                        assertThat(read(machine)).isEqualTo(expected());
                    });
        }
    }

    /// The power may take the note of whose a directory is, and leave the records in it.
    @Test
    void whatADeletedLogHadIsNotItsSuccessors() {
        LogConfig inMemory = Fixture.config("durability", "memory");
        for (long seed = 0; seed < 50 * SEEDS; seed++) {
            Simulation simulation = new Simulation(seed);
            SimMachine machine = simulation.machine("broker");
            simulation.run(
                    () -> {
                        // Given
                        LogDirectory directory = open(machine);
                        for (int i = 0; i < 3; i++) {
                            PartitionLog deleted =
                                    directory.create(Fixture.ORDERS, Fixture.ORDERS_ID, inMemory);
                            Fixture.append(deleted, "deleted");
                            Fixture.append(deleted, "deleted, too");
                            directory.delete(Fixture.ORDERS);
                        }
                        Fixture.append(
                                directory.create(Fixture.ORDERS, Fixture.ORDERS_ID, inMemory),
                                "there");
                        directory.awaitStored(); // That the one is deleted, and the other is made.

                        // When
                        machine.failPower();

                        // Then
                        assertThat(read(machine)).isSubsetOf("0=there");
                    });
        }
    }

    private static LogDirectory open(SimMachine machine) {
        Seams seams = machine.boot();
        return LogDirectory.open(
                Fixture.DIRECTORY_ID,
                machine.disk("data"),
                machine.disk("data"),
                seams,
                SMALL,
                Fixture.DEFAULTS,
                LogProbe.NONE);
    }

    private static void fill(PartitionLog log, Seams seams) throws InterruptedException {
        for (int number = 0; number < RECORDS; number++) {
            Fixture.append(log, number + "x".repeat(200));
        }
        while (log.storedEndOffset() < log.logEndOffset()) {
            seams.clock().sleepUntil(seams.clock().deadline(Duration.ofMillis(1)));
        }
    }

    private static List<String> read(SimMachine machine) {
        PartitionLog log = Fixture.orders(open(machine));
        return Fixture.read(log, 0).stream().map(line -> line.replace("x", "")).toList();
    }

    private static List<String> expected() {
        List<String> expected = new ArrayList<>();
        for (int number = 0; number < RECORDS - 1; number++) {
            expected.add(number + "=" + number);
        }
        return expected;
    }
}

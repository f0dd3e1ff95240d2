package io.zurau.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zurau.log.AppendOutcome.Appended;
import io.zurau.log.AppendOutcome.Refused;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.Uuid;
import io.zurau.runtime.Seams;
import io.zurau.runtime.StorageFailure;
import io.zurau.runtime.settings.ByteSize;
import io.zurau.simulation.DiskFaults.Operation;
import io.zurau.simulation.SimDisk;
import io.zurau.simulation.SimMachine;
import io.zurau.simulation.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// A disk that fails takes its directory offline, and nothing that was stored is lost by it.
class StorageTroubleTest {
    private static final LogDirectoryConfig SMALL =
            new LogDirectoryConfig(
                    ByteSize.ofKiB(512), Duration.ofMinutes(5), Duration.ofDays(1), 5);

    /// Appends until the disk refuses, then restarts on a disk that works again.
    private static void failing(Consumer<SimDisk> fault, Consumer<SimDisk> repair) {
        for (long seed = 0; seed < 20; seed++) {
            Simulation simulation = new Simulation(seed);
            simulation.run(
                    () -> {
                        SimMachine machine = simulation.machine("broker");
                        SimDisk disk = machine.disk("data");
                        Seams seams = machine.boot();
                        List<String> stored = new ArrayList<>();
                        seams.tasks()
                                .start(
                                        "first life",
                                        () -> {
                                            firstLife(disk, seams, fault, stored);
                                            machine.kill();
                                        });
                        machine.awaitCrash();
                        repair.accept(disk);
                        Seams again = machine.boot();
                        again.tasks()
                                .start(
                                        "second life",
                                        () -> {
                                            secondLife(disk, again, stored);
                                            machine.kill();
                                        });
                        machine.awaitCrash();
                    });
        }
    }

    private static void firstLife(
            SimDisk disk, Seams seams, Consumer<SimDisk> fault, List<String> stored) {
        LogDirectory directory = open(disk, seams);
        PartitionLog log = Fixture.orders(directory);
        List<String> failures = new ArrayList<>();
        directory.onFailure(failure -> failures.add(String.valueOf(failure.getMessage())));
        AppendOutcome outcome = append(log, 0);
        for (int i = 1; i < 400 && outcome instanceof Appended; i++) {
            if (i == 20) {
                pause(seams); // Everything so far gets stored.
                assertThat(log.storedEndOffset()).isEqualTo(20);
                fault.accept(disk);
            }
            outcome = append(log, i);
        }
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused ->
                                assertThat(refused.code())
                                        .isEqualTo(ErrorCode.KAFKA_STORAGE_ERROR));
        assertThat(directory.failure()).isPresent();
        assertThat(log.read(0, 100, 1, true)).isInstanceOf(ReadOutcome.Refused.class);
        assertThat(append(log, 999)).isInstanceOf(Refused.class);
        for (long offset = 0; offset < log.storedEndOffset(); offset++) {
            stored.add(offset + "=" + value((int) offset));
        }
        directory.close();
        assertThat(failures).hasSize(1);
    }

    private static void pause(Seams seams) {
        try {
            seams.clock().sleepUntil(seams.clock().deadline(Duration.ofSeconds(1)));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static AppendOutcome append(PartitionLog log, int i) {
        return log.append(Fixture.batch(1000, value(i)), AppendOrigin.CLIENT, 0);
    }

    private static String value(int i) {
        return i + "-".repeat(2000);
    }

    private static void secondLife(SimDisk disk, Seams seams, List<String> stored) {
        LogDirectory directory = open(disk, seams);
        PartitionLog log = Fixture.orders(directory);
        List<String> found = Fixture.read(log, 0);
        assertThat(found.size()).isGreaterThanOrEqualTo(stored.size());
        for (int i = 0; i < stored.size(); i++) {
            assertThat(found.get(i)).isEqualTo(stored.get(i));
        }
        assertThat(append(log, 5)).isInstanceOf(Appended.class);
    }

    /// What it has captured is forgotten, so the next would take it for synced.
    @Test
    void aCheckpointThatFailsTakesTheDirectoryOffline() {
        Simulation simulation = new Simulation(1);
        SimMachine machine = simulation.machine("broker");
        simulation.run(
                () -> {
                    // Given
                    LogDirectory directory = open(machine.disk("data"), machine.boot());
                    Fixture.append(Fixture.orders(directory), "one");
                    machine.disk("data").faults().fail(Operation.NAMES);

                    // When, then
                    assertThatThrownBy(directory::checkpoint).isInstanceOf(StorageFailure.class);
                    assertThat(directory.failure()).isPresent();
                });
    }

    @Test
    void aSyncThatRunsOutOfMemoryTakesTheDirectoryOfflineAndReplacesNoCheckpoint() {
        for (long seed = 0; seed < 20; seed++) {
            Simulation simulation = new Simulation(seed);
            SimMachine machine = simulation.machine("broker");
            simulation.run(
                    () -> {
                        // Given: several logs to sync, so that tasks beside the caller's do it
                        SimDisk disk = machine.disk("data");
                        LogDirectory directory = open(disk, machine.boot());
                        List<PartitionLog> logs = new ArrayList<>();
                        for (int i = 0; i < 4; i++) {
                            TopicPartition name = new TopicPartition("orders", i);
                            logs.add(directory.create(name, new Uuid(9, i), Fixture.DEFAULTS));
                        }
                        logs.forEach(log -> Fixture.append(log, "one"));
                        directory.awaitStored();
                        directory.checkpoint();
                        logs.forEach(log -> Fixture.append(log, "two"));
                        directory.awaitStored();
                        Optional<String> before = WholeFile.readText(disk, CheckpointFile.NAME);

                        // When, then
                        disk.faults().exhaustMemory(Operation.SYNC, "orders-2");
                        assertThatThrownBy(directory::checkpoint)
                                .isInstanceOf(OutOfMemoryError.class);
                        assertThat(directory.failure()).isPresent();
                        assertThat(WholeFile.readText(disk, CheckpointFile.NAME)).isEqualTo(before);
                    });
        }
    }

    /// What follows a change that is in no group of the journal cannot be replayed.
    @Test
    void aChangeThatRunsOutOfMemoryTakesTheDirectoryOffline() {
        Simulation simulation = new Simulation(1);
        SimMachine machine = simulation.machine("broker");
        simulation.run(
                () -> {
                    // Given
                    SimDisk disk = machine.disk("data");
                    LogDirectory directory = open(disk, machine.boot());
                    PartitionLog log = Fixture.orders(directory);
                    Fixture.append(log, "one");

                    // When
                    disk.faults().exhaustMemory(Operation.WRITE, "orders-0");
                    assertThatThrownBy(() -> append(log, 1)).isInstanceOf(OutOfMemoryError.class);

                    // Then
                    assertThat(directory.failure()).isPresent();
                    assertThat(append(log, 2)).isInstanceOf(Refused.class);
                });
    }

    private static LogDirectory open(SimDisk disk, Seams seams) {
        return LogDirectory.open(
                Fixture.DIRECTORY_ID, disk, disk, seams, SMALL, Fixture.DEFAULTS, LogProbe.NONE);
    }

    @Test
    void aFullDiskLosesNothingThatWasStored() {
        failing(
                disk ->
                        disk.faults()
                                .limitCapacity(disk.totalBytes() - disk.usableBytes() + 30_000),
                disk -> disk.faults().limitCapacity(1L << 40));
    }

    @Test
    void aDiskThatCannotBeWrittenLosesNothingThatWasStored() {
        failing(disk -> disk.faults().fail(Operation.WRITE), disk -> disk.faults().heal());
    }

    @Test
    void aDiskThatCannotBeSyncedLosesNothingThatWasStored() {
        failing(disk -> disk.faults().fail(Operation.SYNC), disk -> disk.faults().heal());
    }
}

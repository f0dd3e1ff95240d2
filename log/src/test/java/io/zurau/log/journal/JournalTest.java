package io.zurau.log.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zurau.runtime.Disk;
import io.zurau.runtime.DiskFile;
import io.zurau.runtime.Seams;
import io.zurau.runtime.StorageFailure;
import io.zurau.simulation.DiskFaults;
import io.zurau.simulation.SimDisk;
import io.zurau.simulation.SimMachine;
import io.zurau.simulation.Simulation;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// What is read of a journal after trouble.
class JournalTest {
    private static final long ID = 7;
    private static final long SLOT = Journal.MIN_SLOT_BYTES;
    private static final JournalClient NOBODY = endOffset -> {};
    private static final JournalProbe NO_PROBE =
            new JournalProbe() {
                @Override
                public void wroteGroup(int bytes) {}

                @Override
                public void waitedForRoom() {}
            };

    /// Runs one life of a machine after another; each ends by a power failure.
    @SafeVarargs
    private static void lives(BiConsumer<SimDisk, Seams>... lives) {
        for (long seed = 0; seed < 10; seed++) {
            Simulation simulation = new Simulation(seed);
            simulation.run(
                    () -> {
                        SimMachine machine = simulation.machine("broker");
                        SimDisk disk = machine.disk("data");
                        for (BiConsumer<SimDisk, Seams> life : lives) {
                            Seams seams = machine.boot();
                            seams.tasks()
                                    .start(
                                            "life",
                                            () -> {
                                                life.accept(disk, seams);
                                                machine.failPower();
                                            });
                            machine.awaitCrash();
                        }
                    });
        }
    }

    private static Journal start(Disk disk, Seams seams, long firstSequence, long slotBytes) {
        return start(disk, seams, firstSequence, slotBytes, failure -> {});
    }

    private static Journal start(
            Disk disk,
            Seams seams,
            long firstSequence,
            long slotBytes,
            Consumer<StorageFailure> onFailure) {
        Journal.prepare(disk, slotBytes);
        return new Journal.Builder(
                        disk,
                        seams.tasks(),
                        ID,
                        firstSequence,
                        slotBytes,
                        slotBytes * 4,
                        NO_PROBE,
                        () -> {},
                        onFailure)
                .start();
    }

    /// Each is a group of its own.
    private static void write(Journal journal, int from, int until, int bodyBytes) {
        for (int change = from; change < until; change++) {
            ByteBuffer body = ByteBuffer.allocate(bodyBytes);
            journal.awaitStored(journal.add(NOBODY, (byte) 1, 1, change, body, change));
        }
    }

    private static List<Long> read(Disk disk, long fromSequence) {
        List<Long> changes = new ArrayList<>();
        new JournalReader(disk, ID, fromSequence).forEach(entry -> changes.add(entry.change()));
        return changes;
    }

    private static void damage(Disk disk, String name, long position) {
        try (DiskFile file = disk.open(name)) {
            file.write(ByteBuffer.wrap(new byte[] {99}), position);
            file.sync();
        }
    }

    @Test
    void whatWasWrittenIsReadInOrder() {
        lives(
                (disk, seams) -> write(start(disk, seams, 1, SLOT), 1, 40, 9_000),
                (disk, seams) ->
                        assertThat(read(disk, 1)).hasSize(39).isSorted().startsWith(1L, 2L));
    }

    /// Whoever waits would wait for ever.
    @Test
    void aWriterThatRunsOutOfMemoryFailsTheJournal() {
        // Given
        List<StorageFailure> told = new ArrayList<>();
        Simulation simulation = new Simulation(1);
        SimMachine machine = simulation.machine("broker");
        Simulation.ScenarioBody scenario =
                () -> {
                    SimDisk disk = machine.disk("data");
                    Journal journal = start(disk, machine.boot(), 1, SLOT, told::add);
                    disk.faults().exhaustMemory(DiskFaults.Operation.WRITE, "");
                    write(journal, 1, 2, 10);
                };

        // When, then: it is a bug all the same
        assertThatThrownBy(() -> simulation.run(scenario))
                .hasRootCauseInstanceOf(OutOfMemoryError.class);
        assertThat(told).hasSize(1);
    }

    @Test
    void aFileThatWasNotSyncedWhenItWasMadeIsNotTrusted() {
        lives(
                (disk, seams) -> {
                    // Given: a file is made, but the device does not take it
                    Journal failing = start(disk, seams, 1, SLOT);
                    write(failing, 1, 2, 10);
                    disk.faults().fail(DiskFaults.Operation.SYNC);
                    assertThatThrownBy(failing::prepareNextFile).isInstanceOf(StorageFailure.class);
                    disk.faults().heal();

                    // When: another process uses it
                    Journal journal = start(disk, seams, 2, SLOT);
                    write(journal, 2, 3, 9_000);
                    journal.prepareNextFile();
                    write(journal, 3, 40, 9_000);
                },
                // Then: what was stored in it survives the power failure
                (disk, seams) -> assertThat(read(disk, 2)).hasSize(38).isSorted());
    }

    @Test
    void aDamagedGroupBeforeWholeOnesIsNotTakenForTheEnd() {
        for (long group = 0; group < 3; group++) {
            long position = group * GroupHeader.BLOCK + GroupHeader.BYTES + 5;
            lives(
                    (disk, seams) -> write(start(disk, seams, 1, SLOT), 1, 5, 10),
                    (disk, seams) -> damage(disk, "zurau-journal-00", position),
                    (disk, seams) ->
                            assertThatThrownBy(() -> read(disk, 1))
                                    .isInstanceOf(StorageFailure.class)
                                    .hasMessageContaining("is damaged although group"));
        }
    }

    @Test
    void aDamagedFirstGroupOfTheLastFileIsNotTakenForTheEnd() {
        lives(
                (disk, seams) -> write(start(disk, seams, 1, SLOT), 1, 20, 9_000),
                (disk, seams) -> damage(disk, "zurau-journal-01", GroupHeader.BYTES + 5),
                (disk, seams) ->
                        assertThatThrownBy(() -> read(disk, 1)).isInstanceOf(StorageFailure.class));
    }

    @Test
    void aFileThatWasBeingPreparedIsNoFileOfTheJournal() {
        lives(
                (disk, seams) -> {
                    write(start(disk, seams, 1, SLOT), 1, 2, 10);
                    disk.openForSyncedWrites(JournalSlots.fileName(4), SLOT).close();
                    disk.syncDirectory("");
                },
                (disk, seams) -> write(start(disk, seams, 2, SLOT), 1, 20, 9_000),
                (disk, seams) -> assertThat(read(disk, 2)).hasSize(19));
    }

    @Test
    void anySizeOfItsFilesWillDo() {
        lives(
                (disk, seams) -> {
                    Journal journal = start(disk, seams, 1, 2 * (128 << 10) + 1_000);
                    for (int change = 1; change < 600; change++) {
                        ByteBuffer body = ByteBuffer.allocate(change % 1000);
                        journal.add(NOBODY, (byte) 1, 1, change, body, change);
                    }
                    journal.flush();
                },
                (disk, seams) -> assertThat(read(disk, 1)).hasSize(599));
    }
}

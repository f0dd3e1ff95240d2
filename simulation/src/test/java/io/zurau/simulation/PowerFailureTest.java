package io.zurau.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.zurau.runtime.Disk;
import io.zurau.runtime.DiskFile;
import io.zurau.runtime.StorageFailure;
import io.zurau.simulation.DiskFaults.Operation;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/// What a simulated disk keeps, and what it may forget, when the power fails.
final class PowerFailureTest {
    private static final int SEEDS = 300;
    private static final String BLOCK = "x".repeat(SimDisk.ALIGNMENT * 2);

    /// What a disk looks like after a power failure, over many seeds.
    private static Set<String> outcomes(Consumer<Disk> before, Function<Disk, String> after) {
        Set<String> outcomes = new TreeSet<>();
        for (long seed = 0; seed < SEEDS; seed++) {
            Simulation simulation = new Simulation(seed);
            simulation.run(
                    () -> {
                        SimMachine machine = simulation.machine("one");
                        SimDisk disk = machine.disk("data");
                        machine.boot().tasks().start("before", () -> before.accept(disk)).join();
                        machine.failPower();
                        outcomes.add(after.apply(disk));
                    });
        }
        return outcomes;
    }

    @Test
    void syncedBytesUnderASyncedNameSurvive() {
        // When
        Set<String> outcomes =
                outcomes(
                        disk -> {
                            write(disk, "file", "abc", true);
                            disk.syncDirectory("");
                        },
                        disk -> content(disk, "file"));

        // Then
        assertThat(outcomes).containsExactly("abc");
    }

    @Test
    void unsyncedBytesAreKeptLostOrTorn() {
        // When
        Set<String> outcomes =
                outcomes(
                        disk -> {
                            write(disk, "file", "abc", true);
                            disk.syncDirectory("");
                            write(disk, "file", "XY", false);
                        },
                        disk -> content(disk, "file"));

        // Then
        assertThat(outcomes).containsExactlyInAnyOrder("abc", "XYc", "Xbc");
    }

    @Test
    void aLaterWriteMaySurviveAnEarlierOne() {
        // When
        Set<String> outcomes =
                outcomes(
                        disk -> {
                            try (DiskFile file = disk.open("file")) {
                                disk.syncDirectory("");
                                file.write(text("a"), 0);
                                file.write(text("b"), 1);
                            }
                        },
                        disk -> content(disk, "file"));

        // Then
        assertThat(outcomes).contains("", "a", "ab", "\0b");
    }

    @Test
    void aNameSurvivesOnlyWithItsDirectory() {
        // When
        Set<String> outcomes =
                outcomes(disk -> write(disk, "file", "abc", true), disk -> content(disk, "file"));

        // Then
        assertThat(outcomes).containsExactlyInAnyOrder("nothing", "abc");
    }

    @Test
    void aMovedFileIsUnderOneOfItsTwoNames() {
        // When
        Set<String> outcomes =
                outcomes(
                        disk -> {
                            disk.createDirectories("from");
                            disk.createDirectories("to");
                            disk.syncDirectory("");
                            write(disk, "from/file", "abc", true);
                            disk.syncDirectory("from");
                            disk.move("from/file", "to/moved");
                        },
                        disk -> disk.list("from") + " " + disk.list("to"));

        // Then
        assertThat(outcomes).containsExactlyInAnyOrder("[file] []", "[] [moved]");
    }

    @Test
    void aDeletedFileMayComeBack() {
        // When
        Set<String> outcomes =
                outcomes(
                        disk -> {
                            write(disk, "file", "abc", true);
                            disk.syncDirectory("");
                            disk.delete("file");
                        },
                        disk -> content(disk, "file"));

        // Then
        assertThat(outcomes).containsExactlyInAnyOrder("nothing", "abc");
    }

    @Test
    void aSyncedWriteIsStoredWhenItReturns() {
        // When
        Set<String> outcomes =
                outcomes(
                        disk -> {
                            try (DiskFile file = disk.openForSyncedWrites("journal", 4096)) {
                                disk.syncDirectory("");
                                file.write(block(file), 0);
                            }
                        },
                        disk -> content(disk, "journal").replaceAll("\0+$", ""));

        // Then
        assertThat(outcomes).containsExactly(BLOCK);
    }

    @Test
    void aDiskThatLiesAboutSyncedWritesForgetsThem() {
        // When
        Set<String> outcomes =
                outcomes(
                        disk -> {
                            try (DiskFile file = disk.openForSyncedWrites("journal", 4096)) {
                                disk.syncDirectory("");
                                ((SimDisk) disk).faults().lieAboutSyncedWrites();
                                file.write(block(file), 0);
                            }
                        },
                        disk -> content(disk, "journal").replaceAll("\0+$", ""));

        // Then
        assertThat(outcomes).hasSizeGreaterThan(50).contains("");
    }

    @Test
    void aSyncedWriteIsTornIfThePowerFailsInIt() {
        // Given
        Set<String> outcomes = new TreeSet<>();

        // When
        for (long seed = 0; seed < SEEDS; seed++) {
            Simulation simulation = new Simulation(seed);
            simulation.run(
                    () -> {
                        SimMachine machine = simulation.machine("one");
                        SimDisk disk = machine.disk("data");
                        machine.boot().tasks().start("writer", () -> writeUntilPowerFails(disk));
                        machine.awaitCrash();
                        outcomes.add(content(disk, "journal").replaceAll("\0+$", ""));
                    });
        }

        // Then: nothing, all, the second sector only, and cuts at many bytes
        assertThat(outcomes).hasSizeGreaterThan(50).contains("", BLOCK);
        assertThat(outcomes).anyMatch(text -> text.startsWith("\0"));
    }

    private static void writeUntilPowerFails(SimDisk disk) {
        try (DiskFile file = disk.openForSyncedWrites("journal", 4096)) {
            disk.syncDirectory("");
            disk.faults().failPowerAtChange(1);
            file.write(block(file), 0);
            throw new AssertionError("The task went on without power.");
        }
    }

    @Test
    void thePowerCanFailAtEveryChange() {
        // Given: create a file, write, sync, sync its directory, write, move
        List<String> outcomes = new ArrayList<>();

        // When
        for (int change = 1; change <= 6; change++) {
            int failing = change;
            Simulation simulation = new Simulation(change);
            simulation.run(
                    () -> {
                        SimMachine machine = simulation.machine("one");
                        SimDisk disk = machine.disk("data");
                        disk.faults().failPowerAtChange(failing);
                        machine.boot().tasks().start("writer", () -> sixChanges(disk));
                        machine.awaitCrash();
                        outcomes.add("crashed after " + disk.changes());
                    });
        }

        // Then
        assertThat(outcomes)
                .containsExactly(
                        "crashed after 1",
                        "crashed after 2",
                        "crashed after 3",
                        "crashed after 4",
                        "crashed after 5",
                        "crashed after 6");
    }

    private static void sixChanges(Disk disk) {
        write(disk, "file", "abc", true);
        disk.syncDirectory("");
        write(disk, "file", "def", false);
        disk.move("file", "moved");
        throw new AssertionError("The task went on without power.");
    }

    @Test
    void aKilledProcessLosesNothingThatItWrote() {
        // Given
        Simulation simulation = new Simulation(1);

        // When
        simulation.run(
                () -> {
                    SimMachine machine = simulation.machine("one");
                    SimDisk disk = machine.disk("data");
                    machine.boot()
                            .tasks()
                            .start(
                                    "writer",
                                    () -> {
                                        assertThat(disk.lock("lock")).isPresent();
                                        write(disk, "file", "abc", false);
                                    })
                            .join();
                    assertThat(disk.lock("lock")).isEmpty();
                    machine.kill();

                    // Then
                    assertThat(content(disk, "file")).isEqualTo("abc");
                    assertThat(disk.lock("lock")).isPresent();
                });
    }

    @Test
    void aFullDiskRefusesToGrow() {
        // Given
        Simulation simulation = new Simulation(1);
        simulation.run(
                () -> {
                    SimDisk disk = simulation.machine("one").disk("data");
                    disk.faults().limitCapacity(5);

                    // When
                    write(disk, "file", "abc", false);

                    // Then
                    assertThat(disk.usableBytes()).isEqualTo(2);
                    assertThatExceptionOfType(StorageFailure.class)
                            .isThrownBy(() -> write(disk, "other", "defg", false))
                            .withMessageContaining("no space left on device");
                    write(disk, "file", "xyz", false);
                });
    }

    @Test
    void aBrokenDiskFailsUntilItIsHealed() {
        // Given
        Simulation simulation = new Simulation(1);
        simulation.run(
                () -> {
                    SimDisk disk = simulation.machine("one").disk("data");

                    // When
                    disk.faults().fail(Operation.SYNC);

                    // Then
                    write(disk, "file", "abc", false);
                    assertThatExceptionOfType(StorageFailure.class)
                            .isThrownBy(() -> write(disk, "file", "abc", true))
                            .withMessageContaining("input/output error");
                    disk.faults().heal();
                    write(disk, "file", "abc", true);
                });
    }

    @Test
    void aRottenBitShows() {
        // Given
        Simulation simulation = new Simulation(1);
        simulation.run(
                () -> {
                    SimDisk disk = simulation.machine("one").disk("data");
                    write(disk, "file", "abc", true);

                    // When
                    disk.flipBit("file", 1, 5);

                    // Then
                    assertThat(content(disk, "file")).isEqualTo("aBc");
                });
    }

    private static ByteBuffer block(DiskFile file) {
        return file.alignedBuffer(BLOCK.length()).put(text(BLOCK)).flip();
    }

    private static ByteBuffer text(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void write(Disk disk, String path, String content, boolean synced) {
        try (DiskFile file = disk.open(path)) {
            file.write(text(content), 0);
            if (synced) {
                file.sync();
            }
        }
    }

    private static String content(Disk disk, String path) {
        if (!disk.exists(path)) {
            return "nothing";
        }
        try (DiskFile file = disk.openReadOnly(path)) {
            ByteBuffer buffer = ByteBuffer.allocate((int) file.size());
            int count = file.read(buffer, 0);
            return new String(buffer.array(), 0, count, StandardCharsets.UTF_8);
        }
    }
}

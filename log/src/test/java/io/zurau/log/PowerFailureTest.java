package io.zurau.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.log.AppendOutcome.Appended;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.Uuid;
import io.zurau.runtime.Seams;
import io.zurau.runtime.Tasks;
import io.zurau.runtime.settings.ByteSize;
import io.zurau.simulation.SimDisk;
import io.zurau.simulation.SimMachine;
import io.zurau.simulation.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;

/// The promise itself: whatever the power failure takes, no record that was stored is missing,
/// doubled or elsewhere, and nothing torn is to be seen.
class PowerFailureTest {
    private static final int SEEDS = 60;
    private static final int ROUNDS = 3;
    private static final int WRITERS = 3;
    private static final LogDirectoryConfig SMALL =
            new LogDirectoryConfig(
                    ByteSize.ofKiB(512), Duration.ofSeconds(10), Duration.ofDays(1), 5);

    @Test
    void noStoredRecordIsLostDoubledOrMoved() {
        long from = Long.getLong("zurau.seed", 0);
        for (long seed = from; seed < from + Integer.getInteger("zurau.seeds", SEEDS); seed++) {
            try {
                new World(seed).run();
            } catch (RuntimeException | Error e) {
                throw new AssertionError("Seed " + seed + ": " + e.getMessage(), e);
            }
        }
    }

    /// Else the node would think that it has not lost anything.
    @Test
    void aLogInMemoryIsKnownAsSuchAfterwardsWhateverIsTheDefaultByThen() {
        for (long seed = 0; seed < 20; seed++) {
            Simulation simulation = new Simulation(seed);
            SimMachine machine = simulation.machine("broker");
            simulation.run(
                    () -> {
                        // Given
                        Seams first = machine.boot();
                        first.tasks().start("one append", () -> appendInMemory(machine, first));
                        machine.awaitCrash();
                        Seams second = machine.boot();

                        // When
                        LogDirectory directory =
                                Fixture.open(machine.disk("data"), second, Fixture.DEFAULTS);

                        // Then
                        assertThat(directory.wasStoppedCleanly()).isFalse();
                        assertThat(directory.find(Fixture.ORDERS))
                                .as("Seed %d", simulation.seed())
                                .hasValueSatisfying(log -> assertThat(log.isDurable()).isFalse());
                    });
        }
    }

    private static void appendInMemory(SimMachine machine, Seams seams) {
        LogDirectory directory = Fixture.open(machine.disk("data"), seams, Fixture.DEFAULTS);
        Fixture.append(Fixture.orders(directory, "durability", "memory"), "one");
        machine.failPower();
    }

    /// One run: some rounds of writing, each ended by a power failure or a clean stop.
    private static final class World {
        private final Simulation simulation;
        private final SimMachine machine;
        private final SimDisk disk;
        private final Random dice;
        private final Map<TopicPartition, Expected> expected = new TreeMap<>();
        private ReentrantLock storedLock = new ReentrantLock(); // New after each crash:
        private Condition stored = storedLock.newCondition(); // the dead still stand in its queue.
        private ReentrantLock creating = new ReentrantLock();
        private int written;

        World(long seed) {
            simulation = new Simulation(seed);
            machine = simulation.machine("broker");
            disk = machine.disk("data");
            dice = simulation.random("world");
            for (int i = 0; i < 3; i++) {
                expected.put(new TopicPartition("topic", i), new Expected());
            }
        }

        void run() {
            simulation.run(
                    () -> {
                        for (int round = 0; round < ROUNDS; round++) {
                            Seams seams = machine.boot();
                            if (dice.nextInt(4) > 0) {
                                disk.faults().failPowerAtChange(1 + dice.nextInt(800));
                            }
                            seams.tasks().start("round", () -> round(seams));
                            machine.awaitCrash();
                        }
                        Seams seams = machine.boot();
                        seams.tasks().start("last look", () -> lastLook(seams));
                        machine.awaitCrash();
                    });
        }

        private void lastLook(Seams seams) {
            LogDirectory directory = open(seams);
            check(directory);
            directory.close();
            check(open(seams));
            machine.failPower();
        }

        private LogDirectory open(Seams seams) {
            return LogDirectory.open(
                    Fixture.DIRECTORY_ID,
                    disk,
                    disk,
                    seams,
                    SMALL,
                    Fixture.DEFAULTS,
                    LogProbe.NONE);
        }

        private void round(Seams seams) {
            LogDirectory directory = open(seams);
            check(directory);
            creating = new ReentrantLock();
            storedLock = new ReentrantLock();
            stored = storedLock.newCondition();
            List<Tasks.Task> writers = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                writers.add(seams.tasks().start("writer " + i, () -> write(directory)));
            }
            writers.forEach(Joining::join);
            if (dice.nextBoolean()) {
                directory.close();
            }
            machine.failPower();
        }

        private void write(LogDirectory directory) {
            for (int i = 0; i < 15; i++) {
                TopicPartition partition = new TopicPartition("topic", dice.nextInt(3));
                PartitionLog log =
                        directory.find(partition).orElseGet(() -> create(directory, partition));
                Expected records = expected.computeIfAbsent(partition, p -> new Expected());
                switch (dice.nextInt(12)) {
                    case 0 -> log.deleteBefore(records.deleting(log, dice));
                    case 1 -> directory.checkpoint();
                    case 2 -> log.beginEpoch(log.latestEpoch().orElse(0) + 1);
                    default -> append(log, records);
                }
            }
        }

        private PartitionLog create(LogDirectory directory, TopicPartition partition) {
            creating.lock();
            try {
                return directory.find(partition).orElseGet(() -> createFirst(directory, partition));
            } finally {
                creating.unlock();
            }
        }

        private PartitionLog createFirst(LogDirectory directory, TopicPartition partition) {
            return directory.create(
                    partition,
                    new Uuid(7, partition.partition()),
                    Fixture.config("segment.bytes", "2000000"));
        }

        private void append(PartitionLog log, Expected records) {
            boolean small = log.partition().partition() == 0;
            log.configure(Fixture.config("segment.bytes", small ? "900" : "100000"));
            int size = !small && dice.nextInt(15) == 0 ? 80_000 : dice.nextInt(300);
            String value = written++ + "x".repeat(size);
            records.attempted.put(value, true);
            Appended appended =
                    Fixture.appended(
                            log.append(Fixture.batch(1000, value), AppendOrigin.CLIENT, 0));
            if (dice.nextInt(3) > 0) {
                awaitStored(log, appended.lastOffset());
                records.stored.put(appended.baseOffset(), value);
            }
        }

        private void awaitStored(PartitionLog log, long offset) {
            log.onStored(told -> signalAll());
            storedLock.lock();
            try {
                while (log.storedEndOffset() <= offset) {
                    stored.awaitUninterruptibly();
                }
            } finally {
                storedLock.unlock();
            }
        }

        private void signalAll() {
            storedLock.lock();
            try {
                stored.signalAll();
            } finally {
                storedLock.unlock();
            }
        }

        private void check(LogDirectory directory) {
            for (Map.Entry<TopicPartition, Expected> entry : expected.entrySet()) {
                directory
                        .find(entry.getKey())
                        .ifPresentOrElse(
                                log -> entry.getValue().check(log),
                                () -> assertThat(entry.getValue().stored).isEmpty());
            }
        }
    }

    /// What a log must and may hold.
    private static final class Expected {
        final TreeMap<Long, String> stored = new TreeMap<>(); // By offset.
        final TreeMap<String, Boolean> attempted = new TreeMap<>();
        long mayBeDeletedBelow;

        /// Chooses an offset to delete below.
        long deleting(PartitionLog log, Random dice) {
            long span = Math.max(1, log.storedEndOffset() - log.logStartOffset());
            long offset = log.logStartOffset() + dice.nextLong(span);
            mayBeDeletedBelow = Math.max(mayBeDeletedBelow, offset);
            return offset;
        }

        void check(PartitionLog log) {
            TreeMap<Long, String> found = new TreeMap<>();
            for (String line : Fixture.read(log, log.logStartOffset())) {
                int equals = line.indexOf('=');
                found.put(Long.parseLong(line.substring(0, equals)), line.substring(equals + 1));
            }
            assertThat(log.logStartOffset()).isLessThanOrEqualTo(mayBeDeletedBelow);
            assertThat(found.values()).doesNotHaveDuplicates();
            assertThat(attempted.keySet()).containsAll(found.values());
            stored.tailMap(log.logStartOffset())
                    .forEach((offset, value) -> assertThat(found).containsEntry(offset, value));
            stored.clear();
            stored.putAll(found);
        }
    }
}

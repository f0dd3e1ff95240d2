package io.zurau.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.log.AppendOutcome.Appended;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.Uuid;
import io.zurau.runtime.Seams;
import io.zurau.runtime.StorageFailure;
import io.zurau.runtime.Tasks;
import io.zurau.runtime.settings.ByteSize;
import io.zurau.simulation.SimDisk;
import io.zurau.simulation.SimMachine;
import io.zurau.simulation.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Logs are made, read and deleted while checkpoints are made and the power fails: what is stored
/// stays, what is deleted harms nobody, and the directory can be opened again.
class ComingAndGoingTest {
    private static final int SEEDS = 150;
    private static final LogDirectoryConfig SMALL =
            new LogDirectoryConfig(
                    ByteSize.ofKiB(512), Duration.ofSeconds(10), Duration.ofDays(1), 5);

    @Test
    void logsComeAndGoWhileOthersAreUsed() {
        long from = Long.getLong("zurau.seed", 0);
        for (long seed = from; seed < from + Integer.getInteger("zurau.seeds", SEEDS); seed++) {
            try {
                new World(seed).run();
            } catch (RuntimeException | Error e) {
                throw new AssertionError("Seed " + seed + ": " + e.getMessage(), e);
            }
        }
    }

    private static final class World {
        private final Simulation simulation;
        private final SimMachine machine;
        private final SimDisk disk;
        private final Random dice;
        private final TreeMap<TopicPartition, Integer> stored = new TreeMap<>(); // How many.
        private int nextTopic;

        World(long seed) {
            simulation = new Simulation(seed);
            machine = simulation.machine("broker");
            disk = machine.disk("data");
            dice = simulation.random("world");
        }

        void run() {
            simulation.run(
                    () -> {
                        for (int life = 0; life < 4; life++) {
                            Seams seams = machine.boot();
                            if (dice.nextBoolean()) {
                                disk.faults().failPowerAtChange(1 + dice.nextInt(400));
                            }
                            seams.tasks().start("life", () -> live(seams));
                            machine.awaitCrash();
                        }
                    });
        }

        private void live(Seams seams) {
            LogDirectory directory =
                    LogDirectory.open(
                            Fixture.DIRECTORY_ID,
                            disk,
                            disk,
                            seams,
                            SMALL,
                            Fixture.DEFAULTS,
                            LogProbe.NONE);
            stored.forEach(
                    (partition, count) ->
                            assertThat(
                                            directory
                                                    .find(partition)
                                                    .map(PartitionLog::logEndOffset)
                                                    .orElse(0L))
                                    .as(partition.toString())
                                    .isGreaterThanOrEqualTo(count));
            stored.keySet()
                    .forEach(
                            partition ->
                                    assertThat(
                                                    directory
                                                            .find(partition)
                                                            .map(PartitionLog::sizeInBytes)
                                                            .orElse(0L))
                                            .isPositive());
            List<Tasks.Task> tasks = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                tasks.add(seams.tasks().start("maker " + i, () -> comeAndGo(directory)));
            }
            tasks.add(seams.tasks().start("checkpoints", () -> checkpoints(directory)));
            tasks.forEach(Joining::join);
            assertThat(directory.failure()).isEmpty();
            machine.failPower();
        }

        private void checkpoints(LogDirectory directory) {
            for (int i = 0; i < 15; i++) {
                directory.checkpoint();
            }
        }

        private void comeAndGo(LogDirectory directory) {
            for (int i = 0; i < 6; i++) {
                int number = nextTopic++;
                TopicPartition partition = new TopicPartition("t" + number, 0);
                Uuid topicId = new Uuid(1, number + 1);
                PartitionLog log = filled(directory, partition, topicId);
                if (dice.nextBoolean()) {
                    stored.remove(partition);
                    Tasks.Task reader =
                            machine.seams().tasks().start("reader of " + partition, () -> use(log));
                    directory.delete(partition);
                    Joining.join(reader);
                    if (dice.nextBoolean()) {
                        var _ = filled(directory, partition, topicId); // A replica comes back.
                    }
                }
            }
        }

        private PartitionLog filled(
                LogDirectory directory, TopicPartition partition, Uuid topicId) {
            LogConfig durable = Fixture.config("segment.bytes", "500");
            boolean copied = dice.nextInt(3) == 0; // As a copy that takes the place of another.
            PartitionLog log = directory.create(partition, topicId, durable.withDurable(!copied));
            append(log);
            log.configure(durable);
            awaitStored(directory, log);
            stored.put(partition, 1);
            for (int n = 2; n < 6; n++) {
                append(log);
                awaitStored(directory, log);
                stored.put(partition, n);
            }
            return log;
        }

        private void append(PartitionLog log) {
            assertThat(log.append(Fixture.batch(1000, "x".repeat(200)), AppendOrigin.CLIENT, 0))
                    .isInstanceOf(Appended.class);
        }

        private void awaitStored(LogDirectory directory, PartitionLog log) {
            while (log.storedEndOffset() < log.logEndOffset()) {
                assertThat(directory.failure()).isEmpty();
                pause();
            }
        }

        private void pause() {
            try {
                Seams seams = machine.seams();
                seams.clock().sleepUntil(seams.clock().deadline(Duration.ofMillis(1)));
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        /// Whoever is still at it when a log is deleted is refused.
        private void use(PartitionLog log) {
            try {
                for (int i = 0; i < 5; i++) {
                    if (log.read(i, 100, Long.MAX_VALUE, true) instanceof LogSlice slice) {
                        slice.toBuffer();
                        slice.close();
                    }
                    log.abortedTransactions(0, 5);
                    log.offsetForTimestamp(1000);
                }
            } catch (StorageFailure refused) {
                assertThat(refused).hasMessageContaining("is deleted");
            }
        }
    }
}

package io.zurau.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.runtime.Seams;
import io.zurau.runtime.settings.ByteSize;
import io.zurau.simulation.SimDisk;
import io.zurau.simulation.SimMachine;
import io.zurau.simulation.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// A log is cut, reset and made durable in another way while checkpoints are made and the process
/// is killed: then it is as it was before what was under way, or after it.
class ChangingLogTest {
    private static final int SEEDS = 150;
    private static final LogDirectoryConfig SMALL =
            new LogDirectoryConfig(
                    ByteSize.ofKiB(512), Duration.ofSeconds(10), Duration.ofDays(1), 5);

    @Test
    void aLogThatChangesWhileCheckpointsAreMadeSurvives() {
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
        private List<String> before = List.of(); // What was under way.
        private List<String> after = List.of();
        private int written;

        World(long seed) {
            simulation = new Simulation(seed);
            machine = simulation.machine("broker");
            disk = machine.disk("data");
            dice = simulation.random("world");
        }

        void run() {
            SimMachine hand = simulation.machine("hand");
            simulation.run(
                    () -> {
                        for (int life = 0; life < 6; life++) {
                            Seams seams = machine.boot();
                            seams.tasks().start("life", () -> live(seams));
                            Seams killers = hand.isUp() ? hand.seams() : hand.boot();
                            killers.clock()
                                    .sleepUntil(
                                            killers.clock()
                                                    .deadline(
                                                            Duration.ofNanos(
                                                                    dice.nextInt(30_000_000))));
                            machine.kill();
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
            PartitionLog log = Fixture.orders(directory);
            List<String> found = read(log);
            if (!found.equals(after)) {
                // A truncation of a log in memory may have come half way.
                assertThat(before).startsWith(found.toArray(String[]::new));
                assertThat(found)
                        .hasSizeGreaterThanOrEqualTo(Math.min(before.size(), after.size()));
            }
            before = found;
            after = found;
            seams.tasks().start("checkpoints", () -> checkpoints(directory, seams));
            while (true) {
                change(log, seams);
                assertThat(read(log)).isEqualTo(after);
                before = after;
            }
        }

        private static List<String> read(PartitionLog log) {
            return Fixture.read(log, log.logStartOffset()).stream()
                    .map(line -> line.replace("x", ""))
                    .toList();
        }

        private static void checkpoints(LogDirectory directory, Seams seams) {
            while (true) {
                directory.checkpoint();
                pause(seams);
            }
        }

        private void change(PartitionLog log, Seams seams) {
            switch (dice.nextInt(6)) {
                case 0 -> truncate(log);
                case 1 -> reset(log);
                case 2 -> log.configure(config(!log.config().durable()));
                default -> append(log, seams);
            }
        }

        private static LogConfig config(boolean durable) {
            return Fixture.config(
                    "segment.bytes", "600", "durability", durable ? "disk" : "memory");
        }

        private void truncate(PartitionLog log) {
            long start = log.logStartOffset();
            long end = start + dice.nextLong(log.logEndOffset() - start + 1);
            after = before.stream().filter(line -> offsetOf(line) < end).toList();
            log.truncateTo(end);
        }

        private void reset(PartitionLog log) {
            after = List.of();
            log.truncateFullyAndStartAt(log.logEndOffset() + dice.nextInt(3));
        }

        private static long offsetOf(String line) {
            return Long.parseLong(line.substring(0, line.indexOf('=')));
        }

        private void append(PartitionLog log, Seams seams) {
            int number = written++;
            List<String> longer = new ArrayList<>(before);
            longer.add(log.logEndOffset() + "=" + number);
            after = longer;
            Fixture.append(log, number + "x".repeat(dice.nextInt(300)));
            while (log.storedEndOffset() < log.logEndOffset()) {
                pause(seams);
            }
        }

        private static void pause(Seams seams) {
            try {
                seams.clock().sleepUntil(seams.clock().deadline(Duration.ofNanos(200_000)));
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}

package io.zurau.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.protocol.compression.Compression;
import io.zurau.runtime.Seams;
import io.zurau.runtime.settings.ByteSize;
import io.zurau.simulation.SimDisk;
import io.zurau.simulation.SimMachine;
import io.zurau.simulation.Simulation;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// A log is written, compacted, cut and opened again, and the power fails at any write, sync or
/// change of names: whenever it is read from the beginning, it stands for the same table as if it
/// had never been compacted.
class CompactionPowerFailureTest {
    private static final int SEEDS = 150;
    private static final int ROUNDS = 4;
    private static final int STEPS = 60;
    private static final int KEYS = 6;
    private static final LogDirectoryConfig SMALL =
            new LogDirectoryConfig(
                    ByteSize.ofKiB(512), Duration.ofMinutes(5), Duration.ofDays(1), 5);

    @Test
    void theTableIsTheSameWhateverThePowerDoes() {
        long from = Long.getLong("zurau.seed", 0);
        for (long seed = from; seed < from + Integer.getInteger("zurau.seeds", SEEDS); seed++) {
            try {
                new World(seed).run();
            } catch (RuntimeException | Error e) {
                throw new AssertionError("Seed " + seed + ": " + e.getMessage(), e);
            }
        }
    }

    /// Something that was appended. A marker has no record.
    private record Entry(
            long offset, long producer, boolean isMarker, boolean commits, String record) {}

    private static final class World {
        private final Simulation simulation;
        private final SimMachine machine;
        private final SimDisk disk;
        private final Random dice;
        private final boolean durable;
        private final List<Entry> written = new ArrayList<>();
        private long storedEnd; // Exclusive. Nothing below may be missing.
        private final StringBuilder story = new StringBuilder();
        private int values;

        World(long seed) {
            simulation = new Simulation(seed);
            machine = simulation.machine("broker");
            disk = machine.disk("data");
            dice = simulation.random("world");
            durable = seed % 4 != 0;
        }

        void run() {
            simulation.run(
                    () -> {
                        for (int round = 0; round < ROUNDS; round++) {
                            Seams seams = machine.boot();
                            if (dice.nextInt(5) > 0) {
                                disk.faults().failPowerAtChange(1 + dice.nextInt(400));
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
                    Fixture.DIRECTORY_ID, disk, disk, seams, SMALL, config(), LogProbe.NONE);
        }

        private LogConfig config() {
            return Fixture.config(
                    "cleanup.policy",
                    "compact",
                    "segment.bytes",
                    "700",
                    "index.interval.bytes",
                    "100",
                    "min.cleanable.dirty.ratio",
                    "0",
                    "delete.retention.ms",
                    "3600000",
                    "durability",
                    durable ? "disk" : "memory");
        }

        private void round(Seams seams) {
            LogDirectory directory = open(seams);
            check(directory);
            PartitionLog log =
                    directory
                            .find(Fixture.ORDERS)
                            .orElseGet(
                                    () ->
                                            directory.create(
                                                    Fixture.ORDERS, Fixture.ORDERS_ID, config()));
            log.configure(config());
            try {
                for (int i = 0; i < STEPS; i++) {
                    step(directory, log, seams);
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            if (dice.nextBoolean()) {
                directory.close();
                storedEnd = durable ? log.logEndOffset() : 0;
            }
            machine.failPower();
        }

        private void step(LogDirectory directory, PartitionLog log, Seams seams)
                throws InterruptedException {
            switch (dice.nextInt(14)) {
                case 0, 1 -> {
                    directory.compact();
                    tell("compacted", log);
                }
                case 2 -> {
                    directory.checkpoint();
                    tell("checkpoint", log);
                }
                case 3 -> endTransactions(log, seams);
                case 4 -> sleep(seams, dice.nextLong(5_000));
                case 5 -> sleep(seams, dice.nextLong(4_000_000));
                case 6 -> {
                    if (!durable) {
                        return; // Of a log in memory, what was cut may come back.
                    }
                    log.truncateTo(Math.max(log.highWatermark(), log.logEndOffset() - 3));
                    forgetFrom(log.logEndOffset());
                }
                default -> append(log, seams);
            }
            if (dice.nextInt(3) > 0) {
                directory.awaitStored();
                long end = log.logEndOffset();
                storedEnd = durable ? end : 0;
                log.highWatermark(end);
            }
        }

        private void tell(String what, PartitionLog log) {
            story.append(what)
                    .append(" to ")
                    .append(log.logEndOffset())
                    .append(", stable to ")
                    .append(log.lastStableOffset(log.highWatermark()))
                    .append(", sealed to ")
                    .append(log.persistence().sealedBelow())
                    .append(", cleaned to ")
                    .append(log.home().cleanedOffsets().of(log.partition()))
                    .append(": ")
                    .append(disk.list("orders-0").stream().filter(n -> n.endsWith(".log")).toList())
                    .append(Keyed.records(log).stream().map(r -> r.split(" ")[0]).toList())
                    .append('\n');
        }

        private static void sleep(Seams seams, long ms) throws InterruptedException {
            seams.clock().sleepUntil(seams.clock().nanos() + ms * 1_000_000);
        }

        private void append(PartitionLog log, Seams seams) {
            List<String> records = new ArrayList<>();
            for (int i = 0; i <= dice.nextInt(4); i++) {
                String key = "k" + dice.nextInt(KEYS);
                boolean deletes = dice.nextInt(4) == 0;
                String value = deletes ? "" : values++ + "x".repeat(dice.nextInt(80));
                records.add(key + "=" + value);
            }
            long producer = dice.nextLong(3) - 1;
            Compression codec = dice.nextBoolean() ? Compression.NONE : Compression.ZSTD;
            ByteBuffer batch =
                    Keyed.build(
                            Keyed.of(codec, producer, sequence(log, producer), producer == 1),
                            seams.clock().wallMs(),
                            records.toArray(String[]::new));
            long offset = log.logEndOffset();
            for (String record : records) {
                long inside = producer == 1 ? producer : -1;
                written.add(new Entry(offset++, inside, false, false, record));
            }
            Fixture.appended(log.append(batch, AppendOrigin.COORDINATOR, 0));
        }

        private static int sequence(PartitionLog log, long producer) {
            return producer < 0
                    ? -1
                    : log.activeProducers().stream()
                            .filter(known -> known.producerId() == producer)
                            .mapToInt(known -> known.lastSequence() + 1)
                            .findAny()
                            .orElse(0);
        }

        private void endTransactions(PartitionLog log, Seams seams) {
            for (ActiveProducer producer : log.activeProducers()) {
                if (producer.currentTransactionStartOffset() >= 0) {
                    boolean commits = dice.nextBoolean();
                    long id = producer.producerId();
                    written.add(new Entry(log.logEndOffset(), id, true, commits, ""));
                    Fixture.appended(
                            log.append(
                                    Keyed.marker(id, commits, seams.clock().wallMs()),
                                    AppendOrigin.COORDINATOR,
                                    0));
                }
            }
        }

        private void forgetFrom(long offset) {
            written.removeIf(entry -> entry.offset >= offset);
        }

        private void check(LogDirectory directory) {
            PartitionLog log = directory.find(Fixture.ORDERS).orElse(null);
            if (log == null) {
                assertThat(storedEnd).isZero();
                written.clear();
                return;
            }
            assertThat(log.logEndOffset()).isGreaterThanOrEqualTo(storedEnd);
            forgetFrom(log.logEndOffset());
            tell("found", log);
            endTransactions(log, machine.seams());
            directory.awaitStored();
            log.highWatermark(log.logEndOffset());
            storedEnd = durable ? log.logEndOffset() : 0;
            assertThat(Keyed.table(log))
                    .as("%s%n%s%n%s", Keyed.records(log), written, story)
                    .isEqualTo(table());
            assertThat(disk.list("orders-0"))
                    .noneMatch(name -> name.endsWith(".cleaned") || name.contains("zurau-comp"));
        }

        /// What everything that was written and is left stands for.
        private Map<String, String> table() {
            TreeSet<Long> aborted = new TreeSet<>(); // Offsets.
            List<Long> open = new ArrayList<>();
            for (Entry entry : written) {
                if (entry.isMarker && !entry.commits) {
                    aborted.addAll(open);
                }
                if (entry.isMarker) {
                    open.clear();
                } else if (entry.producer >= 0) {
                    open.add(entry.offset);
                }
            }
            Map<String, String> table = new TreeMap<>();
            for (Entry entry : written) {
                if (!entry.isMarker && !aborted.contains(entry.offset)) {
                    int equals = entry.record.indexOf('=');
                    String key = entry.record.substring(0, equals);
                    String value = entry.record.substring(equals + 1);
                    if (value.isEmpty()) {
                        table.remove(key);
                    } else {
                        table.put(key, value);
                    }
                }
            }
            return table;
        }
    }
}

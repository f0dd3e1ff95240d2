package io.zurau.log;

import static io.zurau.log.Fixture.appended;
import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.protocol.compression.Compression;
import io.zurau.protocol.record.RecordBatch;
import io.zurau.simulation.DiskFaults;
import io.zurau.simulation.SimDisk;
import io.zurau.simulation.SimMachine;
import io.zurau.simulation.Simulation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What compaction takes, what it leaves, and when.
class CompactionTest {
    private static final String[] SMALL_SEGMENTS = {
        "cleanup.policy", "compact", "segment.bytes", "250", "min.cleanable.dirty.ratio", "0"
    };
    private static final long DAY_MS = 86_400_000;

    private final Simulation simulation = new Simulation(1);
    private final SimMachine machine = simulation.machine("broker");
    private final SimDisk disk = machine.disk("data");
    private @Nullable LogDirectory opened;
    private @Nullable PartitionLog found;

    private LogDirectory directory() {
        LogDirectory now = opened;
        if (now == null) {
            now =
                    Fixture.open(
                            disk,
                            machine.isUp() ? machine.seams() : machine.boot(),
                            Fixture.config(SMALL_SEGMENTS));
            opened = now;
        }
        return now;
    }

    private PartitionLog log() {
        PartitionLog now = found;
        if (now == null) {
            now = Fixture.orders(directory(), SMALL_SEGMENTS);
            found = now;
        }
        return now;
    }

    private void reopen() {
        directory().close();
        opened = null;
        found = null;
    }

    private void configure(String... more) {
        List<String> all = new ArrayList<>(List.of(SMALL_SEGMENTS));
        all.addAll(List.of(more));
        log().configure(Fixture.config(all.toArray(String[]::new)));
    }

    private long now() {
        return machine.seams().clock().wallMs();
    }

    private void append(String... records) {
        appended(log().append(Keyed.batch(now(), records), AppendOrigin.COORDINATOR, 0));
        log().highWatermark(log().logEndOffset());
    }

    /// Enough that whatever came before lies in sealed segments.
    private void seal() {
        append("seal=" + "x".repeat(150));
        append("seal=" + "y".repeat(150));
    }

    private void compact() {
        try {
            directory().compact();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private void sleep(long ms) {
        try {
            machine.seams().clock().sleepUntil(machine.seams().clock().nanos() + ms * 1_000_000);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void theNewestRecordOfEachKeyStaysAtItsOffset() {
        simulation.run(
                () -> {
                    append("a=1", "b=1");
                    append("a=2");
                    append("c=1", "a=3");
                    seal();

                    compact();

                    assertThat(Keyed.records(log()).subList(0, 3))
                            .containsExactly("1 b=1", "3 c=1", "4 a=3");
                    assertThat(log().logStartOffset()).isZero();
                    assertThat(log().logEndOffset()).isEqualTo(7);
                    reopen();
                    assertThat(Keyed.records(log())).hasSize(5).startsWith("1 b=1", "3 c=1");
                });
    }

    @Test
    void nothingAtOrAboveTheHighWatermarkIsTouched() {
        simulation.run(
                () -> {
                    append("a=1");
                    seal();
                    append("a=2");
                    seal();
                    log().highWatermark(1);

                    compact();

                    assertThat(Keyed.records(log())).contains("0 a=1", "3 a=2");
                });
    }

    @Test
    void aTombstoneGoesWhenItsHorizonHasPassed() {
        simulation.run(
                () -> {
                    append("a=1");
                    append("a=");
                    seal();
                    compact();
                    assertThat(Keyed.records(log())).contains("1 a=").doesNotContain("0 a=1");

                    sleep(DAY_MS / 2);
                    seal();
                    compact();
                    assertThat(Keyed.records(log())).contains("1 a=");

                    sleep(DAY_MS / 2 + 1000);
                    seal();
                    compact();
                    assertThat(Keyed.records(log())).doesNotContain("1 a=");
                });
    }

    @Test
    void recordsWithoutKeyGo() {
        simulation.run(
                () -> {
                    append("a=1", "nameless");
                    seal();

                    compact();

                    assertThat(Keyed.records(log()))
                            .contains("0 a=1")
                            .doesNotContain("1 null=nameless");
                });
    }

    @Test
    void theMinimumLagIsKept() {
        simulation.run(
                () -> {
                    configure("min.compaction.lag.ms", "60000");
                    append("a=1");
                    append("a=2");
                    seal();

                    compact();
                    assertThat(Keyed.records(log())).contains("0 a=1");

                    sleep(61_000);
                    compact();
                    assertThat(Keyed.records(log())).doesNotContain("0 a=1");
                });
    }

    @Test
    void aLogThatIsMostlyCleanWaitsForTheMaximumLag() {
        simulation.run(
                () -> {
                    configure("min.cleanable.dirty.ratio", "0.9", "max.compaction.lag.ms", "60000");
                    append("a=1");
                    append("a=2");
                    seal();
                    compact();
                    assertThat(Keyed.records(log())).doesNotContain("0 a=1");
                    append("a=3");
                    seal();
                    compact();
                    assertThat(Keyed.records(log())).contains("1 a=2");

                    sleep(61_000);
                    compact();

                    assertThat(Keyed.records(log())).doesNotContain("1 a=2");
                });
    }

    @Test
    void compactionGoesOnByItself() {
        simulation.run(
                () -> {
                    append("a=1");
                    append("a=2");
                    seal();

                    sleep(60_000);

                    assertThat(Keyed.records(log())).doesNotContain("0 a=1");
                });
    }

    @Test
    void aReaderInTheMiddleOfASegmentIsNotDisturbed() {
        simulation.run(
                () -> {
                    append("a=1");
                    append("a=2");
                    seal();
                    LogSlice before = (LogSlice) log().read(0, 1000, 10, true);
                    int size = before.sizeInBytes();
                    byte[] bytes = before.toBuffer().array();

                    compact();

                    assertThat(before.toBuffer().array()).hasSize(size).isEqualTo(bytes);
                    before.close();
                });
    }

    @Test
    void abortedRecordsGoAndTheirMarkerLater() {
        simulation.run(
                () -> {
                    transaction(5, 0, false, "a=1", "b=1");
                    transaction(5, 2, true, "a=2");
                    append("z=1");
                    seal();
                    compact();
                    assertThat(Keyed.records(log())).startsWith("2 marker", "3 a=2", "4 marker");
                    assertThat(Keyed.table(log())).containsEntry("a", "2").doesNotContainKey("b");

                    seal();
                    compact();
                    sleep(DAY_MS + 1000);
                    seal();
                    compact();

                    assertThat(Keyed.records(log())).startsWith("3 a=2", "4 marker");
                    assertThat(log().abortedTransactions(0, 100)).isEmpty();
                });
    }

    private void transaction(long producer, int sequence, boolean commits, String... records) {
        appended(
                log().append(
                                Keyed.build(
                                        Keyed.of(Compression.LZ4, producer, sequence, true),
                                        now(),
                                        records),
                                AppendOrigin.CLIENT,
                                0));
        appended(log().append(Keyed.marker(producer, commits, now()), AppendOrigin.COORDINATOR, 0));
    }

    @Test
    void theLastBatchOfAProducerStaysWithoutRecords() {
        simulation.run(
                () -> {
                    appended(
                            log().append(
                                            Keyed.build(
                                                    Keyed.of(Compression.NONE, 5, 7, false),
                                                    now(),
                                                    "a=1"),
                                            AppendOrigin.CLIENT,
                                            0));
                    append("a=2");
                    seal();

                    compact();

                    RecordBatch first = Keyed.batches(log(), 0, new HashSet<>()).getFirst();
                    assertThat(first.recordCount()).isZero();
                    assertThat(first.lastSequence()).isEqualTo(7);
                    assertThat(first.lastOffset()).isZero();
                });
    }

    @Test
    void smallSegmentsBecomeOne() {
        simulation.run(
                () -> {
                    for (int i = 0; i < 20; i++) {
                        append("a=" + i, "b=" + i + "x".repeat(80));
                    }
                    seal();
                    int before = segments();
                    configure("segment.bytes", "100000");

                    compact();

                    assertThat(segments()).isLessThan(before / 4);
                    assertThat(Keyed.table(log())).containsEntry("a", "19");
                });
    }

    private int segments() {
        return (int) disk.list("orders-0").stream().filter(name -> name.endsWith(".log")).count();
    }

    @Test
    void withDeletionOldSegmentsGoAlsoWhereCompactionLeftNothing() {
        simulation.run(
                () -> {
                    append("a=1" + "x".repeat(150));
                    append("a=2" + "x".repeat(150));
                    append("a=3" + "x".repeat(150));
                    seal();
                    compact();
                    configure("cleanup.policy", "compact,delete", "retention.ms", "60000");
                    sleep(61_000);

                    directory().applyRetention();

                    assertThat(log().logStartOffset()).isEqualTo(log().logEndOffset());
                });
    }

    @Test
    void moreKeysThanMemoryTakeMoreRounds() {
        simulation.run(
                () -> {
                    opened =
                            LogDirectory.open(
                                    Fixture.DIRECTORY_ID,
                                    disk,
                                    disk,
                                    machine.boot(),
                                    new LogDirectoryConfig(
                                            Fixture.DIRECTORY.journalSize(),
                                            Fixture.DIRECTORY.retentionCheckInterval(),
                                            Fixture.DIRECTORY.producerExpiration(),
                                            new io.zurau.runtime.settings.ByteSize(240),
                                            1e6,
                                            Fixture.DIRECTORY.compactionBackoff(),
                                            20),
                                    Fixture.DEFAULTS,
                                    LogProbe.NONE);
                    Map<String, String> expected = new java.util.TreeMap<>();
                    for (int i = 0; i < 60; i++) {
                        append("k" + i % 30 + "=" + i);
                        expected.put("k" + i % 30, "" + i);
                    }
                    seal();
                    expected.put("seal", "y".repeat(150));

                    compact();

                    assertThat(Keyed.table(log())).isEqualTo(expected);
                    assertThat(Keyed.records(log())).hasSizeLessThan(40);
                });
    }

    @Test
    void aDamagedBatchStopsCompactionAndNothingElse() {
        simulation.run(
                () -> {
                    append("a=1");
                    append("a=2");
                    seal();
                    directory().checkpoint();
                    disk.flipBit("orders-0/00000000000000000000.log", 70, 1);
                    List<String> files = disk.list("orders-0");

                    compact();
                    compact();

                    assertThat(disk.list("orders-0")).isEqualTo(files);
                    assertThat(log().isUsable()).isTrue();
                    append("b=1");
                });
    }

    @Test
    void aFullDiskStopsOnlyTheCompaction() {
        simulation.run(
                () -> {
                    // Given room for the compacted segment, but not for all that belongs to it
                    for (int i = 0; i < 20; i++) {
                        append("a" + i + "=" + i + "x".repeat(80));
                    }
                    seal();
                    configure("segment.bytes", "100000");
                    directory().awaitStored();
                    directory().checkpoint();
                    List<String> files = disk.list("orders-0");
                    String active =
                            files.stream().filter(name -> name.endsWith(".log")).toList().getLast();
                    long size = log().sizeInBytes() - disk.peek("orders-0/" + active).remaining();
                    disk.faults().limitCapacity(disk.totalBytes() - disk.usableBytes() + size + 20);

                    // When
                    compact();

                    // Then
                    assertThat(disk.list("orders-0")).isEqualTo(files);
                    assertThat(log().isUsable()).isTrue();
                    disk.faults().limitCapacity(1L << 40);
                    compact();
                    assertThat(segments()).isEqualTo(2);
                });
    }

    @Test
    void aFailingDeviceDoesNotLoseASegment() {
        simulation.run(
                () -> {
                    append("a=1");
                    append("a=2");
                    seal();
                    directory().checkpoint();
                    disk.faults().fail(DiskFaults.Operation.SYNC);
                    compactWhileFailing();
                    disk.faults().heal();
                    machine.failPower();
                    opened = null;
                    found = null;

                    assertThat(Keyed.table(log())).containsEntry("a", "2");
                });
    }

    private void compactWhileFailing() {
        try {
            directory().compact();
        } catch (InterruptedException | io.zurau.runtime.StorageFailure e) {
            assertThat(directory().failure()).isPresent();
        }
    }

    @Test
    void aTruncationIntoWhatIsCompactedGivesNoOffsetTwice() {
        simulation.run(
                () -> {
                    append("a=1");
                    append("b=1");
                    append("b=2");
                    append("b=3");
                    seal();
                    compact();

                    log().truncateTo(3);

                    assertThat(log().logEndOffset()).isEqualTo(3);
                    assertThat(Keyed.records(log())).containsExactly("0 a=1");
                    machine.failPower();
                    opened = null;
                    found = null;
                    assertThat(log().logEndOffset()).isEqualTo(3);
                    append("c=1");
                    reopen();
                    assertThat(Keyed.records(log())).containsExactly("0 a=1", "3 c=1");
                });
    }

    @Test
    void whatReplaysAfterACutIsNotCompacted() {
        simulation.run(
                () -> {
                    for (int i = 0; i < 8; i++) {
                        append("a=" + i + "x".repeat(60));
                    }
                    seal();
                    directory().checkpoint();
                    log().truncateTo(3);
                    for (int i = 0; i < 8; i++) {
                        append("a=" + (i + 100) + "x".repeat(60));
                    }
                    seal();
                    long end = log().logEndOffset();
                    directory().awaitStored();

                    compactWithoutCheckpoint();
                    machine.failPower();
                    opened = null;
                    found = null;

                    assertThat(log().logEndOffset()).isEqualTo(end);
                    assertThat(Keyed.table(log())).containsEntry("a", "107" + "x".repeat(60));
                });
    }

    private void compactWithoutCheckpoint() {
        sleep(16_000); // Shorter than the interval of checkpoints, longer than that of compaction.
    }

    @Test
    void aNewLogOfTheSameNameIsDirtyFromItsBeginning() {
        simulation.run(
                () -> {
                    append("a=1");
                    append("a=2");
                    seal();
                    compact();
                    directory().delete(Fixture.ORDERS);
                    found = null;
                    append("a=3");
                    append("a=4");
                    append("a=5");
                    append("a=6");
                    seal();

                    compact();

                    assertThat(Keyed.records(log()).getFirst()).isEqualTo("3 a=6");
                });
    }
}

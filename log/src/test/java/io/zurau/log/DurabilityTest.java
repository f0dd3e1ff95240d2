package io.zurau.log;

import static io.zurau.log.Fixture.ORDERS;
import static io.zurau.log.Fixture.append;
import static io.zurau.log.Fixture.awaitStored;
import static io.zurau.log.Fixture.batch;
import static io.zurau.log.Fixture.orders;
import static io.zurau.log.Fixture.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zurau.log.AppendOutcome.Refused;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.Uuid;
import io.zurau.runtime.StorageFailure;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is found after a crash, scenario by scenario. A crash is a copy of the files of a directory
/// that is in use.
class DurabilityTest {
    private static final int BLOCK = 4096;
    private static final String SEGMENT = "orders-0/00000000000000000000.log";

    @TempDir Path path;
    @TempDir Path crashed;

    /// What a machine would find if it crashed now.
    private LogDirectory crash() throws IOException {
        copy();
        return Fixture.open(crashed);
    }

    private void copy() throws IOException {
        Files.walkFileTree(
                path,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(
                            Path directory, BasicFileAttributes attributes) throws IOException {
                        Files.createDirectories(target(directory));
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        try {
                            Files.copy(file, target(file));
                            return FileVisitResult.CONTINUE;
                        } catch (NoSuchFileException e) {
                            return visitFileFailed(file, e);
                        }
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException reason) {
                        // The journal's next file just got its name, or housekeeping was there
                        // first and has removed what was deleted.
                        assertThat(file.toString()).containsAnyOf("zurau-journal", "-delete");
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    private Path target(Path file) {
        return crashed.resolve(path.relativize(file).toString());
    }

    /// Damages one of the journal's groups, which are small here: a block each, in a file that was
    /// new.
    ///
    /// @param fromEnd 1 for the last
    private void damageGroup(int fromEnd) throws IOException {
        Path journal = crashed.resolve("zurau-journal-00");
        ByteBuffer blocks = ByteBuffer.wrap(Files.readAllBytes(journal));
        int groups = 0;
        while (blocks.getLong(groups * BLOCK) != 0) {
            groups++;
        }
        flipByte(journal, (groups - fromEnd) * (long) BLOCK + 100);
    }

    private static void flipByte(Path file, long position) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(position);
            int old = bytes.read();
            bytes.seek(position);
            bytes.write(old ^ 0x55);
        }
    }

    @Test
    void whatWasStoredIsFoundAlthoughTheSegmentIsLost() throws Exception {
        try (LogDirectory directory = Fixture.open(path)) {
            PartitionLog log = orders(directory);
            append(log, "a", "b");
            awaitStored(log);
            copy();

            Files.delete(crashed.resolve(SEGMENT));

            try (LogDirectory again = Fixture.open(crashed)) {
                assertThat(read(orders(again), 0)).containsExactly("0=a", "1=b");
            }
        }
    }

    @Test
    void bytesBehindTheCheckpointMayBeAnything() throws Exception {
        try (LogDirectory directory = Fixture.open(path)) {
            PartitionLog log = orders(directory);
            append(log, "a");
            directory.checkpoint();
            append(log, "b");
            awaitStored(log);
            copy();

            flipByte(crashed.resolve(SEGMENT), Files.size(crashed.resolve(SEGMENT)) - 3);
            Files.write(
                    crashed.resolve(SEGMENT),
                    new byte[500],
                    java.nio.file.StandardOpenOption.APPEND);

            try (LogDirectory again = Fixture.open(crashed)) {
                assertThat(read(orders(again), 0)).containsExactly("0=a", "1=b");
            }
        }
    }

    @Test
    void aSegmentShorterThanItsCheckpointTakesOnlyItsLogOffline() throws Exception {
        TopicPartition other = new TopicPartition("other", 0);
        try (LogDirectory directory = Fixture.open(path)) {
            append(orders(directory), "a");
            append(directory.create(other, new Uuid(3, 4), Fixture.DEFAULTS), "x");
            directory.checkpoint();
            copy();
            try (RandomAccessFile file =
                    new RandomAccessFile(crashed.resolve(SEGMENT).toFile(), "rw")) {
                file.setLength(10);
            }

            try (LogDirectory again = Fixture.open(crashed)) {
                for (int i = 0; i < 3; i++) {
                    assertThat(orders(again).append(batch("b"), AppendOrigin.CLIENT, 0))
                            .isInstanceOfSatisfying(
                                    Refused.class,
                                    refused ->
                                            assertThat(refused.code())
                                                    .isEqualTo(ErrorCode.KAFKA_STORAGE_ERROR));
                }
                assertThat(again.failure()).isEmpty();
                assertThat(read(again.find(other).orElseThrow(), 0)).containsExactly("0=x");
            }
        }
    }

    @Test
    void theHighWatermarkIsThatOfBeforeTheCrash() throws Exception {
        noteHighWatermark();
        try (LogDirectory directory = Fixture.open(path)) {
            awaitStored(orders(directory));
            try (LogDirectory again = crash()) {
                assertThat(orders(again).highWatermark()).isEqualTo(2);
            }
        }
    }

    @Test
    void anotherTopicOfTheSameNameDoesNotGetTheHighWatermark() throws Exception {
        noteHighWatermark();
        try (LogDirectory directory = Fixture.open(path)) {
            directory.delete(ORDERS);
            PartitionLog successor = directory.create(ORDERS, new Uuid(7, 7), Fixture.DEFAULTS);
            append(successor, "x", "y", "z");
            awaitStored(successor);
            try (LogDirectory again = crash()) {
                assertThat(read(orders(again), 0)).containsExactly("0=x", "1=y", "2=z");
                assertThat(orders(again).highWatermark()).isZero();
            }
        }
    }

    /// Two of three records.
    private void noteHighWatermark() {
        try (LogDirectory directory = Fixture.open(path)) {
            append(orders(directory), "a", "b", "c");
            orders(directory).highWatermark(2);
        }
    }

    @Test
    void epochsKeepTheirBeginnings() throws Exception {
        try (LogDirectory directory = Fixture.open(path)) {
            PartitionLog log = orders(directory);
            for (int i = 0; i < 60; i++) {
                log.append(batch("x".repeat(200)), AppendOrigin.CLIENT, i < 59 ? 3 : 5);
            }
        }
        try (LogDirectory again = Fixture.open(path)) {
            PartitionLog log = orders(again);
            assertThat(log.epochOf(0)).isEqualTo(3);
            assertThat(log.epochOf(58)).isEqualTo(3);
            assertThat(log.epochOf(59)).isEqualTo(5);
            assertThat(log.endOffsetForEpoch(3)).isEqualTo(new EpochEnd(3, 59));
        }
    }

    @Test
    void timesAreFoundInALogInMemoryThatWasKilledAfterItRolled() throws Exception {
        String[] memory = {"durability", "memory", "segment.bytes", "20000"};
        try (LogDirectory directory = Fixture.open(path)) {
            for (int i = 0; i < 50; i++) {
                appendAt(orders(directory, memory), 1_000 + i);
            }
        }
        try (LogDirectory directory = Fixture.open(path)) {
            PartitionLog log = orders(directory);
            log.configure(Fixture.config(memory));
            for (int i = 50; i < 100; i++) {
                appendAt(log, 1_000 + i);
            }
            copy();
            try (LogDirectory again = Fixture.open(crashed)) {
                assertThat(orders(again).offsetForTimestamp(1_070))
                        .hasValueSatisfying(found -> assertThat(found.offset()).isEqualTo(70));
            }
        }
    }

    private static void appendAt(PartitionLog log, long timestampMs) {
        Fixture.appended(log.append(batch(timestampMs, "x".repeat(200)), AppendOrigin.CLIENT, 0));
    }

    @Test
    void aTornLastGroupIsNotReplayed() throws Exception {
        try (LogDirectory directory = Fixture.open(path)) {
            PartitionLog log = orders(directory);
            append(log, "a");
            awaitStored(log);
            append(log, "b");
            awaitStored(log);
            copy();

            damageGroup(1);

            try (LogDirectory again = Fixture.open(crashed)) {
                assertThat(read(orders(again), 0)).containsExactly("0=a");
            }
        }
    }

    @Test
    void aDamagedGroupThatIsNotTheLastIsNotPassedOver() throws Exception {
        try (LogDirectory directory = Fixture.open(path)) {
            PartitionLog log = orders(directory);
            for (String value : List.of("a", "b", "c")) {
                append(log, value);
                awaitStored(log);
            }
            copy();

            damageGroup(2);

            assertThatThrownBy(() -> Fixture.open(crashed))
                    .isInstanceOf(StorageFailure.class)
                    .hasMessageContaining("damaged");
        }
    }

    @Test
    void aMissingJournalIsNotPassedOver() throws Exception {
        try (LogDirectory directory = Fixture.open(path)) {
            append(orders(directory), "a");
            copy();
            try (Stream<Path> files = Files.list(crashed)) {
                for (Path file : files.toList()) {
                    if (file.getFileName().toString().startsWith("zurau-journal")) {
                        Files.delete(file);
                    }
                }
            }

            assertThatThrownBy(() -> Fixture.open(crashed))
                    .isInstanceOf(StorageFailure.class)
                    .hasMessageContaining("missing");
        }
    }

    @Test
    void aJournalUsedManyTimesGivesEachRecordOnce() throws Exception {
        try (LogDirectory directory = Fixture.open(path)) {
            PartitionLog log = orders(directory, "max.message.bytes", "2000000");
            for (int i = 0; i < 60; i++) {
                append(log, i + "x".repeat(1_000_000));
                if (i % 7 == 0) {
                    directory.checkpoint();
                }
            }
            awaitStored(log);

            try (LogDirectory again = crash()) {
                List<String> values = read(orders(again), 0);
                assertThat(values).hasSize(60);
                for (int i = 0; i < 60; i++) {
                    assertThat(values.get(i)).startsWith(i + "=" + i + "x");
                }
            }
        }
    }

    @Test
    void aLostSnapshotAndLostIndexesAreMadeAgain() throws Exception {
        try (LogDirectory directory = Fixture.open(path)) {
            PartitionLog log = orders(directory, "segment.bytes", "1000");
            for (int i = 0; i < 50; i++) {
                log.append(
                        Fixture.idempotent(9, 0, i, false, "value " + i), AppendOrigin.CLIENT, 0);
            }
        }
        try (Stream<Path> files = Files.list(path.resolve("orders-0"))) {
            for (Path file : files.toList()) {
                if (!file.toString().endsWith(".log")) {
                    Files.delete(file);
                }
            }
        }

        try (LogDirectory directory = Fixture.open(path)) {
            PartitionLog log = orders(directory);
            assertThat(read(log, 0)).hasSize(50);
            assertThat(read(log, 33)).first().isEqualTo("33=value 33");
            assertThat(log.activeProducers())
                    .singleElement()
                    .satisfies(producer -> assertThat(producer.lastSequence()).isEqualTo(49));
        }
    }

    @Test
    void aBatchThatCameBeforeTheCrashIsKnownAfterIt() throws Exception {
        try (LogDirectory directory = Fixture.open(path)) {
            PartitionLog log = orders(directory);
            for (int i = 0; i < 5; i++) {
                log.append(Fixture.idempotent(9, 0, i, false, "v" + i), AppendOrigin.CLIENT, 0);
            }
            directory.checkpoint();
            awaitStored(log);

            try (LogDirectory again = crash()) {
                for (int i = 0; i < 5; i++) {
                    AppendOutcome outcome =
                            orders(again)
                                    .append(
                                            Fixture.idempotent(9, 0, i, false, "v" + i),
                                            AppendOrigin.CLIENT,
                                            0);
                    assertThat(Fixture.appended(outcome).duplicate()).isTrue();
                    assertThat(Fixture.appended(outcome).baseOffset()).isEqualTo(i);
                }
            }
        }
    }

    @Test
    void aDeletedLogStaysDeletedAndItsNameCanBeUsedAgain() throws Exception {
        try (LogDirectory directory = Fixture.open(path)) {
            append(orders(directory), "old");
            directory.delete(Fixture.ORDERS);
            PartitionLog successor =
                    directory.create(Fixture.ORDERS, new Uuid(5, 6), Fixture.DEFAULTS);
            append(successor, "new");
            awaitStored(successor);

            try (LogDirectory again = crash()) {
                PartitionLog found = again.find(Fixture.ORDERS).orElseThrow();
                assertThat(found.topicId()).isEqualTo(new Uuid(5, 6));
                assertThat(read(found, 0)).containsExactly("0=new");
            }
        }
    }

    @Test
    void aLogInMemoryIsCutAtTheFirstBatchThatIsTorn() throws Exception {
        try (LogDirectory directory = Fixture.open(path)) {
            PartitionLog log = orders(directory, "durability", "memory");
            append(log, "a");
            append(log, "b");
            assertThat(log.storedEndOffset()).isEqualTo(2);
            copy();

            flipByte(crashed.resolve(SEGMENT), Files.size(crashed.resolve(SEGMENT)) - 3);

            try (LogDirectory again = Fixture.open(crashed)) {
                assertThat(read(orders(again), 0)).containsExactly("0=a");
                append(orders(again), "c");
                assertThat(read(orders(again), 0)).containsExactly("0=a", "1=c");
            }
        }
    }

    @Test
    void aLogMayChangeItsDurability() throws Exception {
        try (LogDirectory directory = Fixture.open(path)) {
            PartitionLog log = orders(directory, "durability", "memory");
            append(log, "a");
            log.configure(Fixture.DEFAULTS);
            append(log, "b");
            log.configure(Fixture.config("durability", "memory"));
            append(log, "c");
            log.configure(Fixture.DEFAULTS);
            append(log, "d");
            awaitStored(log);

            try (LogDirectory again = crash()) {
                assertThat(read(orders(again), 0)).containsExactly("0=a", "1=b", "2=c", "3=d");
            }
        }
    }

    @Test
    void aTruncatedLogGoesOnAfterACrash() throws Exception {
        try (LogDirectory directory = Fixture.open(path)) {
            PartitionLog log = orders(directory, "segment.bytes", "200");
            for (int i = 0; i < 10; i++) {
                append(log, "old " + i);
            }
            directory.checkpoint();
            append(log, "old 10");
            log.truncateTo(4);
            append(log, "new 4");
            append(log, "new 5");
            awaitStored(log);
            assertThat(read(log, 3)).containsExactly("3=old 3", "4=new 4", "5=new 5");

            try (LogDirectory again = crash()) {
                assertThat(read(orders(again), 3)).containsExactly("3=old 3", "4=new 4", "5=new 5");
            }
        }
    }

    @Test
    void aLogThatWasResetGoesOnAfterACrash() throws Exception {
        try (LogDirectory directory = Fixture.open(path)) {
            PartitionLog log = orders(directory);
            append(log, "a");
            log.truncateFullyAndStartAt(100);
            append(log, "b");
            awaitStored(log);
            assertThat(log.logStartOffset()).isEqualTo(100);

            try (LogDirectory again = crash()) {
                assertThat(orders(again).logStartOffset()).isEqualTo(100);
                assertThat(read(orders(again), 100)).containsExactly("100=b");
            }
        }
    }
}

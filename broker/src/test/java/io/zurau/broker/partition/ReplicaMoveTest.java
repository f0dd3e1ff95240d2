package io.zurau.broker.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zurau.log.AppendOrigin;
import io.zurau.log.AppendOutcome;
import io.zurau.log.LogConfig;
import io.zurau.log.LogDirectory;
import io.zurau.log.LogDirectoryConfig;
import io.zurau.log.LogProbe;
import io.zurau.log.LogSlice;
import io.zurau.log.PartitionLog;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.compression.Compressors;
import io.zurau.protocol.record.RecordBatchBuilder;
import io.zurau.runtime.FileDisk;
import io.zurau.runtime.Seams;
import io.zurau.runtime.SecureRandomness;
import io.zurau.runtime.SocketNetwork;
import io.zurau.runtime.SystemClock;
import io.zurau.runtime.ThreadTasks;
import io.zurau.runtime.settings.ByteSize;
import io.zurau.runtime.settings.SettingCatalog;
import io.zurau.runtime.settings.Settings;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A log is copied from one directory into another, while it changes.
final class ReplicaMoveTest {
    private static final TopicPartition ORDERS = new TopicPartition("orders", 0);
    private static final Uuid ID = new Uuid(1, 2);
    private static final LogConfig CONFIG =
            LogConfig.from(
                    Settings.parse(
                            Map.of("segment.bytes", "2000"),
                            SettingCatalog.of(LogConfig.SETTINGS)));
    private static final int PIECE = 500;

    @TempDir private Path first;
    @TempDir private Path second;

    private final Seams seams =
            new Seams(
                    new SystemClock(),
                    new ThreadTasks((thread, bug) -> bug.printStackTrace()),
                    new SocketNetwork(),
                    new SecureRandomness());
    private LogDirectory fromDirectory;
    private LogDirectory toDirectory;
    private PartitionLog from;
    private PartitionLog to;
    private ReplicaMove move;

    @BeforeEach
    void open() {
        fromDirectory = open(first, 1);
        toDirectory = open(second, 2);
        from = fromDirectory.create(ORDERS, ID, CONFIG);
        to = toDirectory.create(ORDERS, ID, CONFIG.withDurable(false));
        move = new ReplicaMove(fromDirectory, from, toDirectory, to);
    }

    @AfterEach
    void close() {
        fromDirectory.close();
        toDirectory.close();
    }

    private LogDirectory open(Path path, int id) {
        FileDisk disk = new FileDisk(path);
        return LogDirectory.open(
                new Uuid(9, id),
                disk,
                disk,
                seams,
                new LogDirectoryConfig(
                        ByteSize.ofMiB(8), Duration.ofMinutes(5), Duration.ofDays(1), 100),
                CONFIG,
                LogProbe.NONE);
    }

    private static void append(PartitionLog log, int epoch, int records) {
        for (int i = 0; i < records; i++) {
            RecordBatchBuilder builder = new RecordBatchBuilder(256);
            byte[] value = ("value " + "x".repeat(100)).getBytes(StandardCharsets.UTF_8);
            builder.append(1000 + i, null, ByteBuffer.wrap(value), List.of());
            try (Compressors none = new Compressors()) {
                assertThat(log.append(builder.build(none), AppendOrigin.CLIENT, epoch))
                        .isInstanceOf(AppendOutcome.Appended.class);
            }
        }
    }

    private static ByteBuffer contents(PartitionLog log) {
        ByteBuffer all = ByteBuffer.allocate(1 << 20);
        long offset = log.logStartOffset();
        while (offset < log.logEndOffset()) {
            try (LogSlice slice = (LogSlice) log.read(offset, 1, Long.MAX_VALUE, true)) {
                all.put(slice.toBuffer());
                offset++; // Each batch has one record.
            }
        }
        return all.flip();
    }

    private void copyStored() {
        fromDirectory.awaitStored();
        do {
            move.copySome(PIECE);
        } while (!move.isCaughtUp());
    }

    @Test
    void theCopyIsTheSameByteForByte() {
        // Given
        append(from, 3, 30);
        copyStored();
        append(from, 4, 20);

        // When
        move.makeDurable();
        move.finish();

        // Then
        assertThat(to.logEndOffset()).isEqualTo(50);
        assertThat(to.storedEndOffset()).isEqualTo(50);
        assertThat(move.lag()).isZero();
        assertThat(contents(to)).isEqualTo(contents(from));
        assertThat(to.endOffsetForEpoch(3)).isEqualTo(from.endOffsetForEpoch(3));
    }

    @Test
    void itBeginsWhereTheLogBegins() {
        // Given
        append(from, 0, 40);
        from.highWatermark(40);
        from.deleteBefore(25);

        // When
        copyStored();

        // Then
        assertThat(to.logStartOffset()).isEqualTo(25);
        assertThat(contents(to)).isEqualTo(contents(from));

        // When
        from.deleteBefore(35);
        append(from, 0, 1);
        copyStored();

        // Then
        assertThat(to.logStartOffset()).isEqualTo(35);
        assertThat(to.logEndOffset()).isEqualTo(41);
    }

    @Test
    void whatIsDeletedAfterTheLastPieceWasCopiedIsDeletedInTheCopyToo() {
        // Given
        append(from, 0, 40);
        from.highWatermark(40);
        copyStored();
        move.makeDurable();

        // When
        from.deleteBefore(25);
        move.finish();

        // Then
        assertThat(to.logStartOffset()).isEqualTo(25);
        assertThat(contents(to)).isEqualTo(contents(from));
    }

    @Test
    void aMoveThatIsOverCannotBeFinished() {
        // Given
        append(from, 0, 10);
        move.end();

        // When, then
        assertThatThrownBy(move::finish).isInstanceOf(ReplicaRefused.class);
    }

    @Test
    void whatIsCutFromTheLogIsCutFromTheCopy() {
        // Given
        append(from, 0, 30);
        copyStored();

        // When
        from.truncateTo(12);
        move.cutTo(12);
        append(from, 1, 10);
        copyStored();

        // Then
        assertThat(to.logEndOffset()).isEqualTo(22);
        assertThat(contents(to)).isEqualTo(contents(from));
    }

    @Test
    void aCopyThatMissedThatIsAlignedByItsEpochs() {
        // Given
        append(from, 0, 10);
        append(from, 2, 10);
        copyStored();
        from.truncateTo(14);
        append(from, 5, 20);

        // When
        move.align();

        // Then
        assertThat(to.logEndOffset()).isEqualTo(14);

        // When
        copyStored();

        // Then
        assertThat(contents(to)).isEqualTo(contents(from));
    }

    @Test
    void aCopyThatHasMoreIsCut() {
        // Given
        append(from, 0, 20);
        copyStored();
        from.truncateTo(15);

        // When
        move.align();

        // Then
        assertThat(to.logEndOffset()).isEqualTo(15);
    }

    @Test
    void aCopyIsNotTouchedOnceTheMoveIsOver() {
        // Given
        append(from, 0, 20);
        move.end();

        // When
        move.cutTo(0);

        // Then
        assertThat(move.copySome(PIECE)).isZero();
        assertThat(to.logEndOffset()).isZero();
    }
}

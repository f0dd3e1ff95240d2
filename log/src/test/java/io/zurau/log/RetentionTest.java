package io.zurau.log;

import static io.zurau.log.Fixture.appended;
import static io.zurau.log.Fixture.batch;
import static io.zurau.log.Fixture.config;
import static io.zurau.log.Fixture.orders;
import static io.zurau.log.Fixture.read;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetentionTest {
    private static final long HOUR = 3_600_000;

    @TempDir Path path;
    private LogDirectory directory;
    private PartitionLog log;
    private long now;

    @BeforeEach
    void open() {
        directory = Fixture.open(path);
        log = orders(directory, "segment.bytes", "100");
        now = System.currentTimeMillis();
    }

    @AfterEach
    void close() {
        directory.close();
    }

    /// Ten records, an hour apart, the last one of now, each in a segment of its own.
    private void tenHours() {
        for (int i = 0; i < 10; i++) {
            appended(
                    log.append(
                            batch(now - (9 - i) * HOUR, "v" + i + "x".repeat(20)),
                            AppendOrigin.CLIENT,
                            0));
        }
        log.highWatermark(10);
    }

    @Test
    void oldSegmentsAreDeleted() {
        tenHours();
        log.configure(config("retention.ms", "" + (3 * HOUR + HOUR / 2)));

        directory.applyRetention();

        assertThat(log.logStartOffset()).isEqualTo(6);
        assertThat(read(log, 6)).hasSize(4);
        assertThat(path.resolve("orders-0/00000000000000000005.log")).doesNotExist();
        assertThat(path.resolve("orders-0/00000000000000000005.index")).doesNotExist();
        assertThat(path.resolve("orders-0/00000000000000000006.log")).exists();
    }

    @Test
    void surplusSegmentsAreDeleted() throws Exception {
        tenHours();
        long size = Files.size(path.resolve("orders-0/00000000000000000001.log"));
        log.configure(config("retention.bytes", "" + 3 * size, "retention.ms", "-1"));

        directory.applyRetention();

        assertThat(log.logStartOffset()).isEqualTo(7);
        assertThat(log.sizeInBytes()).isEqualTo(3 * size);
    }

    @Test
    void aLogOfOldRecordsOnlyEndsUpEmpty() {
        tenHours();
        log.configure(config("retention.ms", "1", "segment.bytes", "100"));
        now += HOUR;

        log.applyRetention(now, 0);

        assertThat(log.logStartOffset()).isEqualTo(10);
        assertThat(log.logEndOffset()).isEqualTo(10);
        assertThat(log.sizeInBytes()).isZero();
        assertThat(Fixture.append(log, "next").baseOffset()).isEqualTo(10);
    }

    @Test
    void nothingAtOrAboveTheHighWatermarkIsDeleted() {
        tenHours();
        log.highWatermark(2);
        log.configure(config("retention.ms", "1"));

        log.applyRetention(now + HOUR, 0);

        assertThat(log.logStartOffset()).isEqualTo(2);
    }

    @Test
    void deletedRecordsStayDeletedAfterAStop() {
        tenHours();

        assertThat(log.deleteBefore(4)).isEqualTo(4);
        directory.close();
        directory = Fixture.open(path);
        log = orders(directory);

        assertThat(log.logStartOffset()).isEqualTo(4);
        assertThat(log.read(3, 100, 10, true)).isInstanceOf(ReadOutcome.Refused.class);
        assertThat(read(log, 4)).hasSize(6);
    }

    @Test
    void aSliceStaysReadableWhileItsSegmentIsDeleted() {
        tenHours();
        LogSlice slice = (LogSlice) log.read(0, 1000, 10, true);
        int size = slice.sizeInBytes();

        log.deleteBefore(9);
        directory.checkpoint();

        assertThat(path.resolve("orders-0/00000000000000000000.log")).doesNotExist();
        assertThat(slice.toBuffer().remaining()).isEqualTo(size);
        slice.close();
    }

    @Test
    void recordsAreFoundByTheirTime() {
        tenHours();

        assertThat(log.offsetForTimestamp(now - 4 * HOUR))
                .hasValueSatisfying(found -> assertThat(found.offset()).isEqualTo(5));
        assertThat(log.offsetForTimestamp(now - 4 * HOUR + 1))
                .hasValueSatisfying(found -> assertThat(found.offset()).isEqualTo(6));
        assertThat(log.offsetForTimestamp(now + 1)).isEmpty();
        assertThat(log.maxTimestampOffset()).hasValue(new TimestampedOffset(now, 9, 0));
        log.deleteBefore(7);
        assertThat(log.offsetForTimestamp(0))
                .hasValueSatisfying(found -> assertThat(found.offset()).isEqualTo(7));
    }

    @Test
    void aSilentProducerIsForgotten() {
        log.append(Fixture.idempotent(9, 0, 0, false, "a"), AppendOrigin.CLIENT, 0);

        log.applyRetention(now, now - HOUR);
        assertThat(log.activeProducers()).hasSize(1);
        log.applyRetention(now, now + HOUR);

        assertThat(log.activeProducers()).isEmpty();
    }
}

package io.zurau.log;

import static io.zurau.log.Fixture.append;
import static io.zurau.log.Fixture.awaitStored;
import static io.zurau.log.Fixture.batch;
import static io.zurau.log.Fixture.orders;
import static io.zurau.log.Fixture.read;
import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.log.AppendOutcome.Refused;
import io.zurau.protocol.ErrorCode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartitionLogTest {
    @TempDir Path path;

    @Test
    void whatIsAppendedIsReadAtItsOffset() {
        try (LogDirectory directory = Fixture.open(path)) {
            PartitionLog log = orders(directory);

            append(log, "a", "b");
            append(log, "c");

            assertThat(read(log, 0)).containsExactly("0=a", "1=b", "2=c");
            assertThat(read(log, 1)).containsExactly("1=b", "2=c");
        }
    }

    @Test
    void whatIsAppendedIsStoredSoon() throws InterruptedException {
        try (LogDirectory directory = Fixture.open(path)) {
            PartitionLog log = orders(directory);
            append(log, "a");

            awaitStored(log);

            assertThat(log.storedEndOffset()).isEqualTo(1);
        }
    }

    @Test
    void aCleanStopKeepsEverything() {
        try (LogDirectory directory = Fixture.open(path)) {
            append(orders(directory), "a", "b");
        }

        try (LogDirectory directory = Fixture.open(path)) {
            PartitionLog log = orders(directory);
            assertThat(log.isLoaded()).isFalse();
            assertThat(log.logEndOffset()).isEqualTo(2);
            assertThat(read(log, 0)).containsExactly("0=a", "1=b");
            assertThat(append(log, "c").baseOffset()).isEqualTo(2);
        }
    }

    @Test
    void readsOutsideTheLogAreRefused() {
        try (LogDirectory directory = Fixture.open(path)) {
            PartitionLog log = orders(directory);
            append(log, "a");

            assertThat(log.read(2, 100, Long.MAX_VALUE, true))
                    .isInstanceOfSatisfying(
                            ReadOutcome.Refused.class,
                            refused ->
                                    assertThat(refused.code())
                                            .isEqualTo(ErrorCode.OFFSET_OUT_OF_RANGE));
            assertThat(log.read(1, 100, Long.MAX_VALUE, true))
                    .isInstanceOfSatisfying(
                            LogSlice.class, slice -> assertThat(slice.isEmpty()).isTrue());
        }
    }

    @Test
    void manySegmentsAreReadAsOneLog() {
        try (LogDirectory directory = Fixture.open(path)) {
            PartitionLog log =
                    orders(directory, "segment.bytes", "300", "index.interval.bytes", "0");
            for (int i = 0; i < 100; i++) {
                append(log, "value " + i);
            }

            List<String> values = read(log, 0);

            assertThat(values).hasSize(100).contains("77=value 77");
            for (int i = 0; i < 100; i++) {
                assertThat(read(log, i)).hasSize(100 - i).first().isEqualTo(i + "=value " + i);
            }
        }
    }

    @Test
    void aBatchThatIsTooLargeIsRefused() {
        try (LogDirectory directory = Fixture.open(path)) {
            PartitionLog log = orders(directory, "max.message.bytes", "100");

            AppendOutcome outcome = log.append(batch("x".repeat(200)), AppendOrigin.CLIENT, 0);

            assertThat(outcome)
                    .isInstanceOfSatisfying(
                            Refused.class,
                            refused ->
                                    assertThat(refused.code())
                                            .isEqualTo(ErrorCode.MESSAGE_TOO_LARGE));
        }
    }
}

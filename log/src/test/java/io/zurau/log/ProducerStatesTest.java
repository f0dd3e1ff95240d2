package io.zurau.log;

import static io.zurau.log.Fixture.appended;
import static io.zurau.log.Fixture.idempotent;
import static io.zurau.log.Fixture.orders;
import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.log.AppendOutcome.Refused;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.record.ControlRecords;
import io.zurau.protocol.record.ControlRecords.EndTransactionMarker;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProducerStatesTest {
    @TempDir Path path;
    private LogDirectory directory;
    private PartitionLog log;

    @BeforeEach
    void open() {
        directory = Fixture.open(path);
        log = orders(directory);
    }

    @AfterEach
    void close() {
        directory.close();
    }

    private AppendOutcome append(int epoch, int sequence, String... values) {
        return append(0, epoch, sequence, values);
    }

    private AppendOutcome append(int leaderEpoch, int epoch, int sequence, String... values) {
        return log.append(
                idempotent(9, epoch, sequence, false, values), AppendOrigin.CLIENT, leaderEpoch);
    }

    private void assertRefused(AppendOutcome outcome, ErrorCode code) {
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.code()).isEqualTo(code));
    }

    @Test
    void aDuplicateIsAnsweredWithItsFirstOffsets() {
        append(0, 0, "a", "b");
        append(0, 2, "c");

        AppendOutcome again = append(0, 0, "a", "b");

        assertThat(appended(again).duplicate()).isTrue();
        assertThat(appended(again).baseOffset()).isZero();
        assertThat(appended(again).lastOffset()).isEqualTo(1);
        assertThat(log.logEndOffset()).isEqualTo(3);
    }

    @Test
    void aGapIsRefused() {
        append(0, 0, "a");

        assertRefused(append(0, 2, "c"), ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
    }

    @Test
    void aDuplicateOlderThanFiveBatchesIsRefused() {
        for (int i = 0; i < 6; i++) {
            append(0, i, "v" + i);
        }

        assertThat(appended(append(0, 1, "v1")).duplicate()).isTrue();
        assertRefused(append(0, 0, "v0"), ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
    }

    /// The producer had five on the way to that leader, and has not heard of any.
    @Test
    void theLastBatchesOfTheLeaderBeforeAreKnownHoweverManyFollow() {
        for (int i = 0; i < 6; i++) {
            append(0, 0, i, "v" + i);
        }
        for (int i = 6; i < 20; i++) {
            append(1, 0, i, "v" + i);
        }

        AppendOutcome again = append(1, 0, 1, "v1");

        assertThat(appended(again).duplicate()).isTrue();
        assertThat(appended(again).baseOffset()).isEqualTo(1);
        assertRefused(append(1, 0, 0, "v0"), ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
        assertRefused(append(1, 0, 6, "v6"), ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
    }

    @Test
    void anOldEpochIsRefusedAndANewOneBeginsAtZero() {
        append(1, 0, "a");

        assertRefused(append(0, 1, "b"), ErrorCode.INVALID_PRODUCER_EPOCH);
        assertRefused(append(2, 1, "b"), ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
        assertThat(appended(append(2, 0, "b")).baseOffset()).isEqualTo(1);
    }

    @Test
    void aProducerThatNobodyKnowsMayBeginAnywhere() {
        assertThat(appended(append(3, 17, "a")).baseOffset()).isZero();
    }

    @Test
    void theSequenceNumberAfterTheLargestIsZero() {
        append(0, Integer.MAX_VALUE, "a");

        assertThat(appended(append(0, 0, "b")).baseOffset()).isEqualTo(1);
    }

    @Test
    void anOpenTransactionHoldsTheLastStableOffset() {
        Fixture.append(log, "plain");
        log.append(idempotent(9, 0, 0, true, "open"), AppendOrigin.CLIENT, 0);
        Fixture.append(log, "plain");
        assertThat(log.lastStableOffset(log.logEndOffset())).isEqualTo(1);

        end(false);

        assertThat(log.lastStableOffset(log.logEndOffset())).isEqualTo(4);
        assertThat(log.abortedTransactions(0, 4))
                .containsExactly(new AbortedTransaction(9, 1, 3, 4));
        assertThat(log.abortedTransactions(0, 1)).isEmpty();
    }

    @Test
    void aCommittedTransactionLeavesNoTrace() {
        log.append(idempotent(9, 0, 0, true, "a"), AppendOrigin.CLIENT, 0);

        end(true);

        assertThat(log.lastStableOffset(log.logEndOffset())).isEqualTo(2);
        assertThat(log.abortedTransactions(0, 2)).isEmpty();
    }

    @Test
    void abortedTransactionsAreFoundAgainAfterAStop() {
        log.append(idempotent(9, 0, 0, true, "a"), AppendOrigin.CLIENT, 0);
        end(false);
        directory.close();

        open();

        assertThat(log.abortedTransactions(0, 2))
                .containsExactly(new AbortedTransaction(9, 0, 1, 2));
    }

    private void end(boolean committed) {
        appended(
                log.append(
                        ControlRecords.endTransactionBatch(
                                        new EndTransactionMarker(committed, 0),
                                        9,
                                        (short) 0,
                                        System.currentTimeMillis())
                                .bytes(),
                        AppendOrigin.COORDINATOR,
                        0));
    }
}

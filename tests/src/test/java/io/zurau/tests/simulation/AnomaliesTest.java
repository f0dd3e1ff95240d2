package io.zurau.tests.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.tests.simulation.Anomalies.Found;
import io.zurau.tests.simulation.Anomalies.Kind;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Of each anomaly the smallest history that has it.
final class AnomaliesTest {
    private final History history = new History();
    private final TreeMap<Place, String> log = new TreeMap<>();

    /// Transactions `a` and `b` of one writer, each a record to partitions 0 and 1.
    @BeforeEach
    void twoAreCommitted() {
        commit("a", 0);
        commit("b", 2);
    }

    private void commit(String transaction, long offset) {
        history.begins(transaction);
        for (int partition = 0; partition < 2; partition++) {
            String value = transaction + "/" + partition;
            history.sent("writer", transaction, partition, value, offset);
            log.put(new Place(partition, offset), value);
        }
        history.asksToCommit(transaction);
        history.committed(transaction);
    }

    private void isFound(Kind... kinds) {
        assertThat(Anomalies.in(history, log)).extracting(Found::kind).containsOnly(kinds);
    }

    @Test
    void nothingIsFoundInWhatIsRight() {
        history.polled("reader", 0, new Place(0, 0), "a/0");
        history.polled("reader", 0, new Place(1, 0), "a/1");
        history.polled("reader", 0, new Place(0, 2), "b/0");
        history.begins("c");
        history.sent("writer", "c", 0, "c/0", 4);
        assertThat(Anomalies.in(history, log)).isEmpty();
    }

    @Test
    void aCommittedRecordIsMissingBeforeOthers() {
        log.remove(new Place(0, 0));
        log.remove(new Place(1, 0));
        isFound(Kind.LOST_WRITE);
    }

    @Test
    void aRecordThatWasReadIsGone() {
        history.begins("c");
        history.sent("writer", "c", 0, "c/0", 4);
        history.asksToCommit("c");
        history.polled("reader", 0, new Place(0, 4), "c/0");
        isFound(Kind.LOST_WRITE);
    }

    @Test
    void aCommittedRecordIsNotReadUpToTheEnd() {
        log.remove(new Place(0, 2));
        log.remove(new Place(1, 2));
        isFound(Kind.UNSEEN);
    }

    @Test
    void aRecordIsThereTwice() {
        log.put(new Place(0, 3), "b/0");
        isFound(Kind.DUPLICATE);
    }

    @Test
    void anotherRecordWasAcknowledgedThere() {
        history.begins("c");
        history.sent("another", "c", 0, "c/0", 2);
        isFound(Kind.INCONSISTENT_OFFSETS);
    }

    @Test
    void anAbortedRecordIsRead() {
        history.begins("c");
        history.sent("another", "c", 0, "c/0", 4);
        log.put(new Place(0, 4), "c/0");
        isFound(Kind.ABORTED_READ);
    }

    @Test
    void aRecordIsReadBeforeItIsCommitted() {
        history.begins("c");
        history.sent("writer", "c", 0, "c/0", 4);
        history.polled("reader", 0, new Place(0, 4), "c/0");
        history.asksToCommit("c");
        log.put(new Place(0, 4), "c/0");
        isFound(Kind.ABORTED_READ);
    }

    @Test
    void aWriterReadsItsOwnBeforeItIsCommitted() {
        history.begins("c");
        history.sent("writer", "c", 0, "c/0", 4);
        history.polled("writer", 0, new Place(0, 4), "c/0");
        history.asksToCommit("c");
        log.put(new Place(0, 4), "c/0");
        isFound(Kind.OWN_UNCOMMITTED_READ);
    }

    @Test
    void aReaderGoesBack() {
        history.polled("reader", 0, new Place(0, 2), "b/0");
        history.polled("reader", 0, new Place(0, 0), "a/0");
        isFound(Kind.NONMONOTONIC_POLL);
    }

    @Test
    void aReaderThatBeginsAnewMayGoBack() {
        history.polled("reader", 0, new Place(0, 2), "b/0");
        history.polled("reader", 1, new Place(0, 0), "a/0");
        assertThat(Anomalies.in(history, log)).isEmpty();
    }

    @Test
    void aReaderIsShownNothingInBetween() {
        commit("c", 4);
        history.polled("reader", 0, new Place(0, 0), "a/0");
        history.polled("reader", 0, new Place(0, 4), "c/0");
        isFound(Kind.SKIPPED_POLL);
    }

    @Test
    void aWriterIsToldALowerOffset() {
        commit("c", 1);
        isFound(Kind.NONMONOTONIC_SEND);
    }

    @Test
    void aTransactionIsThereInPart() {
        history.begins("c");
        history.sent("writer", "c", 0, "c/0", 4);
        history.sent("writer", "c", 1, "c/1", 4);
        history.asksToCommit("c");
        log.put(new Place(0, 4), "c/0");
        isFound(Kind.TORN_TRANSACTION);
    }
}

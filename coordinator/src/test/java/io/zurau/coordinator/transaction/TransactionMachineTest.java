package io.zurau.coordinator.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// What a shard of transactions does, as traces.
final class TransactionMachineTest {
    private static final int OLD = 0;
    private static final int NEW = 2;

    private final TransactionScript script = new TransactionScript(NEW);

    private void happened(String expected) {
        assertThat(script.text()).isEqualTo(expected);
    }

    @Test
    void aClientOfVersionOneKeepsItsEpoch() {
        // When
        script.init();
        script.add(100, 0, OLD, "a-0");
        script.add(100, 0, OLD, "b-1", "a-0");
        script.commit(100, 0, false);
        script.commit(100, 0, false);
        script.marked(script.lastMarkers(), "a-0");
        script.marked(script.lastMarkers(), "b-1");
        script.commit(100, 0, false);
        script.add(100, 0, OLD, "a-0");

        // Then
        happened(
                """
                > init
                  log: Empty 100/0 []
                  answer: NONE, 100/0
                > add [a-0] as 100/0
                  log: Ongoing 100/0 [a-0]
                  answer: NONE
                > add [b-1, a-0] as 100/0
                  log: Ongoing 100/0 [a-0, b-1]
                  answer: NONE
                > commit as 100/0
                  log: PrepareCommit 100/0 [a-0, b-1]
                  markers: commit of producer 100/0 for [a-0, b-1]
                  answer: NONE
                > commit as 100/0
                  answer: CONCURRENT_TRANSACTIONS
                > marked [a-0]
                > marked [b-1]
                  log: CompleteCommit 100/0 []
                > commit as 100/0
                  answer: NONE, 100/0
                > add [a-0] as 100/0
                  log: Ongoing 100/0 [a-0]
                  answer: NONE
                """);
    }

    @Test
    void aClientOfVersionTwoGetsAnEpochWithEachEnd() {
        // When
        script.init();
        script.add(100, 0, NEW, "a-0");
        script.commit(100, 0, true);
        script.commit(100, 0, true);
        script.marked(script.lastMarkers(), "a-0");
        script.commit(100, 0, true);
        script.add(100, 0, NEW, "a-0");
        script.add(100, 1, NEW, "a-0");
        script.commit(100, 0, true);
        script.abort(100, 1, true);

        // Then
        happened(
                """
                > init
                  log: Empty 100/0 []
                  answer: NONE, 100/0
                > add [a-0] as 100/0
                  log: Ongoing 100/0 [a-0]
                  answer: NONE
                > commit as 100/0
                  log: PrepareCommit 100/1 [a-0]
                  markers: commit of producer 100/1 for [a-0]
                  answer: NONE, 100/1
                > commit as 100/0
                  answer: CONCURRENT_TRANSACTIONS
                > marked [a-0]
                  log: CompleteCommit 100/1 []
                > commit as 100/0
                  answer: NONE, 100/1
                > add [a-0] as 100/0
                  answer: PRODUCER_FENCED
                > add [a-0] as 100/1
                  log: Ongoing 100/1 [a-0]
                  answer: NONE
                > commit as 100/0
                  answer: PRODUCER_FENCED
                > abort as 100/1
                  log: PrepareAbort 100/2 [a-0]
                  markers: abort of producer 100/2 for [a-0]
                  answer: NONE, 100/2
                """);
    }

    @Test
    void withVersionTwoAnAbortOfNothingRaisesTheEpoch() {
        // When
        script.init();
        script.abort(100, 0, true);
        script.commit(100, 1, true);
        script.commit(100, 0, true);

        // Then
        happened(
                """
                > init
                  log: Empty 100/0 []
                  answer: NONE, 100/0
                > abort as 100/0
                  log: PrepareAbort 100/1 []
                  log: CompleteAbort 100/1 []
                  answer: NONE, 100/1
                > commit as 100/1
                  answer: INVALID_TXN_STATE
                > commit as 100/0
                  answer: INVALID_TXN_STATE
                """);
    }

    @Test
    void anotherProducerFencesTheOneBefore() {
        // Given
        script.init();
        script.add(100, 0, OLD, "a-0");

        // When
        script.init();
        script.commit(100, 0, false);
        script.marked(script.lastMarkers(), "a-0");
        script.init();
        script.add(100, 0, OLD, "a-0");
        script.commit(100, 2, false);

        // Then
        happened(
                """
                > init
                  log: Empty 100/0 []
                  answer: NONE, 100/0
                > add [a-0] as 100/0
                  log: Ongoing 100/0 [a-0]
                  answer: NONE
                > init
                  log: PrepareAbort 100/1 [a-0]
                  markers: abort of producer 100/1 for [a-0]
                  answer: CONCURRENT_TRANSACTIONS
                > commit as 100/0
                  answer: PRODUCER_FENCED
                > marked [a-0]
                  log: CompleteAbort 100/1 []
                > init
                  log: Empty 100/2 []
                  answer: NONE, 100/2
                > add [a-0] as 100/0
                  answer: PRODUCER_FENCED
                > commit as 100/2
                  answer: INVALID_TXN_STATE
                """);
    }

    @Test
    void aProducerThatKnowsItselfGoesOnWithTheNextEpoch() {
        // When
        script.init();
        script.init(100, 0);
        script.init(100, 0);
        script.init();
        script.init(100, 1);
        script.init(99, 0);

        // Then
        happened(
                """
                > init
                  log: Empty 100/0 []
                  answer: NONE, 100/0
                > init as 100/0
                  log: Empty 100/1 []
                  answer: NONE, 100/1
                > init as 100/0
                  log: Empty 100/1 []
                  answer: NONE, 100/1
                > init
                  log: Empty 100/2 []
                  answer: NONE, 100/2
                > init as 100/1
                  answer: PRODUCER_FENCED
                > init as 99/0
                  answer: PRODUCER_FENCED
                """);
    }

    @Test
    void aTransactionWhoseTimeIsUpIsAbortedAlsoAfterALoad() {
        // Given
        script.init();
        script.add(100, 0, NEW, "a-0");
        script.passes(9_000);

        // When
        TransactionScript next = script.reloaded();
        next.passes(1_000);
        next.commit(100, 0, true);
        next.marked(next.lastMarkers(), "a-0");
        next.commit(100, 0, true);

        // Then
        assertThat(next.text())
                .isEqualTo(
                        """
                        > init
                          log: Empty 100/0 []
                          answer: NONE, 100/0
                        > add [a-0] as 100/0
                          log: Ongoing 100/0 [a-0]
                          answer: NONE
                        > 9000 ms pass
                        > the shard is loaded again
                        > 1000 ms pass
                          log: PrepareAbort 100/1 [a-0]
                          markers: abort of producer 100/1 for [a-0]
                        > commit as 100/0
                          answer: INVALID_TXN_STATE
                        > marked [a-0]
                          log: CompleteAbort 100/1 []
                        > commit as 100/0
                          answer: INVALID_TXN_STATE
                        """);
    }

    @Test
    void markersAreAskedForUntilAllHaveCome() {
        // Given
        script.init();
        script.add(100, 0, NEW, "a-0", "a-1");
        script.commit(100, 0, true);
        script.marked(script.lastMarkers(), "a-1");

        // When
        script.passes(500);
        TransactionScript next = script.reloaded();
        next.passes(0);

        // Then
        assertThat(next.text())
                .endsWith(
                        """
                        > commit as 100/0
                          log: PrepareCommit 100/1 [a-0, a-1]
                          markers: commit of producer 100/1 for [a-0, a-1]
                          answer: NONE, 100/1
                        > marked [a-1]
                        > 500 ms pass
                          markers: commit of producer 100/1 for [a-0]
                        > the shard is loaded again
                        > 0 ms pass
                          markers: commit of producer 100/1 for [a-0, a-1]
                        """);
    }

    @Test
    void aReportAboutAnEarlierTransactionChangesNothing() {
        // Given
        script.init();
        script.add(100, 0, OLD, "a-0");
        script.commit(100, 0, false);
        Markers first = script.lastMarkers();
        script.marked(first, "a-0");
        script.add(100, 0, OLD, "a-0");
        script.commit(100, 0, false);
        int before = script.text().length();

        // When
        script.marked(first, "a-0");

        // Then
        assertThat(script.text().substring(before)).isEqualTo("> marked [a-0]\n");
    }

    @Test
    void whatAnOldClientSentByAnOlderConnectionIsNotDone() {
        // Given
        script.init();
        script.asksByConnectionOf(1);
        script.add(100, 0, OLD, "a-0");
        script.asksByConnectionOf(2);
        script.commit(100, 0, false);
        script.marked(script.lastMarkers(), "a-0");
        script.add(100, 0, OLD, "a-0");
        int before = script.text().length();

        // When
        script.asksByConnectionOf(1);
        script.commit(100, 0, false);
        script.add(100, 0, OLD, "b-0");
        script.asksByConnectionOf(2);
        script.abort(100, 0, false);

        // Then
        assertThat(script.text().substring(before))
                .isEqualTo(
                        """
                        > by connection 1
                        > commit as 100/0
                          answer: NETWORK_EXCEPTION
                        > add [b-0] as 100/0
                          answer: NETWORK_EXCEPTION
                        > by connection 2
                        > abort as 100/0
                          log: PrepareAbort 100/0 [a-0]
                          markers: abort of producer 100/0 for [a-0]
                          answer: NONE
                        """);
    }

    /// Until the producer has a new epoch.
    @Test
    void whatAnOldClientSentByAConnectionOlderThanTheLoadIsNotDone() {
        // Given
        script.init();
        script.add(100, 0, OLD, "a-0");
        script.passes(1_000);
        TransactionScript loaded = script.reloaded();
        int before = loaded.text().length();

        // When
        loaded.asksByConnectionOf(2_000_000_000); // At the moment of the load.
        loaded.commit(100, 0, false);
        loaded.asksByConnectionOf(2_000_000_001);
        loaded.commit(100, 0, false);
        loaded.marked(loaded.lastMarkers(), "a-0");
        loaded.init();
        loaded.asksByConnectionOf(1);
        loaded.add(100, 1, OLD, "b-0");

        // Then
        assertThat(loaded.text().substring(before))
                .isEqualTo(
                        """
                        > by connection 2000000000
                        > commit as 100/0
                          answer: NETWORK_EXCEPTION
                        > by connection 2000000001
                        > commit as 100/0
                          log: PrepareCommit 100/0 [a-0]
                          markers: commit of producer 100/0 for [a-0]
                          answer: NONE
                        > marked [a-0]
                          log: CompleteCommit 100/0 []
                        > init
                          log: Empty 100/1 []
                          answer: NONE, 100/1
                        > by connection 1
                        > add [b-0] as 100/1
                          log: Ongoing 100/1 [b-0]
                          answer: NONE
                        """);
    }

    @Test
    void anotherProducerIdFollowsWhenEpochsAreUsedUp() {
        // Given
        script.init();
        for (int epoch = 0; epoch < Short.MAX_VALUE - 1; epoch++) {
            script.init(100, epoch);
        }
        script.add(100, Short.MAX_VALUE - 1, NEW, "a-0");
        int before = script.text().length();

        // When
        script.commit(100, Short.MAX_VALUE - 1, true);
        script.marked(script.lastMarkers(), "a-0");
        script.commit(100, Short.MAX_VALUE - 1, true);
        script.add(101, 0, NEW, "a-0");

        // Then
        assertThat(script.text().substring(before))
                .isEqualTo(
                        """
                        > commit as 100/32766
                          log: PrepareCommit 100/32767 then 101 [a-0]
                          markers: commit of producer 100/32767 for [a-0]
                          answer: NONE, 101/0
                        > marked [a-0]
                          log: CompleteCommit 101/0 []
                        > commit as 100/32766
                          answer: NONE, 101/0
                        > add [a-0] as 101/0
                          log: Ongoing 101/0 [a-0]
                          answer: NONE
                        """);
    }

    @Test
    void whatIsNotPartOfTheTransactionIsToldApart() {
        // Given
        script.init();
        script.add(100, 0, OLD, "a-0");
        int before = script.text().length();

        // When
        script.verify(100, 0, "a-0", "b-0");
        script.verify(100, 1, "a-0");
        script.verify(7, 0, "a-0");
        script.commit(100, 0, false);
        script.verify(100, 0, "a-0");
        script.marked(script.lastMarkers(), "a-0");
        script.verify(100, 0, "a-0");

        // Then
        assertThat(script.text().substring(before))
                .isEqualTo(
                        """
                        > verify [a-0, b-0] as 100/0
                          answer: NONE, not [b-0]
                        > verify [a-0] as 100/1
                          answer: PRODUCER_FENCED
                        > verify [a-0] as 7/0
                          answer: INVALID_PRODUCER_ID_MAPPING
                        > commit as 100/0
                          log: PrepareCommit 100/0 [a-0]
                          markers: commit of producer 100/0 for [a-0]
                          answer: NONE
                        > verify [a-0] as 100/0
                          answer: CONCURRENT_TRANSACTIONS
                        > marked [a-0]
                          log: CompleteCommit 100/0 []
                        > verify [a-0] as 100/0
                          answer: NONE, not [a-0]
                        """);
    }

    @Test
    void anIdThatNobodyUsesIsForgotten() {
        // Given
        script.init();

        // When
        script.passes(3_000_000);
        int before = script.known();
        script.passes(700_000);

        // Then
        assertThat(before).isEqualTo(1);
        assertThat(script.known()).isZero();
        assertThat(script.text()).endsWith("  log: t is forgotten\n");
    }

    @Test
    void aTransactionThatWouldNotFitTheLogIsRefused() {
        // Given
        script.init();
        script.takesRecordsUpTo(200);

        // When
        script.add(100, 0, NEW, "a-0");
        script.add(100, 0, NEW, "x".repeat(100) + "-0");

        // Then
        assertThat(script.text())
                .contains("  log: Ongoing 100/0 [a-0]\n  answer: NONE\n")
                .endsWith("  answer: UNKNOWN_SERVER_ERROR\n");
    }
}

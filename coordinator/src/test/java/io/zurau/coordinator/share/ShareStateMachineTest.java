package io.zurau.coordinator.share;

import static io.zurau.coordinator.share.ShareStateScript.batch;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// What a shard of share states does, as traces.
final class ShareStateMachineTest {
    private ShareStateScript script = new ShareStateScript();

    private void happened(String expected) {
        assertThat(script.text()).isEqualTo(expected);
    }

    @Test
    void stateIsUpdatedAndSnapshottedNowAndThen() {
        // When
        script.initialize(1, 3, -1);
        script.read(1, 7);
        script.write(1, 3, 7, 0, batch(0, 4, 2, 1));
        script.write(1, 3, 7, 5, batch(5, 9, 0, 1));
        script.write(1, 3, 7, -1, batch(6, 6, 2, 2));
        script = script.reloaded();
        script.read(1, 7);

        // Then
        happened(
                """
                > initialize 1 in epoch 3 at -1
                  log 0: snapshot 0 of 1: epoch 3, leader 0, start -1 []
                  answer: NONE
                > read 1 as leader 7
                  log 1: update of 1: leader 7, start -1 []
                  answer: NONE, epoch 3, leader 0, start -1 []
                > write 1 in epoch 3 as leader 7 from 0: [0-4:2x1]
                  log 2: update of 1: leader 7, start 0 [0-4:2x1]
                  answer: NONE
                > write 1 in epoch 3 as leader 7 from 5: [5-9:0x1]
                  log 3: snapshot 1 of 1: epoch 3, leader 7, start 5 [5-9:0x1]
                  answer: NONE
                > write 1 in epoch 3 as leader 7 from -1: [6-6:2x2]
                  log 4: update of 1: leader 7, start 5 [6-6:2x2]
                  answer: NONE
                > the shard is loaded again
                > read 1 as leader 7
                  answer: NONE, epoch 3, leader 7, start 5 [5-5:0x1,6-6:2x2,7-9:0x1]
                """);
    }

    @Test
    void whoIsOverChangesNothing() {
        // Given
        script.initialize(1, 3, 0);
        script.read(1, 7);

        // When
        script.write(1, 3, 6, 0, batch(0, 4, 2, 1));
        script.read(1, 6);
        script.write(1, 2, 7, 0, batch(0, 4, 2, 1));
        script.initialize(1, 2, 0);
        script.write(2, 0, 0, 0);
        script.read(2, 0);
        script.summarize(2);

        // Then
        happened(
                """
                > initialize 1 in epoch 3 at 0
                  log 0: snapshot 0 of 1: epoch 3, leader 0, start 0 []
                  answer: NONE
                > read 1 as leader 7
                  log 1: update of 1: leader 7, start 0 []
                  answer: NONE, epoch 3, leader 0, start 0 []
                > write 1 in epoch 3 as leader 6 from 0: [0-4:2x1]
                  answer: FENCED_LEADER_EPOCH
                > read 1 as leader 6
                  answer: FENCED_LEADER_EPOCH
                > write 1 in epoch 2 as leader 7 from 0: [0-4:2x1]
                  answer: FENCED_STATE_EPOCH
                > initialize 1 in epoch 2 at 0
                  answer: FENCED_STATE_EPOCH
                > write 2 in epoch 0 as leader 0 from 0: []
                  answer: INVALID_REQUEST
                > read 2 as leader 0
                  answer: INVALID_REQUEST
                > summarize 2
                  answer: NONE
                """);
    }

    @Test
    void theLogIsPrunedAndWhoStandsStillHoldsUpNobody() {
        // Given
        script.initialize(1, 0, 0);
        script.initialize(2, 0, 0);
        script.timePasses(ShareStateScript.INTERVAL_MS / 2);
        for (int i = 0; i < 3; i++) {
            script.write(2, 0, 0, i + 1, batch(i, i, 2, 1));
        }

        // When
        script.timePasses(ShareStateScript.INTERVAL_MS / 2);
        script.timePasses(ShareStateScript.INTERVAL_MS);

        // Then
        happened(
                """
                > initialize 1 in epoch 0 at 0
                  log 0: snapshot 0 of 1: epoch 0, leader 0, start 0 []
                  answer: NONE
                > initialize 2 in epoch 0 at 0
                  log 1: snapshot 0 of 2: epoch 0, leader 0, start 0 []
                  answer: NONE
                > 500 ms pass
                > write 2 in epoch 0 as leader 0 from 1: [0-0:2x1]
                  log 2: update of 2: leader 0, start 1 []
                  answer: NONE
                > write 2 in epoch 0 as leader 0 from 2: [1-1:2x1]
                  log 3: update of 2: leader 0, start 2 []
                  answer: NONE
                > write 2 in epoch 0 as leader 0 from 3: [2-2:2x1]
                  log 4: snapshot 1 of 2: epoch 0, leader 0, start 3 []
                  answer: NONE
                > 500 ms pass
                  log 5: snapshot 1 of 1: epoch 0, leader 0, start 0 []
                > 1000 ms pass
                  log 6: snapshot 2 of 2: epoch 0, leader 0, start 3 []
                  log 7: snapshot 2 of 1: epoch 0, leader 0, start 0 []
                  the log is needed from 4
                """);
    }

    @Test
    void whatIsDeletedIsForgotten() {
        // Given
        script.initialize(1, 0, 0);
        script.initialize(2, 0, 0);
        script.initialize(3, 0, 0);

        // When
        script.delete(1);
        script.delete(1);
        script.keepTopic(3);
        script = script.reloaded();
        script.summarize(1);
        script.summarize(2);
        script.summarize(3);

        // Then
        happened(
                """
                > initialize 1 in epoch 0 at 0
                  log 0: snapshot 0 of 1: epoch 0, leader 0, start 0 []
                  answer: NONE
                > initialize 2 in epoch 0 at 0
                  log 1: snapshot 0 of 2: epoch 0, leader 0, start 0 []
                  answer: NONE
                > initialize 3 in epoch 0 at 0
                  log 2: snapshot 0 of 3: epoch 0, leader 0, start 0 []
                  answer: NONE
                > delete 1
                  log 3: no 1
                  answer: NONE
                > delete 1
                  answer: NONE
                > only topic 3 is left
                  log 4: no 2
                  answer: NONE
                > the shard is loaded again
                > summarize 1
                  answer: NONE
                > summarize 2
                  answer: NONE
                > summarize 3
                  answer: NONE, epoch 0, leader 0, start 0 []
                """);
    }

    @Test
    void whatDoesNotFitIntoARecordIsRefused() {
        // Given
        script.initialize(1, 0, 0);
        script.takesRecordsUpTo(150);

        // When
        script.write(1, 0, 0, 0, batch(0, 0, 2, 1), batch(2, 2, 2, 1));
        script.write(1, 0, 0, 0, batch(4, 4, 2, 1), batch(6, 6, 2, 1));

        // Then
        happened(
                """
                > initialize 1 in epoch 0 at 0
                  log 0: snapshot 0 of 1: epoch 0, leader 0, start 0 []
                  answer: NONE
                > write 1 in epoch 0 as leader 0 from 0: [0-0:2x1,2-2:2x1]
                  log 1: update of 1: leader 0, start 0 [0-0:2x1,2-2:2x1]
                  answer: NONE
                > write 1 in epoch 0 as leader 0 from 0: [4-4:2x1,6-6:2x1]
                  answer: UNKNOWN_SERVER_ERROR
                """);
    }

    @Test
    void whoBeginsTwiceInTheSameEpochForgetsNothingUnlessItIsToldWhereToBegin() {
        // When
        script.initialize(1, 3, -1);
        script.write(1, 3, 0, 5, batch(5, 9, 2, 1));
        script.initialize(1, 3, -1);
        script.summarize(1);
        script.initialize(1, 3, 2);
        script.initialize(1, 4, -1);

        // Then
        happened(
                """
                > initialize 1 in epoch 3 at -1
                  log 0: snapshot 0 of 1: epoch 3, leader 0, start -1 []
                  answer: NONE
                > write 1 in epoch 3 as leader 0 from 5: [5-9:2x1]
                  log 1: update of 1: leader 0, start 5 [5-9:2x1]
                  answer: NONE
                > initialize 1 in epoch 3 at -1
                  answer: NONE
                > summarize 1
                  answer: NONE, epoch 3, leader 0, start 5 [5-9:2x1]
                > initialize 1 in epoch 3 at 2
                  log 2: snapshot 1 of 1: epoch 3, leader 0, start 2 []
                  answer: NONE
                > initialize 1 in epoch 4 at -1
                  log 3: snapshot 2 of 1: epoch 4, leader 0, start -1 []
                  answer: NONE
                """);
    }
}

package io.zurau.quorum;

import static io.zurau.metadata.TestRecords.id;
import static io.zurau.metadata.TestRecords.producerIds;
import static io.zurau.metadata.TestRecords.topic;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.zurau.metadata.log.NewestImage;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Voters that come back with an empty disk.
final class WipedVoterTest {
    @TempDir Path root;
    private QuorumUnderTest quorum;

    @AfterEach
    void close() {
        quorum.close();
        assertThat(quorum.bugs).isEmpty();
    }

    @Test
    void aWipedVoterJoinsAgainAndThenCounts() throws Exception {
        // Given
        quorum = new QuorumUnderTest(root, 3).open(1, 2, 3);
        long end = QuorumUnderTest.commit(quorum.node(1), topic("orders", id(1), 3));
        int wiped = quorum.someFollower();
        quorum.close(wiped);
        quorum.wipe(wiped);

        // When: nothing is written meanwhile
        quorum.open(wiped);

        // Then
        assertThat(quorum.node(wiped).endOffset()).isEqualTo(end);
        assertThat(NewestImage.of(quorum.node(wiped)).topics().named("orders")).isPresent();
        assertThat(quorum.node(quorum.leader()).quorum().voters()).hasSize(3);

        // When: a majority needs it
        int other =
                quorum.runningNodes().stream()
                        .filter(node -> node != wiped && node != quorum.leader())
                        .findFirst()
                        .orElseThrow();
        quorum.close(other);

        // Then
        QuorumUnderTest.commit(quorum.node(wiped), List.of(producerIds(5)));
    }

    @Test
    void aWipedLeaderJoinsAgain() throws Exception {
        // Given
        quorum = new QuorumUnderTest(root, 3).open(1, 2, 3);
        long end = QuorumUnderTest.commit(quorum.node(1), topic("orders", id(1), 3));
        int wiped = quorum.leader();
        quorum.close(wiped);
        quorum.wipe(wiped);

        // When
        quorum.open(wiped);

        // Then
        assertThat(quorum.node(wiped).endOffset()).isEqualTo(end);
    }

    @Test
    void aWipedMajorityDoesNotOutvoteTheOneThatStillKnows() throws Exception {
        // Given
        quorum = new QuorumUnderTest(root, 3).open(1, 2, 3);
        long end = QuorumUnderTest.commit(quorum.node(1), topic("orders", id(1), 3));
        quorum.awaitEnd(3, end);
        quorum.close(1);
        quorum.close(2);
        quorum.wipe(1);
        quorum.wipe(2);

        // When
        Future<RaftMetadataLog> one = quorum.opening(quorum.config(1), quorum.fresh());
        Future<RaftMetadataLog> two = quorum.opening(quorum.config(2), quorum.fresh());

        // Then: only an operator can decide now
        assertThatExceptionOfType(TimeoutException.class)
                .isThrownBy(() -> one.get(3, TimeUnit.SECONDS));
        assertThat(two).isNotDone();
        assertThat(NewestImage.of(quorum.node(3)).topics().named("orders")).isPresent();
        one.cancel(true);
        two.cancel(true);
    }
}

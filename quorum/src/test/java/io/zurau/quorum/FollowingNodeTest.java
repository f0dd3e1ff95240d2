package io.zurau.quorum;

import static io.zurau.metadata.TestRecords.id;
import static io.zurau.metadata.TestRecords.producerIds;
import static io.zurau.metadata.TestRecords.topic;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zurau.metadata.log.NewestImage;
import io.zurau.metadata.log.ProposeOutcome;
import io.zurau.metadata.log.QuorumState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A node without a vote.
final class FollowingNodeTest {
    @TempDir Path root;
    private QuorumUnderTest quorum;

    @AfterEach
    void close() {
        quorum.close();
        assertThat(quorum.bugs).isEmpty();
    }

    @Test
    void itKnowsProposesAndIsSeen() throws Exception {
        // Given
        quorum = new QuorumUnderTest(root, 3).open(1, 2, 3);
        long end = QuorumUnderTest.commit(quorum.node(1), topic("orders", id(1), 3));

        // When
        quorum.open(4);

        // Then
        RaftMetadataLog follower = quorum.node(4);
        assertThat(follower.endOffset()).isEqualTo(end);
        assertThat(follower.clusterId()).isEqualTo(quorum.node(1).clusterId());
        assertThat(follower.quorum().leadership().leaderId()).isEqualTo(quorum.leader());

        // When
        ProposeOutcome outcome = follower.propose(end, List.of(producerIds(5)));

        // Then
        assertThat(outcome).isEqualTo(new ProposeOutcome.Committed(end + 1));
        assertThat(NewestImage.of(follower).nextProducerId()).isEqualTo(5);
        await().atMost(QuorumUnderTest.PATIENCE)
                .untilAsserted(
                        () ->
                                assertThat(quorum.node(quorum.leader()).quorum().observers())
                                        .extracting(
                                                QuorumState.Member::nodeId,
                                                QuorumState.Member::endOffset)
                                        .containsExactly(
                                                org.assertj.core.groups.Tuple.tuple(4, end + 1)));
        assertThat(quorum.node(quorum.leader()).quorum().voters())
                .extracting(QuorumState.Member::nodeId)
                .containsExactly(1, 2, 3);
    }

    @Test
    void aProposalTakesMilliseconds() throws Exception {
        // Given
        quorum = new QuorumUnderTest(root, 3).open(1, 2, 3).open(4);

        for (int nodeId : List.of(quorum.leader(), quorum.someFollower(), 4)) {
            // When
            RaftMetadataLog log = quorum.node(nodeId);
            List<Long> micros = new ArrayList<>();
            for (int i = 1; i <= 200; i++) {
                long start = System.nanoTime();
                QuorumUnderTest.commit(log, List.of(producerIds(i)));
                micros.add((System.nanoTime() - start) / 1_000);
            }

            // Then: not asserted, machines differ
            micros.sort(null);
            System.out.printf(
                    "Proposals through node %d, led by %d: p50 %d us, p99 %d us%n",
                    nodeId, quorum.leader(), micros.get(100), micros.get(198));
        }
    }

    @Test
    void itFollowsAnotherVoterWhenItsOwnIsGone() throws Exception {
        // Given
        quorum = new QuorumUnderTest(root, 3).open(1, 2, 3).open(4);

        for (int round = 1; round <= 2; round++) {
            // When
            int leader = quorum.leader();
            quorum.close(leader);
            int other = quorum.runningNodes().getFirst();
            long end = QuorumUnderTest.commit(quorum.node(other), List.of(producerIds(round)));

            // Then
            quorum.awaitEnd(4, end);
            assertThat(NewestImage.of(quorum.node(4)).nextProducerId()).isEqualTo(round);
            quorum.open(leader);
        }
    }

    @Test
    void tenThousandPartitionsAreOneProposal() throws Exception {
        // Given
        quorum = new QuorumUnderTest(root, 3).open(1, 2, 3).open(4);
        RaftMetadataLog follower = quorum.node(4);

        // When
        long start = System.nanoTime();
        long end = QuorumUnderTest.commit(follower, topic("large", id(1), 10_000));
        System.out.printf(
                "10,000 partitions committed and known to a follower in %d ms%n",
                Duration.ofNanos(System.nanoTime() - start).toMillis());

        // Then
        assertThat(NewestImage.of(follower).topics().partitionCount()).isEqualTo(10_000);

        // When: one that comes later gets it as a snapshot
        quorum.open(5);

        // Then
        assertThat(quorum.node(5).endOffset()).isEqualTo(end);
        assertThat(NewestImage.of(quorum.node(5)).records())
                .isEqualTo(NewestImage.of(quorum.node(1)).records());
    }
}

package io.zurau.quorum;

import static io.zurau.metadata.TestRecords.id;
import static io.zurau.metadata.TestRecords.producerIds;
import static io.zurau.metadata.TestRecords.topic;
import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.metadata.log.Leadership;
import io.zurau.metadata.log.NewestImage;
import io.zurau.metadata.log.ProposeOutcome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Nodes that stop, one or all, and come back.
final class RestartTest {
    private static final int ROUNDS = 5;

    @TempDir Path root;
    private QuorumUnderTest quorum;

    @AfterEach
    void close() {
        quorum.close();
        assertThat(quorum.bugs).isEmpty();
    }

    @Test
    void aQuorumThatStoppedAsAWholeHasEverythingAfterwards() throws Exception {
        // Given
        quorum = new QuorumUnderTest(root, 3).open(1, 2, 3);
        long end = QuorumUnderTest.commit(quorum.node(2), topic("orders", id(1), 3));
        String clusterId = quorum.node(1).clusterId();
        for (int nodeId : quorum.runningNodes()) {
            quorum.close(nodeId);
        }

        // When
        quorum.open(1, 2, 3);

        // Then
        for (int nodeId : quorum.runningNodes()) {
            assertThat(quorum.node(nodeId).endOffset()).isEqualTo(end);
            assertThat(quorum.node(nodeId).clusterId()).isEqualTo(clusterId);
            assertThat(NewestImage.of(quorum.node(nodeId)).topics().named("orders")).isPresent();
        }
    }

    @Test
    void anotherNodeLeadsWhenTheLeaderStops() throws Exception {
        // Given
        quorum = new QuorumUnderTest(root, 3).open(1, 2, 3);
        List<Long> gapsMs = new ArrayList<>();
        List<Leadership> seen = new CopyOnWriteArrayList<>();
        int watcher = quorum.someFollower();
        quorum.node(watcher).subscribeLeadership(seen::add);

        for (int round = 0; round < ROUNDS; round++) {
            // When
            int leader = quorum.leader();
            int other = quorum.someFollower();
            QuorumUnderTest.commit(quorum.node(other), List.of(producerIds(2 * round + 1)));
            long stoppedNanos = System.nanoTime();
            Thread stopping = Thread.ofVirtual().start(() -> quorum.node(leader).close());
            QuorumUnderTest.commit(quorum.node(other), List.of(producerIds(2 * round + 2)));
            gapsMs.add(Duration.ofNanos(System.nanoTime() - stoppedNanos).toMillis());

            // Then
            stopping.join();
            quorum.close(leader);
            assertThat(quorum.leader()).isNotEqualTo(leader);
            quorum.open(leader);
            assertThat(NewestImage.of(quorum.node(leader)).nextProducerId())
                    .isEqualTo(2 * round + 2);
        }
        gapsMs.sort(null);
        System.out.println("Gaps from the leader's stop to the next commit, in ms: " + gapsMs);
        assertThat(seen).extracting(Leadership::epoch).isSorted();
    }

    @Test
    void withoutAMajorityTheOutcomeIsUnknownAndClosingEndsTheWait() throws Exception {
        // Given
        quorum = new QuorumUnderTest(root, 3);
        quorum.tuning = QuorumTuning.DEFAULT.withProposalPatience(Duration.ofMillis(1_500));
        quorum.open(1, 2, 3);
        int last = quorum.leader();
        for (int nodeId : quorum.runningNodes()) {
            if (nodeId != last) {
                quorum.close(nodeId);
            }
        }
        RaftMetadataLog log = quorum.node(last);

        // When
        ProposeOutcome late = log.propose(log.endOffset(), topic("orders", id(1), 1));

        // Then
        assertThat(late).isInstanceOf(ProposeOutcome.Unknown.class);

        // When
        quorum.tuning = QuorumTuning.DEFAULT;
        quorum.close(last);
        try (ExecutorService proposers = Executors.newVirtualThreadPerTaskExecutor()) {
            quorum.open(1, 2, 3);
            int leader = quorum.leader();
            for (int nodeId : quorum.runningNodes()) {
                if (nodeId != leader) {
                    quorum.close(nodeId);
                }
            }
            RaftMetadataLog alone = quorum.node(leader);
            Future<ProposeOutcome> proposal =
                    proposers.submit(
                            () -> alone.propose(alone.endOffset(), List.of(producerIds(77))));
            Thread.ofVirtual().start(alone::close);

            // Then: long before its patience ends
            try {
                assertThat(proposal.get(5, TimeUnit.SECONDS))
                        .isInstanceOf(ProposeOutcome.Unknown.class);
            } catch (java.util.concurrent.ExecutionException e) {
                // It came after the close.
                assertThat(e).hasCauseInstanceOf(io.zurau.runtime.StorageFailure.class);
            }
        }
    }
}

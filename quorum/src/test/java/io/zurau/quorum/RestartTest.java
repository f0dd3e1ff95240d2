package io.zurau.quorum;

import static io.zurau.metadata.TestRecords.id;
import static io.zurau.metadata.TestRecords.producerIds;
import static io.zurau.metadata.TestRecords.topic;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.log.Leadership;
import io.zurau.metadata.log.NewestImage;
import io.zurau.metadata.log.ProposeOutcome;
import io.zurau.runtime.StorageFailure;
import java.lang.reflect.Field;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.apache.ratis.server.raftlog.RaftLogBase;
import org.apache.ratis.util.AwaitToRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Nodes that stop, one or all, and come back.
final class RestartTest {
    private static final int ROUNDS = 4;

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

    /// A leader that lives keeps its followers from standing, however long one waits.
    @Test
    void whoeverIsToldThatTheLeaderHasDiedStandsAtOnceAndAWrongHintHarmsNothing() throws Exception {
        // Given
        quorum = new QuorumUnderTest(root, 3).open(1, 2, 3);
        int other = quorum.someFollower();
        long end = QuorumUnderTest.commit(quorum.node(other), List.of(producerIds(1)));
        int leader = quorum.leader();
        Leadership before = quorum.node(leader).quorum().leadership();

        // When, then: perhaps not at the first attempt, for nobody votes for one whose log is short
        await().atMost(QuorumUnderTest.PATIENCE)
                .until(
                        () -> {
                            Leadership now = quorum.node(other).quorum().leadership();
                            if (now.isBy(other)) {
                                return true;
                            }
                            quorum.node(other).leaderHasDied(now);
                            return false;
                        });
        assertThat(QuorumUnderTest.commit(quorum.node(leader), List.of(producerIds(2))))
                .isGreaterThan(end);

        // When: the hint comes late
        quorum.node(leader).leaderHasDied(before);

        // Then
        assertThat(QuorumUnderTest.commit(quorum.node(other), List.of(producerIds(3))))
                .isGreaterThan(end + 1);
    }

    /// Whoever watches a leader is stopped when another one leads, or nobody: perhaps while it says
    /// that the old one has died.
    @Test
    void whoeverSaysThatTheLeaderHasDiedMayBeInterrupted() throws Exception {
        // Given
        quorum = new QuorumUnderTest(root, 3).open(1, 2, 3);
        int other = quorum.leader() == 1 ? 2 : 1; // Its turn to stand comes first.

        // When, then: perhaps not at the first attempt, for nobody votes for one whose log is short
        await().atMost(QuorumUnderTest.PATIENCE)
                .until(
                        () -> {
                            Leadership now = quorum.node(other).quorum().leadership();
                            if (now.isBy(other)) {
                                return true;
                            }
                            Thread.currentThread().interrupt();
                            try {
                                quorum.node(other).leaderHasDied(now);
                            } finally {
                                Thread.interrupted(); // The next attempt begins without.
                            }
                            return false;
                        });
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
            } catch (ExecutionException e) {
                // It came after the close.
                assertThat(e).hasCauseInstanceOf(StorageFailure.class);
            }
        }
    }

    @Test
    void changesOfTheLeaderNeverLoseOrRepeatAProposal() throws Exception {
        // Given: four proposers add one each time, through three nodes
        quorum = new QuorumUnderTest(root, 3).open(1, 2, 3);
        int each = 20;
        AtomicLong committed = new AtomicLong();
        AtomicLong unknown = new AtomicLong();
        AtomicBoolean done = new AtomicBoolean();

        // When
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> proposers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                RaftMetadataLog log = quorum.node(1 + i % 3);
                proposers.add(
                        threads.submit(
                                () -> {
                                    NewestImage current = new NewestImage();
                                    log.subscribe(current);
                                    for (int left = each; left > 0; ) {
                                        ClusterImage image = current.image();
                                        switch (log.propose(
                                                image.endOffset(),
                                                List.of(producerIds(image.nextProducerId() + 1)))) {
                                            case ProposeOutcome.Committed _ -> {
                                                committed.incrementAndGet();
                                                left--;
                                            }
                                            case ProposeOutcome.Unknown _ -> {
                                                unknown.incrementAndGet();
                                                left--;
                                            }
                                            // Not without a rest: who spins keeps those who tell
                                            // of images from their carriers.
                                            case ProposeOutcome.Conflict _ ->
                                                    LockSupport.parkNanos(1_000_000);
                                        }
                                    }
                                }));
            }
            Future<?> deposing =
                    threads.submit(
                            () -> {
                                while (!done.get()) {
                                    quorum.node(quorum.leader()).handOver();
                                }
                            });
            for (Future<?> proposer : proposers) {
                proposer.get();
            }
            done.set(true);
            deposing.get();
        }

        // Then
        QuorumUnderTest.commit(quorum.node(1), topic("last", id(1), 1));
        long counted = NewestImage.of(quorum.node(1)).nextProducerId();
        System.out.printf(
                "%d committed, %d unknown, leader epoch %d%n",
                committed.get(), unknown.get(), quorum.node(1).quorum().leadership().epoch());
        assertThat(counted).isBetween(committed.get(), committed.get() + unknown.get());
    }

    @Test
    void anIdleQuorumWritesWithoutMovingTheEnd() throws Exception {
        // Given
        quorum = new QuorumUnderTest(root, 1);
        quorum.tuning = QuorumTuning.DEFAULT.withIdleWrite(Duration.ofMillis(100));
        quorum.open(1);
        long end = quorum.node(1).endOffset();
        long index = quorum.node(1).appliedIndex();

        // When
        await().atMost(QuorumUnderTest.PATIENCE)
                .until(() -> quorum.node(1).appliedIndex() > index + 10);

        // Then
        assertThat(quorum.node(1).endOffset()).isEqualTo(end);
        assertThat(quorum.node(1).propose(end, List.of(producerIds(1))))
                .isEqualTo(new ProposeOutcome.Committed(end + 1));
    }

    /// As after a change of the term: the eviction waits for a lock that closing has, and closing
    /// for the eviction.
    @Test
    void aNodeIsClosedAlthoughItsCacheIsToBeEvictedJustNow() throws Exception {
        // Given
        quorum = new QuorumUnderTest(root, 1).open(1);
        RaftNode node = (RaftNode) field(RaftMetadataLog.class, "node").get(quorum.node(1));
        RaftLogBase copy = (RaftLogBase) node.division().orElseThrow().getRaftLog();
        ReentrantReadWriteLock lock =
                (ReentrantReadWriteLock) field(RaftLogBase.class, "lock").get(copy);
        Field eviction = field(copy.getClass(), "cacheEviction");
        ((AwaitToRun) eviction.get(copy)).close();
        AtomicBoolean begun = new AtomicBoolean();
        AwaitToRun untimely =
                new AwaitToRun(
                                "eviction",
                                () -> {
                                    begun.set(true);
                                    evictWhenLocked(copy, lock);
                                })
                        .start();
        eviction.set(copy, untimely);
        await().until(
                        () -> {
                            untimely.signal();
                            return begun.get();
                        });

        // When
        Thread closing = Thread.ofVirtual().start(() -> quorum.node(1).close());

        // Then
        assertThat(closing.join(QuorumUnderTest.PATIENCE)).isTrue();
        quorum.close(1);
        quorum.open(1);
    }

    private static void evictWhenLocked(RaftLogBase copy, ReentrantReadWriteLock lock) {
        do {
            while (!lock.isWriteLocked()) {
                Thread.onSpinWait();
            }
            copy.writeLock().close();
        } while (!Thread.currentThread().isInterrupted());
    }

    private static Field field(Class<?> type, String name) throws Exception {
        Field found = type.getDeclaredField(name);
        found.setAccessible(true);
        return found;
    }

    @Test
    void aPortThatIsTakenIsASentence() throws Exception {
        // Given
        quorum = new QuorumUnderTest(root, 1);
        Voter self = quorum.voters().getFirst();
        try (ServerSocket taken =
                new ServerSocket(self.port(), 1, InetAddress.getLoopbackAddress())) {

            // When, then
            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(() -> quorum.open(1))
                    .withCauseInstanceOf(StorageFailure.class)
                    .withMessageContaining("127.0.0.1:" + taken.getLocalPort());
        }
    }
}

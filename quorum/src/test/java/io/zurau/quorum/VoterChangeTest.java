package io.zurau.quorum;

import static io.zurau.metadata.TestRecords.id;
import static io.zurau.metadata.TestRecords.producerIds;
import static io.zurau.metadata.TestRecords.topic;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.zurau.metadata.TestRecords;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.log.NewestImage;
import io.zurau.metadata.log.QuorumState;
import io.zurau.metadata.log.VoterRefusal;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.Uuid;
import io.zurau.runtime.StorageFailure;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Quorums that grow and shrink.
final class VoterChangeTest {
    @TempDir Path root;
    private QuorumUnderTest quorum;

    @AfterEach
    void close() {
        quorum.close();
        assertThat(quorum.bugs).isEmpty();
    }

    /// A leader that lost its vote may still be taken for the leader, and knows of no voters.
    private void awaitVoters(Integer... nodeIds) {
        await().atMost(QuorumUnderTest.PATIENCE)
                .untilAsserted(() -> assertThat(voters()).containsExactly(nodeIds));
    }

    private List<Integer> voters() {
        return quorum.node(quorum.leader()).quorum().voters().stream()
                .map(QuorumState.Member::nodeId)
                .toList();
    }

    @Test
    void threeVotersBecomeFiveAndThreeAgain() throws Exception {
        // Given
        quorum = new QuorumUnderTest(root, 3).open(1, 2, 3);
        QuorumUnderTest.commit(quorum.node(1), topic("orders", id(1), 3));
        for (int nodeId : List.of(4, 5)) {
            Voter listener = QuorumUnderTest.onFreePort(nodeId);
            quorum.open(
                    quorum.config(nodeId).listeningOn(listener.host(), listener.port()),
                    quorum.fresh());

            // When
            assertThat(
                            quorum.node(2)
                                    .addVoter(
                                            nodeId,
                                            quorum.directoryId(nodeId),
                                            listener.host(),
                                            listener.port()))
                    .isEmpty();
        }

        // Then
        awaitVoters(1, 2, 3, 4, 5);
        assertThat(quorum.node(2).addVoter(4, quorum.directoryId(4), "127.0.0.1", 1))
                .map(VoterRefusal::error)
                .hasValue(ErrorCode.DUPLICATE_VOTER);
        assertThat(NewestImage.of(quorum.node(5)).topics().named("orders")).isPresent();

        // When: two of the first three go, one of them the leader
        for (int nodeId : List.of(1, 2)) {
            assertThat(quorum.node(3).removeVoter(nodeId, new Uuid(9, 9)))
                    .map(VoterRefusal::error)
                    .hasValue(ErrorCode.VOTER_NOT_FOUND);
            assertThat(quorum.node(3).removeVoter(nodeId, quorum.directoryId(nodeId))).isEmpty();
        }

        // Then: they go on following
        awaitVoters(3, 4, 5);
        long end = QuorumUnderTest.commit(quorum.node(1), List.of(producerIds(7)));
        quorum.awaitEnd(2, end);
        assertThat(quorum.node(3).removeVoter(1, quorum.directoryId(1)))
                .map(VoterRefusal::error)
                .hasValue(ErrorCode.VOTER_NOT_FOUND);

        // When: one that was removed starts again, although it is configured as a voter
        quorum.close(1);
        quorum.open(1);

        // Then
        awaitVoters(3, 4, 5);
        assertThat(quorum.node(1).endOffset()).isEqualTo(end);
    }

    @Test
    void aNodeIsAddedOnlyWithTheDirectoryThatItHas() throws Exception {
        // Given
        quorum = new QuorumUnderTest(root, 1).open(1);
        Voter listener = QuorumUnderTest.onFreePort(4);
        quorum.open(quorum.config(4).listeningOn(listener.host(), listener.port()), quorum.fresh());

        // When, then
        assertThat(add(listener, new Uuid(9, 9)))
                .hasValueSatisfying(
                        refusal -> {
                            assertThat(refusal.error()).isEqualTo(ErrorCode.REQUEST_TIMED_OUT);
                            assertThat(refusal.reason()).contains(quorum.directoryId(4).toString());
                        });
        assertThat(add(QuorumUnderTest.onFreePort(5), quorum.directoryId(5)))
                .map(VoterRefusal::error)
                .hasValue(ErrorCode.REQUEST_TIMED_OUT);
        awaitVoters(1);
        assertThat(add(listener, quorum.directoryId(4))).isEmpty();
        awaitVoters(1, 4);

        // When, then: whoever is asked
        assertThat(quorum.node(4).removeVoter(1, new Uuid(9, 9)))
                .map(VoterRefusal::error)
                .hasValue(ErrorCode.VOTER_NOT_FOUND);
    }

    private Optional<VoterRefusal> add(Voter voter, Uuid directoryId) {
        return quorum.node(1).addVoter(voter.nodeId(), directoryId, voter.host(), voter.port());
    }

    @Test
    void aVoterOfAnotherClusterIsNotTakenFromIt(@TempDir Path elsewhere) throws Exception {
        // Given
        quorum = new QuorumUnderTest(root, 1).open(1);
        try (QuorumUnderTest another = new QuorumUnderTest(elsewhere, 2)) {
            Founding founding = new Founding.Fresh(() -> "another", List::of);
            Future<RaftMetadataLog> one = another.opening(another.config(1), founding);
            try (RaftMetadataLog two = another.opening(another.config(2), founding).get();
                    RaftMetadataLog first = one.get()) {

                // When
                Optional<VoterRefusal> refusal =
                        add(another.voters().getLast(), another.directoryId(2));

                // Then
                assertThat(refusal)
                        .hasValueSatisfying(
                                refused -> {
                                    assertThat(refused.error())
                                            .isEqualTo(ErrorCode.INCONSISTENT_CLUSTER_ID);
                                    assertThat(refused.reason())
                                            .contains("another", TestRecords.CLUSTER);
                                });
                awaitVoters(1);
                QuorumUnderTest.commit(two, List.of(producerIds(3)));
                assertThat(first.clusterId()).isEqualTo("another");
            }
        }
    }

    private static ClusterImage local() {
        return TestRecords.with(
                ClusterImage.empty("was-alone"), TestRecords.topic("orders", id(1), 3));
    }

    @Test
    void aNodeThatWasAloneBecomesTheFirstOfThree() throws Exception {
        // Given
        quorum = new QuorumUnderTest(root, 3);

        // When: the others start first, and have nothing
        Future<RaftMetadataLog> two = quorum.opening(quorum.config(2), quorum.fresh());
        Future<RaftMetadataLog> three = quorum.opening(quorum.config(3), quorum.fresh());
        RaftMetadataLog one = quorum.open(quorum.config(1), new Founding.Continuing(local()));

        // Then
        try (RaftMetadataLog second = two.get();
                RaftMetadataLog third = three.get()) {
            assertThat(List.of(one.clusterId(), second.clusterId(), third.clusterId()))
                    .containsOnly("was-alone");
            assertThat(third.endOffset()).isEqualTo(4);
            assertThat(NewestImage.of(second).records()).isEqualTo(local().records());
            awaitVoters(1, 2, 3);

            // When: the first disk is lost, but not the old local log
            quorum.close(1);
            quorum.wipe(1);
            QuorumUnderTest.commit(second, List.of(producerIds(5)));
            quorum.open(quorum.config(1), new Founding.Continuing(local()));

            // Then: it does not begin anew with that
            assertThat(NewestImage.of(quorum.node(1)).nextProducerId()).isEqualTo(5);
        }
    }

    @Test
    void aNodeThatWasAloneFoundsNothingWhileOthersAreSilent() throws Exception {
        // Given: the metadata of its days alone, brought back from a backup
        quorum = new QuorumUnderTest(root, 3).open(1, 2, 3);
        QuorumUnderTest.commit(quorum.node(1), List.of(producerIds(5)));
        quorum.close(1);
        quorum.close(2);
        quorum.close(3);
        quorum.wipe(1);

        // When
        Future<RaftMetadataLog> alone =
                quorum.opening(quorum.config(1), new Founding.Continuing(local()));

        // Then
        assertThatExceptionOfType(TimeoutException.class)
                .isThrownBy(() -> alone.get(2, TimeUnit.SECONDS));

        // When
        quorum.open(2, 3);

        // Then: it learns that there is a quorum
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(
                        () -> alone.get(QuorumUnderTest.PATIENCE.toMillis(), TimeUnit.MILLISECONDS))
                .withCauseInstanceOf(StorageFailure.class)
                .withMessageContaining("was-alone");
        assertThat(NewestImage.of(quorum.node(2)).nextProducerId()).isEqualTo(5);
    }

    @Test
    void aNodeOfAnotherClusterIsRefused() throws Exception {
        // Given
        quorum = new QuorumUnderTest(root, 3).open(1, 2, 3);
        quorum.close(3);
        quorum.wipe(3);

        // When, then
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> quorum.open(quorum.config(3), new Founding.Continuing(local())))
                .withCauseInstanceOf(StorageFailure.class)
                .withMessageContaining("was-alone")
                .withMessageContaining(TestRecords.CLUSTER);
    }
}

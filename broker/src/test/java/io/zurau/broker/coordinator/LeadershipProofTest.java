package io.zurau.broker.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.metadata.image.PartitionImage;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.Uuid;
import io.zurau.runtime.Clock;
import io.zurau.simulation.Simulation;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/// A coordinator on broker 1 asks the brokers that may lead next.
final class LeadershipProofTest {
    private static final TopicPartition PARTITION = new TopicPartition("__consumer_offsets", 7);
    private static final int EPOCH = 4;

    private final Map<Integer, ErrorCode> answers = new TreeMap<>();
    private final List<Integer> asked = new ArrayList<>();
    private PartitionImage image = image(List.of(1, 2, 3), List.of(), EPOCH);

    private final class Canned implements LeadershipProof.Witnesses {
        @Override
        public ErrorCode ask(int brokerId, TopicPartition partition, int leaderEpoch) {
            assertThat(partition).isEqualTo(PARTITION);
            assertThat(leaderEpoch).isEqualTo(EPOCH);
            asked.add(brokerId);
            return answers.getOrDefault(brokerId, ErrorCode.NETWORK_EXCEPTION);
        }

        @Override
        public void close() {}
    }

    private static PartitionImage image(
            List<Integer> inSync, List<Integer> eligible, int leaderEpoch) {
        List<Integer> replicas = List.of(1, 2, 3, 4);
        return new PartitionImage(
                replicas,
                Collections.nCopies(replicas.size(), new Uuid(1, 1)),
                inSync,
                List.of(),
                List.of(),
                eligible,
                List.of(),
                1,
                false,
                leaderEpoch,
                9);
    }

    /// How a proof is asked for.
    private interface Asking {
        ErrorCode proof(LeadershipProof proof, Supplier<PartitionImage> role)
                throws InterruptedException;
    }

    private ErrorCode prove() {
        return prove((proof, role) -> proof.of(PARTITION, role));
    }

    private ErrorCode prove(Asking asking) {
        List<ErrorCode> outcome = new ArrayList<>();
        Simulation simulation = new Simulation(1);
        simulation.run(
                () -> {
                    Clock clock = simulation.machine("broker").boot().clock();
                    LeadershipProof proof = new LeadershipProof(1, clock, new Canned());
                    outcome.add(asking.proof(proof, () -> image));
                });
        return outcome.getFirst();
    }

    @Test
    void itLeadsIfNobodyWhoMayLeadNextHasHeardOfANewerLeader() {
        // Given
        answers.put(2, ErrorCode.NOT_LEADER_OR_FOLLOWER);
        answers.put(3, ErrorCode.UNKNOWN_LEADER_EPOCH);

        // When
        ErrorCode proof = prove();

        // Then
        assertThat(proof).isEqualTo(ErrorCode.NONE);
        assertThat(asked).containsExactly(2, 3);
    }

    @Test
    void itDoesNotLeadIfOneHasHeardOfANewerLeader() {
        answers.put(2, ErrorCode.NOT_LEADER_OR_FOLLOWER);
        answers.put(3, ErrorCode.FENCED_LEADER_EPOCH);
        assertThat(prove()).isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER);
    }

    @Test
    void whoIsEligibleIsAskedToo() {
        image = image(List.of(1), List.of(4), EPOCH);
        answers.put(4, ErrorCode.FENCED_LEADER_EPOCH);
        assertThat(prove()).isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER);
    }

    @Test
    void nobodyIsAskedIfItIsAlone() {
        image = image(List.of(1), List.of(), EPOCH);
        assertThat(prove()).isEqualTo(ErrorCode.NONE);
        assertThat(asked).isEmpty();
    }

    @Test
    void whoCannotBeAskedLeavesItOpen() {
        answers.put(2, ErrorCode.NOT_LEADER_OR_FOLLOWER);
        assertThat(prove()).isEqualTo(ErrorCode.REQUEST_TIMED_OUT);
        assertThat(asked).contains(2).endsWith(3);
    }

    @Test
    void whoFallsOutOfSyncIsNotWaitedFor() {
        // Given
        answers.put(2, ErrorCode.NOT_LEADER_OR_FOLLOWER);

        // When: until broker 3 has not answered twice
        ErrorCode outcome =
                prove(
                        (proof, role) ->
                                proof.of(
                                        PARTITION,
                                        () ->
                                                Collections.frequency(asked, 3) < 2
                                                        ? role.get()
                                                        : image(List.of(1, 2), List.of(), EPOCH)));

        // Then
        assertThat(outcome).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void aNewEpochMeanwhileMeansThatItWasReplaced() {
        ErrorCode outcome =
                prove(
                        (proof, role) ->
                                proof.of(
                                        PARTITION,
                                        () ->
                                                asked.isEmpty()
                                                        ? role.get()
                                                        : image(List.of(1), List.of(), EPOCH + 2)));
        assertThat(outcome).isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER);
    }
}

package io.zurau.metadata.control;

import static io.zurau.metadata.TestRecords.id;
import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.ElectLeadersRequest;
import io.zurau.protocol.message.ElectLeadersRequest.TopicPartitions;
import io.zurau.protocol.message.ElectLeadersResponse;
import io.zurau.protocol.message.ElectLeadersResponse.PartitionResult;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Elections that somebody asks for.
final class LeaderElectionTest {
    private static final byte PREFERRED = 0;
    private static final byte UNCLEAN = 1;

    private final ClusterTrace cluster = ClusterTrace.ofBrokers(3);

    private ElectLeadersResponse elect(byte type, TopicPartitions... asked) {
        ElectLeadersRequest request =
                ElectLeadersRequest.builder()
                        .electionType(type)
                        .topicPartitions(asked.length == 0 ? null : List.of(asked))
                        .build();
        return cluster.decide(LeaderElection.command(request, cluster.configs));
    }

    private ErrorCode electOne(byte type) {
        PartitionResult result =
                elect(type, asked(ClusterTrace.TOPIC, 0))
                        .replicaElectionResults()
                        .getFirst()
                        .partitionResult()
                        .getFirst();
        return ErrorCode.forCode(result.errorCode());
    }

    private static TopicPartitions asked(String topic, Integer... partitions) {
        return TopicPartitions.builder().topic(topic).partitions(List.of(partitions)).build();
    }

    @Test
    void thePreferredLeaderComesBackOnceItIsInSync() {
        // Given
        cluster.create(1, 2, 3);
        assertThat(electOne(PREFERRED)).isEqualTo(ErrorCode.ELECTION_NOT_NEEDED);
        cluster.fence(1);

        // When, then
        assertThat(electOne(PREFERRED)).isEqualTo(ErrorCode.PREFERRED_LEADER_NOT_AVAILABLE);
        cluster.unfence(1);
        assertThat(electOne(PREFERRED)).isEqualTo(ErrorCode.PREFERRED_LEADER_NOT_AVAILABLE);
        cluster.alter(2, 3, 1);
        assertThat(electOne(PREFERRED)).isEqualTo(ErrorCode.NONE);
        assertThat(cluster.trace()).isEqualTo("leader 1 epoch 2 replicas 1,2,3 isr 2,3,1");
    }

    @Test
    void anUncleanElectionIsHeldOnlyWhereThereIsNoLeader() {
        // Given
        cluster.create(1, 2);
        cluster.alter(1);
        assertThat(electOne(UNCLEAN)).isEqualTo(ErrorCode.ELECTION_NOT_NEEDED);

        // When, then
        cluster.fence(1);
        assertThat(cluster.trace())
                .isEqualTo("leader none epoch 1 replicas 1,2 isr none elr 1 last 1");
        assertThat(electOne(UNCLEAN)).isEqualTo(ErrorCode.NONE);
        assertThat(cluster.trace()).isEqualTo("leader 2 epoch 2 replicas 1,2 isr 2 recovering");
        cluster.fence(2);
        assertThat(electOne(UNCLEAN)).isEqualTo(ErrorCode.ELIGIBLE_LEADERS_NOT_AVAILABLE);
    }

    @Test
    void whoAsksForAllIsToldOnlyWhatWasToBeDone() {
        // Given
        cluster.create(1, 2);
        cluster.create("other", id(501), 2, 1);
        cluster.fence(1);
        cluster.unfence(1);
        cluster.alter(2, 1);

        // When
        ElectLeadersResponse response = elect(PREFERRED);

        // Then
        assertThat(response.replicaElectionResults()).hasSize(2);
        assertThat(response.replicaElectionResults().getFirst().partitionResult())
                .singleElement()
                .satisfies(result -> assertThat(result.errorMessage()).isNull());
        assertThat(response.replicaElectionResults().getLast().partitionResult()).isEmpty();
    }

    @Test
    void unknownPartitionsAreNamed() {
        // Given
        cluster.create(1, 2);

        // When
        ElectLeadersResponse response =
                elect(PREFERRED, asked("none", 3), asked(ClusterTrace.TOPIC, 5));

        // Then
        assertThat(response.replicaElectionResults())
                .extracting(topic -> topic.partitionResult().getFirst().errorMessage())
                .containsExactly("No such topic as none", "No such partition as orders-5");
    }

    @Test
    void aPartitionNamedTwiceIsElectedOnce() {
        // Given
        cluster.create(1, 2);
        cluster.fence(1);
        cluster.unfence(1);
        cluster.alter(2, 1);

        // When
        ElectLeadersResponse response = elect(PREFERRED, asked(ClusterTrace.TOPIC, 0, 0));

        // Then
        assertThat(response.replicaElectionResults().getFirst().partitionResult())
                .extracting(PartitionResult::errorCode)
                .containsExactly(ErrorCode.NONE.code(), ErrorCode.ELECTION_NOT_NEEDED.code());
        assertThat(cluster.records).isOne();
    }

    @Test
    void theBalanceIsRestoredInBoundedSteps() {
        // Given
        int topics = LeaderElection.MOST_PREFERRED + 1;
        for (int topic = 0; topic < topics; topic++) {
            cluster.create("t" + topic, id(1000 + topic), 1, 2);
        }
        cluster.shutDown(1);
        cluster.register(ClusterTrace.broker(1, 1, false), true);

        // When, then
        assertThat(cluster.decide(LeaderElection.preferred(cluster.configs))).isFalse();
        cluster.image
                .topics()
                .all()
                .forEach(
                        topic ->
                                cluster.decide(
                                        InSyncAlteration.command(
                                                2,
                                                cluster.epoch(2),
                                                List.of(
                                                        new InSyncChange(
                                                                topic.id(),
                                                                0,
                                                                1,
                                                                1,
                                                                List.of(
                                                                        new InSyncChange.Member(
                                                                                2, -1),
                                                                        new InSyncChange.Member(
                                                                                1, -1)),
                                                                true)),
                                                cluster.configs)));
        assertThat(cluster.decide(LeaderElection.preferred(cluster.configs))).isTrue();
        assertThat(cluster.records).isEqualTo(LeaderElection.MOST_PREFERRED);
        assertThat(cluster.decide(LeaderElection.preferred(cluster.configs))).isTrue();
        assertThat(cluster.decide(LeaderElection.preferred(cluster.configs))).isFalse();
        assertThat(cluster.image.topics().all())
                .allMatch(topic -> topic.partitions().getFirst().leader() == 1);
    }
}

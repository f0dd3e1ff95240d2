package io.zurau.metadata.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.metadata.control.InSyncChange.Member;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.Uuid;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What leaders may say about who is in sync.
final class InSyncAlterationTest {
    private final ClusterTrace cluster = ClusterTrace.ofBrokers(4);

    @BeforeEach
    void create() {
        cluster.create(1, 2, 3);
    }

    private void assertRefused(int nodeId, InSyncChange change, ErrorCode error) {
        String before = cluster.trace();
        assertThat(cluster.alter(nodeId, change)).isEqualTo(error);
        assertThat(cluster.trace()).isEqualTo(before);
        assertThat(cluster.records).isZero();
    }

    private InSyncChange change(int leaderEpochAhead, int partitionEpochAhead, Integer... inSync) {
        InSyncChange change = cluster.change(true, inSync);
        return new InSyncChange(
                change.topicId(),
                change.partition(),
                change.leaderEpoch() + leaderEpochAhead,
                change.partitionEpoch() + partitionEpochAhead,
                change.inSync(),
                change.recovered());
    }

    @Test
    void theLeaderShrinksAndGrowsTheReplicasInSync() {
        assertThat(cluster.alter(1, 3)).isEqualTo(ErrorCode.NONE);
        assertThat(cluster.trace()).isEqualTo("leader 1 epoch 0 replicas 1,2,3 isr 1,3");
        assertThat(cluster.alter(1, 3, 2)).isEqualTo(ErrorCode.NONE);
        assertThat(cluster.trace()).isEqualTo("leader 1 epoch 0 replicas 1,2,3 isr 1,3,2");
        assertThat(cluster.partition().epoch()).isEqualTo(2);
    }

    @Test
    void whatChangesNothingIsAcceptedWithoutARecord() {
        assertThat(cluster.alter(1, 2, 3)).isEqualTo(ErrorCode.NONE);
        assertThat(cluster.records).isZero();
    }

    @Test
    void whoKnowsLessOrMoreThanTheControllerIsTold() {
        cluster.fence(3);
        cluster.fence(1);
        cluster.unfence(1);
        assertRefused(2, change(-1, 0, 2), ErrorCode.FENCED_LEADER_EPOCH);
        assertRefused(2, change(0, -1, 2), ErrorCode.INVALID_UPDATE_VERSION);
        assertRefused(2, change(1, 0, 2), ErrorCode.NOT_CONTROLLER);
        assertRefused(2, change(0, 1, 2), ErrorCode.NOT_CONTROLLER);
        assertRefused(1, change(0, 0, 1), ErrorCode.INVALID_REQUEST);
    }

    @Test
    void anOldIncarnationChangesNothing() {
        InSyncChange change = cluster.change(true, 1, 2);
        assertThat(
                        cluster.decide(
                                InSyncAlteration.command(
                                        1, 99, List.of(change, change), cluster.configs)))
                .containsExactly(ErrorCode.STALE_BROKER_EPOCH, ErrorCode.STALE_BROKER_EPOCH);
    }

    @Test
    void whatDoesNotExistHasNobodyInSync() {
        InSyncChange change = cluster.change(true, 1);
        assertRefused(
                1,
                new InSyncChange(new Uuid(1, 1), 0, 0, 0, change.inSync(), true),
                ErrorCode.UNKNOWN_TOPIC_ID);
        assertRefused(
                1,
                new InSyncChange(change.topicId(), 7, 0, 0, change.inSync(), true),
                ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
    }

    @Test
    void theReplicasInSyncAreReplicasWithTheLeaderAmongThem() {
        assertRefused(1, cluster.change(true, 1, 4), ErrorCode.INVALID_REQUEST);
        assertRefused(1, cluster.change(true, 2, 3), ErrorCode.INVALID_REQUEST);
        assertRefused(1, cluster.change(true, 1, 2, 2), ErrorCode.INVALID_REQUEST);
        assertRefused(1, cluster.change(true), ErrorCode.INVALID_REQUEST);
    }

    @Test
    void whoIsFencedOrStopsOrHasStartedAnewIsNotInSync() {
        // Given
        cluster.fence(3);
        cluster.shutDown(2);
        assertThat(cluster.trace()).isEqualTo("leader 1 epoch 0 replicas 1,2,3 isr 1");

        // When, then
        assertRefused(1, cluster.change(true, 1, 3), ErrorCode.INELIGIBLE_REPLICA);
        assertRefused(1, cluster.change(true, 1, 2), ErrorCode.INELIGIBLE_REPLICA);
        cluster.unfence(3);
        InSyncChange stale =
                new InSyncChange(
                        ClusterTrace.TOPIC_ID,
                        0,
                        0,
                        cluster.partition().epoch(),
                        List.of(new Member(1, -1), new Member(3, cluster.epoch(3) - 1)),
                        true);
        assertRefused(1, stale, ErrorCode.INELIGIBLE_REPLICA);
        assertThat(cluster.alter(1, 3)).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void onlyTheFirstOfTwoChangesOfOnePartitionIsMade() {
        InSyncChange first = cluster.change(true, 1, 2);
        InSyncChange second = cluster.change(true, 1, 3);
        assertThat(
                        cluster.decide(
                                InSyncAlteration.command(
                                        1,
                                        cluster.epoch(1),
                                        List.of(first, second),
                                        cluster.configs)))
                .containsExactly(ErrorCode.NONE, ErrorCode.INVALID_UPDATE_VERSION);
        assertThat(cluster.trace()).isEqualTo("leader 1 epoch 0 replicas 1,2,3 isr 1,2");
    }

    @Test
    void aLeaderThatRecoversHasNobodyInSync() {
        // Given
        cluster.set("unclean.leader.election.enable", "true");
        cluster.alter(1);
        cluster.fence(1);
        assertThat(cluster.trace()).isEqualTo("leader 2 epoch 1 replicas 1,2,3 isr 2 recovering");

        // When, then
        assertRefused(2, cluster.change(false, 2, 3), ErrorCode.INVALID_REQUEST);
        assertThat(cluster.alter(true, 2, 3)).isEqualTo(ErrorCode.NONE);
        assertThat(cluster.trace()).isEqualTo("leader 2 epoch 1 replicas 1,2,3 isr 2,3");
        assertRefused(2, cluster.change(false, 2), ErrorCode.INVALID_REQUEST);
    }

    @Test
    void whoLeavesWhileTooFewAreInSyncIsEligibleUntilEnoughAre() {
        // Given
        cluster.set("min.insync.replicas", "2");

        // When, then
        cluster.alter(1);
        assertThat(cluster.trace()).isEqualTo("leader 1 epoch 0 replicas 1,2,3 isr 1 elr 2,3");
        cluster.alter(1, 2);
        assertThat(cluster.trace()).isEqualTo("leader 1 epoch 0 replicas 1,2,3 isr 1,2");
    }

    @Test
    void aTopicWithFewerReplicasThanItsMinimumNeedsThemAll() {
        // Given
        cluster.set("min.insync.replicas", "5");

        // When, then
        cluster.alter(1, 2);
        assertThat(cluster.trace()).isEqualTo("leader 1 epoch 0 replicas 1,2,3 isr 1,2 elr 3");
        cluster.alter(1, 2, 3);
        assertThat(cluster.trace()).isEqualTo("leader 1 epoch 0 replicas 1,2,3 isr 1,2,3");
    }
}

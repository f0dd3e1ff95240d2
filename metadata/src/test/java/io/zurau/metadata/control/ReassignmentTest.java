package io.zurau.metadata.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.AlterPartitionReassignmentsResponse.ReassignablePartitionResponse;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// How a partition moves from some brokers to others.
final class ReassignmentTest {
    private final ClusterTrace cluster = ClusterTrace.ofBrokers(6);

    @BeforeEach
    void create() {
        cluster.create(1, 2, 3);
    }

    private void reassign(Integer... replicas) {
        ReassignablePartitionResponse response = cluster.reassign(List.of(replicas));
        assertThat(response.errorMessage()).isNull();
        assertThat(response.errorCode()).isZero();
    }

    private void assertRefused(
            ReassignablePartitionResponse response, ErrorCode error, String reason) {
        assertThat(ErrorCode.forCode(response.errorCode())).isEqualTo(error);
        assertThat(response.errorMessage()).contains(reason);
        assertThat(cluster.records).isZero();
    }

    @Test
    void thePartitionMovesOnceEverybodyIsInSync() {
        // When, then
        reassign(4, 5, 2);
        assertThat(cluster.trace())
                .isEqualTo("leader 1 epoch 0 replicas 4,5,2,1,3 isr 1,2,3 adding 4,5 removing 1,3");
        cluster.alter(1, 2, 3, 4);
        assertThat(cluster.trace())
                .isEqualTo(
                        "leader 1 epoch 0 replicas 4,5,2,1,3 isr 1,2,3,4 adding 4,5 removing 1,3");
        assertThat(cluster.alter(1, 2, 3, 4, 5)).isEqualTo(ErrorCode.NEW_LEADER_ELECTED);
        assertThat(cluster.trace()).isEqualTo("leader 4 epoch 1 replicas 4,5,2 isr 2,4,5");
    }

    @Test
    void theLeaderStaysIfItMay() {
        // Given
        reassign(2, 1, 4);
        assertThat(cluster.trace())
                .isEqualTo("leader 1 epoch 0 replicas 2,1,4,3 isr 1,2,3 adding 4 removing 3");

        // When
        assertThat(cluster.alter(1, 2, 3, 4)).isEqualTo(ErrorCode.NONE);

        // Then: the removed one must notice, hence the epoch
        assertThat(cluster.trace()).isEqualTo("leader 1 epoch 1 replicas 2,1,4 isr 1,2,4");
    }

    @Test
    void anotherOrderAndFewerReplicasNeedNoWaiting() {
        reassign(3, 2, 1);
        assertThat(cluster.trace()).isEqualTo("leader 1 epoch 0 replicas 3,2,1 isr 1,2,3");
        reassign(3, 2);
        assertThat(cluster.trace()).isEqualTo("leader 3 epoch 1 replicas 3,2 isr 2,3");
        reassign(3, 2);
        assertThat(cluster.records).isZero();
    }

    @Test
    void theReplicationFactorChangesOnlyIfItMay() {
        assertRefused(
                cluster.reassign(List.of(1, 2, 3, 4), false),
                ErrorCode.INVALID_REPLICATION_FACTOR,
                "The replication factor is changed from 3 to 4");
        assertThat(cluster.reassign(List.of(1, 2, 4), false).errorCode()).isZero();
        assertRefused(
                cluster.reassign(List.of(1, 2), false),
                ErrorCode.INVALID_REPLICATION_FACTOR,
                "The replication factor is changed from 3 to 2");
        reassign(1, 2, 3, 4);
        assertThat(cluster.trace())
                .isEqualTo("leader 1 epoch 0 replicas 1,2,3,4 isr 1,2,3 adding 4");
    }

    @Test
    void cancellingLeadsBackToWhereItBegan() {
        // Given
        reassign(4, 5, 6);
        cluster.alter(1, 2, 3, 5);
        reassign(6, 5, 4);

        // When
        cluster.reassign(null);

        // Then
        assertThat(cluster.trace()).isEqualTo("leader 1 epoch 1 replicas 1,2,3 isr 1,2,3");
        assertRefused(
                cluster.reassign(null),
                ErrorCode.NO_REASSIGNMENT_IN_PROGRESS,
                ErrorCode.NO_REASSIGNMENT_IN_PROGRESS.message());
    }

    @Test
    void aSecondReassignmentReplacesTheFirst() {
        // Given
        reassign(1, 2, 4);

        // When
        reassign(1, 2, 5);

        // Then
        assertThat(cluster.trace())
                .isEqualTo("leader 1 epoch 1 replicas 1,2,5,3 isr 1,2,3 adding 5 removing 3");

        // When
        reassign(1, 2, 3);

        // Then
        assertThat(cluster.trace()).isEqualTo("leader 1 epoch 2 replicas 1,2,3 isr 1,2,3");
    }

    @Test
    void whoAloneCanLeadIsKeptUntilAnotherCan() {
        // Given
        reassign(4);
        cluster.alter(1, 4);
        assertThat(cluster.trace()).isEqualTo("leader 4 epoch 1 replicas 4 isr 4");
        reassign(5, 6);
        cluster.alter(4, 5);
        cluster.fence(4);
        assertThat(cluster.trace())
                .isEqualTo("leader 5 epoch 2 replicas 5,6,4 isr 5 adding 5,6 removing 4");

        // When
        reassign(6, 4);

        // Then
        assertThat(cluster.trace())
                .isEqualTo("leader 5 epoch 2 replicas 6,4,5 isr 5 adding 6 removing 5");
    }

    @Test
    void nothingIsCancelledAtThePriceOfRecords() {
        // Given
        reassign(4, 5);
        cluster.alter(1, 4);
        cluster.fence(1);
        cluster.fence(2, 3);

        // When, then
        assertThat(cluster.trace())
                .isEqualTo("leader 4 epoch 1 replicas 4,5,1,2,3 isr 4 adding 4,5 removing 1,2,3");
        assertRefused(
                cluster.reassign(null),
                ErrorCode.INVALID_REPLICA_ASSIGNMENT,
                "Unable to revert partition assignment for orders:0");
        cluster.set("unclean.leader.election.enable", "true");
        cluster.unfence(2);
        assertThat(cluster.reassign(null).errorCode()).isZero();
        assertThat(cluster.trace()).isEqualTo("leader 2 epoch 2 replicas 1,2,3 isr 2 recovering");
    }

    @Test
    void theTargetMustMakeSense() {
        assertRefused(
                cluster.reassign(List.of()),
                ErrorCode.INVALID_REPLICA_ASSIGNMENT,
                "The manual partition assignment includes an empty replica list.");
        assertRefused(
                cluster.reassign(List.of(1, 1)),
                ErrorCode.INVALID_REPLICA_ASSIGNMENT,
                "includes the broker 1 more than once");
        assertRefused(
                cluster.reassign(List.of(1, 9)),
                ErrorCode.INVALID_REPLICA_ASSIGNMENT,
                "includes broker 9, but no such broker is registered");
    }
}

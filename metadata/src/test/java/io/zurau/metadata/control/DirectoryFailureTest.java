package io.zurau.metadata.control;

import static io.zurau.metadata.TestRecords.id;
import static io.zurau.metadata.control.ClusterTrace.broker;
import static io.zurau.metadata.control.ClusterTrace.directory;
import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.metadata.control.BrokerRegistration.Registered;
import io.zurau.metadata.image.BrokerImage;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.Uuid;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A broker that has two log directories loses one while it runs.
final class DirectoryFailureTest {
    private final ClusterTrace cluster = ClusterTrace.ofBrokers(3);

    @BeforeEach
    void broker1HasTwo() {
        cluster.register(withDirectories(1, 2), true);
    }

    private static BrokerImage withDirectories(int... incarnations) {
        BrokerImage one = broker(1, 1, false);
        List<Uuid> directories =
                Arrays.stream(incarnations).mapToObj(i -> directory(1, i)).toList();
        return new BrokerImage(
                1,
                one.incarnationId(),
                0,
                one.endpoints(),
                null,
                false,
                false,
                directories,
                one.features());
    }

    private boolean lose(int incarnation) {
        return cluster.decide(
                BrokerCommands.loseDirectories(
                        1, cluster.epoch(1), List.of(directory(1, incarnation)), cluster.configs));
    }

    @Test
    void anotherBrokerLeadsWhatWasInIt() {
        // Given
        cluster.create(1, 2, 3);

        // When
        lose(1);

        // Then
        assertThat(cluster.trace()).isEqualTo("leader 2 epoch 1 replicas 1,2,3 isr 2,3");
        assertThat(cluster.image.broker(1).orElseThrow().logDirectories())
                .containsExactly(directory(1, 2));
        assertThat(cluster.partition().directoryOf(1)).isEqualTo(directory(1, 1));
    }

    @Test
    void whatIsInTheOtherGoesOn() {
        // Given
        cluster.create(1, 2);

        // When
        lose(2);

        // Then
        assertThat(cluster.trace()).isEqualTo("leader 1 epoch 0 replicas 1,2 isr 1,2");
    }

    @Test
    void theOnlyCopyWaitsForItsDisk() {
        // Given
        cluster.create(1);

        // When
        lose(1);

        // Then
        assertThat(cluster.trace())
                .isEqualTo("leader none epoch 1 replicas 1 isr none elr 1 last 1");

        // When it is not there after a restart either
        cluster.decide(
                BrokerRegistration.command(
                        withDirectories(2),
                        new BrokerStorage(false, true, (_, _) -> List.of()),
                        cluster.configs));

        // Then
        assertThat(cluster.partition().hasLeader()).isFalse();

        // When
        cluster.register(withDirectories(1, 2), true);

        // Then
        assertThat(cluster.trace()).isEqualTo("leader 1 epoch 2 replicas 1 isr 1");
    }

    @Test
    void nobodyIsInSyncOnADiskThatHasFailed() {
        // Given
        cluster.create(2, 1);

        // When
        lose(1);

        // Then
        assertThat(cluster.trace()).isEqualTo("leader 2 epoch 0 replicas 2,1 isr 2");
        assertThat(cluster.alter(2, 1)).isEqualTo(ErrorCode.INELIGIBLE_REPLICA);
    }

    /// A mount that is late looks like a new disk.
    @Test
    void aCopyOnADiskThatHasFailedIsNoneToCountOn() {
        // Given
        cluster.create(2, 1);
        cluster.set("min.insync.replicas", "2");
        lose(1);
        assertThat(cluster.trace()).isEqualTo("leader 2 epoch 0 replicas 2,1 isr 2 elr 1");

        // When
        Registered registered = cluster.register(broker(2, 2, true), true);

        // Then
        assertThat(registered.madeAnew()).isZero();
        assertThat(cluster.partition().directoryOf(2)).isEqualTo(directory(2, 1));
        assertThat(cluster.partition().eligibleLeaders()).contains(2);
    }

    @Test
    void theLastDirectoryStays() {
        // Given
        lose(2);

        // When
        assertThat(lose(1)).isTrue();

        // Then
        assertThat(cluster.records).isZero();
    }

    private void damage(int incarnation) {
        cluster.decide(
                ReplicaLoss.command(
                        1,
                        cluster.epoch(1),
                        List.of(
                                new ReplicaLoss(
                                        ClusterTrace.TOPIC_ID, 0, directory(1, incarnation))),
                        cluster.configs));
    }

    @Test
    void aDamagedReplicaIsLedByAnother() {
        // Given
        cluster.create(1, 2, 3);

        // When: the one that is damaged is not there any more
        damage(2);

        // Then
        assertThat(cluster.trace()).isEqualTo("leader 1 epoch 0 replicas 1,2,3 isr 1,2,3");

        // When
        damage(1);

        // Then
        assertThat(cluster.trace()).isEqualTo("leader 2 epoch 1 replicas 1,2,3 isr 2,3");
    }

    @Test
    void aDamagedReplicaThatIsAloneStays() {
        // Given
        cluster.create(1, 2);
        cluster.fence(2);
        String before = cluster.trace();

        // When
        damage(1);

        // Then
        assertThat(cluster.trace()).isEqualTo(before);
    }

    private boolean assign(int partitionEpoch, int incarnation) {
        return cluster.decide(
                DirectoryAssignment.command(
                        1,
                        cluster.epoch(1),
                        new DirectoryAssignment(
                                ClusterTrace.TOPIC_ID,
                                0,
                                partitionEpoch,
                                directory(1, incarnation)),
                        cluster.configs));
    }

    @Test
    void aReplicaIsMovedUnlessItsPartitionHasChanged() {
        // Given
        cluster.create(1, 2);
        int epoch = cluster.partition().epoch();

        // When, then
        assertThat(assign(epoch, 3)).isFalse(); // Not this broker's.
        assertThat(assign(epoch, 2)).isTrue();
        assertThat(cluster.partition().directoryOf(1)).isEqualTo(directory(1, 2));
        assertThat(cluster.trace()).isEqualTo("leader 1 epoch 0 replicas 1,2 isr 1,2");
        assertThat(assign(epoch, 1)).isFalse();
        assertThat(cluster.records).isZero();
    }

    @Test
    void newReplicasGoWhereThereAreFewest() {
        // Given
        cluster.create(1);
        cluster.create("second", id(501), 1);

        // When
        NewDirectories directories = new NewDirectories(cluster.image);

        // Then
        assertThat(List.of(directories.of(1), directories.of(1), directories.of(1)))
                .containsExactly(directory(1, 2), directory(1, 2), directory(1, 1));
        assertThat(directories.of(2)).isEqualTo(directory(2, 1));
        assertThat(directories.of(9)).isEqualTo(Uuid.ZERO);
    }
}

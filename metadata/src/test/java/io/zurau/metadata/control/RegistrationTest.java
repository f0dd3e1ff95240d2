package io.zurau.metadata.control;

import static io.zurau.metadata.control.ClusterTrace.broker;
import static io.zurau.metadata.control.ClusterTrace.directory;
import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.metadata.SupportedFeatures;
import io.zurau.metadata.control.BrokerRegistration.Registered;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.message.ElectLeadersRequest;
import io.zurau.protocol.message.FeatureLevelRecord;
import io.zurau.protocol.message.PartitionChangeRecord;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What a broker that has started is still believed to have.
final class RegistrationTest {
    private final ClusterTrace cluster = ClusterTrace.ofBrokers(3);

    private String trace() {
        return cluster.trace();
    }

    @Test
    void aSingleNodeGoesOnWhereItWas() {
        // Given
        ClusterTrace single = ClusterTrace.ofBrokers(1);
        single.create(1);
        single.set("durability", "memory");

        // When
        Registered registered = single.register(broker(1, 1, false), false);

        // Then
        assertThat(single.records).isOne();
        assertThat(single.epoch(1)).isEqualTo(registered.epoch());
        assertThat(single.trace()).isEqualTo("leader 1 epoch 0 replicas 1 isr 1");
    }

    @Test
    void aRestartThatNobodyNoticedCostsLeadershipAndPlace() {
        // Given
        cluster.create(1, 2, 3);

        // When
        Registered registered = cluster.register(broker(1, 1, true), true);

        // Then
        assertThat(trace()).isEqualTo("leader 2 epoch 1 replicas 1,2,3 isr 2,3");
        assertThat(cluster.image.broker(1).orElseThrow().fenced()).isTrue();
        assertThat(registered.withoutCopy()).isEmpty();
    }

    @Test
    void aCrashTakesNothingFromTheDisk() {
        // Given
        cluster.create(1, 2);
        cluster.fence(2, 1);
        assertThat(trace()).isEqualTo("leader none epoch 1 replicas 1,2 isr none elr 1 last 1");

        // When
        cluster.register(broker(1, 1, true), false);
        cluster.unfence(1);

        // Then
        assertThat(trace()).isEqualTo("leader 1 epoch 2 replicas 1,2 isr 1");
    }

    @Test
    void aCrashTakesFromTheMemory() {
        // Given
        cluster.create(1, 2);
        cluster.set("durability", "memory");
        cluster.fence(2, 1);

        // When
        Registered registered = cluster.register(broker(1, 1, true), false);
        cluster.unfence(1);

        // Then
        assertThat(trace()).isEqualTo("leader none epoch 1 replicas 1,2 isr none");
        assertThat(registered.withoutCopy()).containsExactly("orders-0");
        assertThat(registered.offline()).isZero();
    }

    @Test
    void aCrashTakesFromALogThatWasInMemoryWhateverTheTopicSaysByNow() {
        // Given
        cluster.create(1, 2);
        cluster.set("durability", "memory");
        cluster.fence(2, 1);
        cluster.set("durability", "disk");

        // When
        cluster.register(broker(1, 1, true), afterCrash(directory(1, 1), false));
        cluster.unfence(1);

        // Then
        assertThat(trace()).isEqualTo("leader none epoch 1 replicas 1,2 isr none");
    }

    @Test
    void aCrashTakesNothingFromALogThatWasOnDiskByThen() {
        // Given: what is left of a copy elsewhere does not count
        cluster.create(1, 2);
        cluster.fence(2, 1);

        // When
        cluster.register(broker(1, 1, true), afterCrash(directory(1, 1), true));
        cluster.register(broker(1, 1, true), afterCrash(directory(1, 9), false));
        cluster.unfence(1);

        // Then
        assertThat(trace()).isEqualTo("leader 1 epoch 2 replicas 1,2 isr 1");
    }

    private static BrokerStorage afterCrash(Uuid directory, boolean durable) {
        return new BrokerStorage(
                true, false, (_, _) -> List.of(new BrokerStorage.Log(directory, durable)));
    }

    @Test
    void anOrderlyStopTakesNothingFromTheMemory() {
        // Given
        cluster.create(1, 2);
        cluster.set("durability", "memory");
        cluster.fence(2, 1);

        // When
        cluster.register(broker(1, 1, true), true);
        cluster.unfence(1);

        // Then
        assertThat(trace()).isEqualTo("leader 1 epoch 2 replicas 1,2 isr 1");
    }

    @Test
    void theOnlyReplicaIsAsGoodAsAnyEvenInMemory() {
        // Given
        cluster.create(1);
        cluster.set("durability", "memory");

        // When
        cluster.register(broker(1, 1, true), false);
        cluster.unfence(1);

        // Then
        assertThat(trace()).isEqualTo("leader 1 epoch 2 replicas 1 isr 1");
    }

    @Test
    void aWipedDiskIsInSyncWithNothing() {
        // Given
        cluster.create(1, 2, 3);
        cluster.set("min.insync.replicas", "3");

        // When
        Registered registered = cluster.register(broker(1, 2, true), true);

        // Then
        assertThat(trace()).isEqualTo("leader 2 epoch 1 replicas 1,2,3 isr 2,3");
        assertThat(registered.madeAnew()).isOne();
        assertThat(registered.withoutCopy()).isEmpty();
        assertThat(cluster.partition().directories())
                .containsExactly(directory(1, 2), directory(2, 1), directory(3, 1));
    }

    @Test
    void aMissingDirectoryKeepsItsReplicaWhileADiskIsOutOfOrder() {
        // Given
        cluster.create(1, 2, 3);

        // When
        Registered registered =
                cluster.decide(
                        BrokerRegistration.command(
                                broker(1, 2, true),
                                new BrokerStorage(false, true, (_, _) -> List.of()),
                                cluster.configs));

        // Then
        assertThat(trace()).isEqualTo("leader 2 epoch 1 replicas 1,2,3 isr 2,3");
        assertThat(registered.offline()).isOne();
        assertThat(cluster.partition().directoryOf(1)).isEqualTo(directory(1, 1));
        cluster.unfence(1);
        assertThat(cluster.alter(2, 3, 1)).isEqualTo(ErrorCode.INELIGIBLE_REPLICA);
    }

    @Test
    void theOnlyCopyIsWaitedFor() {
        // Given
        cluster.create(1, 2);
        cluster.fence(2);

        // When
        Registered registered = cluster.register(broker(1, 2, true), true);
        cluster.unfence(1, 2);

        // Then
        assertThat(trace()).isEqualTo("leader none epoch 1 replicas 1,2 isr none elr 1 last 1");
        assertThat(registered.offline()).isOne();
        assertThat(registered.withoutCopy()).isEmpty();

        // When
        cluster.register(broker(1, 1, true), true);
        cluster.unfence(1);

        // Then
        assertThat(trace()).isEqualTo("leader 1 epoch 2 replicas 1,2 isr 1");
    }

    @Test
    void aNodeAloneWaitsForItsOnlyCopyToo() {
        // Given
        ClusterTrace single = ClusterTrace.ofBrokers(1);
        single.create(1);

        // When
        single.register(broker(1, 2, false), true);

        // Then
        assertThat(single.trace())
                .isEqualTo("leader none epoch 1 replicas 1 isr none elr 1 last 1");

        // When
        single.register(broker(1, 1, false), true);

        // Then
        assertThat(single.trace()).isEqualTo("leader 1 epoch 2 replicas 1 isr 1");
    }

    @Test
    void whoAsksForALeaderAtAnyPriceGetsAnEmptyOne() {
        // Given
        ClusterTrace single = ClusterTrace.ofBrokers(1);
        single.create(1);
        single.register(broker(1, 2, false), true);

        // When
        single.decide(
                LeaderElection.command(
                        ElectLeadersRequest.builder()
                                .electionType((byte) 1)
                                .topicPartitions(
                                        List.of(
                                                ElectLeadersRequest.TopicPartitions.builder()
                                                        .topic(ClusterTrace.TOPIC)
                                                        .partitions(List.of(0))
                                                        .build()))
                                .build(),
                        single.configs));

        // Then
        assertThat(single.trace()).isEqualTo("leader 1 epoch 2 replicas 1 isr 1 recovering");
        assertThat(single.partition().directoryOf(1)).isEqualTo(directory(1, 2));
    }

    @Test
    void whereItIsAllowedAnotherThanTheWipedOneLeads() {
        // Given
        cluster.create(1, 2);
        cluster.set("unclean.leader.election.enable", "true");
        cluster.alter(1);

        // When
        Registered registered = cluster.register(broker(1, 2, true), true);

        // Then
        assertThat(trace()).isEqualTo("leader 2 epoch 1 replicas 1,2 isr 2 recovering");
        assertThat(registered.withoutCopy()).containsExactly("orders-0");
    }

    @Test
    void aDirectoryThatNobodyKnewIsNotMissed() {
        // Given
        cluster.create(1, 2);
        cluster.apply(
                List.of(
                        PartitionChangeRecord.builder()
                                .topicId(ClusterTrace.TOPIC_ID)
                                .partitionId(0)
                                .directories(List.of(Uuid.ZERO, directory(2, 1)))
                                .build()));

        // When
        Registered registered = cluster.register(broker(1, 2, false), true);

        // Then
        assertThat(registered.offline() + registered.madeAnew()).isZero();
        assertThat(trace()).isEqualTo("leader 1 epoch 0 replicas 1,2 isr 1,2");
        assertThat(cluster.partition().directoryOf(1)).isEqualTo(directory(1, 2));
    }

    @Test
    void aBrokerThatCannotWorkAtAFinalizedLevelIsRefused() {
        // Given
        cluster.apply(
                List.of(
                        FeatureLevelRecord.builder()
                                .name(SupportedFeatures.METADATA_VERSION)
                                .featureLevel((short) 26)
                                .build()));
        long epoch = cluster.epoch(1);

        // When
        Registered registered = cluster.register(broker(1, 1, true), true);

        // Then
        assertThat(registered.refusal())
                .startsWith(
                        "The cluster works at level 26 of metadata.version, but node 1 only supports"
                                + " versions 23-25.");
        assertThat(cluster.records).isZero();
        assertThat(cluster.epoch(1)).isEqualTo(epoch);
    }

    @Test
    void theLevelsOfABrokerAreKnown() {
        // When
        cluster.register(broker(1, 1, true), true);

        // Then
        ClusterImage again =
                ClusterImage.empty("cluster")
                        .replay(cluster.image.records(), cluster.image.endOffset());
        assertThat(again.broker(1).orElseThrow().features()).isEqualTo(SupportedFeatures.byName());
    }
}

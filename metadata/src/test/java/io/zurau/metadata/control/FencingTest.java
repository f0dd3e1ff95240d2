package io.zurau.metadata.control;

import static io.zurau.metadata.TestRecords.id;
import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.metadata.image.PartitionImage;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.MetadataRecord;
import io.zurau.protocol.message.TopicRecord;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What becomes of partitions when brokers fall silent, come back and stop.
final class FencingTest {
    private final ClusterTrace cluster = ClusterTrace.ofBrokers(4);

    private String trace() {
        return cluster.trace();
    }

    @Test
    void aFencedBrokerLeadsNothingAndIsInSyncNowhere() {
        // Given
        cluster.create(1, 2, 3);

        // When
        cluster.fence(1);

        // Then
        assertThat(trace()).isEqualTo("leader 2 epoch 1 replicas 1,2,3 isr 2,3");
        assertThat(cluster.image.broker(1).orElseThrow().fenced()).isTrue();
        assertThat(cluster.records).isEqualTo(2);

        // When
        cluster.fence(3);

        // Then
        assertThat(trace()).isEqualTo("leader 2 epoch 1 replicas 1,2,3 isr 2");
    }

    @Test
    void whoeverFallsOutWhileTooFewAreInSyncStaysEligible() {
        // Given
        cluster.create(1, 2, 3);
        cluster.set("min.insync.replicas", "2");

        // When, then
        cluster.fence(1);
        assertThat(trace()).isEqualTo("leader 2 epoch 1 replicas 1,2,3 isr 2,3");
        cluster.fence(3);
        assertThat(trace()).isEqualTo("leader 2 epoch 1 replicas 1,2,3 isr 2 elr 3");
        cluster.fence(2);
        assertThat(trace()).isEqualTo("leader none epoch 2 replicas 1,2,3 isr none elr 3,2 last 2");

        // Who left before that lacks records.
        cluster.unfence(1);
        assertThat(trace()).isEqualTo("leader none epoch 2 replicas 1,2,3 isr none elr 3,2 last 2");
        cluster.unfence(3);
        assertThat(trace()).isEqualTo("leader 3 epoch 3 replicas 1,2,3 isr 3 elr 2");
        assertThat(cluster.alter(3, 1)).isEqualTo(ErrorCode.NONE);
        assertThat(trace()).isEqualTo("leader 3 epoch 3 replicas 1,2,3 isr 3,1");
    }

    @Test
    void theLastInSyncIsTheFirstBack() {
        // Given
        cluster.create(1, 2);
        cluster.fence(1, 2);
        assertThat(trace()).isEqualTo("leader none epoch 2 replicas 1,2 isr none elr 2 last 2");

        // When
        cluster.unfence(1);

        // Then
        assertThat(trace()).isEqualTo("leader none epoch 2 replicas 1,2 isr none elr 2 last 2");

        // When
        cluster.unfence(2);

        // Then
        assertThat(trace()).isEqualTo("leader 2 epoch 3 replicas 1,2 isr 2");
    }

    @Test
    void whereItIsAllowedWhoeverIsLeftLeadsUncleanly() {
        // Given
        cluster.create(1, 2);
        cluster.set("unclean.leader.election.enable", "true");
        cluster.alter(1);

        // When
        cluster.fence(1);

        // Then
        assertThat(trace()).isEqualTo("leader 2 epoch 1 replicas 1,2 isr 2 recovering");

        // When
        cluster.alter(true, 2);

        // Then
        assertThat(trace()).isEqualTo("leader 2 epoch 1 replicas 1,2 isr 2");
    }

    @Test
    void nothingIsRecordedWhereNothingChanges() {
        // Given
        cluster.create(1, 2);
        cluster.fence(1);

        // When, then
        cluster.fence(1);
        assertThat(cluster.records).isZero();
        cluster.unfence(2);
        assertThat(cluster.records).isZero();
        cluster.unfence(1);
        assertThat(cluster.records).isOne();
        assertThat(trace()).isEqualTo("leader 2 epoch 1 replicas 1,2 isr 2");
    }

    @Test
    void anEarlierIncarnationCanDoNothing() {
        // Given
        cluster.create(1, 2);
        long old = cluster.epoch(1) - 1;

        // When, then
        assertThat(cluster.decide(BrokerCommands.fence(1, old, cluster.configs))).isFalse();
        assertThat(cluster.decide(BrokerCommands.unfence(1, old, cluster.configs))).isFalse();
        assertThat(cluster.decide(BrokerCommands.beginShutdown(1, old, cluster.configs))).isFalse();
        assertThat(cluster.decide(BrokerCommands.fence(9, 0, cluster.configs))).isFalse();
        assertThat(trace()).isEqualTo("leader 1 epoch 0 replicas 1,2 isr 1,2");
    }

    @Test
    void whoShutsDownHandsOverFirst() {
        // Given
        cluster.create(1, 2, 3);

        // When
        cluster.shutDown(1);

        // Then
        assertThat(trace()).isEqualTo("leader 2 epoch 1 replicas 1,2,3 isr 2,3");
        assertThat(cluster.image.broker(1).orElseThrow().inControlledShutdown()).isTrue();
    }

    @Test
    void whereNobodyCanFollowItGoesOnUntilItIsFenced() {
        // Given
        cluster.create(1, 2);
        cluster.set("unclean.leader.election.enable", "true");
        cluster.alter(1);

        // When
        cluster.shutDown(1);

        // Then
        assertThat(trace()).isEqualTo("leader 1 epoch 0 replicas 1,2 isr 1");

        // When the other catches up after all
        assertThat(cluster.alter(1, 2)).isEqualTo(ErrorCode.NEW_LEADER_ELECTED);

        // Then
        assertThat(trace()).isEqualTo("leader 2 epoch 1 replicas 1,2 isr 1,2");
    }

    @Test
    void anUnregisteredBrokerIsForgottenButItsReplicasAreNot() {
        // Given
        cluster.create(1, 2);

        // When
        assertThat(cluster.decide(BrokerCommands.unregister(1, cluster.configs))).isTrue();

        // Then
        assertThat(cluster.image.broker(1)).isEmpty();
        assertThat(trace()).isEqualTo("leader 2 epoch 1 replicas 1,2 isr 2");
        assertThat(cluster.decide(BrokerCommands.unregister(1, cluster.configs))).isFalse();
    }

    @Test
    void aBrokerWithTenThousandPartitionsIsFencedByOneDecision() {
        // Given
        int topics = 100;
        int each = 100;
        List<MetadataRecord> records = new ArrayList<>();
        for (int topic = 0; topic < topics; topic++) {
            records.add(TopicRecord.builder().name("t" + topic).topicId(id(topic)).build());
            for (int index = 0; index < each; index++) {
                records.add(
                        PartitionImage.created(
                                        List.of(1, 2, 3),
                                        List.of(
                                                ClusterTrace.directory(1, 1),
                                                ClusterTrace.directory(2, 1),
                                                ClusterTrace.directory(3, 1)))
                                .record(id(topic), index));
            }
        }
        cluster.apply(records);

        // When
        cluster.fence(1);

        // Then
        assertThat(cluster.records).isEqualTo(topics * each + 1);
        cluster.image
                .topics()
                .all()
                .forEach(
                        topic ->
                                assertThat(topic.partitions())
                                        .allMatch(p -> p.leader() == 2 && p.leaderEpoch() == 1));
    }
}

package io.zurau.metadata.image;

import static io.zurau.metadata.TestRecords.broker;
import static io.zurau.metadata.TestRecords.id;
import static io.zurau.metadata.TestRecords.oneBroker;
import static io.zurau.metadata.TestRecords.partition;
import static io.zurau.metadata.TestRecords.producerIds;
import static io.zurau.metadata.TestRecords.topic;
import static io.zurau.metadata.TestRecords.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.zurau.metadata.TestRecords;
import io.zurau.protocol.message.BrokerRegistrationChangeRecord;
import io.zurau.protocol.message.FeatureLevelRecord;
import io.zurau.protocol.message.FenceBrokerRecord;
import io.zurau.protocol.message.MetadataRecord;
import io.zurau.protocol.message.PartitionChangeRecord;
import io.zurau.protocol.message.RemoveTopicRecord;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// How records make the next image.
final class ClusterImageTest {
    @Test
    void anImageIsTheSameAfterItsOwnRecords() {
        // Given
        List<MetadataRecord> records = new ArrayList<>();
        records.add(FeatureLevelRecord.builder().name("f").featureLevel((short) 3).build());
        records.add(broker(1).record(5));
        records.addAll(topic("orders", id(1), 3));
        records.add(ConfigResource.topic("orders").record("retention.ms", "5"));
        records.add(ConfigResource.everyBroker().record("log.retention.ms", "6"));
        records.add(producerIds(3000));

        // When
        ClusterImage image = with(ClusterImage.empty(TestRecords.CLUSTER), records);

        // Then
        assertThat(image.records()).isEqualTo(records);
        assertThat(image.endOffset()).isEqualTo(records.size());
        assertThat(image.topics().partitionCount()).isEqualTo(3);
    }

    @Test
    void whatDoesNotChangeIsTheSameObject() {
        // Given
        ClusterImage before = with(oneBroker(), topic("orders", id(1), 2));

        // When
        ClusterImage after = with(before, topic("other", id(2), 1));

        // Then
        assertThat(after.topics().named("orders").orElseThrow())
                .isSameAs(before.topics().named("orders").orElseThrow());
        assertThat(after.configs()).isSameAs(before.configs());
        assertThat(before.topics().named("other")).isEmpty();
    }

    @Test
    void aTopicMayBeDeletedAndCreatedAgainInOneBatch() {
        // Given
        ClusterImage before = with(oneBroker(), topic("orders", id(1), 2));
        List<MetadataRecord> records = new ArrayList<>();
        records.add(RemoveTopicRecord.builder().topicId(id(1)).build());
        records.addAll(topic("orders", id(2), 1));

        // When
        ClusterImage after = with(before, records);

        // Then
        assertThat(after.topics().named("orders").orElseThrow().id()).isEqualTo(id(2));
        assertThat(after.topics().withId(id(1))).isEmpty();
        assertThat(after.topics().withId(id(2))).isPresent();
    }

    @Test
    void aChangedLeaderRaisesBothEpochsAndAnotherChangeOnlyThePartitions() {
        // Given
        ClusterImage image = with(oneBroker(), topic("orders", id(1), 1));

        // When
        image =
                with(
                        image,
                        List.of(
                                PartitionChangeRecord.builder()
                                        .topicId(id(1))
                                        .partitionId(0)
                                        .leader(-1)
                                        .build(),
                                PartitionChangeRecord.builder()
                                        .topicId(id(1))
                                        .partitionId(0)
                                        .replicas(List.of(1, 2))
                                        .isr(List.of(1, 2))
                                        .build()));

        // Then
        PartitionImage partition =
                image.topics().named("orders").orElseThrow().partitions().getFirst();
        assertThat(partition.leader()).isEqualTo(-1);
        assertThat(partition.leaderEpoch()).isEqualTo(1);
        assertThat(partition.epoch()).isEqualTo(2);
        assertThat(partition.inSync()).containsExactly(1, 2);
    }

    @Test
    void aBrokerIsFencedAndLetGoOn() {
        // When
        ClusterImage fenced =
                with(oneBroker(), List.of(FenceBrokerRecord.builder().id(1).epoch(0).build()));
        ClusterImage again =
                with(
                        fenced,
                        List.of(
                                BrokerRegistrationChangeRecord.builder()
                                        .brokerId(1)
                                        .fenced((byte) -1)
                                        .build()));

        // Then
        assertThat(fenced.broker(1).orElseThrow().isActive()).isFalse();
        assertThat(again.broker(1).orElseThrow().isActive()).isTrue();
    }

    @Test
    void recordsThatFitNothingAreRefused() {
        ClusterImage image = oneBroker();
        assertThatIllegalStateException()
                .isThrownBy(() -> with(image, List.of(partition(id(9), 0))));
        assertThatIllegalStateException()
                .isThrownBy(
                        () -> with(image, List.of(topic("orders", id(1)), partition(id(1), 1))));
        assertThatIllegalStateException()
                .isThrownBy(
                        () ->
                                with(
                                        image,
                                        List.of(
                                                RemoveTopicRecord.builder()
                                                        .topicId(id(1))
                                                        .build())));
    }
}

package io.zurau.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.record.RecordBatchBuilder;
import org.junit.jupiter.api.Test;

final class PartitionQueueTest {
    private static final TopicPartition PARTITION = new TopicPartition("orders", 0);

    @Test
    void aNumberedBatchThatIsPutBackUnsentTakesNoMoreRecords() {
        // Given: the numbers behind it may be another's by then
        PartitionQueue queue = new PartitionQueue(PARTITION);
        ProduceBatch batch =
                new ProduceBatch(PARTITION, new RecordBatchBuilder(1000), 0, 0, 0, 1_000_000);
        assertThat(batch.hasRoomFor(10, 1000)).isTrue();
        queue.add(batch);

        // When
        queue.putBack(queue.takeNumbered(new ProducerIdentity(1, (short) 0)));

        // Then
        assertThat(queue.newest()).isSameAs(batch);
        assertThat(batch.hasRoomFor(10, 1000)).isFalse();
    }
}

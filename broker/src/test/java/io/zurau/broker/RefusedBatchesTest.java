package io.zurau.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.protocol.Uuid;
import io.zurau.protocol.compression.Compressors;
import io.zurau.protocol.record.RecordBatch;
import io.zurau.protocol.record.RecordBatchBuilder;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RefusedBatchesTest {
    private static final Uuid ID = new Uuid(1, 2);

    private final RefusedBatches memory = new RefusedBatches();

    private static RecordBatch batch(long producerId, int epoch, int sequence) {
        RecordBatchBuilder builder =
                new RecordBatchBuilder(100).producer(producerId, (short) epoch, sequence);
        builder.append(1, null, ByteBuffer.allocate(1), List.of());
        try (Compressors none = new Compressors()) {
            ByteBuffer built = builder.build(none);
            ByteBuffer copy = ByteBuffer.allocate(built.remaining()).put(built).flip();
            return RecordBatch.headerAt(copy, 0);
        }
    }

    private boolean precede(RecordBatch batch) {
        return memory.precede(batch, "t", ID, 0);
    }

    @Test
    void whatStandsBehindARefusedBatchOfTheSameProducerIsKnown() {
        // When
        memory.refused(batch(7, 0, 5), "t", ID, 0);
        memory.refused(batch(7, 0, 9), "t", ID, 0);

        // Then
        assertThat(precede(batch(7, 0, 6))).isTrue();
        assertThat(precede(batch(7, 0, 5))).isFalse();
        assertThat(precede(batch(7, 1, 6))).isFalse();
        assertThat(precede(batch(8, 0, 6))).isFalse();
        assertThat(memory.precede(batch(7, 0, 6), "t", ID, 1)).isFalse();
    }

    @Test
    void itIsForgottenWhenAnyBatchOfTheProducerIsTaken() {
        // Given
        memory.refused(batch(7, 0, 5), "t", ID, 0);

        // When: the log knew that the refused one was there
        memory.taken(batch(7, 0, 6), "t", ID, 0);

        // Then
        assertThat(precede(batch(7, 0, 7))).isFalse();
    }

    @Test
    void onlySoManyAreRemembered() {
        // When
        for (int producer = 0; producer < 2_000; producer++) {
            memory.refused(batch(producer, 0, 0), "t", ID, 0);
        }

        // Then
        assertThat(precede(batch(0, 0, 1))).isFalse();
        assertThat(precede(batch(1_999, 0, 1))).isTrue();
    }
}

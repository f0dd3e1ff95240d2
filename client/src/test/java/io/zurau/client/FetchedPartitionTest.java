package io.zurau.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.compression.Compressors;
import io.zurau.protocol.message.FetchResponse.AbortedTransaction;
import io.zurau.protocol.record.RecordBatchBuilder;
import io.zurau.protocol.record.RecordReader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class FetchedPartitionTest {
    private static final TopicPartition PARTITION = new TopicPartition("t", 0);
    private static final short ABORT = 0;
    private static final short COMMIT = 1;

    private final RecordReader reader = new RecordReader(1_000_000);
    private final ByteBuffer fetched = ByteBuffer.allocate(10_000);
    private long nextOffset;

    @AfterEach
    void close() {
        reader.close();
    }

    private void add(long producerId, boolean transactional, String... values) {
        RecordBatchBuilder batch = new RecordBatchBuilder(100).baseOffset(nextOffset);
        batch.producer(producerId, (short) 0, 0).transactional(transactional);
        for (String value : values) {
            batch.append(0, null, FakePartition.bytes(value), List.of());
        }
        put(batch, values.length);
    }

    private void mark(long producerId, short type) {
        RecordBatchBuilder batch = new RecordBatchBuilder(100).baseOffset(nextOffset);
        batch.producer(producerId, (short) 0, -1).transactional(true).control(true);
        ByteBuffer key = ByteBuffer.allocate(4).putShort((short) 0).putShort(type).flip();
        batch.append(0, key, ByteBuffer.allocate(6), List.of());
        put(batch, 1);
    }

    private void put(RecordBatchBuilder batch, int records) {
        fetched.put(batch.build(new Compressors()));
        nextOffset += records;
    }

    private FetchedPartition from(long position, AbortedTransaction... aborted) {
        return new FetchedPartition(
                PARTITION, position, fetched.duplicate().flip(), List.of(aborted), reader);
    }

    private static AbortedTransaction aborted(long producerId, long firstOffset) {
        return AbortedTransaction.builder().producerId(producerId).firstOffset(firstOffset).build();
    }

    private static List<String> values(FetchedPartition partition) {
        List<ConsumedRecord> taken = new ArrayList<>();
        boolean more = true;
        while (more && !partition.isDamaged()) {
            more = partition.take(2, taken);
        }
        return taken.stream().map(record -> FakePartition.text(record.value())).toList();
    }

    @Test
    void recordsBelowThePositionAreSkipped() {
        // Given
        add(-1, false, "a", "b", "c");
        add(-1, false, "d");
        // When
        FetchedPartition partition = from(1);
        // Then
        assertThat(values(partition)).containsExactly("b", "c", "d");
        assertThat(partition.position()).isEqualTo(4);
    }

    @Test
    void abortedTransactionsAndMarkersAreSkippedAndThePositionPassesThem() {
        // Given
        add(1, true, "aborted 1");
        add(2, true, "committed");
        add(1, true, "aborted 2");
        add(-1, false, "plain");
        mark(1, ABORT);
        mark(2, COMMIT);
        add(1, true, "the next transaction");
        mark(1, COMMIT);
        // When
        FetchedPartition partition = from(0, aborted(1, 0));
        // Then
        assertThat(values(partition)).containsExactly("committed", "plain", "the next transaction");
        assertThat(partition.position()).isEqualTo(8);
    }

    @Test
    void whatLiesBeforeADamagedBatchIsTakenAndTheDamageStays() {
        // Given
        add(-1, false, "a", "b", "c");
        int damagedAt = fetched.position();
        add(-1, false, "d");
        add(-1, false, "e");
        fetched.put(damagedAt + 65, (byte) ~fetched.get(damagedAt + 65));
        // When
        FetchedPartition partition = from(0);
        // Then
        assertThat(values(partition)).containsExactly("a", "b", "c");
        assertThat(partition.position()).isEqualTo(3);
        for (int i = 0; i < 2; i++) {
            assertThatExceptionOfType(ClientFailure.BadAnswer.class)
                    .isThrownBy(() -> partition.take(1, new ArrayList<>()))
                    .withMessageContaining("t-0 at or behind offset 3");
        }
    }

    @Test
    void lastBatchMayBeCutOff() {
        // Given
        add(-1, false, "a");
        add(-1, false, "b");
        fetched.position(fetched.position() - 1);
        // When
        FetchedPartition partition = from(0);
        // Then
        assertThat(values(partition)).containsExactly("a");
        assertThat(partition.position()).isEqualTo(1);
    }
}

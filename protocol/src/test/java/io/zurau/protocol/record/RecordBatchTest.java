package io.zurau.protocol.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zurau.protocol.compression.Compression;
import io.zurau.protocol.compression.Compressors;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

class RecordBatchTest {
    private final ByteBuffer one =
            RandomRecords.batchOf(new RandomRecords(1).next(3), Compression.NONE);
    private final ByteBuffer other =
            RandomRecords.batchOf(new RandomRecords(2).next(5), Compression.LZ4);

    @Test
    void whatALeaderPatchesOnAppendIsOutsideTheCrc() {
        // Given
        RecordBatch batch = RecordBatch.at(one, 0);
        int crc = batch.crc();

        // When
        batch.assignBaseOffset(40);
        batch.setPartitionLeaderEpoch(7);

        // Then
        assertThat(batch.crc()).isEqualTo(crc);
        assertThat(batch.crcIsValid()).isTrue();
        assertThat(batch.lastOffset()).isEqualTo(42);
        assertThat(batch.nextOffset()).isEqualTo(43);
        assertThat(batch.partitionLeaderEpoch()).isEqualTo(7);
    }

    @Test
    void whatChangesTheCrcSealsItAgain() {
        // Given
        RecordBatch batch = RecordBatch.at(one, 0);

        // When
        batch.setProducer(5, (short) 6, 7);
        batch.setMaxTimestamp(TimestampType.CREATE_TIME, 8);

        // Then
        assertThat(batch.crcIsValid()).isTrue();
        assertThat(batch.isIdempotent()).isTrue();
        assertThat(batch.producerEpoch()).isEqualTo((short) 6);
        assertThat(batch.lastSequence()).isEqualTo(9);
        assertThat(batch.maxTimestamp()).isEqualTo(8);
    }

    @Test
    void afterTheLargestSequenceNumberComesZero() {
        assertThat(RecordBatch.sequenceAfter(Integer.MAX_VALUE, 1)).isZero();
        assertThat(RecordBatch.sequenceAfter(Integer.MAX_VALUE - 1, 3)).isEqualTo(1);
        assertThat(RecordBatch.sequenceAfter(5, 2)).isEqualTo(7);
    }

    @Test
    void aViewNeverMovesItsBuffer() {
        // Given
        ByteBuffer both = concatenated(one, other);

        // When
        for (RecordBatch batch : RecordBatches.whole(both)) {
            assertThat(batch.crcIsValid()).isTrue();
            try (RecordReader reader = new RecordReader(1 << 24)) {
                assertThat(reader.readAll(batch)).hasSize(batch.recordCount());
            }
        }

        // Then
        assertThat(both.position()).isZero();
        assertThat(both.limit()).isEqualTo(both.capacity());
    }

    @Test
    void batchesBackToBackAreWalkedOver() {
        // Given
        ByteBuffer both = concatenated(one, other);

        // Then
        assertThat(RecordBatches.whole(both).sizeInBytes()).isEqualTo(both.remaining());
        assertThat(counts(RecordBatches.whole(both))).containsExactly(3, 5);
        assertThat(counts(RecordBatches.whole(both.position(one.remaining())))).containsExactly(5);
    }

    @Test
    void anIncompleteLastBatchEndsTheWalkOnlyWhereItMay() {
        ByteBuffer both = concatenated(one, other);
        for (int lost = 1; lost < other.remaining(); lost++) {
            // Given
            ByteBuffer cut = both.slice(0, both.limit() - lost);

            // Then
            assertThat(counts(RecordBatches.cut(cut))).containsExactly(3);
            assertThat(RecordBatches.cut(cut).sizeInBytes()).isEqualTo(one.remaining());
            assertThatThrownBy(() -> counts(RecordBatches.whole(cut)))
                    .isInstanceOf(CorruptRecords.class)
                    .hasMessageContaining("cut off");
        }
    }

    @Test
    void whatIsNoBatchEndsTheWalkInEitherCase() {
        // Given
        ByteBuffer both = concatenated(one, other);
        both.put(one.remaining() + RecordBatch.MAGIC_AT, (byte) 1);

        // Then
        assertThatThrownBy(() -> counts(RecordBatches.cut(both)))
                .isInstanceOf(CorruptRecords.class)
                .hasMessage("Magic 1 of a batch is not 2.");
    }

    @Test
    void aBuilderIsUsedForOneBatchAfterTheOther() {
        try (Compressors compressors = new Compressors();
                RecordReader reader = new RecordReader(1 << 20)) {
            RecordBatchBuilder builder = new RecordBatchBuilder(10).compression(Compression.ZSTD);
            for (int round = 0; round < 3; round++) {
                // Given
                builder.clear().baseOffset(100);
                assertThat(builder.isEmpty()).isTrue();
                int before = builder.uncompressedSize();

                // When
                builder.append(50 + round, new byte[] {1}, new byte[round], List.of());
                builder.append(40, (byte[]) null, null, List.of());
                RecordBatch batch = RecordBatch.at(builder.build(compressors), 0);

                // Then
                assertThat(builder.uncompressedSize() - before)
                        .isBetween(2 * 7, 2 * RecordBatchBuilder.sizeAtMost(1, round, List.of()));
                assertThat(builder.maxTimestamp()).isEqualTo(50 + round);
                assertThat(builder.maxTimestampOffset()).isEqualTo(100);
                assertThat(batch.maxTimestamp()).isEqualTo(50 + round);
                assertThat(reader.readAll(batch))
                        .extracting(Record::offset, Record::timestamp)
                        .containsExactly(
                                org.assertj.core.groups.Tuple.tuple(100L, 50L + round),
                                org.assertj.core.groups.Tuple.tuple(101L, 40L));
            }
        }
    }

    @Test
    void aCompactedBatchKeepsOffsetsAndSaysWhenItsTombstonesMayGo() {
        // Given
        RecordBatchBuilder builder = new RecordBatchBuilder(10).baseOffset(10).deleteHorizon(5_000);

        // When
        builder.appendAt(12, 3_000, ByteBuffer.wrap(new byte[] {1}), null, List.of());
        builder.appendAt(15, 6_000, ByteBuffer.wrap(new byte[] {2}), null, List.of());
        builder.lastOffset(19);

        // Then
        try (Compressors compressors = new Compressors();
                RecordReader reader = new RecordReader(1 << 20)) {
            RecordBatch batch = RecordBatch.at(builder.build(compressors), 0);
            assertThat(batch.baseOffset()).isEqualTo(10);
            assertThat(batch.lastOffset()).isEqualTo(19);
            assertThat(batch.deleteHorizonMs()).isEqualTo(5_000);
            assertThat(reader.readAll(batch))
                    .extracting(Record::offset, Record::timestamp)
                    .containsExactly(
                            org.assertj.core.groups.Tuple.tuple(12L, 3_000L),
                            org.assertj.core.groups.Tuple.tuple(15L, 6_000L));
        }
    }

    @Test
    void offsetsInABuilderOnlyGrow() {
        // Given
        RecordBatchBuilder builder = new RecordBatchBuilder(10).baseOffset(10);
        builder.appendAt(12, 0, null, null, List.of());

        // Then
        assertThatThrownBy(() -> builder.appendAt(12, 0, null, null, List.of()))
                .hasMessage("Offset 12 does not follow 12.");
        assertThatThrownBy(() -> builder.lastOffset(11)).hasMessageContaining("below");
        assertThatThrownBy(() -> builder.baseOffset(0)).hasMessageContaining("already");
        assertThatThrownBy(
                        () ->
                                new RecordBatchBuilder(10)
                                        .baseOffset(10)
                                        .appendAt(9, 0, null, null, List.of()))
                .hasMessage("Offset 9 does not follow 9.");
    }

    @Test
    void aBatchMayBeEmptyOfRecordsAfterCompaction() {
        try (Compressors compressors = new Compressors();
                RecordReader reader = new RecordReader(100)) {
            // When
            ByteBuffer bytes =
                    new RecordBatchBuilder(10)
                            .compression(Compression.GZIP)
                            .baseOffset(5)
                            .lastOffset(9)
                            .build(compressors);

            // Then
            RecordBatch batch = RecordBatch.at(bytes, 0);
            assertThat(batch.lastOffset()).isEqualTo(9);
            assertThat(batch.crcIsValid()).isTrue();
            assertThat(reader.readAll(batch)).isEmpty();
        }
    }

    private static List<Integer> counts(RecordBatches batches) {
        return new ArrayList<>(
                StreamSupport.stream(batches.spliterator(), false)
                        .map(RecordBatch::recordCount)
                        .toList());
    }

    private static ByteBuffer concatenated(ByteBuffer one, ByteBuffer other) {
        return ByteBuffer.allocate(one.remaining() + other.remaining())
                .put(one.duplicate())
                .put(other.duplicate())
                .flip();
    }
}

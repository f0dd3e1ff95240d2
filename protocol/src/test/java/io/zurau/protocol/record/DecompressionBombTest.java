package io.zurau.protocol.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.compression.Compression;
import io.zurau.protocol.compression.Decompressors;
import io.zurau.protocol.record.BatchVerdict.Invalid;
import io.zurau.protocol.record.BatchVerdict.Valid;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Small batches that become large stay within the bound that the reader gave.
class DecompressionBombTest {
    private static final int BYTES = 1 << 24;

    @ParameterizedTest
    @EnumSource(names = {"GZIP", "SNAPPY", "LZ4", "ZSTD"})
    void aBatchBeyondTheBoundIsRefused(Compression codec) {
        try (Decompressors decompressors = new Decompressors();
                RecordReader reader = new RecordReader(BYTES);
                RecordReader generousReader = new RecordReader(2 * BYTES)) {
            // Given
            Record huge =
                    new Record(0, RandomRecords.NOW, null, ByteBuffer.allocate(BYTES), List.of());
            ByteBuffer bomb = RandomRecords.batchOf(List.of(huge), codec);
            RecordBatch batch = RecordBatch.at(bomb, 0);
            assertThat(bomb.remaining()).isLessThan(BYTES / 20);

            // When
            BatchVerdict verdict =
                    BatchValidation.check(bomb, upTo(BYTES), RandomRecords.NOW, decompressors);
            BatchVerdict generous =
                    BatchValidation.check(bomb, upTo(2 * BYTES), RandomRecords.NOW, decompressors);

            // Then
            assertThat(((Invalid) verdict).code()).isEqualTo(ErrorCode.INVALID_RECORD);
            assertThat(((Invalid) verdict).reason()).contains("exceed 16777216 bytes");
            assertThat(((Valid) generous).recordBytes()).isGreaterThan(BYTES);
            assertThatThrownBy(() -> reader.readAll(batch))
                    .isInstanceOf(CorruptRecords.class)
                    .hasMessageContaining("exceed 16777216 bytes");
            assertThat(generousReader.readAll(batch)).containsExactly(huge);
        }
    }

    private static ValidationRules upTo(int bytes) {
        return new ValidationRules(TimestampType.CREATE_TIME, 1_000, 1_000, false, true, bytes);
    }
}

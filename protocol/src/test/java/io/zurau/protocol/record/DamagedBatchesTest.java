package io.zurau.protocol.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.compression.Compression;
import io.zurau.protocol.compression.Decompressors;
import io.zurau.protocol.record.BatchVerdict.Invalid;
import io.zurau.protocol.record.BatchVerdict.Valid;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Whatever the damage: nothing is accepted that Apache Kafka would refuse, and reading fails in
/// one way only.
class DamagedBatchesTest {
    private static final long NOW = RandomRecords.NOW;
    private static final int SEEDS = 1_000;
    private static final int BOUND = 1 << 20;
    private static final ValidationRules RULES =
            new ValidationRules(TimestampType.CREATE_TIME, 1_000, 1_000, true, true, BOUND);

    private final Decompressors decompressors = new Decompressors();
    private final RecordReader reader = new RecordReader(BOUND);

    @AfterEach
    void close() {
        decompressors.close();
        reader.close();
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void ofDamagedRecordsNoneIsAcceptedThatKafkaRefuses(Compression codec) {
        // Given
        int accepted = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            ByteBuffer batch = records().flip(new Random(seed)).batch(codec);

            // When
            BatchVerdict verdict = BatchValidation.check(batch, RULES, NOW, decompressors);
            KafkaLeader.Answer kafkas = KafkaLeader.check(batch, RULES, NOW);

            // Then
            String what = "seed %d: %s".formatted(seed, verdict);
            switch (verdict) {
                case Valid valid -> {
                    accepted++;
                    assertThat(kafkas)
                            .as(what)
                            .isEqualTo(
                                    new KafkaLeader.Answer(ErrorCode.NONE, valid.maxTimestamp()));
                }
                case Invalid invalid when kafkas.error() == ErrorCode.NONE ->
                        assertThat(invalid.reason())
                                .as(what)
                                .containsAnyOf("offset delta", "its size", "fit it");
                case Invalid invalid when kafkas.error() == ErrorCode.UNKNOWN_SERVER_ERROR ->
                        assertThat(invalid.code()).as(what).isEqualTo(ErrorCode.INVALID_RECORD);
                case Invalid invalid ->
                        assertThat(invalid.code()).as(what).isEqualTo(kafkas.error());
            }
        }
        assertThat(accepted).isBetween(SEEDS / 4, 3 * SEEDS / 4);
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void damagedCompressedBytesAreRefusedOrGiveWhatKafkaReads(Compression codec) {
        for (long seed = 0; seed < SEEDS; seed++) {
            // Given
            Random random = new Random(seed);
            ByteBuffer batch = records().batch(codec);
            flip(batch, RecordBatch.HEADER_SIZE, random);
            flip(batch, RecordBatch.HEADER_SIZE, random);
            RecordBatch.at(batch, 0).sealCrc();

            // When
            BatchVerdict verdict = BatchValidation.check(batch, RULES, NOW, decompressors);

            // Then
            if (verdict instanceof Valid valid) {
                assertThat(KafkaLeader.check(batch, RULES, NOW))
                        .as("seed %d", seed)
                        .isEqualTo(new KafkaLeader.Answer(ErrorCode.NONE, valid.maxTimestamp()));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void readingFailsInOneWayOnly(Compression codec) {
        int corrupt = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            // Given
            Random random = new Random(seed);
            ByteBuffer batch = records().batch(codec);
            flip(batch, 0, random);
            batch.limit(batch.limit() - random.nextInt(2) * random.nextInt(batch.limit()));
            ByteBuffer either = random.nextBoolean() ? batch : RandomRecords.direct(batch);

            // When
            try {
                for (RecordBatch each : RecordBatches.whole(either)) {
                    assertThat(reader.readAll(each)).hasSizeLessThan(BOUND);
                }
            } catch (CorruptRecords expected) {
                corrupt++;
            }

            // Then
            assertThat(BatchValidation.check(either, RULES, NOW, decompressors)).isNotNull();
        }
        assertThat(corrupt).isGreaterThan(SEEDS / 4);
    }

    private static void flip(ByteBuffer batch, int from, Random random) {
        int at = random.nextInt(from, batch.limit());
        batch.put(at, (byte) (batch.get(at) ^ (1 << random.nextInt(Byte.SIZE))));
    }

    private static RawRecords records() {
        RawRecords records = new RawRecords();
        for (int i = 0; i < 8; i++) {
            RawRecords body = new RawRecords().number(i).number(i);
            records.record(
                    body.number(1)
                            .text("k")
                            .number(4)
                            .text("val" + i)
                            .number(1)
                            .number(1)
                            .text("h")
                            .number(-1));
        }
        return records;
    }
}

package io.zurau.protocol.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.compression.Compression;
import io.zurau.protocol.compression.Decompressors;
import io.zurau.protocol.record.BatchVerdict.Invalid;
import io.zurau.protocol.record.BatchVerdict.Valid;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// A bad batch gets the error code that Apache Kafka gives it.
class BatchValidationTest {
    private static final long NOW = RandomRecords.NOW;
    private static final ValidationRules STRICT =
            new ValidationRules(TimestampType.CREATE_TIME, 1_000, 1_000, true, true, 1 << 20);

    private final Decompressors decompressors = new Decompressors();

    @AfterEach
    void close() {
        decompressors.close();
    }

    static Stream<Arguments> batchesOfAllCodecs() {
        return Stream.of(Compression.values())
                .flatMap(
                        codec ->
                                batches(codec).entrySet().stream()
                                        .map(
                                                each ->
                                                        Arguments.of(
                                                                codec,
                                                                each.getKey(),
                                                                each.getValue())));
    }

    /// By a word of what is wrong.
    private static Map<String, ByteBuffer> batches(Compression codec) {
        Map<String, ByteBuffer> batches = new TreeMap<>();
        batches.put("nothing", good(codec).batch(codec));
        batches.put("no bytes", ByteBuffer.allocate(0));
        batches.put("last byte lost", cut(good(codec).batch(codec), 1));
        batches.put("only the overhead", cut(good(codec).batch(codec), -12));
        batches.put("two batches", twice(good(codec).batch(codec)));
        patched(batches, codec, "crc", batch -> batch.putInt(RecordBatch.CRC_AT, 1));
        patched(batches, codec, "bit of a record", batch -> batch.put(70, (byte) 7));
        patched(batches, codec, "magic 0", batch -> batch.put(RecordBatch.MAGIC_AT, (byte) 0));
        patched(batches, codec, "magic 1", batch -> batch.put(RecordBatch.MAGIC_AT, (byte) 1));
        patched(batches, codec, "magic 3", batch -> batch.put(RecordBatch.MAGIC_AT, (byte) 3));
        patched(batches, codec, "magic -1", batch -> batch.put(RecordBatch.MAGIC_AT, (byte) -1));
        for (int length : new int[] {Integer.MIN_VALUE, -1, 0, 13, 14, 48}) {
            patched(
                    batches,
                    codec,
                    "length " + length,
                    batch -> batch.putInt(RecordBatch.LENGTH_AT, length));
        }
        patched(
                batches,
                codec,
                "length too large",
                batch -> batch.putInt(RecordBatch.LENGTH_AT, 1_000_000));
        for (int count : new int[] {-1, 0, 1, 2, 4, 1_000_000, Integer.MAX_VALUE}) {
            batches.put("count " + count, good(codec).batch(codec, count));
        }
        sealed(
                batches,
                codec,
                "last offset delta",
                batch -> batch.putInt(RecordBatch.LAST_OFFSET_DELTA_AT, 3));
        sealed(
                batches,
                codec,
                "control",
                batch ->
                        batch.putShort(
                                RecordBatch.ATTRIBUTES_AT,
                                (short) (codec.id() | RecordBatch.CONTROL_BIT)));
        sealed(
                batches,
                codec,
                "no sequence",
                batch -> {
                    batch.putLong(RecordBatch.PRODUCER_ID_AT, 5);
                    batch.putShort(RecordBatch.PRODUCER_EPOCH_AT, (short) 0);
                });
        batches.put("early", three(-2_000, "k").batch(codec));
        batches.put("late", three(2_000, "k").batch(codec));
        batches.put("early and no key", three(-2_000, "").batch(codec));
        batches.put("no timestamp", three(-NOW - 1, "k").batch(codec));
        batches.put("no key", withBody(body(1, -1, "", 1, "v", 0)).batch(codec));
        batches.put("odd negative key", withBody(body(1, -9, "", 1, "v", 0)).batch(codec));
        batches.put("null value", withBody(body(1, 1, "k", -1, "", 0)).batch(codec));
        batches.put("headers missing", withBody(body(1, 1, "k", 1, "v", 2)).batch(codec));
        batches.put("headers negative", withBody(body(1, 1, "k", 1, "v", -1)).batch(codec));
        batches.put("headers many", withBody(body(1, 1, "k", 1, "v", 1 << 30)).batch(codec));
        batches.put(
                "header without key",
                withBody(body(1, 1, "k", 1, "v", 1).number(-1).number(-1)).batch(codec));
        batches.put(
                "header without value",
                withBody(body(1, 1, "k", 1, "v", 1).number(1).text("h").number(-1)).batch(codec));
        batches.put("key too long", withBody(body(1, 9, "k", 1, "v", 0)).batch(codec));
        batches.put("key far too long", withBody(body(1, 1 << 30, "k", 1, "v", 0)).batch(codec));
        batches.put("value too long", withBody(body(1, 1, "k", 9, "v", 0)).batch(codec));
        batches.put(
                "varint too long",
                withBody(new RawRecords().number(0).raw(-1, -1, -1, -1, -1, -1)).batch(codec));
        batches.put("end lost", good(codec).cut(2).batch(codec, 3));
        batches.put("bytes behind", good(codec).raw(0).batch(codec));
        return batches;
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("batchesOfAllCodecs")
    void aBatchIsAnsweredAsKafkaAnswersIt(Compression codec, String what, ByteBuffer batch) {
        // When
        BatchVerdict verdict = BatchValidation.check(batch, STRICT, NOW, decompressors);
        BatchVerdict direct =
                BatchValidation.check(RandomRecords.direct(batch), STRICT, NOW, decompressors);
        KafkaLeader.Answer kafkas = KafkaLeader.check(batch, STRICT, NOW);

        // Then
        assertThat(errorOf(verdict)).as("%s", verdict).isEqualTo(kafkas.error());
        assertThat(errorOf(direct)).as("%s", direct).isEqualTo(kafkas.error());
        if (verdict instanceof Valid valid) {
            assertThat(valid.maxTimestamp()).isEqualTo(kafkas.maxTimestamp());
        }
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void theRecordAtFaultIsNamed(Compression codec) {
        // Given
        ByteBuffer early = good(codec).record(-5_000, 3, "k", "v").batch(codec);
        ByteBuffer keyless = good(codec).record(body(3, -1, "", 1, "v", 0)).batch(codec);
        ByteBuffer lying = good(codec).record(9, body(3, 1, "k", 1, "v", 0)).batch(codec);

        // Then
        for (ByteBuffer batch : new ByteBuffer[] {early, keyless, lying}) {
            Invalid invalid = (Invalid) BatchValidation.check(batch, STRICT, NOW, decompressors);
            assertThat(invalid.records())
                    .as(invalid.reason())
                    .extracting(BatchVerdict.BadRecord::index)
                    .containsExactly(3);
        }
    }

    @Test
    void whereTheLogSetsTheTimestampsNoneIsRefused() {
        // Given
        ValidationRules appendTime =
                new ValidationRules(TimestampType.LOG_APPEND_TIME, 1_000, 1_000, true, true, 9_999);

        // When
        BatchVerdict verdict =
                BatchValidation.check(
                        three(-5_000, "k").batch(Compression.NONE), appendTime, NOW, decompressors);

        // Then
        assertThat(verdict).isInstanceOf(Valid.class);
    }

    @Test
    void onlyCoordinatorsWriteControlBatches() {
        // Given
        ByteBuffer marker =
                ControlRecords.endTransactionBatch(
                                new ControlRecords.EndTransactionMarker(true, 1), 1, (short) 0, NOW)
                        .bytes();
        ValidationRules forCoordinators =
                new ValidationRules(TimestampType.CREATE_TIME, 1_000, 1_000, true, false, 9_999);

        // Then
        assertThat(errorOf(BatchValidation.check(marker, STRICT, NOW, decompressors)))
                .isEqualTo(ErrorCode.INVALID_RECORD);
        assertThat(errorOf(BatchValidation.check(marker, forCoordinators, NOW, decompressors)))
                .isEqualTo(ErrorCode.NONE);
        assertThat(KafkaLeader.check(marker, forCoordinators, NOW).error())
                .isEqualTo(ErrorCode.NONE);
    }

    @Test
    void whatKafkaLetsPassOrAnswersUnhelpfullyIsRefusedByName() {
        // Given
        Map<String, ErrorCode> expected =
                Map.of(
                        "codec", ErrorCode.UNSUPPORTED_COMPRESSION_TYPE,
                        "attributes", ErrorCode.INVALID_RECORD,
                        "delete horizon", ErrorCode.INVALID_RECORD,
                        "append time", ErrorCode.INVALID_TIMESTAMP,
                        "base offset", ErrorCode.INVALID_RECORD,
                        "no producer", ErrorCode.INVALID_RECORD,
                        "no epoch", ErrorCode.INVALID_RECORD);
        Map<String, ByteBuffer> batches = new TreeMap<>();
        Compression none = Compression.NONE;
        attributes(batches, "codec", 5);
        attributes(batches, "attributes", 0x80);
        attributes(batches, "delete horizon", RecordBatch.DELETE_HORIZON_BIT);
        attributes(batches, "append time", RecordBatch.LOG_APPEND_TIME_BIT);
        attributes(batches, "no producer", RecordBatch.TRANSACTIONAL_BIT);
        sealed(batches, none, "base offset", batch -> batch.putLong(0, 1));
        sealed(
                batches,
                none,
                "no epoch",
                batch -> {
                    batch.putLong(RecordBatch.PRODUCER_ID_AT, 5);
                    batch.putInt(RecordBatch.BASE_SEQUENCE_AT, 5);
                });

        // Then
        assertThat(batches.keySet()).isEqualTo(new TreeMap<>(expected).keySet());
        batches.forEach(
                (what, batch) ->
                        assertThat(
                                        errorOf(
                                                BatchValidation.check(
                                                        batch, STRICT, NOW, decompressors)))
                                .as(what)
                                .isEqualTo(expected.get(what)));
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void offsetDeltasThatDoNotCountUpAreRefused(Compression codec) {
        // Given
        ByteBuffer gap = good(codec).record(0, 4, "k", "v").batch(codec);

        // When
        Invalid invalid = (Invalid) BatchValidation.check(gap, STRICT, NOW, decompressors);

        // Then
        assertThat(invalid.code()).isEqualTo(ErrorCode.INVALID_RECORD);
        assertThat(invalid.reason()).isEqualTo("Record 3 of the batch has offset delta 4.");
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void recordsThatLieAboutTheirSizeAreRefused(Compression codec) {
        for (int size : new int[] {3, 9, 1 << 30, -5}) {
            // Given
            ByteBuffer lying = good(codec).record(size, body(3, 1, "k", 1, "v", 0)).batch(codec);

            // When
            BatchVerdict verdict = BatchValidation.check(lying, STRICT, NOW, decompressors);

            // Then
            assertThat(errorOf(verdict)).as("size %d", size).isEqualTo(ErrorCode.INVALID_RECORD);
        }
    }

    private static ErrorCode errorOf(BatchVerdict verdict) {
        return switch (verdict) {
            case Valid valid -> ErrorCode.NONE;
            case Invalid invalid -> invalid.code();
        };
    }

    private static RawRecords good(Compression codec) {
        return three(0, codec.kafkaName());
    }

    private static RawRecords three(long timestampDelta, String key) {
        return new RawRecords()
                .record(0, 0, key, "value of some length that a codec may shorten, shorten")
                .record(timestampDelta, 1, key, "")
                .record(7, 2, key, "value of some length that a codec may shorten, shorten");
    }

    /// Two records, the second of this body.
    private static RawRecords withBody(RawRecords body) {
        return new RawRecords().record(0, 0, "k", "v").record(body);
    }

    private static RawRecords body(
            int offsetDelta,
            int keyLength,
            String key,
            int valueLength,
            String value,
            int headers) {
        RawRecords body = new RawRecords().number(0).number(offsetDelta);
        return body.number(keyLength).text(key).number(valueLength).text(value).number(headers);
    }

    private static void patched(
            Map<String, ByteBuffer> batches,
            Compression codec,
            String what,
            Consumer<ByteBuffer> patch) {
        ByteBuffer batch = good(codec).batch(codec);
        patch.accept(batch);
        batches.put(what, batch);
    }

    private static void sealed(
            Map<String, ByteBuffer> batches,
            Compression codec,
            String what,
            Consumer<ByteBuffer> patch) {
        patched(
                batches,
                codec,
                what,
                batch -> {
                    patch.accept(batch);
                    RecordBatch.at(batch, 0).sealCrc();
                });
    }

    private static void attributes(Map<String, ByteBuffer> batches, String what, int attributes) {
        sealed(
                batches,
                Compression.NONE,
                what,
                batch -> batch.putShort(RecordBatch.ATTRIBUTES_AT, (short) attributes));
    }

    /// Without its last bytes; or, if negative, only so many of its first.
    private static ByteBuffer cut(ByteBuffer batch, int lost) {
        return batch.slice(0, lost > 0 ? batch.limit() - lost : -lost);
    }

    private static ByteBuffer twice(ByteBuffer batch) {
        return ByteBuffer.allocate(2 * batch.remaining())
                .put(batch.duplicate())
                .put(batch.duplicate())
                .flip();
    }
}

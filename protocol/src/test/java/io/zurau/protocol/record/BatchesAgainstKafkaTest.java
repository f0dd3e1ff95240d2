package io.zurau.protocol.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.protocol.compression.Compression;
import io.zurau.protocol.compression.Compressors;
import io.zurau.protocol.compression.Decompressors;
import io.zurau.protocol.record.BatchVerdict.Valid;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.ControlRecordType;
import org.apache.kafka.common.record.internal.EndTransactionMarker;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What we write Kafka reads, and what Kafka writes we read: for every codec, with random records.
class BatchesAgainstKafkaTest {
    private static final int BOUND = 1 << 26;

    private final Compressors compressors = new Compressors();
    private final Decompressors decompressors = new Decompressors();
    private final RecordReader reader = new RecordReader(BOUND);

    @AfterEach
    void close() {
        compressors.close();
        decompressors.close();
        reader.close();
    }

    static Stream<Arguments> codecsAndSeeds() {
        return Stream.of(Compression.values())
                .flatMap(
                        codec ->
                                IntStream.range(0, 10)
                                        .mapToObj(seed -> Arguments.of(codec, (long) seed)));
    }

    @ParameterizedTest
    @MethodSource("codecsAndSeeds")
    void kafkaReadsWhatWeWrite(Compression codec, long seed) {
        // Given
        Random random = new Random(seed);
        List<Record> records = new RandomRecords(seed).next(1 + random.nextInt(200));
        RecordBatchBuilder builder =
                new RecordBatchBuilder(16)
                        .compression(codec)
                        .producer(77, (short) 3, Integer.MAX_VALUE - 5)
                        .transactional(true)
                        .partitionLeaderEpoch(9);
        for (Record record : records) {
            builder.append(record.timestamp(), record.key(), record.value(), record.headers());
        }

        // When
        ByteBuffer bytes = builder.build(compressors);
        RecordBatch ours = RecordBatch.at(bytes, 0);
        ours.assignBaseOffset(1_000);
        MutableRecordBatch batch = onlyBatch(bytes);

        // Then
        batch.ensureValid();
        assertSameHeader(ours, batch);
        assertThat(ofKafka(batch)).isEqualTo(movedTo(1_000, records));
    }

    @ParameterizedTest
    @MethodSource("codecsAndSeeds")
    void weReadAndAcceptWhatKafkaWrites(Compression codec, long seed) {
        // Given
        Random random = new Random(seed);
        List<Record> records = new RandomRecords(seed).next(1 + random.nextInt(200));
        MemoryRecordsBuilder builder =
                MemoryRecords.builder(
                        ByteBuffer.allocate(100), kafkaCodec(codec), 0, 5, (short) 1, 7, false);
        for (Record record : records) {
            builder.append(record.timestamp(), record.key(), record.value(), headers(record));
        }
        ByteBuffer bytes = builder.build().buffer();

        // When
        ByteBuffer direct = RandomRecords.direct(bytes);
        BatchVerdict verdict = check(bytes);
        BatchVerdict verdictOfDirect = check(direct);
        BatchVerdict verdictOfReadOnly = check(bytes.asReadOnlyBuffer());

        // Then
        Valid valid = (Valid) verdict;
        assertSameHeader(valid.batch(), onlyBatch(bytes));
        assertThat(reader.readAll(valid.batch())).isEqualTo(records);
        assertThat(reader.readAll(((Valid) verdictOfDirect).batch())).isEqualTo(records);
        assertThat(reader.readAll(((Valid) verdictOfReadOnly).batch())).isEqualTo(records);
        assertThat(valid.recordCount()).isEqualTo(records.size());
        assertThat(valid.maxTimestamp()).isEqualTo(valid.batch().maxTimestamp());
        assertThat(records.get(valid.maxTimestampOffsetDelta()).timestamp())
                .isEqualTo(valid.maxTimestamp());
    }

    @ParameterizedTest
    @MethodSource("codecsAndSeeds")
    void aRecompressedBatchKeepsAllButItsCodec(Compression codec, long seed) {
        // Given
        List<Record> records = new RandomRecords(seed).next(20);
        RecordBatch original = RecordBatch.at(RandomRecords.batchOf(records, codec), 0);
        original.setProducer(8, (short) 2, 30);
        original.assignBaseOffset(50);
        original.setPartitionLeaderEpoch(4);
        BatchConversion conversion = new BatchConversion(decompressors, compressors, BOUND);
        Compression target = Compression.ofId((int) (seed % 5)).orElseThrow();

        // When
        RecordBatch converted = conversion.recompress(original, target, target.defaultLevel());

        // Then
        MutableRecordBatch batch = onlyBatch(converted.bytes());
        batch.ensureValid();
        assertThat(converted.compression()).isEqualTo(target);
        assertSameHeader(converted, batch);
        assertThat(ofKafka(batch)).isEqualTo(movedTo(50, records));
        assertThat(converted.producerId()).isEqualTo(8);
        assertThat(converted.partitionLeaderEpoch()).isEqualTo(4);
    }

    @ParameterizedTest
    @MethodSource("codecsAndSeeds")
    void aCursorTellsOffsetsAndTimesInBoundedMemory(Compression codec, long seed) {
        // Given
        List<Record> records = new RandomRecords(seed).next(100);
        RecordBatch batch = RecordBatch.at(RandomRecords.batchOf(records, codec), 0);
        batch.assignBaseOffset(70);

        // When
        RecordCursor cursor = new RecordCursor(batch, decompressors, BOUND);

        // Then
        for (Record record : records) {
            assertThat(cursor.next()).isTrue();
            assertThat(cursor.offset()).isEqualTo(70 + record.offset());
            assertThat(cursor.timestamp()).isEqualTo(record.timestamp());
            assertThat(cursor.hasKey()).isEqualTo(record.key() != null);
        }
        assertThat(cursor.next()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void anUncompressedBatchIsKafkasToTheByte(long seed) {
        // Given
        List<Record> records = new RandomRecords(seed).next(30);
        MemoryRecordsBuilder builder =
                MemoryRecords.builder(
                        ByteBuffer.allocate(100),
                        kafkaCodec(Compression.NONE),
                        org.apache.kafka.common.record.TimestampType.CREATE_TIME,
                        0);
        for (Record record : records) {
            builder.append(record.timestamp(), record.key(), record.value(), headers(record));
        }

        // When
        ByteBuffer ours = RandomRecords.batchOf(records, Compression.NONE);

        // Then
        assertThat(ours).isEqualTo(builder.build().buffer());
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void theAppendTimeBecomesTheTimeOfAllRecords(Compression codec) {
        // Given
        List<Record> records = new RandomRecords(1).next(10);
        RecordBatch batch = RecordBatch.at(RandomRecords.batchOf(records, codec), 0);

        // When
        batch.setMaxTimestamp(TimestampType.LOG_APPEND_TIME, 42);

        // Then
        onlyBatch(batch.bytes()).ensureValid();
        assertThat(ofKafka(onlyBatch(batch.bytes()))).allMatch(record -> record.timestamp() == 42);
        assertThat(reader.readAll(batch)).allMatch(record -> record.timestamp() == 42);
    }

    @Test
    void endTransactionMarkersAreKafkasToTheByte() {
        for (boolean committed : new boolean[] {true, false}) {
            // Given
            ControlRecordType type = committed ? ControlRecordType.COMMIT : ControlRecordType.ABORT;
            MemoryRecords expected =
                    MemoryRecords.withEndTransactionMarker(
                            0, 123, -1, 9, (short) 2, new EndTransactionMarker(type, 17));
            var marker = new ControlRecords.EndTransactionMarker(committed, 17);

            // When
            RecordBatch batch = ControlRecords.endTransactionBatch(marker, 9, (short) 2, 123);

            // Then
            assertThat(batch.bytes()).isEqualTo(expected.buffer());
            Record record = reader.readAll(batch).get(0);
            assertThat(ControlRecords.endTransaction(record)).isEqualTo(marker);
        }
    }

    @Test
    void otherControlRecordsAreRecognised() {
        // Given
        MemoryRecords records =
                MemoryRecords.withLeaderChangeMessage(
                        0,
                        123,
                        3,
                        ByteBuffer.allocate(200),
                        new org.apache.kafka.common.message.LeaderChangeMessage().setLeaderId(1));

        // When
        RecordBatch batch = RecordBatch.at(records.buffer(), 0);

        // Then
        assertThat(batch.isControl()).isTrue();
        assertThat(ControlRecords.typeOf(reader.readAll(batch).get(0)))
                .isEqualTo(ControlRecords.Type.LEADER_CHANGE);
    }

    private BatchVerdict check(ByteBuffer bytes) {
        return BatchValidation.check(
                bytes, ValidationRules.FOR_CLIENTS, RandomRecords.NOW, decompressors);
    }

    private static void assertSameHeader(
            RecordBatch ours, org.apache.kafka.common.record.internal.RecordBatch kafkas) {
        assertThat(ours.baseOffset()).isEqualTo(kafkas.baseOffset());
        assertThat(ours.lastOffset()).isEqualTo(kafkas.lastOffset());
        assertThat(ours.nextOffset()).isEqualTo(kafkas.nextOffset());
        assertThat(ours.sizeInBytes()).isEqualTo(kafkas.sizeInBytes());
        assertThat(ours.magic()).isEqualTo(kafkas.magic());
        assertThat(Integer.toUnsignedLong(ours.crc())).isEqualTo(kafkas.checksum());
        assertThat(ours.crcIsValid()).isEqualTo(kafkas.isValid());
        assertThat(ours.compression().id()).isEqualTo(kafkas.compressionType().id);
        assertThat(ours.timestampType().kafkaName()).isEqualTo(kafkas.timestampType().name);
        assertThat(ours.maxTimestamp()).isEqualTo(kafkas.maxTimestamp());
        assertThat(ours.producerId()).isEqualTo(kafkas.producerId());
        assertThat(ours.producerEpoch()).isEqualTo(kafkas.producerEpoch());
        assertThat(ours.baseSequence()).isEqualTo(kafkas.baseSequence());
        assertThat(ours.lastSequence()).isEqualTo(kafkas.lastSequence());
        assertThat(ours.recordCount()).isEqualTo(kafkas.countOrNull());
        assertThat(ours.partitionLeaderEpoch()).isEqualTo(kafkas.partitionLeaderEpoch());
        assertThat(ours.isTransactional()).isEqualTo(kafkas.isTransactional());
        assertThat(ours.isControl()).isEqualTo(kafkas.isControlBatch());
        assertThat(ours.deleteHorizonMs()).isEqualTo(kafkas.deleteHorizonMs().orElse(-1));
    }

    private static MutableRecordBatch onlyBatch(ByteBuffer bytes) {
        return MemoryRecords.readableRecords(bytes).batches().iterator().next();
    }

    private static List<Record> movedTo(long baseOffset, List<Record> records) {
        return records.stream()
                .map(
                        record ->
                                new Record(
                                        baseOffset + record.offset(),
                                        record.timestamp(),
                                        record.key(),
                                        record.value(),
                                        record.headers()))
                .toList();
    }

    private static @Nullable ByteBuffer wrapped(byte @Nullable [] bytes) {
        return bytes == null ? null : ByteBuffer.wrap(bytes);
    }

    private static byte @Nullable [] array(@Nullable ByteBuffer buffer) {
        if (buffer == null) {
            return null;
        }
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(buffer.position(), bytes);
        return bytes;
    }

    private static List<Record> ofKafka(org.apache.kafka.common.record.internal.RecordBatch batch) {
        List<Record> records = new ArrayList<>();
        for (var record : batch) {
            List<Header> headers =
                    Arrays.stream(record.headers())
                            .map(each -> new Header(each.key(), wrapped(each.value())))
                            .toList();
            records.add(
                    new Record(
                            record.offset(),
                            record.timestamp(),
                            record.key(),
                            record.value(),
                            headers));
        }
        return records;
    }

    private static org.apache.kafka.common.header.Header[] headers(Record record) {
        return record.headers().stream()
                .map(header -> new RecordHeader(header.key(), array(header.value())))
                .toArray(org.apache.kafka.common.header.Header[]::new);
    }

    static org.apache.kafka.common.compress.Compression kafkaCodec(Compression codec) {
        return org.apache.kafka.common.compress.Compression.of(CompressionType.forId(codec.id()))
                .build();
    }
}

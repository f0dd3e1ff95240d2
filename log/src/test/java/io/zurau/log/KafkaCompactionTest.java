package io.zurau.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.protocol.compression.Compression;
import io.zurau.protocol.record.RecordBatch;
import io.zurau.protocol.record.RecordReader;
import io.zurau.runtime.FileDisk;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.kafka.common.record.internal.FileRecords;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.storage.internals.log.Cleaner;
import org.apache.kafka.storage.internals.log.LogSegment;
import org.apache.kafka.storage.internals.log.LogToClean;
import org.apache.kafka.storage.internals.log.SkimpyOffsetMap;
import org.apache.kafka.storage.internals.utils.Throttler;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Apache Kafka's cleaner, given the same files, leaves the same batches and records.
class KafkaCompactionTest {
    private static final Map<String, String> KAFKAS =
            Map.of(
                    "internal.segment.bytes",
                    "1000",
                    "cleanup.policy",
                    "compact",
                    "delete.retention.ms",
                    "0");
    private static final String[] OURS = {
        "segment.bytes",
        "1000",
        "cleanup.policy",
        "compact",
        "delete.retention.ms",
        "0",
        "min.cleanable.dirty.ratio",
        "0"
    };
    private static final Compression[] CODECS = Compression.values();

    @TempDir Path ours;
    @TempDir Path kafkas;

    private final Random dice = new Random();
    private final long since = System.currentTimeMillis() - 3_600_000; // No producer is forgotten.
    private int values;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void kafkaLeavesTheSame(long seed) throws Exception {
        dice.setSeed(seed);
        long cleaned = 0;
        for (int round = 0; round < 3; round++) {
            // Given
            try (LogDirectory directory =
                    Fixture.open(new FileDisk(ours), Fixture.seams(), Fixture.config(OURS))) {
                PartitionLog log = Fixture.orders(directory, OURS);
                fill(log);
            }
            copy();

            // When: the wall clock moves on, so that horizons pass
            Thread.sleep(5);
            long end;
            List<String> after;
            try (LogDirectory directory =
                    Fixture.open(new FileDisk(ours), Fixture.seams(), Fixture.config(OURS))) {
                PartitionLog log = Fixture.orders(directory, OURS);
                log.configure(Fixture.config(OURS));
                log.highWatermark(log.logEndOffset());
                directory.compact();
                after = batches(log);
                end =
                        Long.parseLong(
                                Files.readAllLines(ours.resolve("cleaner-offset-checkpoint"))
                                        .getLast()
                                        .split(" ")[2]);
            }

            // Then
            assertThat(after).isEqualTo(batchesAfterKafkas(cleaned, end));
            cleaned = end;
        }
    }

    private void fill(PartitionLog log) {
        for (int i = 0; i < 40; i++) {
            List<String> records = new ArrayList<>();
            for (int j = 0; j <= dice.nextInt(5); j++) {
                String value = dice.nextInt(4) == 0 ? "" : values++ + "x".repeat(dice.nextInt(60));
                records.add(
                        dice.nextInt(20) == 0 ? "nameless" : "k" + dice.nextInt(9) + "=" + value);
            }
            long producer = dice.nextLong(4) - 1;
            ByteBuffer batch =
                    Keyed.build(
                            Keyed.of(
                                    CODECS[dice.nextInt(CODECS.length)],
                                    producer,
                                    sequence(log, producer),
                                    producer >= 1),
                            since + values,
                            records.toArray(String[]::new));
            Fixture.appended(log.append(batch, AppendOrigin.COORDINATOR, 0));
            if (dice.nextInt(4) == 0 || i == 39) {
                end(log);
            }
        }
    }

    private static int sequence(PartitionLog log, long producer) {
        return producer < 0
                ? -1
                : log.activeProducers().stream()
                        .filter(known -> known.producerId() == producer)
                        .mapToInt(known -> known.lastSequence() + 1)
                        .findAny()
                        .orElse(0);
    }

    private void end(PartitionLog log) {
        for (ActiveProducer producer : log.activeProducers()) {
            if (producer.currentTransactionStartOffset() >= 0) {
                Fixture.appended(
                        log.append(
                                Keyed.marker(producer.producerId(), dice.nextBoolean(), since),
                                AppendOrigin.COORDINATOR,
                                0));
            }
        }
    }

    private void copy() throws Exception {
        Path target = kafkas.resolve("orders-0");
        Files.createDirectories(target);
        try (Stream<Path> old = Files.list(target)) {
            for (Path file : old.toList()) {
                Files.delete(file);
            }
        }
        try (Stream<Path> files = Files.list(ours.resolve("orders-0"))) {
            for (Path file : files.toList()) {
                Files.copy(file, target.resolve(file.getFileName()));
            }
        }
    }

    private List<String> batchesAfterKafkas(long firstDirty, long end) throws Exception {
        try (KafkaLog kafka = new KafkaLog(kafkas.resolve("orders-0").toFile(), true, KAFKAS)) {
            kafka.log.updateHighWatermark(kafka.log.logEndOffset());
            Cleaner cleaner =
                    new Cleaner(
                            0,
                            new SkimpyOffsetMap(1 << 20),
                            1 << 16,
                            1 << 20,
                            0.9,
                            new Throttler(1e12, 1000, "t", "b", Time.SYSTEM),
                            Time.SYSTEM,
                            partition -> {});
            assertThat(cleaner.clean(new LogToClean(kafka.log, firstDirty, end, true)).getKey())
                    .isEqualTo(end);
            List<String> all = new ArrayList<>();
            for (LogSegment segment : kafka.log.logSegments()) {
                FileRecords records = segment.log();
                for (org.apache.kafka.common.record.internal.RecordBatch batch :
                        records.batches()) {
                    all.add(
                            "%d..%d producer %d/%d at %d, epoch %d, %s%s, horizon %b, max %d"
                                    .formatted(
                                            batch.baseOffset(),
                                            batch.lastOffset(),
                                            batch.producerId(),
                                            batch.producerEpoch(),
                                            batch.baseSequence(),
                                            batch.partitionLeaderEpoch(),
                                            batch.compressionType().name,
                                            batch.isControlBatch() ? " control" : "",
                                            batch.deleteHorizonMs().isPresent(),
                                            batch.maxTimestamp()));
                    for (Record record : batch) {
                        all.add(
                                "%d at %d: %s=%s"
                                        .formatted(
                                                record.offset(),
                                                record.timestamp(),
                                                shown(batch.isControlBatch(), record.key()),
                                                shown(batch.isControlBatch(), record.value())));
                    }
                }
            }
            return all;
        }
    }

    private static List<String> batches(PartitionLog log) {
        List<String> all = new ArrayList<>();
        try (RecordReader reader = new RecordReader(1 << 20)) {
            for (RecordBatch batch : Keyed.batches(log, 0, new HashSet<>())) {
                all.add(
                        "%d..%d producer %d/%d at %d, epoch %d, %s%s, horizon %b, max %d"
                                .formatted(
                                        batch.baseOffset(),
                                        batch.lastOffset(),
                                        batch.producerId(),
                                        batch.producerEpoch(),
                                        batch.baseSequence(),
                                        batch.partitionLeaderEpoch(),
                                        batch.compression().kafkaName(),
                                        batch.isControl() ? " control" : "",
                                        batch.hasDeleteHorizon(),
                                        batch.maxTimestamp()));
                for (io.zurau.protocol.record.Record record : reader.readAll(batch)) {
                    all.add(
                            "%d at %d: %s=%s"
                                    .formatted(
                                            record.offset(),
                                            record.timestamp(),
                                            shown(batch.isControl(), record.key()),
                                            shown(batch.isControl(), record.value())));
                }
            }
        }
        return all;
    }

    private static @Nullable String shown(boolean control, @Nullable ByteBuffer bytes) {
        return control && bytes != null ? bytes.remaining() + " bytes" : Keyed.text(bytes);
    }
}

package io.zurau.log;

import io.zurau.log.AppendOutcome.Appended;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.compression.Compressors;
import io.zurau.protocol.record.Record;
import io.zurau.protocol.record.RecordBatch;
import io.zurau.protocol.record.RecordBatchBuilder;
import io.zurau.protocol.record.RecordBatches;
import io.zurau.protocol.record.RecordReader;
import io.zurau.runtime.Disk;
import io.zurau.runtime.FileDisk;
import io.zurau.runtime.Seams;
import io.zurau.runtime.SecureRandomness;
import io.zurau.runtime.SocketNetwork;
import io.zurau.runtime.SystemClock;
import io.zurau.runtime.ThreadTasks;
import io.zurau.runtime.settings.ByteSize;
import io.zurau.runtime.settings.SettingCatalog;
import io.zurau.runtime.settings.Settings;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Log directories for tests, and records to put into them.
final class Fixture {
    static final TopicPartition ORDERS = new TopicPartition("orders", 0);
    static final Uuid ORDERS_ID = new Uuid(1, 2);
    static final Uuid DIRECTORY_ID = new Uuid(3, 4);
    static final LogDirectoryConfig DIRECTORY =
            new LogDirectoryConfig(
                    ByteSize.ofMiB(16), Duration.ofMinutes(5), Duration.ofDays(1), 20);
    static final LogConfig DEFAULTS = config();

    private Fixture() {}

    /// A topic's configuration: `key, value, key, value…`.
    static LogConfig config(String... given) {
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i < given.length; i += 2) {
            values.put(given[i], given[i + 1]);
        }
        return LogConfig.from(Settings.parse(values, SettingCatalog.of(LogConfig.SETTINGS)));
    }

    static Seams seams() {
        return new Seams(
                new SystemClock(),
                new ThreadTasks((thread, bug) -> bug.printStackTrace()),
                new SocketNetwork(),
                new SecureRandomness());
    }

    static LogDirectory open(Path path) {
        return open(new FileDisk(path), seams(), DEFAULTS);
    }

    static LogDirectory open(Disk disk, Seams seams, LogConfig initial) {
        return LogDirectory.open(
                DIRECTORY_ID, disk, disk, seams, DIRECTORY, initial, LogProbe.NONE);
    }

    static PartitionLog orders(LogDirectory directory, String... config) {
        return directory
                .find(ORDERS)
                .orElseGet(() -> directory.create(ORDERS, ORDERS_ID, config(config)));
    }

    /// A batch of records with these values, as a producer sends it.
    static ByteBuffer batch(String... values) {
        return batch(System.currentTimeMillis(), values);
    }

    static ByteBuffer batch(long timestamp, String... values) {
        return build(new RecordBatchBuilder(256), timestamp, values);
    }

    static ByteBuffer idempotent(
            long producerId, int epoch, int sequence, boolean transactional, String... values) {
        RecordBatchBuilder builder =
                new RecordBatchBuilder(256)
                        .producer(producerId, (short) epoch, sequence)
                        .transactional(transactional);
        return build(builder, System.currentTimeMillis(), values);
    }

    private static ByteBuffer build(RecordBatchBuilder builder, long timestamp, String... values) {
        for (String value : values) {
            builder.append(timestamp, null, value.getBytes(StandardCharsets.UTF_8), List.of());
        }
        try (Compressors none = new Compressors()) {
            return builder.build(none);
        }
    }

    static Appended append(PartitionLog log, String... values) {
        return appended(log.append(batch(values), AppendOrigin.CLIENT, 0));
    }

    static Appended appended(AppendOutcome outcome) {
        if (outcome instanceof Appended appended) {
            return appended;
        }
        throw new AssertionError(outcome.toString());
    }

    /// Returns when everything appended is stored.
    static void awaitStored(PartitionLog log) throws InterruptedException {
        java.util.concurrent.CountDownLatch stored = new java.util.concurrent.CountDownLatch(1);
        long end = log.logEndOffset();
        log.onStored(
                told -> {
                    if (told.storedEndOffset() >= end) {
                        stored.countDown();
                    }
                });
        if (log.storedEndOffset() < end) {
            stored.await();
        }
    }

    /// All values from an offset on, each as `offset=value`.
    static List<String> read(PartitionLog log, long fromOffset) {
        List<String> values = new ArrayList<>();
        long next = fromOffset;
        try (RecordReader reader = new RecordReader(1 << 20)) {
            while (next < log.logEndOffset()) {
                next = readOnce(log, next, reader, values);
            }
        }
        return values;
    }

    private static long readOnce(
            PartitionLog log, long from, RecordReader reader, List<String> values) {
        ReadOutcome outcome = log.read(from, 64 << 10, Long.MAX_VALUE, true);
        if (!(outcome instanceof LogSlice slice)) {
            throw new AssertionError(outcome.toString());
        }
        long next = from;
        try (slice) {
            for (RecordBatch batch : RecordBatches.whole(slice.toBuffer())) {
                if (!batch.crcIsValid()) {
                    throw new AssertionError(batch + " has a wrong CRC.");
                }
                for (Record record : reader.readAll(batch)) {
                    if (record.offset() >= from && !batch.isControl()) {
                        values.add(record.offset() + "=" + text(record.value()));
                    }
                }
                next = batch.nextOffset();
            }
        }
        if (next == from) {
            throw new AssertionError("Nothing at offset " + from + " of " + log.logEndOffset());
        }
        return next;
    }

    private static String text(@org.jspecify.annotations.Nullable ByteBuffer value) {
        return value == null ? "" : StandardCharsets.UTF_8.decode(value).toString();
    }
}

package io.zurau.log;

import io.zurau.protocol.compression.Compression;
import io.zurau.protocol.compression.Compressors;
import io.zurau.protocol.record.ControlRecords;
import io.zurau.protocol.record.ControlRecords.EndTransactionMarker;
import io.zurau.protocol.record.Record;
import io.zurau.protocol.record.RecordBatch;
import io.zurau.protocol.record.RecordBatchBuilder;
import io.zurau.protocol.record.RecordBatches;
import io.zurau.protocol.record.RecordReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Batches of records with keys, and what a reader makes of them.
final class Keyed {
    private Keyed() {}

    /// A batch: `key=value`, `key=` for a tombstone, `value` for a record without key.
    static ByteBuffer batch(long timestamp, String... records) {
        return build(new RecordBatchBuilder(256), timestamp, records);
    }

    static ByteBuffer build(RecordBatchBuilder builder, long timestamp, String... records) {
        for (String record : records) {
            int equals = record.indexOf('=');
            String key = equals < 0 ? null : record.substring(0, equals);
            String value = record.substring(equals + 1);
            builder.append(timestamp, bytes(key), value.isEmpty() ? null : bytes(value), List.of());
        }
        try (Compressors compressors = new Compressors()) {
            return builder.build(compressors);
        }
    }

    static RecordBatchBuilder of(Compression codec, long producerId, int sequence, boolean inside) {
        return new RecordBatchBuilder(256)
                .compression(codec)
                .producer(producerId, (short) (producerId < 0 ? -1 : 0), sequence)
                .transactional(inside);
    }

    static ByteBuffer marker(long producerId, boolean committed, long timestamp) {
        return ControlRecords.endTransactionBatch(
                        new EndTransactionMarker(committed, 0), producerId, (short) 0, timestamp)
                .bytes();
    }

    private static byte @Nullable [] bytes(@Nullable String text) {
        return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    }

    static @Nullable String text(@Nullable ByteBuffer bytes) {
        return bytes == null ? null : StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
    }

    /// All batches from an offset on, read as a consumer of committed data reads them.
    static List<RecordBatch> batches(PartitionLog log, long from, Set<Long> abortedAt) {
        List<RecordBatch> batches = new ArrayList<>();
        long next = from;
        while (next < log.logEndOffset()) {
            if (!(log.readIsolated(next, 1000, Long.MAX_VALUE, true) instanceof LogSlice slice)) {
                throw new AssertionError("Cannot read at " + next);
            }
            try (slice) {
                Set<Long> aborting = new HashSet<>();
                Queue<AbortedTransaction> ahead =
                        new PriorityQueue<>(
                                Comparator.comparingLong(AbortedTransaction::firstOffset));
                ahead.addAll(slice.aborted());
                for (RecordBatch batch : RecordBatches.whole(slice.toBuffer())) {
                    if (!batch.crcIsValid()) {
                        throw new AssertionError(batch + " has a wrong CRC.");
                    }
                    for (AbortedTransaction first = ahead.peek();
                            first != null && first.firstOffset() <= batch.lastOffset();
                            first = ahead.peek()) {
                        aborting.add(first.producerId());
                        ahead.remove();
                    }
                    if (batch.isControl()) {
                        aborting.remove(batch.producerId());
                    } else if (batch.isTransactional() && aborting.contains(batch.producerId())) {
                        abortedAt.add(batch.baseOffset());
                    }
                    batches.add(batch);
                    next = Math.max(next, batch.nextOffset());
                }
                if (slice.isEmpty()) {
                    return batches; // Compaction took the rest.
                }
            }
        }
        return batches;
    }

    /// What the committed records from the beginning stand for.
    static Map<String, String> table(PartitionLog log) {
        Map<String, String> table = new TreeMap<>();
        Set<Long> aborted = new HashSet<>();
        try (RecordReader reader = new RecordReader(1 << 24)) {
            for (RecordBatch batch : batches(log, log.logStartOffset(), aborted)) {
                if (batch.isControl() || aborted.contains(batch.baseOffset())) {
                    continue;
                }
                for (Record record : reader.readAll(batch)) {
                    String key = text(record.key());
                    String value = text(record.value());
                    if (key != null && value == null) {
                        table.remove(key);
                    } else if (key != null && value != null) {
                        table.put(key, value);
                    }
                }
            }
        }
        return table;
    }

    /// Each record as `offset key=value`, control and aborted ones too.
    static List<String> records(PartitionLog log) {
        List<String> all = new ArrayList<>();
        try (RecordReader reader = new RecordReader(1 << 24)) {
            for (RecordBatch batch : batches(log, log.logStartOffset(), new HashSet<>())) {
                for (Record record : reader.readAll(batch)) {
                    String value = text(record.value());
                    all.add(
                            batch.isControl()
                                    ? record.offset() + " marker"
                                    : "%d %s=%s"
                                            .formatted(
                                                    record.offset(),
                                                    text(record.key()),
                                                    value == null ? "" : value));
                }
            }
        }
        return all;
    }
}

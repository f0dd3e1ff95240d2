package io.zurau.log;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zurau.protocol.compression.Compression;
import io.zurau.protocol.compression.Compressors;
import io.zurau.protocol.compression.Decompressors;
import io.zurau.protocol.record.BatchConversion;
import io.zurau.protocol.record.BatchValidation;
import io.zurau.protocol.record.BatchVerdict;
import io.zurau.protocol.record.Record;
import io.zurau.protocol.record.RecordBatch;
import io.zurau.protocol.record.RecordCursor;
import io.zurau.protocol.record.RecordReader;
import io.zurau.protocol.record.ValidationRules;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The scratch memory for looking into batches, lent to one user at a time and kept for the next.
///
/// **Guard:** `codecsLock`, held only while something is lent or given back.
final class Codecs implements AutoCloseable {
    /// Control records are a few bytes each.
    private static final int MAX_CONTROL_BYTES = 1 << 20;

    /// More users than this at a time make their own.
    private static final int KEPT = 4;

    private final ReentrantLock codecsLock = new ReentrantLock();

    @GuardedBy("codecsLock")
    private final Deque<Tools> idle = new ArrayDeque<>();

    private static final class Tools implements AutoCloseable {
        final Decompressors decompressors = new Decompressors();
        final RecordReader reader = new RecordReader(MAX_CONTROL_BYTES);

        @Override
        public void close() {
            decompressors.close();
            reader.close();
        }
    }

    /// See [BatchValidation].
    BatchVerdict check(ByteBuffer records, ValidationRules rules, long nowMs, boolean exactlyOne) {
        return with(
                tools ->
                        exactlyOne
                                ? BatchValidation.check(records, rules, nowMs, tools.decompressors)
                                : BatchValidation.check(
                                        RecordBatch.at(records, records.position()),
                                        rules,
                                        nowMs,
                                        tools.decompressors));
    }

    /// The same batch with another codec, in memory of its own.
    ///
    /// @param maxBytes its records take no more when they are not compressed
    RecordBatch recompress(RecordBatch batch, Compression codec, int level, int maxBytes) {
        try (Compressors compressors = new Compressors()) {
            return with(
                    tools ->
                            new BatchConversion(tools.decompressors, compressors, maxBytes)
                                    .recompress(batch, codec, level));
        }
    }

    /// The first record of a control batch.
    Optional<Record> controlRecord(RecordBatch batch) {
        return with(
                tools -> {
                    Iterator<Record> records = tools.reader.read(batch);
                    return records.hasNext() ? Optional.of(records.next()) : Optional.empty();
                });
    }

    /// The first record of the batch, from an offset on, whose timestamp is not before the given
    /// one. However large the batch, it is looked at piece by piece.
    Optional<TimestampedOffset> firstNotBefore(
            RecordBatch batch, long timestampMs, long fromOffset) {
        return with(
                tools -> {
                    RecordCursor records =
                            new RecordCursor(batch, tools.decompressors, Long.MAX_VALUE);
                    while (records.next()) {
                        if (records.timestamp() >= timestampMs && records.offset() >= fromOffset) {
                            return Optional.of(
                                    new TimestampedOffset(
                                            records.timestamp(),
                                            records.offset(),
                                            batch.partitionLeaderEpoch()));
                        }
                    }
                    return Optional.empty();
                });
    }

    private <T> T with(Function<Tools, T> use) {
        Tools tools = borrow();
        try {
            return use.apply(tools);
        } finally {
            giveBack(tools);
        }
    }

    private Tools borrow() {
        codecsLock.lock();
        try {
            @Nullable Tools tools = idle.poll();
            return tools == null ? new Tools() : tools;
        } finally {
            codecsLock.unlock();
        }
    }

    private void giveBack(Tools tools) {
        codecsLock.lock();
        try {
            if (idle.size() < KEPT) {
                idle.add(tools);
                return;
            }
        } finally {
            codecsLock.unlock();
        }
        tools.close();
    }

    @Override
    public void close() {
        codecsLock.lock();
        try {
            idle.forEach(Tools::close);
            idle.clear();
        } finally {
            codecsLock.unlock();
        }
    }
}

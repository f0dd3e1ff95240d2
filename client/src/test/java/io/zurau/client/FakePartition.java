package io.zurau.client;

import io.zurau.protocol.Payload;
import io.zurau.protocol.compression.Compressors;
import io.zurau.protocol.record.Record;
import io.zurau.protocol.record.RecordBatch;
import io.zurau.protocol.record.RecordBatchBuilder;
import io.zurau.protocol.record.RecordReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The values of one partition, and what the last five batches of each producer were.
final class FakePartition {
    private static final int REMEMBERED = 5;
    private static final int FETCHED = 10;

    final List<String> values = new ArrayList<>();
    private final Map<Long, ArrayDeque<Known>> producers = new HashMap<>();

    private record Known(int sequence, int count, long offset) {}

    /// @return the base offset, or -1 if the sequence numbers leave a hole
    long append(RecordBatch batch) {
        ArrayDeque<Known> known =
                producers.computeIfAbsent(batch.producerId(), id -> new ArrayDeque<>());
        for (Known earlier : known) {
            if (earlier.sequence() == batch.baseSequence()) {
                return earlier.offset();
            }
        }
        int expected = known.isEmpty() ? 0 : known.getLast().sequence() + known.getLast().count();
        if (batch.producerId() >= 0 && batch.baseSequence() != expected) {
            return -1;
        }
        long offset = values.size();
        try (RecordReader reader = new RecordReader(1_000_000)) {
            for (Record record : reader.readAll(batch)) {
                values.add(text(record.value()));
            }
        }
        known.add(new Known(batch.baseSequence(), batch.recordCount(), offset));
        if (known.size() > REMEMBERED) {
            known.removeFirst();
        }
        return offset;
    }

    Payload read(int from) {
        RecordBatchBuilder batch = new RecordBatchBuilder(1000).baseOffset(from);
        for (String value : values.subList(from, Math.min(values.size(), from + FETCHED))) {
            batch.append(0, null, bytes(value), List.of());
        }
        return batch.isEmpty() ? Payload.EMPTY : Payload.of(batch.build(new Compressors()));
    }

    static ByteBuffer bytes(String text) {
        return StandardCharsets.UTF_8.encode(text);
    }

    static String text(@Nullable ByteBuffer bytes) {
        return bytes == null ? "null" : StandardCharsets.UTF_8.decode(bytes).toString();
    }
}

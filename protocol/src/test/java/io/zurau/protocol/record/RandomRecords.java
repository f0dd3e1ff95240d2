package io.zurau.protocol.record;

import io.zurau.protocol.compression.Compression;
import io.zurau.protocol.compression.Compressors;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// Records of all shapes from a seed: nulls, empty and large values, headers, jumping timestamps.
final class RandomRecords {
    static final long NOW = 1_700_000_000_000L;
    private static final int LARGE = 200_000;

    private final Random random;

    RandomRecords(long seed) {
        this.random = new Random(seed);
    }

    List<Record> next(int count) {
        List<Record> records = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            records.add(
                    new Record(
                            i, NOW + random.nextInt(-5_000, 5_000), bytes(), bytes(), headers()));
        }
        return records;
    }

    private @Nullable ByteBuffer bytes() {
        return switch (random.nextInt(20)) {
            case 0, 1, 2 -> null;
            case 3 -> ByteBuffer.allocate(0);
            case 4 -> ByteBuffer.allocate(random.nextInt(LARGE)); // Compresses well.
            case 5 -> ofLength(random.nextInt(LARGE / 10));
            default -> ofLength(random.nextInt(200));
        };
    }

    private ByteBuffer ofLength(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return ByteBuffer.wrap(bytes);
    }

    private List<Header> headers() {
        List<Header> headers = new ArrayList<>();
        while (random.nextInt(3) == 0) {
            headers.add(new Header("näme-€-𝄞-" + random.nextInt(100), bytes()));
        }
        return headers;
    }

    static ByteBuffer batchOf(List<Record> records, Compression codec) {
        RecordBatchBuilder builder = new RecordBatchBuilder(100).compression(codec);
        for (Record record : records) {
            builder.append(record.timestamp(), record.key(), record.value(), record.headers());
        }
        try (Compressors compressors = new Compressors()) {
            return builder.build(compressors);
        }
    }

    static ByteBuffer direct(ByteBuffer bytes) {
        return ByteBuffer.allocateDirect(bytes.remaining()).put(bytes.duplicate()).flip();
    }
}

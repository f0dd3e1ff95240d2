package io.zurau.protocol.record;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.zurau.protocol.compression.Compression;
import io.zurau.protocol.compression.Compressors;
import io.zurau.protocol.compression.GrowableBytes;
import java.nio.ByteBuffer;
import java.util.Random;

/// Records written number by number, so that they can lie, and the batch around them.
final class RawRecords {
    private static final int VARINT_BYTES = 10;

    private final GrowableBytes bytes = new GrowableBytes(100);
    private int count;

    /// One record that tells the truth.
    @CanIgnoreReturnValue
    RawRecords record(long timestampDelta, int offsetDelta, String key, String value) {
        RawRecords body = new RawRecords().number(timestampDelta).number(offsetDelta);
        body.number(key.length()).text(key).number(value.length()).text(value).number(0);
        return record(body.bytes.size() + 1, body);
    }

    /// One record whose size and body may be anything; its attributes are 0.
    @CanIgnoreReturnValue
    RawRecords record(int size, RawRecords body) {
        number(size);
        bytes.put((byte) 0);
        bytes.put(body.bytes.view(0));
        count++;
        return this;
    }

    /// One record of the size that its body has.
    @CanIgnoreReturnValue
    RawRecords record(RawRecords body) {
        return record(body.bytes.size() + 1, body);
    }

    @CanIgnoreReturnValue
    RawRecords number(long value) {
        bytes.reserve(VARINT_BYTES);
        bytes.resize(Varints.writeLong(value, bytes.array(), bytes.size()));
        return this;
    }

    @CanIgnoreReturnValue
    RawRecords text(String text) {
        for (int i = 0; i < text.length(); i++) {
            bytes.put((byte) text.charAt(i));
        }
        return this;
    }

    @CanIgnoreReturnValue
    RawRecords raw(int... values) {
        for (int value : values) {
            bytes.put((byte) value);
        }
        return this;
    }

    /// The last bytes are lost.
    @CanIgnoreReturnValue
    RawRecords cut(int lost) {
        bytes.resize(bytes.size() - lost);
        return this;
    }

    /// One bit is wrong.
    @CanIgnoreReturnValue
    RawRecords flip(Random random) {
        bytes.array()[random.nextInt(bytes.size())] ^= (byte) (1 << random.nextInt(Byte.SIZE));
        return this;
    }

    /// A batch of these records that says it has as many as were written.
    ByteBuffer batch(Compression codec) {
        return batch(codec, count);
    }

    /// A batch of these records that says it has so many.
    ByteBuffer batch(Compression codec, int saidCount) {
        GrowableBytes batch = new GrowableBytes(RecordBatch.HEADER_SIZE);
        batch.put(RandomRecords.batchOf(java.util.List.of(), Compression.NONE));
        try (Compressors compressors = new Compressors()) {
            compressors
                    .of(codec, codec.defaultLevel())
                    .compress(bytes.array(), 0, bytes.size(), batch);
        }
        ByteBuffer buffer = batch.view(0);
        buffer.putInt(RecordBatch.LENGTH_AT, batch.size() - RecordBatch.LOG_OVERHEAD);
        buffer.putShort(RecordBatch.ATTRIBUTES_AT, (short) codec.id());
        buffer.putInt(RecordBatch.LAST_OFFSET_DELTA_AT, saidCount - 1);
        buffer.putLong(RecordBatch.BASE_TIMESTAMP_AT, RandomRecords.NOW);
        buffer.putLong(RecordBatch.MAX_TIMESTAMP_AT, RandomRecords.NOW);
        buffer.putInt(RecordBatch.COUNT_AT, saidCount);
        RecordBatch.at(buffer, 0).sealCrc();
        return buffer;
    }
}

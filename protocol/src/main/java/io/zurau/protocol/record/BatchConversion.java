package io.zurau.protocol.record;

import io.zurau.protocol.compression.BadCompression;
import io.zurau.protocol.compression.Compression;
import io.zurau.protocol.compression.Compressors;
import io.zurau.protocol.compression.Decompressors;
import io.zurau.protocol.compression.GrowableBytes;
import java.nio.ByteBuffer;

/// Gives a batch another codec, for a topic whose `compression.type` is not the producer's choice.
/// Owned by one thread at a time; the codecs are its caller's.
public final class BatchConversion {
    private final Decompressors decompressors;
    private final Compressors compressors;
    private final int maxDecompressedBytes;

    /// @param maxDecompressedBytes a batch that becomes larger than this is [CorruptRecords]
    public BatchConversion(
            Decompressors decompressors, Compressors compressors, int maxDecompressedBytes) {
        this.decompressors = decompressors;
        this.compressors = compressors;
        this.maxDecompressedBytes = maxDecompressedBytes;
    }

    /// The same batch with its records under another codec, in memory of its own. Offsets,
    /// timestamps and all that its producer said stay.
    ///
    /// @throws CorruptRecords if the records cannot be decompressed
    public RecordBatch recompress(RecordBatch batch, Compression codec, int level) {
        byte[] records = recordsOf(batch);
        GrowableBytes result = new GrowableBytes(batch.sizeInBytes());
        result.put(batch.buffer().slice(batch.position(), RecordBatch.HEADER_SIZE));
        compressors.of(codec, level).compress(records, 0, records.length, result);

        ByteBuffer buffer = result.view(0);
        int attributes = (batch.attributes() & ~RecordBatch.CODEC_BITS) | codec.id();
        buffer.putInt(RecordBatch.LENGTH_AT, result.size() - RecordBatch.LOG_OVERHEAD);
        buffer.putShort(RecordBatch.ATTRIBUTES_AT, (short) attributes);
        RecordBatch converted = RecordBatch.at(buffer, 0);
        converted.sealCrc();
        return converted;
    }

    private byte[] recordsOf(RecordBatch batch) {
        try {
            ByteBuffer plain =
                    decompressors.decompress(
                            batch.compression(), batch.payload(), maxDecompressedBytes);
            byte[] records = new byte[plain.remaining()];
            plain.get(records);
            return records;
        } catch (BadCompression bad) {
            throw new CorruptRecords(bad.sentence());
        }
    }
}

package io.zurau.protocol.compression;

import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.Map;

/// The decompressors of one owner: at most one of each codec, made when it is first asked for.
/// Owned by one thread at a time.
///
/// Holds up to some hundred KiB per codec, partly native memory, which only [#close()] gives back.
public final class Decompressors implements AutoCloseable {
    private static final int SMALLEST_RESULT = 4 * 1024;

    // A guess to start with that spares small batches a second allocation.
    private static final int USUAL_RATIO = 4;

    private final Map<Compression, Decompressor> made = new EnumMap<>(Compression.class);

    /// The decompressor of this codec, which stays owned by this object.
    public Decompressor of(Compression compression) {
        Decompressor known = made.get(compression);
        if (known == null) {
            known = compression.newDecompressor();
            made.put(compression, known);
        }
        return known;
    }

    /// All decompressed bytes at once, in memory of their own (for `none`: the given bytes).
    ///
    /// @throws BadCompression if the bytes are damaged, or become more than `maxBytes`
    public ByteBuffer decompress(Compression compression, ByteBuffer compressed, int maxBytes) {
        if (compression == Compression.NONE) {
            return compressed;
        }
        long guess = Math.max(SMALLEST_RESULT, (long) USUAL_RATIO * compressed.remaining());
        GrowableBytes result = new GrowableBytes((int) Math.min(maxBytes, guess));
        Decompressor decompressor = of(compression);
        decompressor.begin(compressed, maxBytes);
        for (ByteBuffer piece = decompressor.next(); piece != null; piece = decompressor.next()) {
            if (piece.remaining() > maxBytes - result.size()) {
                throw new BadCompression(
                        "The records exceed " + maxBytes + " bytes when they are decompressed.");
            }
            result.put(piece);
        }
        return result.view(0);
    }

    @Override
    public void close() {
        made.values().forEach(Decompressor::close);
        made.clear();
    }
}

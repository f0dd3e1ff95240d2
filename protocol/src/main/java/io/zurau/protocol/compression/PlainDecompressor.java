package io.zurau.protocol.compression;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Gives the bytes back as they are, in one piece: the codec `none`.
final class PlainDecompressor implements Decompressor {
    private @Nullable ByteBuffer rest;

    @Override
    public void begin(ByteBuffer compressed, int maxPieceBytes) {
        rest = compressed;
    }

    @Override
    public @Nullable ByteBuffer next() {
        ByteBuffer piece = rest;
        rest = null;
        return piece;
    }

    @Override
    public void close() {
        rest = null;
    }
}

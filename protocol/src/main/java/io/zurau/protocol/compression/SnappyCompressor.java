package io.zurau.protocol.compression;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.xerial.snappy.Snappy;

/// Snappy in the framing of `snappy-java` ("xerial"), as Kafka writes it: a 16-byte header, then
/// blocks of up to 32 KiB, each behind its compressed length.
final class SnappyCompressor implements Compressor {
    static final byte[] HEADER = {
        (byte) 0x82, 'S', 'N', 'A', 'P', 'P', 'Y', 0, 0, 0, 0, 1, 0, 0, 0, 1
    };
    private static final int BLOCK_BYTES = 32 * 1024;

    @Override
    public void compress(byte[] source, int from, int length, GrowableBytes target) {
        target.put(HEADER, 0, HEADER.length);
        for (int done = 0; done < length; done += BLOCK_BYTES) {
            compressBlock(source, from + done, Math.min(BLOCK_BYTES, length - done), target);
        }
    }

    private static void compressBlock(byte[] source, int from, int length, GrowableBytes target) {
        target.reserve(Integer.BYTES + Snappy.maxCompressedLength(length));
        int at = target.size();
        byte[] bytes = target.array();
        try {
            int written = Snappy.compress(source, from, length, bytes, at + Integer.BYTES);
            BigEndian.putInt(bytes, at, written);
            target.resize(at + Integer.BYTES + written);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    @Override
    public void close() {}
}

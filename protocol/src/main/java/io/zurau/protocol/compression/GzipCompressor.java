package io.zurau.protocol.compression;

import java.util.zip.CRC32;
import java.util.zip.Deflater;

/// One gzip member (RFC 1952) per section of records.
final class GzipCompressor implements Compressor {
    private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};
    private static final int SMALLEST_ROOM = 512;

    private final Deflater deflater;
    private final CRC32 crc = new CRC32();

    GzipCompressor(int level) {
        this.deflater = new Deflater(level, true);
    }

    @Override
    public void compress(byte[] source, int from, int length, GrowableBytes target) {
        target.put(HEADER, 0, HEADER.length);
        deflater.reset();
        deflater.setInput(source, from, length);
        deflater.finish();
        while (!deflater.finished()) {
            target.reserve(SMALLEST_ROOM);
            int room = target.capacity() - target.size();
            int written = deflater.deflate(target.array(), target.size(), room);
            target.resize(target.size() + written);
        }
        crc.reset();
        crc.update(source, from, length);
        putLittleEndian((int) crc.getValue(), target);
        putLittleEndian(length, target);
    }

    private static void putLittleEndian(int value, GrowableBytes target) {
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            target.put((byte) (value >>> shift));
        }
    }

    @Override
    public void close() {
        deflater.end();
    }
}

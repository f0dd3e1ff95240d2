package io.zurau.protocol.compression;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Factory;

/// One LZ4 frame per section of records, as Kafka writes it: independent blocks of 64 KiB, no
/// checksum but that of the header.
final class Lz4Compressor implements Compressor {
    // Magic number, version 1 with independent blocks, blocks of 64 KiB, header checksum.
    private static final byte[] HEADER = {0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, (byte) 0x82};
    private static final byte[] END_MARK = new byte[Integer.BYTES];
    private static final int BLOCK_BYTES = 64 * 1024;
    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private final LZ4Compressor compressor;

    Lz4Compressor(int level) {
        LZ4Factory factory = LZ4Factory.fastestInstance();
        this.compressor =
                level == Compression.LZ4.defaultLevel()
                        ? factory.fastCompressor()
                        : factory.highCompressor(level);
    }

    @Override
    public void compress(byte[] source, int from, int length, GrowableBytes target) {
        target.put(HEADER, 0, HEADER.length);
        for (int done = 0; done < length; done += BLOCK_BYTES) {
            compressBlock(source, from + done, Math.min(BLOCK_BYTES, length - done), target);
        }
        target.put(END_MARK, 0, END_MARK.length);
    }

    private void compressBlock(byte[] source, int from, int length, GrowableBytes target) {
        int most = compressor.maxCompressedLength(length);
        target.reserve(Integer.BYTES + most);
        byte[] bytes = target.array();
        int at = target.size();
        int start = at + Integer.BYTES;
        int written = compressor.compress(source, from, length, bytes, start, most);
        if (written < length) {
            INT.set(bytes, at, written);
        } else {
            System.arraycopy(source, from, bytes, start, length);
            written = length;
            INT.set(bytes, at, written | Lz4Decompressor.STORED);
        }
        target.resize(start + written);
    }

    @Override
    public void close() {}
}

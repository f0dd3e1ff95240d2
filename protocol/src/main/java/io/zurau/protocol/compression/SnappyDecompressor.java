package io.zurau.protocol.compression;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.xerial.snappy.Snappy;

/// Reads snappy in xerial framing and, as `snappy-java` under Kafka does, bare snappy without any
/// framing, and several framed streams behind one another.
final class SnappyDecompressor implements Decompressor {
    private static final int HEADER_BYTES = 16;
    private static final int MAGIC_BYTES = 8;
    private static final int MAGIC_HEAD = 0x82534e41;
    // No snappy data swells further: its longest copy makes 64 bytes out of 3.
    private static final int MAX_RATIO = 22;
    // Larger buffers are not kept from one batch to the next.
    private static final int KEPT_BYTES = 256 * 1024;

    private byte[] compressedBlock = new byte[0];
    private byte[] block = new byte[0];
    private ByteBuffer in = ByteBuffer.allocate(0);
    private int maxPieceBytes;
    private boolean bare;

    @Override
    public void begin(ByteBuffer compressed, int maxPieceBytes) {
        this.in = compressed.slice().order(ByteOrder.BIG_ENDIAN);
        this.maxPieceBytes = maxPieceBytes;
        if (block.length > KEPT_BYTES) {
            block = new byte[0];
        }
        if (compressedBlock.length > KEPT_BYTES) {
            compressedBlock = new byte[0];
        }
        bare = !startsWithMagic();
        if (!bare) {
            skipHeader();
        }
    }

    private boolean startsWithMagic() {
        if (in.remaining() < MAGIC_BYTES) {
            return false;
        }
        for (int i = 0; i < MAGIC_BYTES; i++) {
            if (in.get(i) != SnappyCompressor.HEADER[i]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public @Nullable ByteBuffer next() {
        if (!in.hasRemaining()) {
            return null;
        }
        if (bare) {
            return uncompress(in.remaining());
        }
        while (in.remaining() >= Integer.BYTES) {
            int length = in.getInt();
            if (length == MAGIC_HEAD) {
                in.position(in.position() - Integer.BYTES);
                skipHeader();
                continue;
            }
            if (length < 0 || length > in.remaining()) {
                throw new BadCompression("A snappy block is cut off.");
            }
            return uncompress(length);
        }
        if (in.hasRemaining()) {
            throw new BadCompression("The snappy data is cut off between two blocks.");
        }
        return null;
    }

    private void skipHeader() {
        if (in.remaining() < HEADER_BYTES) {
            throw new BadCompression("The snappy data is cut off in its header.");
        }
        in.position(in.position() + HEADER_BYTES);
    }

    private ByteBuffer uncompress(int length) {
        byte[] source;
        int from;
        if (in.hasArray()) {
            source = in.array();
            from = in.arrayOffset() + in.position();
            in.position(in.position() + length);
        } else {
            compressedBlock = atLeast(length, compressedBlock);
            source = compressedBlock;
            from = 0;
            in.get(source, 0, length);
        }
        try {
            int uncompressed = Snappy.uncompressedLength(source, from, length);
            if (uncompressed < 0
                    || uncompressed > Math.min(maxPieceBytes, (long) MAX_RATIO * length)) {
                throw new BadCompression(
                        "A snappy block of " + uncompressed + " bytes is beyond the bound.");
            }
            block = atLeast(uncompressed, block);
            Snappy.uncompress(source, from, length, block, 0);
            return ByteBuffer.wrap(block, 0, uncompressed);
        } catch (IOException damaged) {
            throw new BadCompression("A snappy block is damaged.");
        }
    }

    private static byte[] atLeast(int length, byte[] bytes) {
        return bytes.length >= length ? bytes : Arrays.copyOf(bytes, length);
    }

    @Override
    public void close() {}
}

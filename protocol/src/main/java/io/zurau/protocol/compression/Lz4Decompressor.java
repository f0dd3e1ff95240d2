package io.zurau.protocol.compression;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;
import net.jpountz.xxhash.XXHash32;
import net.jpountz.xxhash.XXHashFactory;
import org.jspecify.annotations.Nullable;

/// Reads one LZ4 frame as Kafka does: blocks of any of the four sizes, with or without their
/// checksums and the content's size. A frame whose blocks depend on one another is refused, because
/// Kafka's consumers could not read it; bytes behind the frame are ignored; so is the checksum over
/// the whole content.
final class Lz4Decompressor implements Decompressor {
    static final int STORED = 0x80000000;
    private static final int MAGIC = 0x184d2204;
    private static final int RESERVED_FLAGS = 0x03;
    private static final int CONTENT_SIZE = 0x08;
    private static final int CONTENT_CHECKSUM = 0x04;
    private static final int BLOCK_CHECKSUM = 0x10;
    private static final int INDEPENDENT_BLOCKS = 0x20;
    private static final int VERSION_SHIFT = 6;
    private static final int BLOCK_SIZE_SHIFT = 4;
    private static final int SMALLEST_BLOCK_CODE = 4;
    private static final int LARGEST_BLOCK_CODE = 7;
    // Larger buffers are not kept from one batch to the next.
    private static final int KEPT_BYTES = 256 * 1024;

    private final LZ4SafeDecompressor decompressor =
            LZ4Factory.fastestInstance().safeDecompressor();
    private final XXHash32 checksum = XXHashFactory.fastestJavaInstance().hash32();
    private ByteBuffer block = ByteBuffer.allocate(0);
    private ByteBuffer in = ByteBuffer.allocate(0);
    private int flags;
    private int maxBlockBytes;
    private boolean finished;

    @Override
    public void begin(ByteBuffer compressed, int maxPieceBytes) {
        in = readable(compressed).order(ByteOrder.LITTLE_ENDIAN);
        finished = false;
        readHeader();
        if (block.capacity() < maxBlockBytes
                || (block.capacity() > KEPT_BYTES && block.capacity() > maxBlockBytes)) {
            block = ByteBuffer.allocate(maxBlockBytes);
        }
    }

    /// The library takes only buffers whose array it can see, or direct ones.
    private static ByteBuffer readable(ByteBuffer compressed) {
        if (compressed.isDirect() || compressed.hasArray()) {
            return compressed.slice();
        }
        return ByteBuffer.allocate(compressed.remaining()).put(compressed).flip();
    }

    private void readHeader() {
        need(Integer.BYTES + 3);
        if (in.getInt() != MAGIC) {
            throw new BadCompression("The lz4 data has no frame header.");
        }
        int start = in.position();
        flags = in.get();
        int blockSize = in.get();
        if ((flags & 0xff) >>> VERSION_SHIFT != 1
                || (flags & RESERVED_FLAGS) != 0
                || (flags & INDEPENDENT_BLOCKS) == 0) {
            throw new BadCompression(
                    "The lz4 frame has flags that are not supported, like dependent blocks.");
        }
        int code = blockSize >>> BLOCK_SIZE_SHIFT;
        if (code < SMALLEST_BLOCK_CODE
                || code > LARGEST_BLOCK_CODE
                || code << BLOCK_SIZE_SHIFT != blockSize) {
            throw new BadCompression("The lz4 frame has an unknown block size.");
        }
        maxBlockBytes = 1 << (2 * code + 8);
        if ((flags & CONTENT_SIZE) != 0) {
            need(Long.BYTES + 1);
            in.getLong();
        }
        int expected = checksum.hash(in, start, in.position() - start, 0) >>> Byte.SIZE;
        if (in.get() != (byte) expected) {
            throw new BadCompression("The lz4 frame's header does not match its checksum.");
        }
    }

    @Override
    public @Nullable ByteBuffer next() {
        while (!finished) {
            need(Integer.BYTES);
            int word = in.getInt();
            int length = word & ~STORED;
            if (length == 0) {
                finished = true;
                if ((flags & CONTENT_CHECKSUM) != 0) {
                    need(Integer.BYTES);
                }
                return null;
            }
            if (length > maxBlockBytes) {
                throw new BadCompression("An lz4 block exceeds its frame's block size.");
            }
            need(length);
            int at = in.position();
            in.position(at + length);
            if ((flags & BLOCK_CHECKSUM) != 0) {
                need(Integer.BYTES);
                if (checksum.hash(in, at, length, 0) != in.getInt()) {
                    throw new BadCompression("An lz4 block does not match its checksum.");
                }
            }
            if ((word & STORED) != 0) {
                return in.slice(at, length);
            }
            int decompressed = decompress(at, length);
            if (decompressed > 0) {
                return block.clear().limit(decompressed);
            }
        }
        return null;
    }

    private int decompress(int at, int length) {
        try {
            return decompressor.decompress(in, at, length, block, 0, maxBlockBytes);
        } catch (LZ4Exception damaged) {
            throw new BadCompression("An lz4 block is damaged.");
        }
    }

    private void need(int count) {
        if (in.remaining() < count) {
            throw new BadCompression("The lz4 data is cut off.");
        }
    }

    @Override
    public void close() {}
}

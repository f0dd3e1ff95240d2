package io.zurau.protocol.compression;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/// Reads gzip members (RFC 1952), one after the other, as the JDK's `GZIPInputStream` under Kafka
/// does: further members are read, other bytes behind a member are ignored.
final class GzipDecompressor implements Decompressor {
    private static final int PIECE_BYTES = 64 * 1024;
    private static final int SMALLEST_MEMBER = 18;
    private static final int TRAILER_BYTES = 8;
    private static final int MAGIC = 0x8b1f;
    private static final int DEFLATE = 8;
    private static final int HAS_HEADER_CRC = 2;
    private static final int HAS_EXTRA = 4;
    private static final int HAS_NAME = 8;
    private static final int HAS_COMMENT = 16;

    private final Inflater inflater = new Inflater(true);
    private final CRC32 crc = new CRC32();
    private final ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
    private ByteBuffer in = ByteBuffer.allocate(0);
    private boolean inMember;

    @Override
    public void begin(ByteBuffer compressed, int maxPieceBytes) {
        in = compressed.slice().order(ByteOrder.LITTLE_ENDIAN);
        readHeader();
    }

    @Override
    public @Nullable ByteBuffer next() {
        while (inMember) {
            piece.clear();
            int inflated = inflate();
            piece.flip();
            if (inflated > 0) {
                crc.update(piece.duplicate());
            }
            if (inflater.finished()) {
                finishMember();
            } else if (inflated == 0) {
                throw new BadCompression("The gzip data is cut off.");
            }
            if (inflated > 0) {
                return piece;
            }
        }
        return null;
    }

    private int inflate() {
        try {
            int inflated = inflater.inflate(piece);
            if (inflater.needsDictionary()) {
                throw new BadCompression("The gzip data needs a dictionary.");
            }
            return inflated;
        } catch (DataFormatException damaged) {
            throw new BadCompression("The gzip data is damaged: " + damaged.getMessage() + ".");
        }
    }

    private void finishMember() {
        inMember = false;
        // The inflater took the buffer itself, so its position is where the compressed data ends.
        if (in.remaining() < TRAILER_BYTES) {
            throw new BadCompression("The gzip data is cut off in its trailer.");
        }
        if (in.getInt() != (int) crc.getValue()
                || in.getInt() != (int) inflater.getBytesWritten()) {
            throw new BadCompression("The gzip data does not match its checksum.");
        }
        if (in.remaining() >= SMALLEST_MEMBER
                && Short.toUnsignedInt(in.getShort(in.position())) == MAGIC) {
            readHeader();
        }
    }

    private void readHeader() {
        if (in.remaining() < SMALLEST_MEMBER
                || Short.toUnsignedInt(in.getShort()) != MAGIC
                || in.get() != DEFLATE) {
            throw new BadCompression("The gzip data has no gzip header.");
        }
        int flags = in.get();
        skip(6); // Modification time, extra flags, operating system.
        if ((flags & HAS_EXTRA) != 0) {
            skip(in.remaining() < 2 ? 2 : Short.toUnsignedInt(in.getShort()));
        }
        if ((flags & HAS_NAME) != 0) {
            skipText();
        }
        if ((flags & HAS_COMMENT) != 0) {
            skipText();
        }
        if ((flags & HAS_HEADER_CRC) != 0) {
            skip(2);
        }
        inflater.reset();
        inflater.setInput(in);
        crc.reset();
        inMember = true;
    }

    private void skipText() {
        do {
            if (!in.hasRemaining()) {
                throw cutInHeader();
            }
        } while (in.get() != 0);
    }

    private void skip(int count) {
        if (count > in.remaining()) {
            throw cutInHeader();
        }
        in.position(in.position() + count);
    }

    private static BadCompression cutInHeader() {
        return new BadCompression("The gzip data is cut off in its header.");
    }

    @Override
    public void close() {
        inflater.end();
    }
}

package io.zurau.protocol.record;

import java.nio.ByteBuffer;

/// Numbers of variable length as they stand in records: zig-zag, then seven bits per byte, lowest
/// first, the top bit set on all but the last byte.
public final class Varints {
    private static final int CONTINUES = 0x80;
    private static final int PAYLOAD = 0x7f;
    private static final int PAYLOAD_BITS = 7;
    private static final int LAST_SHIFT_OF_INT = 28;
    private static final int LAST_SHIFT_OF_LONG = 63;

    private Varints() {}

    /// Reads at the buffer's position and moves it.
    ///
    /// @throws CorruptRecords if the number is cut off or longer than five bytes
    public static int readInt(ByteBuffer buffer) {
        int value = 0;
        for (int shift = 0; shift <= LAST_SHIFT_OF_INT; shift += PAYLOAD_BITS) {
            int next = nextByte(buffer);
            value |= (next & PAYLOAD) << shift;
            if (next >= 0) {
                return decode(value);
            }
        }
        throw new CorruptRecords("A varint is longer than 5 bytes.");
    }

    /// Reads at the buffer's position and moves it.
    ///
    /// @throws CorruptRecords if the number is cut off or longer than ten bytes
    public static long readLong(ByteBuffer buffer) {
        long value = 0;
        for (int shift = 0; shift <= LAST_SHIFT_OF_LONG; shift += PAYLOAD_BITS) {
            int next = nextByte(buffer);
            value |= (long) (next & PAYLOAD) << shift;
            if (next >= 0) {
                return decode(value);
            }
        }
        throw new CorruptRecords("A varlong is longer than 10 bytes.");
    }

    private static byte nextByte(ByteBuffer buffer) {
        if (!buffer.hasRemaining()) {
            throw new CorruptRecords("A varint is cut off.");
        }
        return buffer.get();
    }

    /// Writes at `at`; there must be room.
    ///
    /// @return the index behind the number
    static int writeInt(int value, byte[] target, int at) {
        int rest = encode(value);
        int next = at;
        while ((rest & ~PAYLOAD) != 0) {
            target[next++] = (byte) (rest | CONTINUES);
            rest >>>= PAYLOAD_BITS;
        }
        target[next++] = (byte) rest;
        return next;
    }

    /// Writes at `at`; there must be room.
    ///
    /// @return the index behind the number
    static int writeLong(long value, byte[] target, int at) {
        long rest = encode(value);
        int next = at;
        while ((rest & ~PAYLOAD) != 0) {
            target[next++] = (byte) (rest | CONTINUES);
            rest >>>= PAYLOAD_BITS;
        }
        target[next++] = (byte) rest;
        return next;
    }

    /// How many bytes the number takes, 1 to 5.
    public static int sizeOf(int value) {
        return (Integer.SIZE - 1 - Integer.numberOfLeadingZeros(encode(value) | 1)) / PAYLOAD_BITS
                + 1;
    }

    /// How many bytes the number takes, 1 to 10.
    public static int sizeOf(long value) {
        return (Long.SIZE - 1 - Long.numberOfLeadingZeros(encode(value) | 1)) / PAYLOAD_BITS + 1;
    }

    static int decode(int zigZag) {
        return (zigZag >>> 1) ^ -(zigZag & 1);
    }

    static long decode(long zigZag) {
        return (zigZag >>> 1) ^ -(zigZag & 1);
    }

    private static int encode(int value) {
        return (value << 1) ^ (value >> (Integer.SIZE - 1));
    }

    private static long encode(long value) {
        return (value << 1) ^ (value >> (Long.SIZE - 1));
    }
}

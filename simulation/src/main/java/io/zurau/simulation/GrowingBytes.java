package io.zurau.simulation;

import java.nio.ByteBuffer;
import java.util.Arrays;

/// The bytes of a file in memory.
final class GrowingBytes {
    private byte[] bytes = new byte[0];
    private int size;

    int size() {
        return size;
    }

    void write(byte[] source, long position) {
        int start = Math.toIntExact(position);
        int end = Math.addExact(start, source.length);
        if (end > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(end, bytes.length * 2));
        }
        System.arraycopy(source, 0, bytes, start, source.length);
        size = Math.max(size, end);
    }

    int read(ByteBuffer target, long position) {
        if (position >= size) {
            return 0;
        }
        int count = Math.min(target.remaining(), size - (int) position);
        target.put(bytes, (int) position, count);
        return count;
    }

    ByteBuffer peek() {
        return ByteBuffer.wrap(bytes, 0, size).slice().asReadOnlyBuffer();
    }

    void cut(long newSize) {
        if (newSize < size) {
            Arrays.fill(bytes, (int) newSize, size, (byte) 0);
            size = (int) newSize;
        }
    }

    void flipBit(long position, int bit) {
        bytes[Math.toIntExact(position)] ^= (byte) (1 << bit);
    }

    GrowingBytes copy() {
        GrowingBytes copy = new GrowingBytes();
        copy.bytes = Arrays.copyOf(bytes, size);
        copy.size = size;
        return copy;
    }
}

package io.zurau.protocol.compression;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/// An array of bytes that grows as it is written and keeps its room when it is cleared. Owned by
/// one thread at a time.
public final class GrowableBytes {
    // Some virtual machines cannot allocate arrays of the very last lengths.
    private static final int MAX_SIZE = Integer.MAX_VALUE - 8;

    private byte[] bytes;
    private int size;

    public GrowableBytes(int initialCapacity) {
        this.bytes = new byte[initialCapacity];
    }

    /// The bytes; only those below [#size()] mean anything. Valid until the next growth.
    public byte[] array() {
        return bytes;
    }

    public int size() {
        return size;
    }

    public int capacity() {
        return bytes.length;
    }

    public void clear() {
        size = 0;
    }

    /// Sets the size, to cut what was written or to count in what was written into [#array()].
    public void resize(int newSize) {
        if (newSize < 0 || newSize > bytes.length) {
            throw new IllegalArgumentException(
                    "Size " + newSize + " does not fit " + bytes.length + " bytes.");
        }
        size = newSize;
    }

    /// Makes room for `count` more bytes, at least doubling if there is not enough.
    public void reserve(int count) {
        long needed = (long) size + count;
        if (needed > bytes.length) {
            if (needed > MAX_SIZE) {
                throw new IllegalArgumentException(
                        needed + " bytes exceed the largest array (" + MAX_SIZE + ").");
            }
            int grown = (int) Math.min(MAX_SIZE, Math.max(needed, 2L * bytes.length));
            bytes = Arrays.copyOf(bytes, grown);
        }
    }

    public void put(byte value) {
        reserve(1);
        bytes[size++] = value;
    }

    public void put(byte[] source, int from, int length) {
        reserve(length);
        System.arraycopy(source, from, bytes, size, length);
        size += length;
    }

    /// Appends what lies between position and limit; the source's position stays.
    public void put(ByteBuffer source) {
        int length = source.remaining();
        reserve(length);
        source.get(source.position(), bytes, size, length);
        size += length;
    }

    /// The bytes from `from` up to the size, sharing the array.
    public ByteBuffer view(int from) {
        return ByteBuffer.wrap(bytes, from, size - from).slice().order(ByteOrder.BIG_ENDIAN);
    }
}

package io.zurau.log;

import io.zurau.runtime.Randomness;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// The newest offset of each key, in a fixed amount of memory outside the heap.
///
/// Of a key only a hash of 128 bits is kept: SipHash-1-3 under a random key, so that nobody can
/// make two keys that are taken for one, and by chance it does not happen. A hash table with open
/// addressing: of each slot the two halves of the hash and the offset plus one; 0 is an empty slot.
///
/// Owned by one thread.
final class KeyOffsets implements AutoCloseable {
    private static final int LONGS_PER_SLOT = 3;
    static final int BYTES_PER_SLOT = LONGS_PER_SLOT * Long.BYTES;

    /// Fuller than this, looking for a key takes long.
    private static final double FULLEST = 0.75;

    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment table;
    private final long slots;
    private final long mostKeys;
    private final long seed0;
    private final long seed1;
    private long size;

    // The hash that was computed last.
    private long high;
    private long low;

    /// @param mostBytes of memory
    /// @param expectedKeys there will not be more
    KeyOffsets(long mostBytes, long expectedKeys, Randomness randomness) {
        long wanted = (long) (Math.max(16, expectedKeys) / FULLEST) + 1;
        slots = Math.max(2, Math.min(mostBytes / BYTES_PER_SLOT, wanted));
        mostKeys = Math.max(1, (long) (slots * FULLEST));
        table = arena.allocate(slots * BYTES_PER_SLOT, Long.BYTES);
        seed0 = randomness.nextLong();
        seed1 = randomness.nextLong();
    }

    long size() {
        return size;
    }

    /// Notes the newest offset of a key.
    ///
    /// @return false if there is no room for one more key
    boolean put(byte[] bytes, int from, int length, long offset) {
        hash(bytes, from, length);
        long slot = find();
        boolean isNew = at(slot + 2) == 0;
        if (isNew) {
            if (size >= mostKeys) {
                return false;
            }
            size++;
            set(slot, high);
            set(slot + 1, low);
        }
        set(slot + 2, offset + 1);
        return true;
    }

    /// -1 if the key is not known.
    long newest(byte[] bytes, int from, int length) {
        hash(bytes, from, length);
        return at(find() + 2) - 1;
    }

    /// The slot of the hash, or the empty one where it belongs. There always is an empty one.
    private long find() {
        long slot = Math.unsignedMultiplyHigh(high, slots);
        while (true) {
            long index = slot * LONGS_PER_SLOT;
            if (at(index + 2) == 0 || (at(index) == high && at(index + 1) == low)) {
                return index;
            }
            slot = slot + 1 == slots ? 0 : slot + 1;
        }
    }

    private long at(long index) {
        return table.getAtIndex(ValueLayout.JAVA_LONG, index);
    }

    private void set(long index, long value) {
        table.setAtIndex(ValueLayout.JAVA_LONG, index, value);
    }

    /// SipHash with one round per eight bytes and three at the end, twice.
    private void hash(byte[] bytes, int from, int length) {
        long v0 = seed0 ^ 0x736f6d6570736575L;
        long v1 = seed1 ^ 0x646f72616e646f6dL ^ 0xee;
        long v2 = seed0 ^ 0x6c7967656e657261L;
        long v3 = seed1 ^ 0x7465646279746573L;
        int wholeEnd = from + (length & ~7);
        int at = from;
        while (true) {
            long block;
            if (at < wholeEnd) {
                block = (long) LONG.get(bytes, at);
            } else {
                block = (long) length << 56;
                for (int i = from + length - 1; i >= wholeEnd; i--) {
                    block |= (bytes[i] & 0xffL) << ((i - wholeEnd) << 3);
                }
            }
            v3 ^= block;
            v0 += v1;
            v1 = Long.rotateLeft(v1, 13) ^ v0;
            v0 = Long.rotateLeft(v0, 32);
            v2 += v3;
            v3 = Long.rotateLeft(v3, 16) ^ v2;
            v0 += v3;
            v3 = Long.rotateLeft(v3, 21) ^ v0;
            v2 += v1;
            v1 = Long.rotateLeft(v1, 17) ^ v2;
            v2 = Long.rotateLeft(v2, 32);
            v0 ^= block;
            if (at == wholeEnd) {
                break;
            }
            at += 8;
        }
        v2 ^= 0xee;
        for (int round = 0; round < 6; round++) {
            if (round == 3) {
                high = v0 ^ v1 ^ v2 ^ v3;
                v1 ^= 0xdd;
            }
            v0 += v1;
            v1 = Long.rotateLeft(v1, 13) ^ v0;
            v0 = Long.rotateLeft(v0, 32);
            v2 += v3;
            v3 = Long.rotateLeft(v3, 16) ^ v2;
            v0 += v3;
            v3 = Long.rotateLeft(v3, 21) ^ v0;
            v2 += v1;
            v1 = Long.rotateLeft(v1, 17) ^ v2;
            v2 = Long.rotateLeft(v2, 32);
        }
        low = v0 ^ v1 ^ v2 ^ v3;
    }

    @Override
    public void close() {
        arena.close();
    }
}

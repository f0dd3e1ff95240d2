package io.zurau.log;

import java.nio.ByteBuffer;

/// Pairs of a key and a value, both rising: what a sparse index consists of.
///
/// In an offset index the key is an offset, relative to the segment's base, and the value the
/// position of the batch that ends with it; in a time index the key is a timestamp and the value
/// the relative offset of a record that has it.
interface IndexEntries {
    int count();

    long key(int index);

    int value(int index);

    default boolean isEmpty() {
        return count() == 0;
    }

    default long lastKey() {
        return key(count() - 1);
    }

    default int lastValue() {
        return value(count() - 1);
    }

    /// The last entry whose key is not above the given one; -1 if there is none.
    default int floor(long key) {
        int low = 0;
        int high = count() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (key(middle) <= key) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return high;
    }

    /// The last entry whose value is not above the given one; -1 if there is none.
    default int floorByValue(int value) {
        int low = 0;
        int high = count() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (value(middle) <= value) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return high;
    }

    /// How entries lie in a file, big-endian.
    enum Form {
        /// Relative offset (4), position (4): `.index`.
        OFFSETS(8),
        /// Timestamp (8), relative offset (4): `.timeindex`.
        TIMES(12);

        final int entryBytes;

        Form(int entryBytes) {
            this.entryBytes = entryBytes;
        }

        /// How many bytes entries take.
        long bytes(IndexEntries entries) {
            return (long) entries.count() * entryBytes;
        }

        /// Reads the key of the entry at the position of a file's bytes, and moves behind it.
        long readKey(ByteBuffer bytes) {
            return switch (this) {
                case OFFSETS -> bytes.getInt();
                case TIMES -> bytes.getLong();
            };
        }
    }
}

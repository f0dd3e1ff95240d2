package io.zurau.runtime.settings;

/// A number of bytes, never negative.
public record ByteSize(long bytes) implements Comparable<ByteSize> {
    private static final String[] UNITS = {"bytes", "KiB", "MiB", "GiB", "TiB"};

    public ByteSize {
        if (bytes < 0) {
            throw new IllegalArgumentException("Size " + bytes + " is negative.");
        }
    }

    public static ByteSize ofKiB(long count) {
        return new ByteSize(Math.multiplyExact(count, 1L << 10));
    }

    public static ByteSize ofMiB(long count) {
        return new ByteSize(Math.multiplyExact(count, 1L << 20));
    }

    public static ByteSize ofGiB(long count) {
        return new ByteSize(Math.multiplyExact(count, 1L << 30));
    }

    /// For what is bounded by an array or buffer.
    public int toInt() {
        return Math.toIntExact(bytes);
    }

    @Override
    public int compareTo(ByteSize other) {
        return Long.compare(bytes, other.bytes);
    }

    /// In the largest unit that needs no fraction: `1 MiB`, `1000 bytes`.
    @Override
    public String toString() {
        long count = bytes;
        int unit = 0;
        while (unit < UNITS.length - 1 && count > 0 && count % 1024 == 0) {
            count /= 1024;
            unit++;
        }
        return count + " " + UNITS[unit];
    }
}

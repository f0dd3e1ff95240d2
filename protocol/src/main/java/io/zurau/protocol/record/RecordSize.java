package io.zurau.protocol.record;

import java.nio.ByteBuffer;
import java.util.List;

/// How many bytes a record takes in a batch that is not compressed.
final class RecordSize {
    /// Size, attributes, timestamp and offset delta, the lengths of key and value, header count.
    static final int MOST_OVERHEAD = 5 + 1 + 10 + 5 + 5 + 5 + 5;

    private RecordSize() {}

    /// Without the size itself; a length of -1 is null.
    static int of(
            long timestampDelta,
            int offsetDelta,
            int keyLength,
            int valueLength,
            List<Header> headers) {
        long size =
                1L
                        + Varints.sizeOf(timestampDelta)
                        + Varints.sizeOf(offsetDelta)
                        + ofBytes(keyLength)
                        + ofBytes(valueLength)
                        + Varints.sizeOf(headers.size())
                        + ofHeaders(headers);
        if (size > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("A record of " + size + " bytes exceeds 2 GiB.");
        }
        return (int) size;
    }

    /// Without their number.
    static long ofHeaders(List<Header> headers) {
        long size = 0;
        for (int i = 0; i < headers.size(); i++) {
            Header header = headers.get(i);
            ByteBuffer value = header.value();
            size += ofBytes(utf8Length(header.key()));
            size += ofBytes(value == null ? -1 : value.remaining());
        }
        return size;
    }

    private static long ofBytes(int length) {
        return Varints.sizeOf(length) + (long) Math.max(0, length);
    }

    /// As many bytes as `getBytes(UTF_8)` makes, which turns half a surrogate pair into `?`.
    private static int utf8Length(String text) {
        int length = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                length++;
            } else if (c < 0x800) {
                length += 2;
            } else if (!Character.isSurrogate(c)) {
                length += 3;
            } else if (Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                length += 4;
                i++;
            } else {
                length++;
            }
        }
        return length;
    }
}

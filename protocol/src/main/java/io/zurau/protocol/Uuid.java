package io.zurau.protocol;

import java.nio.ByteBuffer;
import java.util.Base64;

/// A topic id, directory id, member id…: 128 bits, printed as Kafka prints them, in URL-safe base64
/// without padding.
public record Uuid(long mostSignificantBits, long leastSignificantBits)
        implements Comparable<Uuid> {
    /// Stands for "none" on the wire.
    public static final Uuid ZERO = new Uuid(0, 0);

    private static final int BYTES = 16;

    /// @throws IllegalArgumentException if the text is not 22 characters of URL-safe base64
    public static Uuid parse(String text) {
        byte[] bytes = Base64.getUrlDecoder().decode(text);
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException(
                    "The id " + text + " has " + bytes.length + " bytes instead of 16.");
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new Uuid(buffer.getLong(), buffer.getLong());
    }

    @Override
    public int compareTo(Uuid other) {
        int high = Long.compare(mostSignificantBits, other.mostSignificantBits);
        return high != 0 ? high : Long.compare(leastSignificantBits, other.leastSignificantBits);
    }

    @Override
    public String toString() {
        byte[] bytes =
                ByteBuffer.allocate(BYTES)
                        .putLong(mostSignificantBits)
                        .putLong(leastSignificantBits)
                        .array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}

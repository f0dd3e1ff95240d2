package io.zurau.log;

import io.zurau.runtime.DiskFile;
import java.nio.ByteBuffer;
import java.util.OptionalInt;
import java.util.zip.CRC32;

/// A message of Kafka's formats 0 and 1, from before there were batches: it is recognized, not
/// read.
///
/// Offset (8), size of what follows (4), CRC-32 of what follows it (4), magic (1), and the rest.
final class OldMessage {
    private static final int CRC_AT = 12;
    private static final int MAGIC_AT = 16;
    private static final int SMALLEST = 26;
    private static final int LARGEST = 100 << 20; // As Kafka's largest request.

    private OldMessage() {}

    /// The format of the message that lies here; empty if none does.
    static OptionalInt formatAt(DiskFile file, int position, int end) {
        ByteBuffer head = ByteBuffer.allocate(SMALLEST);
        if (file.read(head, position) < SMALLEST) {
            return OptionalInt.empty();
        }
        int format = head.get(MAGIC_AT);
        long size = 12L + head.getInt(8);
        if (format < 0
                || format > 1
                || size < SMALLEST
                || size > Math.min(end - position, LARGEST)) {
            return OptionalInt.empty();
        }
        ByteBuffer whole = ByteBuffer.allocate((int) size);
        file.read(whole, position);
        CRC32 crc = new CRC32();
        crc.update(whole.flip().position(MAGIC_AT));
        return (int) crc.getValue() == head.getInt(CRC_AT)
                ? OptionalInt.of(format)
                : OptionalInt.empty();
    }
}

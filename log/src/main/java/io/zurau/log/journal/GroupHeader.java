package io.zurau.log.journal;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.zip.CRC32C;

/// What stands before a group's entries.
///
/// | at | bytes | |
/// |---|---|---|
/// | 0 | 4 | magic `ZURJ` |
/// | 4 | 4 | version of the format, 1 |
/// | 8 | 8 | which journal it belongs to: random, new with every journal |
/// | 16 | 8 | sequence number of the group, one more than that of the group before |
/// | 24 | 4 | length of the entries in bytes |
/// | 28 | 4 | length of the group on disk: header, entries and padding |
/// | 32 | 4 | CRC-32C of the bytes before this and of the entries |
/// | 36 | 4 | zero |
record GroupHeader(long journal, long sequence, int entryBytes, int paddedBytes, int crc) {
    static final int BYTES = 40;

    /// Groups begin at multiples of this, so that direct writes are aligned and a reader can look
    /// for one behind a damaged place.
    static final int BLOCK = 4096;

    private static final int MAGIC = 0x5A55524A;
    static final int VERSION = 1;
    private static final int CRC_AT = 32;

    /// Writes the header at 0 of a group whose entries end at `end`.
    static void seal(ByteBuffer group, long journal, long sequence, int end, int paddedBytes) {
        group.putInt(0, MAGIC)
                .putInt(4, VERSION)
                .putLong(8, journal)
                .putLong(16, sequence)
                .putInt(24, end - BYTES)
                .putInt(28, paddedBytes);
        group.putInt(CRC_AT, crcOf(group, end)).putInt(36, 0);
    }

    /// The header at 0; empty if there is none. Whether the entries are whole is not checked.
    static Optional<GroupHeader> read(ByteBuffer bytes) {
        if (bytes.limit() < BYTES || bytes.getInt(0) != MAGIC || bytes.getInt(4) != VERSION) {
            return Optional.empty();
        }
        GroupHeader header =
                new GroupHeader(
                        bytes.getLong(8),
                        bytes.getLong(16),
                        bytes.getInt(24),
                        bytes.getInt(28),
                        bytes.getInt(CRC_AT));
        return header.isPossible() ? Optional.of(header) : Optional.empty();
    }

    /// The version of the group at 0 that another version of Zurau wrote into the journal; empty if
    /// there is none. In every version magic, version and journal lie where they lie here.
    static OptionalInt otherVersion(ByteBuffer bytes, long journal) {
        return bytes.limit() >= BYTES
                        && bytes.getInt(0) == MAGIC
                        && bytes.getInt(4) != VERSION
                        && bytes.getLong(8) == journal
                ? OptionalInt.of(bytes.getInt(4))
                : OptionalInt.empty();
    }

    private boolean isPossible() {
        return entryBytes > 0
                && paddedBytes > 0
                && paddedBytes % BLOCK == 0
                && paddedBytes - BYTES >= entryBytes;
    }

    /// Whether a group that lies at 0 of the buffer is whole.
    boolean matches(ByteBuffer group) {
        return group.limit() >= BYTES + entryBytes && crcOf(group, BYTES + entryBytes) == crc;
    }

    private static int crcOf(ByteBuffer group, int end) {
        CRC32C crc = new CRC32C();
        crc.update(group.slice(0, CRC_AT));
        crc.update(group.slice(BYTES, end - BYTES));
        return (int) crc.getValue();
    }

    static int padded(int bytes) {
        return Math.ceilDiv(bytes, BLOCK) * BLOCK;
    }
}

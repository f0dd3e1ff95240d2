package io.zurau.log.journal;

import java.nio.ByteBuffer;

/// One change of one log, or a piece of one that is too large for a group.
///
/// What `kind` and `body` mean is the business of whoever writes and replays them.
///
/// @param continues whether more pieces of the same change follow
/// @param log which log of the directory; never used again for another
/// @param change the changes of a log are counted from 1 on, without gap
/// @param body shares the reader's memory and is good only until the next entry is read
public record JournalEntry(byte kind, boolean continues, long log, long change, ByteBuffer body) {
    /// Body length (4), kind (1), continues (1), log (8), change (8).
    static final int HEADER_BYTES = 22;

    /// Writes an entry at the target's position; its body is the remainder of `body`.
    static void write(
            ByteBuffer target,
            byte kind,
            boolean continues,
            long log,
            long change,
            ByteBuffer body) {
        target.putInt(body.remaining());
        target.put(kind);
        target.put((byte) (continues ? 1 : 0));
        target.putLong(log);
        target.putLong(change);
        target.put(body);
    }

    /// Reads the entry at the source's position and moves behind it.
    static JournalEntry read(ByteBuffer source) {
        int length = source.getInt();
        byte kind = source.get();
        boolean continues = source.get() != 0;
        long log = source.getLong();
        long change = source.getLong();
        ByteBuffer body = source.slice(source.position(), length);
        source.position(source.position() + length);
        return new JournalEntry(kind, continues, log, change, body);
    }
}

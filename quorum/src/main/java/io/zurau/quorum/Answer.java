package io.zurau.quorum;

import io.zurau.protocol.ProtocolReader;
import io.zurau.protocol.ProtocolWriter;
import io.zurau.protocol.record.CorruptRecords;
import java.nio.ByteBuffer;

/// What applying an entry came to; the same on every node.
sealed interface Answer {
    byte DONE = 1;
    byte CONFLICT = 2;
    byte INAPPLICABLE = 3;

    /// @param endOffset of the metadata log behind the entry
    record Done(long endOffset) implements Answer {}

    /// The proposal expected another end; nothing was changed.
    record Conflict(long endOffset) implements Answer {}

    /// The records do not fit the image; nothing was changed.
    ///
    /// @param reason a sentence
    record Inapplicable(String reason) implements Answer {}

    default ByteBuffer bytes() {
        ProtocolWriter out = new ProtocolWriter();
        switch (this) {
            case Done done -> {
                out.writeByte(DONE);
                out.writeLong(done.endOffset());
            }
            case Conflict conflict -> {
                out.writeByte(CONFLICT);
                out.writeLong(conflict.endOffset());
            }
            case Inapplicable inapplicable -> {
                out.writeByte(INAPPLICABLE);
                out.writeString(inapplicable.reason(), false);
            }
        }
        return out.toBuffer();
    }

    static Answer read(ByteBuffer bytes) {
        ProtocolReader in = new ProtocolReader(bytes);
        byte kind = in.readByte();
        return switch (kind) {
            case DONE -> new Done(in.readLong());
            case CONFLICT -> new Conflict(in.readLong());
            case INAPPLICABLE -> new Inapplicable(in.readString(false));
            default -> throw new CorruptRecords("The answer is of the unknown kind " + kind + ".");
        };
    }
}

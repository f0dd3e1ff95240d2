package io.zurau.quorum;

import io.zurau.protocol.ProtocolReader;
import io.zurau.protocol.ProtocolWriter;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.record.CorruptRecords;
import java.nio.ByteBuffer;

/// What a node that does not vote asks a voter for: what was committed behind `endOffset`.
///
/// @param endOffset of the asker's image, -1 if it has none
/// @param waitMs how long the voter may hold the answer back until there is news
record FetchRequest(int nodeId, Uuid directoryId, long endOffset, int waitMs) {
    private static final byte VERSION = 1;

    ByteBuffer bytes() {
        ProtocolWriter out = new ProtocolWriter();
        out.writeByte(VERSION);
        out.writeInt(nodeId);
        out.writeUuid(directoryId);
        out.writeLong(endOffset);
        out.writeInt(waitMs);
        return out.toBuffer();
    }

    static FetchRequest read(ByteBuffer bytes) {
        ProtocolReader in = new ProtocolReader(bytes);
        byte version = in.readByte();
        if (version != VERSION) {
            throw new CorruptRecords("The fetch has the unknown version " + version + ".");
        }
        return new FetchRequest(in.readInt(), in.readUuid(), in.readLong(), in.readInt());
    }
}

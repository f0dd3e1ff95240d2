package io.zurau.quorum;

import io.zurau.protocol.ProtocolReader;
import io.zurau.protocol.ProtocolWriter;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.record.CorruptRecords;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/// What a node with a copy of the log says of itself and of those that it knows, when it is asked
/// with the one byte [#QUESTION].
///
/// @param clusterId of the log; empty as long as nothing of a cluster has been applied
/// @param directoryId of the directory that holds the log
/// @param directories by node id: of the voters as the log tells them, and of the nodes that fetch
///   from this one
record Introduction(String clusterId, Uuid directoryId, SortedMap<Integer, Uuid> directories) {
    /// No version of a [FetchRequest].
    static final byte QUESTION = 100;

    private static final byte VERSION = 1;
    private static final int MOST_DIRECTORIES = 10_000; // More nodes than a cluster has.

    Introduction {
        directories = Collections.unmodifiableSortedMap(directories);
    }

    static ByteBuffer question() {
        return ByteBuffer.wrap(new byte[] {QUESTION});
    }

    static boolean isAskedFor(ByteBuffer query) {
        return query.remaining() == 1 && query.get(query.position()) == QUESTION;
    }

    ByteBuffer bytes() {
        ProtocolWriter out = new ProtocolWriter();
        out.writeByte(VERSION);
        out.writeString(clusterId, false);
        out.writeUuid(directoryId);
        out.writeInt(directories.size());
        directories.forEach(
                (nodeId, id) -> {
                    out.writeInt(nodeId);
                    out.writeUuid(id);
                });
        return out.toBuffer();
    }

    static Introduction read(ByteBuffer bytes) {
        ProtocolReader in = new ProtocolReader(bytes);
        byte version = in.readByte();
        if (version != VERSION) {
            throw new CorruptRecords("The introduction has the unknown version " + version + ".");
        }
        String clusterId = in.readString(false);
        Uuid directoryId = in.readUuid();
        int count = in.readInt();
        if (count < 0 || count > MOST_DIRECTORIES) {
            throw new CorruptRecords("The introduction claims " + count + " directories.");
        }
        SortedMap<Integer, Uuid> directories = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            directories.put(in.readInt(), in.readUuid());
        }
        return new Introduction(clusterId, directoryId, directories);
    }
}

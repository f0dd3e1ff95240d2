package io.zurau.quorum;

import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.log.SnapshotBatches;
import io.zurau.protocol.ProtocolReader;
import io.zurau.protocol.ProtocolWriter;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.record.CorruptRecords;
import io.zurau.protocol.record.RecordBatch;
import java.nio.ByteBuffer;
import java.util.List;

/// One entry of the Raft log, as far as it is ours.
///
/// Stored as a version byte, a byte for the kind, and what the kind needs. Whoever changes that
/// must be read by nodes of the release before, or wait for a feature level.
sealed interface Entry {
    byte VERSION = 1;

    byte FOUND = 1;
    byte APPEND = 2;
    byte NO_OP = 3;
    byte DIRECTORY = 4;

    /// The cluster begins, with this image; ignored if it has begun already, so that all voters
    /// agree with whom it did.
    record Found(ClusterImage image) implements Entry {}

    /// A proposal: its records, and as their base offset the end that the proposer expected.
    record Append(RecordBatch batch) implements Entry {
        long expectedEnd() {
            return batch.baseOffset();
        }
    }

    /// Nothing. Moves the Raft log and leaves the metadata log's end alone.
    record NoOp() implements Entry {}

    /// A voter tells the id of its directory.
    record Directory(int nodeId, Uuid directoryId) implements Entry {}

    default ByteBuffer bytes() {
        ProtocolWriter out = new ProtocolWriter();
        out.writeByte(VERSION);
        switch (this) {
            case Found found -> {
                out.writeByte(FOUND);
                writeImage(out, found.image());
            }
            case Append append -> {
                out.writeByte(APPEND);
                out.writeRaw(append.batch().bytes());
            }
            case NoOp _ -> out.writeByte(NO_OP);
            case Directory directory -> {
                out.writeByte(DIRECTORY);
                out.writeInt(directory.nodeId());
                out.writeUuid(directory.directoryId());
            }
        }
        return out.toBuffer();
    }

    /// @throws CorruptRecords if it is none, or of a newer version
    static Entry read(ByteBuffer bytes) {
        ProtocolReader in = new ProtocolReader(bytes);
        byte version = in.readByte();
        if (version != VERSION) {
            throw new CorruptRecords(
                    "The entry has version %d, this node reads version %d."
                            .formatted(version, VERSION));
        }
        byte kind = in.readByte();
        return switch (kind) {
            case FOUND -> new Found(readImage(in));
            case APPEND -> new Append(batch(in.readRest()));
            case NO_OP -> new NoOp();
            case DIRECTORY -> new Directory(in.readInt(), in.readUuid());
            default -> throw new CorruptRecords("The entry is of the unknown kind " + kind + ".");
        };
    }

    private static RecordBatch batch(ByteBuffer bytes) {
        RecordBatch batch = RecordBatch.at(bytes, bytes.position());
        if (!batch.crcIsValid()) {
            throw new CorruptRecords(
                    "The batch at offset " + batch.baseOffset() + " fails its CRC.");
        }
        return batch;
    }

    /// The last thing that is written, as its end is not marked.
    static void writeImage(ProtocolWriter out, ClusterImage image) {
        out.writeString(image.clusterId(), false);
        out.writeLong(image.endOffset());
        List<ByteBuffer> batches = SnapshotBatches.of(image, RecordBatch.NO_TIMESTAMP);
        batches.forEach(out::writeRaw);
    }

    static ClusterImage readImage(ProtocolReader in) {
        String clusterId = in.readString(false);
        long endOffset = in.readLong();
        return SnapshotBatches.read(in.readRest(), endOffset, clusterId);
    }
}

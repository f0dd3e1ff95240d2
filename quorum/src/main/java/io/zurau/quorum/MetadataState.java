package io.zurau.quorum;

import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.log.MetadataBatches;
import io.zurau.protocol.ProtocolReader;
import io.zurau.protocol.ProtocolWriter;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.record.CorruptRecords;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// What the entries of the Raft log up to some index make: the image, and what is known of the
/// voters' directories. The one place where an entry is applied.
///
/// @param image null as long as the cluster is not founded
/// @param directories by node id
record MetadataState(@Nullable ClusterImage image, SortedMap<Integer, Uuid> directories) {
    static final MetadataState EMPTY = new MetadataState(null, new TreeMap<>());

    private static final byte VERSION = 1;
    private static final int MOST_DIRECTORIES = 10_000; // More nodes than a cluster has.

    MetadataState {
        directories = Collections.unmodifiableSortedMap(directories);
    }

    /// What an entry led to.
    record Step(MetadataState after, Answer answer) {}

    long endOffset() {
        return image == null ? 0 : image.endOffset();
    }

    /// The same on every node: it depends on nothing but this state and the entry.
    Step apply(Entry entry) {
        return switch (entry) {
            case Entry.Found found -> found(found.image());
            case Entry.Append append -> append(append);
            case Entry.NoOp _ -> new Step(this, new Answer.Done(endOffset()));
            case Entry.Directory directory -> {
                SortedMap<Integer, Uuid> after = new TreeMap<>(directories);
                after.put(directory.nodeId(), directory.directoryId());
                yield new Step(new MetadataState(image, after), new Answer.Done(endOffset()));
            }
        };
    }

    private Step found(ClusterImage first) {
        if (image != null) {
            return new Step(this, new Answer.Conflict(endOffset()));
        }
        return new Step(with(first), new Answer.Done(first.endOffset()));
    }

    private Step append(Entry.Append append) {
        if (image == null) {
            return new Step(this, new Answer.Inapplicable("The cluster is not founded yet."));
        }
        if (append.expectedEnd() != image.endOffset()) {
            return new Step(this, new Answer.Conflict(image.endOffset()));
        }
        try {
            ClusterImage after =
                    image.replay(
                            MetadataBatches.records(append.batch()), append.batch().nextOffset());
            return new Step(with(after), new Answer.Done(after.endOffset()));
        } catch (IllegalStateException e) {
            return new Step(this, new Answer.Inapplicable(String.valueOf(e.getMessage())));
        }
    }

    private MetadataState with(ClusterImage after) {
        return new MetadataState(after, directories);
    }

    /// All of it: a CRC over the rest, a version, the directories, the image.
    ByteBuffer bytes() {
        ProtocolWriter out = new ProtocolWriter();
        out.writeInt(0);
        out.writeByte(VERSION);
        out.writeInt(directories.size());
        directories.forEach(
                (nodeId, directoryId) -> {
                    out.writeInt(nodeId);
                    out.writeUuid(directoryId);
                });
        out.writeBoolean(image != null);
        if (image != null) {
            Entry.writeImage(out, image);
        }
        ByteBuffer bytes = out.toBuffer();
        return bytes.putInt(bytes.position(), crc(bytes));
    }

    /// @throws CorruptRecords if the bytes are damaged, or of a newer version
    static MetadataState read(ByteBuffer bytes) {
        if (bytes.remaining() < Integer.BYTES || bytes.getInt(bytes.position()) != crc(bytes)) {
            throw new CorruptRecords("The snapshot fails its CRC.");
        }
        ProtocolReader in = new ProtocolReader(bytes);
        in.readInt();
        byte version = in.readByte();
        if (version != VERSION) {
            throw new CorruptRecords(
                    "The snapshot has version %d, this node reads version %d."
                            .formatted(version, VERSION));
        }
        int count = in.readInt();
        if (count < 0 || count > MOST_DIRECTORIES) {
            throw new CorruptRecords("The snapshot claims " + count + " directories.");
        }
        SortedMap<Integer, Uuid> directories = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            directories.put(in.readInt(), in.readUuid());
        }
        return new MetadataState(in.readBoolean() ? Entry.readImage(in) : null, directories);
    }

    private static int crc(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate().position(bytes.position() + Integer.BYTES));
        return (int) crc.getValue();
    }
}

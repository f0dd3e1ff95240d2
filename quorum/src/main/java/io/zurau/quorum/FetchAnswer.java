package io.zurau.quorum;

import io.zurau.metadata.log.Leadership;
import io.zurau.protocol.ProtocolReader;
import io.zurau.protocol.ProtocolWriter;
import io.zurau.protocol.record.CorruptRecords;
import io.zurau.protocol.record.RecordBatch;
import io.zurau.protocol.record.RecordBatches;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// What a voter tells a node that follows: who leads, who votes, and what was committed.
record FetchAnswer(Leadership leadership, List<Voter> voters, News news) {
    private static final byte VERSION = 1;
    private static final int MOST_VOTERS = 100; // Raft with more would be no use.

    private static final byte NOTHING = 0;
    private static final byte BATCHES = 1;
    private static final byte SNAPSHOT = 2;

    /// What the asker does not have yet.
    sealed interface News {
        record Nothing() implements News {}

        /// Those behind the asker's end, without a gap.
        record Batches(List<RecordBatch> batches) implements News {}

        /// Everything, as the batches behind the asker's end are not at hand any more.
        record Snapshot(MetadataState state) implements News {}
    }

    FetchAnswer {
        voters = List.copyOf(voters);
    }

    ByteBuffer bytes() {
        ProtocolWriter out = new ProtocolWriter();
        out.writeByte(VERSION);
        out.writeInt(leadership.leaderId());
        out.writeInt(leadership.epoch());
        out.writeInt(voters.size());
        for (Voter voter : voters) {
            out.writeInt(voter.nodeId());
            out.writeString(voter.host(), false);
            out.writeInt(voter.port());
        }
        switch (news) {
            case News.Nothing _ -> out.writeByte(NOTHING);
            case News.Batches some -> {
                out.writeByte(BATCHES);
                some.batches().forEach(batch -> out.writeRaw(batch.bytes()));
            }
            case News.Snapshot all -> {
                out.writeByte(SNAPSHOT);
                out.writeRaw(all.state().bytes());
            }
        }
        return out.toBuffer();
    }

    static FetchAnswer read(ByteBuffer bytes) {
        ProtocolReader in = new ProtocolReader(bytes);
        byte version = in.readByte();
        if (version != VERSION) {
            throw new CorruptRecords("The answer has the unknown version " + version + ".");
        }
        Leadership leadership = new Leadership(in.readInt(), in.readInt());
        int count = in.readInt();
        if (count < 0 || count > MOST_VOTERS) {
            throw new CorruptRecords("The answer claims " + count + " voters.");
        }
        List<Voter> voters = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            voters.add(new Voter(in.readInt(), in.readString(false), in.readInt()));
        }
        byte kind = in.readByte();
        News news =
                switch (kind) {
                    case NOTHING -> new News.Nothing();
                    case BATCHES -> new News.Batches(batches(in.readRest()));
                    case SNAPSHOT -> new News.Snapshot(MetadataState.read(in.readRest()));
                    default -> throw new CorruptRecords("The answer has the kind " + kind + ".");
                };
        return new FetchAnswer(leadership, voters, news);
    }

    private static List<RecordBatch> batches(ByteBuffer bytes) {
        List<RecordBatch> batches = new ArrayList<>();
        for (RecordBatch batch : RecordBatches.whole(bytes)) {
            if (!batch.crcIsValid()) {
                throw new CorruptRecords(
                        "The batch at offset " + batch.baseOffset() + " fails its CRC.");
            }
            batches.add(batch);
        }
        return batches;
    }
}

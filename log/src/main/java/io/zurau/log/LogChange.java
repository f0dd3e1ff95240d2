package io.zurau.log;

import io.zurau.log.journal.JournalEntry;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.Uuid;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// Whatever changes a log, as it stands in the journal. Appends are not among them: their entry's
/// body is the batches themselves.
///
/// | kind | change | body, big-endian |
/// |---|---|---|
/// | 1 | append | the batches |
/// | 2 | [Rolled] | base offset of the new segment (8) |
/// | 3 | [Truncated] | end offset (8), base offset of the segment that ends there (8), its size (4) |
/// | 4 | [Started] | log start offset (8) |
/// | 5 | [Reset] | start and end offset (8) |
/// | 6 | [EpochBegun] | epoch (4), start offset (8) |
/// | 7 | [Created] | topic id (16), durable (1), partition (4), topic (the rest) |
/// | 8 | [Deleted] | nothing |
/// | 9 | [DurabilitySet] | durable (1), end offset (8), base offset of the active segment (8), its size (4) |
sealed interface LogChange {
    byte APPEND = 1;
    byte EPOCH_BEGUN = 6;

    byte kind();

    ByteBuffer body();

    /// A new segment begins at the log's end.
    record Rolled(long baseOffset) implements LogChange {
        @Override
        public byte kind() {
            return 2;
        }

        @Override
        public ByteBuffer body() {
            return ByteBuffer.allocate(8).putLong(baseOffset).flip();
        }
    }

    /// Everything at and above the end offset is gone.
    record Truncated(long endOffset, long segmentBase, int position) implements LogChange {
        @Override
        public byte kind() {
            return 3;
        }

        @Override
        public ByteBuffer body() {
            return ByteBuffer.allocate(20)
                    .putLong(endOffset)
                    .putLong(segmentBase)
                    .putInt(position)
                    .flip();
        }
    }

    /// Everything below the start offset is gone.
    record Started(long startOffset) implements LogChange {
        @Override
        public byte kind() {
            return 4;
        }

        @Override
        public ByteBuffer body() {
            return ByteBuffer.allocate(8).putLong(startOffset).flip();
        }
    }

    /// Everything is gone, and the log goes on at an offset.
    record Reset(long offset) implements LogChange {
        @Override
        public byte kind() {
            return 5;
        }

        @Override
        public ByteBuffer body() {
            return ByteBuffer.allocate(8).putLong(offset).flip();
        }
    }

    /// A leader begins an epoch without a record.
    record EpochBegun(int epoch, long startOffset) implements LogChange {
        @Override
        public byte kind() {
            return EPOCH_BEGUN;
        }

        @Override
        public ByteBuffer body() {
            return ByteBuffer.allocate(12).putInt(epoch).putLong(startOffset).flip();
        }
    }

    /// The first change of every log that was not found on disk.
    record Created(Uuid topicId, boolean durable, TopicPartition partition) implements LogChange {
        @Override
        public byte kind() {
            return 7;
        }

        @Override
        public ByteBuffer body() {
            byte[] topic = partition.topic().getBytes(StandardCharsets.UTF_8);
            return ByteBuffer.allocate(21 + topic.length)
                    .putLong(topicId.mostSignificantBits())
                    .putLong(topicId.leastSignificantBits())
                    .put((byte) (durable ? 1 : 0))
                    .putInt(partition.partition())
                    .put(topic)
                    .flip();
        }
    }

    /// The last change of a log.
    record Deleted() implements LogChange {
        @Override
        public byte kind() {
            return 8;
        }

        @Override
        public ByteBuffer body() {
            return ByteBuffer.allocate(0);
        }
    }

    /// All that is in the log is synced, and from now on its records are in the journal, or not.
    record DurabilitySet(boolean durable, long endOffset, long segmentBase, int position)
            implements LogChange {
        @Override
        public byte kind() {
            return 9;
        }

        @Override
        public ByteBuffer body() {
            return ByteBuffer.allocate(21)
                    .put((byte) (durable ? 1 : 0))
                    .putLong(endOffset)
                    .putLong(segmentBase)
                    .putInt(position)
                    .flip();
        }
    }

    /// What an entry of any kind but [#APPEND] says.
    static LogChange read(JournalEntry entry) {
        ByteBuffer body = entry.body().duplicate();
        return switch (entry.kind()) {
            case 2 -> new Rolled(body.getLong());
            case 3 -> new Truncated(body.getLong(), body.getLong(), body.getInt());
            case 4 -> new Started(body.getLong());
            case 5 -> new Reset(body.getLong());
            case 6 -> new EpochBegun(body.getInt(), body.getLong());
            case 7 -> {
                Uuid topicId = new Uuid(body.getLong(), body.getLong());
                boolean durable = body.get() != 0;
                int partition = body.getInt();
                String topic = StandardCharsets.UTF_8.decode(body).toString();
                yield new Created(topicId, durable, new TopicPartition(topic, partition));
            }
            case 8 -> new Deleted();
            case 9 ->
                    new DurabilitySet(
                            body.get() != 0, body.getLong(), body.getLong(), body.getInt());
            default ->
                    throw new DamagedLog(
                            "Nobody knows kind %d of a journal entry.".formatted(entry.kind()));
        };
    }
}

package io.zurau.broker.coordinator;

import io.zurau.broker.partition.Acks;
import io.zurau.broker.partition.PartitionLeader;
import io.zurau.broker.partition.PendingAck;
import io.zurau.coordinator.CoordinatorRecord;
import io.zurau.coordinator.LogEntry;
import io.zurau.log.AppendOrigin;
import io.zurau.log.AppendOutcome;
import io.zurau.protocol.compression.Compressors;
import io.zurau.protocol.record.RecordBatch;
import io.zurau.protocol.record.RecordBatchBuilder;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Puts a coordinator's entries into batches and appends them in their order: those of the same
/// producer, or of none, that follow one another share batches; an end is a batch of its own.
///
/// Owned by the thread that appends.
final class EntryBatches {
    private final PartitionLeader leader;
    private final long nowMs;
    private final Compressors compressors;
    private final int mostBytes;
    private final RecordBatchBuilder batch = new RecordBatchBuilder(1024);
    private LogEntry.@Nullable Producer producer; // Of the batch; null for none.
    private @Nullable PendingAck last;

    EntryBatches(PartitionLeader leader, long nowMs, Compressors compressors) {
        this.leader = leader;
        this.nowMs = nowMs;
        this.compressors = compressors;
        this.mostBytes = leader.log().config().maxMessageBytes();
    }

    /// @param entries not empty
    /// @return of the last batch, or of the first that was refused
    PendingAck append(List<LogEntry> entries) {
        for (LogEntry entry : entries) {
            switch (entry) {
                case LogEntry.Plain plain -> add(null, plain.record());
                case LogEntry.Pending pending -> add(pending.producer(), pending.record());
                case LogEntry.Ended ended -> {
                    flush();
                    if (!isRefused()) {
                        last = leader.transactions().end(TopicLog.marker(ended));
                    }
                }
            }
            if (isRefused()) {
                break;
            }
        }
        flush();
        if (last == null) {
            throw new IllegalArgumentException("There is nothing to append.");
        }
        return last;
    }

    private void add(LogEntry.@Nullable Producer owner, CoordinatorRecord record) {
        boolean another = owner == null ? producer != null : !owner.equals(producer);
        boolean full =
                RecordBatch.HEADER_SIZE + batch.uncompressedSize() + size(record) > mostBytes;
        if (!batch.isEmpty() && (another || full)) {
            flush();
        }
        if (batch.isEmpty()) {
            producer = owner;
        }
        batch.append(nowMs, record.key(), record.value(), List.of());
    }

    private static int size(CoordinatorRecord record) {
        ByteBuffer value = record.value();
        return RecordBatchBuilder.sizeAtMost(
                record.key().remaining(), value == null ? 0 : value.remaining(), List.of());
    }

    private void flush() {
        if (batch.isEmpty() || isRefused()) {
            return;
        }
        if (producer != null) {
            batch.producer(producer.id(), producer.epoch(), RecordBatch.NO_SEQUENCE)
                    .transactional(true);
        }
        write(batch.build(compressors));
        batch.clear();
    }

    private void write(ByteBuffer bytes) {
        last = leader.append(bytes, Acks.ALL, AppendOrigin.COORDINATOR);
    }

    private boolean isRefused() {
        return last != null && last.outcome() instanceof AppendOutcome.Refused;
    }
}

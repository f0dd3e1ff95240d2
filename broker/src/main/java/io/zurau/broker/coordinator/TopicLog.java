package io.zurau.broker.coordinator;

import io.zurau.broker.partition.PartitionLeader;
import io.zurau.broker.partition.Partitions;
import io.zurau.broker.partition.PendingAck;
import io.zurau.broker.partition.TransactionMarker;
import io.zurau.broker.peer.Peers;
import io.zurau.coordinator.CoordinatorLog;
import io.zurau.coordinator.CoordinatorRecord;
import io.zurau.coordinator.LogEntry;
import io.zurau.log.AppendOutcome;
import io.zurau.log.LogSlice;
import io.zurau.log.PartitionLog;
import io.zurau.log.ReadOutcome;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.compression.Compressors;
import io.zurau.protocol.record.ControlRecords;
import io.zurau.protocol.record.CorruptRecords;
import io.zurau.protocol.record.Record;
import io.zurau.protocol.record.RecordBatch;
import io.zurau.protocol.record.RecordBatches;
import io.zurau.protocol.record.RecordReader;
import io.zurau.runtime.Clock;
import io.zurau.runtime.Tasks;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalInt;

/// The records of one kind of coordinator, in the partitions of its topic.
///
/// **Guard:** none; each call works on a partition of its own.
public final class TopicLog implements CoordinatorLog, AutoCloseable {
    /// When replicas do not keep up, the shard begins anew from what they have.
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

    private static final Duration GRACE = Duration.ofSeconds(1);
    private static final Duration POLL = Duration.ofMillis(5);
    private static final int READ_BYTES = 1024 * 1024;
    private static final int MOST_DECOMPRESSED_BYTES = 64 * 1024 * 1024;

    private final String topic;
    private final Partitions partitions;
    private final LeadershipProof proof;
    private final Clock clock;
    private final Tasks tasks;
    private volatile boolean closed;

    public TopicLog(String topic, Partitions partitions, Peers peers) {
        this.topic = topic;
        this.partitions = partitions;
        this.proof = new LeadershipProof(peers);
        this.clock = peers.seams().clock();
        this.tasks = peers.seams().tasks();
    }

    private TopicPartition name(int partition) {
        return new TopicPartition(topic, partition);
    }

    @Override
    public OptionalInt largestRecord(int partition) {
        return partitions.leader(name(partition)).stream()
                .mapToInt(
                        leader -> leader.log().config().maxMessageBytes() - RecordBatch.HEADER_SIZE)
                .findFirst();
    }

    @Override
    public long nextOffset(int partition) {
        return partitions
                .leader(name(partition))
                .map(leader -> leader.log().logEndOffset())
                .orElse(0L);
    }

    @Override
    public void deleteBefore(int partition, long offset) {
        partitions.leader(name(partition)).ifPresent(leader -> leader.deleteBefore(offset));
    }

    @Override
    public ErrorCode check(int partition, LogEntry entry) {
        PartitionLeader leader = partitions.leader(name(partition)).orElse(null);
        if (leader == null) {
            return ErrorCode.NOT_COORDINATOR;
        }
        return switch (entry) {
            case LogEntry.Plain _ -> ErrorCode.NONE;
            case LogEntry.Pending pending ->
                    leader.transactions()
                            .check(
                                    pending.producer().id(),
                                    pending.producer().epoch(),
                                    pending.permission());
            case LogEntry.Ended ended -> leader.transactions().check(marker(ended));
        };
    }

    /// For whoever leads: the shard that wants it lives no longer than this broker leads.
    static TransactionMarker marker(LogEntry.Ended ended) {
        return new TransactionMarker(
                ended.producer().id(),
                ended.producer().epoch(),
                ended.coordinatorEpoch(),
                ended.committed(),
                ended.bumped(),
                ended.transaction(),
                TransactionMarker.UNKNOWN);
    }

    @Override
    public ErrorCode append(int partition, List<LogEntry> entries) throws InterruptedException {
        PartitionLeader leader = partitions.leader(name(partition)).orElse(null);
        if (leader == null) {
            return ErrorCode.NOT_LEADER_OR_FOLLOWER;
        }
        PendingAck last;
        try (Compressors compressors = new Compressors()) {
            last = new EntryBatches(leader, clock.wallMs(), compressors).append(entries);
        }
        return last.outcome() instanceof AppendOutcome.Refused refused
                ? refused.code()
                : last.await(clock.deadline(LONGEST_WAIT));
    }

    @Override
    public ErrorCode confirm(int partition) throws InterruptedException {
        PartitionLeader leader = partitions.leader(name(partition)).orElse(null);
        return leader == null
                ? ErrorCode.NOT_LEADER_OR_FOLLOWER
                : proof.of(name(partition), leader);
    }

    /// The broker stops: what is being stored has a second more. Otherwise the shards' threads
    /// would wait for replicas that may never come, one after the other.
    @Override
    public void close() {
        closed = true;
        proof.close();
        tasks.start("end of " + topic, this::endWaiting);
    }

    private void endWaiting() {
        try {
            clock.sleepUntil(clock.deadline(GRACE));
            partitions.leaders().stream()
                    .filter(leader -> leader.topicPartition().topic().equals(topic))
                    .forEach(leader -> leader.end(ErrorCode.NOT_LEADER_OR_FOLLOWER));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Also what is not stored yet: it may become so, and a memory without it would say less than
    /// the log.
    @Override
    public ErrorCode load(int partition, Sink sink) throws InterruptedException {
        PartitionLeader leader = partitions.leader(name(partition)).orElse(null);
        if (leader == null) {
            return ErrorCode.NOT_LEADER_OR_FOLLOWER;
        }
        PartitionLog log = leader.log();
        long end = log.logEndOffset();
        long deadline = clock.deadline(LONGEST_WAIT);
        while (leader.highWatermark() < end) {
            if (closed || !clock.isAhead(deadline)) {
                return ErrorCode.REQUEST_TIMED_OUT;
            }
            clock.sleepUntil(clock.deadline(POLL));
        }
        try (RecordReader reader = new RecordReader(MOST_DECOMPRESSED_BYTES)) {
            long offset = log.logStartOffset();
            while (offset < end) {
                switch (log.read(offset, READ_BYTES, end, true)) {
                    case ReadOutcome.Refused refused -> {
                        return refused.code();
                    }
                    case LogSlice slice -> {
                        long next = load(slice, offset, reader, sink);
                        if (next == offset) {
                            return ErrorCode.NONE; // Compaction took the rest.
                        }
                        offset = next;
                    }
                }
            }
            return ErrorCode.NONE;
        } catch (CorruptRecords e) {
            return ErrorCode.CORRUPT_MESSAGE;
        }
    }

    /// @return the offset behind what was loaded
    private static long load(LogSlice slice, long offset, RecordReader reader, Sink sink) {
        try (slice) {
            long next = offset;
            for (RecordBatch batch : RecordBatches.cut(slice.toBuffer())) {
                load(batch, offset, reader, sink);
                next = batch.nextOffset();
            }
            return next;
        }
    }

    private static void load(RecordBatch batch, long offset, RecordReader reader, Sink sink) {
        Iterator<Record> records = reader.read(batch);
        while (records.hasNext()) {
            Record record = records.next();
            ByteBuffer key = record.key();
            if (record.offset() < offset || key == null) {
                continue;
            }
            if (batch.isControl()) {
                ControlRecords.Type type = ControlRecords.typeOf(record);
                if (type == ControlRecords.Type.COMMIT || type == ControlRecords.Type.ABORT) {
                    sink.transactionEnded(batch.producerId(), type == ControlRecords.Type.COMMIT);
                }
            } else if (batch.isTransactional()) {
                sink.transactional(batch.producerId(), new CoordinatorRecord(key, record.value()));
            } else {
                sink.record(new CoordinatorRecord(key, record.value()));
            }
        }
    }
}

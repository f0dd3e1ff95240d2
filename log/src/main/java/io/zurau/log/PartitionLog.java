package io.zurau.log;

import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.Uuid;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// The log of **one** partition on **one** disk.
@SuppressWarnings("DoNotCallSuggester")
public final class PartitionLog {
    private final TopicPartition partition;
    private final Uuid topicId;

    PartitionLog(TopicPartition partition, Uuid topicId) {
        this.partition = partition;
        this.topicId = topicId;
    }

    public TopicPartition partition() {
        return partition;
    }

    /// [Uuid#ZERO] if an old Apache Kafka wrote the log and noted none.
    public Uuid topicId() {
        return topicId;
    }

    /// Checks batches, gives them offsets and writes them. The bytes of `batches` are changed:
    /// offsets, epoch, and what the topic demands.
    ///
    /// @param batches between position and limit; of a client exactly one batch
    /// @param leaderEpoch that the batches get, unless they come from the leader
    public AppendOutcome append(ByteBuffer batches, AppendOrigin origin, int leaderEpoch) {
        throw new UnsupportedOperationException();
    }

    /// Whole batches from the one that contains an offset on.
    ///
    /// @param maxBytes how much to read at most
    /// @param untilOffset exclusive; batches that reach it are left out. Above the log's end it
    ///   means the end
    /// @param atLeastOneBatch whether a first batch larger than `maxBytes` is read nevertheless
    /// @return a slice, to be closed; OFFSET_OUT_OF_RANGE below the log's start or above its end
    public ReadOutcome read(
            long fromOffset, int maxBytes, long untilOffset, boolean atLeastOneBatch) {
        throw new UnsupportedOperationException();
    }

    /// Transactions aborted between two offsets, for readers of committed data.
    ///
    /// @param untilOffset exclusive
    public List<AbortedTransaction> abortedTransactions(long fromOffset, long untilOffset) {
        throw new UnsupportedOperationException();
    }

    /// Below it every transaction is decided. Exclusive; never above [#logEndOffset()]; to be
    /// bounded by the high watermark.
    public long lastStableOffset() {
        throw new UnsupportedOperationException();
    }

    /// Inclusive. Records below are deleted, if not yet in fact.
    public long logStartOffset() {
        throw new UnsupportedOperationException();
    }

    /// The offset of the next record.
    public long logEndOffset() {
        throw new UnsupportedOperationException();
    }

    /// Exclusive. No power failure takes a record below it; with `durability=memory` it is the
    /// log's end.
    public long storedEndOffset() {
        throw new UnsupportedOperationException();
    }

    /// Will be told when [#storedEndOffset()] has grown.
    public void onStored(StoredListener listener) {
        throw new UnsupportedOperationException();
    }

    /// Exclusive. As the partition said last, also before a restart.
    public long highWatermark() {
        throw new UnsupportedOperationException();
    }

    /// Retention never takes records at or above it.
    public void highWatermark(long offset) {
        throw new UnsupportedOperationException();
    }

    /// The first record whose timestamp is not before the given one; empty if there is none.
    public Optional<TimestampedOffset> offsetForTimestamp(long timestampMs) {
        throw new UnsupportedOperationException();
    }

    /// The first record with the largest timestamp of all; empty if there is no record.
    public Optional<TimestampedOffset> maxTimestampOffset() {
        throw new UnsupportedOperationException();
    }

    /// The epoch of the last record, or the one begun since; empty if there is none.
    public OptionalInt latestEpoch() {
        throw new UnsupportedOperationException();
    }

    /// The leader epoch of the record at an offset; -1 if unknown.
    public int epochOf(long offset) {
        throw new UnsupportedOperationException();
    }

    /// Notes that a leader begins an epoch at the log's end. Epochs that are not new are ignored.
    public void beginEpoch(int epoch) {
        throw new UnsupportedOperationException();
    }

    /// Where the records of the largest epoch not above the given one end.
    public EpochEnd endOffsetForEpoch(int epoch) {
        throw new UnsupportedOperationException();
    }

    /// Moves the log's start up to an offset and deletes the segments that lie wholly below. Lower
    /// offsets change nothing.
    ///
    /// @param offset not above the high watermark, which the caller has checked
    /// @return the log's start
    public long deleteBefore(long offset) {
        throw new UnsupportedOperationException();
    }

    /// Takes away all records at and above an offset.
    public void truncateTo(long offset) {
        throw new UnsupportedOperationException();
    }

    /// Takes away everything; the next record gets this offset.
    public void truncateFullyAndStartAt(long offset) {
        throw new UnsupportedOperationException();
    }

    /// Of the segment files.
    public long sizeInBytes() {
        throw new UnsupportedOperationException();
    }

    /// The idempotent producers that the log remembers.
    public List<ActiveProducer> activeProducers() {
        throw new UnsupportedOperationException();
    }

    public LogConfig config() {
        throw new UnsupportedOperationException();
    }

    /// Applies to what comes from now on.
    public void configure(LogConfig config) {
        throw new UnsupportedOperationException();
    }
}

package io.zurau.client;

import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.compression.Compressors;
import io.zurau.protocol.record.Record;
import io.zurau.protocol.record.RecordBatch;
import io.zurau.protocol.record.RecordBatchBuilder;
import io.zurau.protocol.record.RecordBatches;
import io.zurau.protocol.record.RecordReader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Records for one partition that travel together, from the first `send` to the acknowledgement.
///
/// **Guard:** the accumulator's lock while records are added; then the sender, and whoever holds
/// its answer, one after the other.
final class ProduceBatch {
    private static final int MAX_BATCH_BYTES = 512 * 1024 * 1024;

    private final TopicPartition partition;
    private final RecordBatchBuilder builder;
    private final List<CompletableFuture<RecordPosition>> waiting = new ArrayList<>();
    private final long serial; // In the order of making.
    private final int part; // Its first record's place in the batch that it was split from.
    private final long createdNanos;
    private final long deadlineNanos;
    private long reservedBytes;
    private ProducerIdentity identity = ProducerIdentity.NONE;
    private int firstSequence = RecordBatch.NO_SEQUENCE;
    private int attempts;
    private @Nullable ClientFailure lastFailure;
    private long notBeforeNanos;
    private @Nullable ByteBuffer built;

    ProduceBatch(
            TopicPartition partition,
            RecordBatchBuilder builder,
            long serial,
            int part,
            long createdNanos,
            long deadlineNanos) {
        this.partition = partition;
        this.builder = builder;
        this.serial = serial;
        this.part = part;
        this.createdNanos = createdNanos;
        this.deadlineNanos = deadlineNanos;
        this.notBeforeNanos = createdNanos;
    }

    CompletableFuture<RecordPosition> add(OutgoingRecord outgoing, long nowMs, int reserved) {
        long timestamp =
                outgoing.timestampMs() == OutgoingRecord.NOW ? nowMs : outgoing.timestampMs();
        builder.append(timestamp, outgoing.key(), outgoing.value(), outgoing.headers());
        CompletableFuture<RecordPosition> future = new CompletableFuture<>();
        waiting.add(future);
        reservedBytes += reserved;
        return future;
    }

    boolean hasRoomFor(int bytes, int batchBytes) {
        return attempts == 0
                && !isNumbered()
                && built == null
                && (builder.isEmpty() || builder.uncompressedSize() + bytes <= batchBytes);
    }

    /// The batch as it is sent; made once for its numbers.
    ByteBuffer bytes(Compressors compressors) {
        if (built == null) {
            built =
                    builder.producer(identity.id(), identity.epoch(), firstSequence)
                            .build(compressors);
        }
        return built;
    }

    /// Gives the records the sequence numbers from `first` on, under that identity.
    void number(ProducerIdentity as, int first) {
        identity = as;
        firstSequence = first;
        built = null;
    }

    /// Only if no broker has the batch.
    void forgetNumbers() {
        number(ProducerIdentity.NONE, RecordBatch.NO_SEQUENCE);
    }

    boolean isNumbered() {
        return firstSequence != RecordBatch.NO_SEQUENCE;
    }

    /// Two batches with half of the records each, under the same sequence numbers: the broker has
    /// refused the whole because it is too large.
    ///
    /// @param one empty, as is the `other`
    List<ProduceBatch> split(RecordBatchBuilder one, RecordBatchBuilder other) {
        ByteBuffer sent = Objects.requireNonNull(built).duplicate();
        List<Record> records;
        try (RecordReader reader = new RecordReader(MAX_BATCH_BYTES)) {
            records = reader.readAll(RecordBatches.whole(sent).iterator().next());
        }
        int middle = records.size() / 2;
        ProduceBatch first = part(records, 0, middle, one);
        ProduceBatch second = part(records, middle, records.size(), other);
        first.reservedBytes = reservedBytes / 2;
        second.reservedBytes = reservedBytes - first.reservedBytes;
        return List.of(first, second);
    }

    private ProduceBatch part(List<Record> records, int from, int to, RecordBatchBuilder empty) {
        ProduceBatch half =
                new ProduceBatch(
                        partition, empty, serial, part + from, createdNanos, deadlineNanos);
        for (Record record : records.subList(from, to)) {
            empty.append(record.timestamp(), record.key(), record.value(), record.headers());
        }
        half.waiting.addAll(waiting.subList(from, to));
        if (isNumbered()) {
            half.number(identity, RecordBatch.sequenceAfter(firstSequence, from));
        }
        return half;
    }

    void retryAt(long nanos, ClientFailure because) {
        attempts++;
        notBeforeNanos = nanos;
        lastFailure = because;
    }

    void acknowledge(long baseOffset) {
        for (int i = 0; i < waiting.size(); i++) {
            long offset = baseOffset < 0 ? -1 : baseOffset + i;
            waiting.get(i)
                    .complete(new RecordPosition(partition.topic(), partition.partition(), offset));
        }
    }

    void fail(ClientFailure failure) {
        waiting.forEach(future -> future.completeExceptionally(failure));
    }

    TopicPartition partition() {
        return partition;
    }

    RecordBatchBuilder builder() {
        return builder;
    }

    int sizeAtMost() {
        return builder.uncompressedSize();
    }

    int recordCount() {
        return builder.recordCount();
    }

    long reservedBytes() {
        return reservedBytes;
    }

    int attempts() {
        return attempts;
    }

    /// What the last attempt failed with.
    @Nullable ClientFailure lastFailure() {
        return lastFailure;
    }

    /// Older batches have smaller numbers; parts of one batch have the same.
    long serial() {
        return serial;
    }

    boolean isOlderThan(ProduceBatch other) {
        return serial < other.serial || (serial == other.serial && part < other.part);
    }

    long createdNanos() {
        return createdNanos;
    }

    long deadlineNanos() {
        return deadlineNanos;
    }

    long notBeforeNanos() {
        return notBeforeNanos;
    }
}

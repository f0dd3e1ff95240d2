package io.zurau.client;

import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.compression.Compressors;
import io.zurau.protocol.record.RecordBatch;
import io.zurau.protocol.record.RecordBatchBuilder;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Records for one partition that travel together, from the first `send` to the acknowledgement.
///
/// **Guard:** the accumulator's lock while records are added; then the sender, and whoever holds
/// its answer, one after the other.
final class ProduceBatch {
    private final TopicPartition partition;
    private final RecordBatchBuilder builder;
    private final List<CompletableFuture<RecordPosition>> waiting = new ArrayList<>();
    private final long serial; // In the order of making.
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
            long createdNanos,
            long deadlineNanos) {
        this.partition = partition;
        this.builder = builder;
        this.serial = serial;
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

    /// Older batches have smaller numbers.
    long serial() {
        return serial;
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

package io.zurau.log;

import io.zurau.protocol.record.RecordBatch;
import org.jspecify.annotations.Nullable;

/// What a log remembers of one idempotent producer: its epoch, its last batches, its open
/// transaction.
///
/// **Guard:** the log's: changes under its log lock and state lock, reads under either.
final class ProducerState {
    /// A producer may have this many batches on the way, so any of them may come again.
    static final int BATCHES = 5;

    static final long NONE = -1;

    /// One batch that was appended.
    record Batch(int lastSequence, long lastOffset, int offsetDelta, long timestamp) {
        int firstSequence() {
            return lastSequence >= offsetDelta
                    ? lastSequence - offsetDelta
                    : Integer.MAX_VALUE - (offsetDelta - lastSequence) + 1;
        }

        long firstOffset() {
            return lastOffset - offsetDelta;
        }
    }

    final long producerId;
    private short epoch;
    private final @Nullable Batch[] batches = new Batch[BATCHES]; // A ring.
    private int newest = -1; // Index in the ring.
    private int batchCount;
    private long lastTimestamp = NONE;
    private int coordinatorEpoch = -1;
    private long transactionStart = NONE; // Inclusive.

    ProducerState(long producerId, short epoch) {
        this.producerId = producerId;
        this.epoch = epoch;
    }

    short epoch() {
        return epoch;
    }

    long lastTimestamp() {
        return lastTimestamp;
    }

    int coordinatorEpoch() {
        return coordinatorEpoch;
    }

    /// Where the open transaction begins; [#NONE] if there is none.
    long transactionStart() {
        return transactionStart;
    }

    int lastSequence() {
        Batch last = batch(0);
        return last == null ? RecordBatch.NO_SEQUENCE : last.lastSequence;
    }

    long lastOffset() {
        Batch last = batch(0);
        return last == null ? NONE : last.lastOffset;
    }

    /// @param age 0 for the newest
    @Nullable Batch batch(int age) {
        return age >= batchCount ? null : batches[Math.floorMod(newest - age, BATCHES)];
    }

    int batchCount() {
        return batchCount;
    }

    /// The batch if it is one of the last ones and comes again.
    @Nullable Batch duplicateOf(RecordBatch batch) {
        if (batch.producerEpoch() != epoch) {
            return null;
        }
        for (int age = 0; age < batchCount; age++) {
            Batch known = batch(age);
            if (known != null
                    && known.lastSequence == batch.lastSequence()
                    && known.firstSequence() == batch.baseSequence()) {
                return known;
            }
        }
        return null;
    }

    /// A batch of data was appended.
    void appended(RecordBatch batch) {
        raiseEpoch(batch.producerEpoch());
        if (batch.isTransactional() && transactionStart == NONE) {
            transactionStart = batch.baseOffset();
        }
        add(
                new Batch(
                        batch.lastSequence(),
                        batch.lastOffset(),
                        batch.lastOffsetDelta(),
                        batch.maxTimestamp()));
    }

    void add(Batch batch) {
        newest = (newest + 1) % BATCHES;
        batches[newest] = batch;
        batchCount = Math.min(batchCount + 1, BATCHES);
        lastTimestamp = batch.timestamp;
    }

    /// The marker that ends its transaction was appended.
    void ended(short markerEpoch, int newCoordinatorEpoch, long timestamp) {
        raiseEpoch(markerEpoch);
        coordinatorEpoch = newCoordinatorEpoch;
        lastTimestamp = timestamp;
        transactionStart = NONE;
    }

    /// Batches of an older epoch say nothing about sequence numbers of a newer one.
    private void raiseEpoch(short newEpoch) {
        if (newEpoch != epoch) {
            epoch = newEpoch;
            batchCount = 0;
            newest = -1;
        }
    }

    void restore(int restoredCoordinatorEpoch, long restoredStart, long timestamp) {
        coordinatorEpoch = restoredCoordinatorEpoch;
        transactionStart = restoredStart;
        lastTimestamp = timestamp;
    }

    ActiveProducer toActiveProducer() {
        return new ActiveProducer(
                producerId,
                epoch,
                lastSequence(),
                lastTimestamp,
                coordinatorEpoch,
                transactionStart);
    }
}

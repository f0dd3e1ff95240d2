package io.zurau.log;

import io.zurau.protocol.record.RecordBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What a log remembers of one idempotent producer: its epoch, its last batches, its open
/// transaction.
///
/// **Guard:** the log's: changes under its log lock and state lock, reads under either.
final class ProducerState {
    /// A producer may have this many batches on the way, so any of them may come again.
    static final int BATCHES = 5;

    static final long NONE = -1;

    /// In so many records no sequence number comes twice.
    private static final int NUMBERS_ARE_UNIQUE = 1 << 30;

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

        boolean hasNumbersOf(RecordBatch batch) {
            return lastSequence == batch.lastSequence() && firstSequence() == batch.baseSequence();
        }
    }

    final long producerId;
    private short epoch;
    private final @Nullable Batch[] batches = new Batch[BATCHES]; // A ring.
    private int newest = -1; // Index in the ring.
    private int batchCount;
    private int leaderEpoch = -1; // Of the newest batch.
    private List<Batch> ofLeaderBefore = List.of(); // Its last ones, at most BATCHES.
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

    /// The batch if it comes again and is one of the last ones, or of the last ones of the leader
    /// before: a producer that hears of a new leader while the old one has not answered yet sends
    /// on, and when it must send again what is stored, the new leader has stored many more.
    @Nullable Batch duplicateOf(RecordBatch batch) {
        if (batch.producerEpoch() != epoch || follows(batch)) {
            return null;
        }
        return Stream.concat(lastBatches().stream(), ofLeaderBefore.stream())
                .filter(known -> known.hasNumbersOf(batch))
                .filter(known -> lastOffset() - known.lastOffset < NUMBERS_ARE_UNIQUE)
                .findFirst()
                .orElse(null);
    }

    private boolean follows(RecordBatch batch) {
        return batchCount > 0
                && batch.baseSequence() == RecordBatch.sequenceAfter(lastSequence(), 1);
    }

    private List<Batch> lastBatches() {
        List<Batch> last = new ArrayList<>(batchCount);
        for (int age = 0; age < batchCount; age++) {
            last.add(Objects.requireNonNull(batch(age)));
        }
        return last;
    }

    /// A batch of data was appended.
    void appended(RecordBatch batch) {
        raiseEpoch(batch.producerEpoch());
        if (batch.partitionLeaderEpoch() != leaderEpoch) {
            leaderEpoch = batch.partitionLeaderEpoch();
            ofLeaderBefore = lastBatches();
        }
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
            ofLeaderBefore = List.of();
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

package io.zurau.client;

import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.record.RecordBatch;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The batches for one partition that are not in flight, in the order of their records.
///
/// A batch that failed comes back to its place before the younger ones. While such a batch waits,
/// nothing is sent until all in flight have come back too: so the broker gets the sequence numbers
/// in order.
///
/// **Guard:** the accumulator's lock.
final class PartitionQueue {
    private final TopicPartition partition;
    private final ArrayDeque<ProduceBatch> batches = new ArrayDeque<>();
    private int inFlight;
    private int nextSequence;

    PartitionQueue(TopicPartition partition) {
        this.partition = partition;
    }

    TopicPartition partition() {
        return partition;
    }

    @Nullable ProduceBatch newest() {
        return batches.peekLast();
    }

    @Nullable ProduceBatch oldest() {
        return batches.peekFirst();
    }

    void add(ProduceBatch batch) {
        batches.addLast(batch);
    }

    boolean isIdle() {
        return batches.isEmpty() && inFlight == 0;
    }

    /// Whether the oldest batch must wait until those in flight have come back.
    boolean isHeldBack() {
        ProduceBatch first = batches.peekFirst();
        return first != null && first.attempts() > 0 && inFlight > 0;
    }

    /// Takes the oldest batch to send it, and gives it its sequence numbers.
    ProduceBatch take(boolean idempotent) {
        ProduceBatch batch = batches.removeFirst();
        inFlight++;
        if (idempotent && batch.firstSequence() < 0) {
            batch.sequenceFrom(nextSequence);
            nextSequence = RecordBatch.sequenceAfter(nextSequence, batch.recordCount());
        }
        return batch;
    }

    void finished() {
        inFlight--;
    }

    /// Takes a batch that failed back to its place: those in flight come back in any order, but all
    /// are older than what is queued.
    void putBack(ProduceBatch failed) {
        inFlight--;
        ArrayDeque<ProduceBatch> older = new ArrayDeque<>();
        while (!batches.isEmpty() && batches.getFirst().serial() < failed.serial()) {
            older.push(batches.removeFirst());
        }
        batches.addFirst(failed);
        older.forEach(batches::addFirst);
    }

    /// Starts counting anew under a new identity.
    void restartSequences() {
        nextSequence = 0;
        batches.forEach(ProduceBatch::forgetSequence);
    }

    /// Takes out the oldest batches whose time is over.
    List<ProduceBatch> expire(long nowNanos) {
        List<ProduceBatch> expired = new ArrayList<>();
        while (!batches.isEmpty() && batches.getFirst().deadlineNanos() - nowNanos <= 0) {
            expired.add(batches.removeFirst());
        }
        return expired;
    }

    /// Takes out all batches.
    List<ProduceBatch> drain() {
        List<ProduceBatch> all = List.copyOf(batches);
        batches.clear();
        return all;
    }

    int inFlight() {
        return inFlight;
    }
}

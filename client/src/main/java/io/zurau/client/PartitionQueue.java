package io.zurau.client;

import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.record.RecordBatch;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The batches for one partition that are not in flight, in the order of their records, and the
/// sequence numbers by which the broker knows them (KIP-98).
///
/// A batch that failed comes back to its place before the younger ones. While such a batch waits,
/// nothing is sent until all in flight have come back too: so the broker gets the sequence numbers
/// in order.
///
/// A batch keeps its numbers, and the identity they belong to, through all retries: only so can the
/// broker tell whether it has it already. When a numbered batch is given up, nobody knows whether
/// the next number would leave a hole; so the identity is *spent*. Numbered batches are then still
/// sent under it until they have ended, and new ones wait for another identity.
///
/// **Guard:** the accumulator's lock.
final class PartitionQueue {
    private final TopicPartition partition;
    private final ArrayDeque<ProduceBatch> batches = new ArrayDeque<>();
    private int inFlight;
    private ProducerIdentity identity = ProducerIdentity.NONE;
    private boolean spent = true;
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

    /// Whether the oldest batch must wait until those in flight have come back.
    boolean isHeldBack() {
        ProduceBatch first = batches.peekFirst();
        return first != null && first.attempts() > 0 && inFlight > 0;
    }

    /// Whether older batches than this one, which was taken, wait here.
    boolean isOvertaking(ProduceBatch taken) {
        ProduceBatch first = batches.peekFirst();
        return first != null && first.isOlderThan(taken);
    }

    /// Whether the oldest batch can be numbered, or is.
    ///
    /// @param newest the identity that a partition with a spent one may go over to
    boolean isNumberable(ProducerIdentity newest) {
        ProduceBatch first = batches.peekFirst();
        return first != null
                && (!spent || first.isNumbered() || (inFlight == 0 && !wantsIdentity(newest)));
    }

    /// Whether batches wait for an identity newer than this one.
    boolean wantsIdentity(ProducerIdentity newest) {
        return spent && !batches.isEmpty() && newest.equals(identity);
    }

    /// Takes the oldest batch to send it.
    ProduceBatch take() {
        inFlight++;
        return batches.removeFirst();
    }

    /// Takes the oldest batch to send it, numbered.
    ProduceBatch takeNumbered(ProducerIdentity newest) {
        ProduceBatch batch = take();
        if (!batch.isNumbered()) {
            if (spent) {
                identity = newest;
                nextSequence = 0;
                spent = false;
                batches.forEach(ProduceBatch::forgetNumbers);
            }
            batch.number(identity, nextSequence);
            nextSequence = RecordBatch.sequenceAfter(nextSequence, batch.recordCount());
        }
        return batch;
    }

    void acknowledged() {
        inFlight--;
    }

    /// A batch is given up.
    ///
    /// @param taken whether it was in flight
    void failed(ProduceBatch batch, boolean taken) {
        inFlight -= taken ? 1 : 0;
        spent |= batch.isNumbered();
    }

    /// Takes a batch that failed back to its place: those in flight come back in any order, but all
    /// are older than what was never sent.
    void putBack(ProduceBatch failed) {
        inFlight--;
        ArrayDeque<ProduceBatch> older = new ArrayDeque<>();
        while (!batches.isEmpty() && batches.getFirst().isOlderThan(failed)) {
            older.push(batches.removeFirst());
        }
        batches.addFirst(failed);
        older.forEach(batches::addFirst);
    }

    /// Takes the halves of a batch that was refused as too large to its place.
    void putBackSplit(List<ProduceBatch> halves) {
        putBack(halves.getLast());
        inFlight++; // It was one batch that came back.
        putBack(halves.getFirst());
    }

    /// Takes back a batch of which the broker says that its numbers leave a hole: it has not got
    /// it, nor any younger one, so they may be numbered anew.
    void putBackUnnumbered(ProduceBatch refused) {
        spent = true;
        refused.forgetNumbers();
        putBack(refused);
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
}

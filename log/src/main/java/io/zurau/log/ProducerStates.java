package io.zurau.log;

import io.zurau.log.AppendOutcome.Refused;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.record.ControlRecords;
import io.zurau.protocol.record.ControlRecords.EndTransactionMarker;
import io.zurau.protocol.record.RecordBatch;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The idempotent producers of one log, and its open transactions.
///
/// **Guard:** the log's: changes under its log lock and state lock, reads under either.
final class ProducerStates {
    private final Map<Long, ProducerState> producers = new LinkedHashMap<>();
    private final TreeMap<Long, Long> openTransactions = new TreeMap<>(); // Start offset to id.

    /// Transactions whose markers may not be replicated yet: start offset to the marker's offset.
    private final TreeMap<Long, Long> ended = new TreeMap<>();

    private boolean changed;

    /// Replaces everything by what a snapshot says.
    void restore(Map<Long, ProducerState> snapshot) {
        clear();
        snapshot.forEach(
                (id, producer) -> {
                    producers.put(id, producer);
                    if (producer.transactionStart() != ProducerState.NONE) {
                        openTransactions.put(producer.transactionStart(), id);
                    }
                });
        changed = false;
    }

    void clear() {
        producers.clear();
        openTransactions.clear();
        ended.clear();
        changed = true;
    }

    /// The batch if its producer sends it a second time.
    ProducerState.@Nullable Batch duplicateOf(RecordBatch batch) {
        ProducerState producer = producers.get(batch.producerId());
        return producer == null ? null : producer.duplicateOf(batch);
    }

    /// Whether a producer's batch of data may be appended: its epoch and its sequence number must
    /// follow, and what it writes while its transaction is open must be part of it.
    @Nullable Refused check(RecordBatch batch) {
        ProducerState producer = producers.get(batch.producerId());
        if (producer == null) {
            return null; // Known nowhere (any more): it may begin with any number (KIP-360).
        }
        @Nullable Refused fenced = checkEpoch(batch);
        if (fenced != null) {
            return fenced;
        }
        int expected =
                batch.producerEpoch() == producer.epoch()
                        ? RecordBatch.sequenceAfter(producer.lastSequence(), 1)
                        : 0;
        if (batch.baseSequence() != expected) {
            return new Refused(
                    ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER,
                    "Sequence number %d of producer %d (epoch %d) does not follow; expected is %d."
                            .formatted(
                                    batch.baseSequence(),
                                    batch.producerId(),
                                    batch.producerEpoch(),
                                    expected));
        }
        if (producer.transactionStart() != ProducerState.NONE && !batch.isTransactional()) {
            return new Refused(
                    ErrorCode.INVALID_TXN_STATE,
                    "Producer %d has a transaction open, but the batch is in none."
                            .formatted(batch.producerId()));
        }
        return null;
    }

    /// Whether the epoch of a batch of data is not older than its producer's.
    @Nullable Refused checkEpoch(RecordBatch batch) {
        ProducerState producer = producers.get(batch.producerId());
        if (producer != null && batch.producerEpoch() < producer.epoch()) {
            return new Refused(
                    ErrorCode.INVALID_PRODUCER_EPOCH,
                    "Epoch %d of producer %d is older than its current epoch %d."
                            .formatted(
                                    batch.producerEpoch(), batch.producerId(), producer.epoch()));
        }
        return null;
    }

    /// Whether a transaction marker may be appended.
    @Nullable Refused checkMarker(RecordBatch batch, EndTransactionMarker marker) {
        ProducerState producer = producers.get(batch.producerId());
        if (producer == null) {
            return null;
        }
        if (batch.producerEpoch() < producer.epoch()) {
            return new Refused(
                    ErrorCode.INVALID_PRODUCER_EPOCH,
                    "Epoch %d of producer %d in a marker is older than its current epoch %d."
                            .formatted(
                                    batch.producerEpoch(), batch.producerId(), producer.epoch()));
        }
        if (marker.coordinatorEpoch() < producer.coordinatorEpoch()) {
            return new Refused(
                    ErrorCode.TRANSACTION_COORDINATOR_FENCED,
                    "Coordinator epoch %d in a marker of producer %d is older than %d."
                            .formatted(
                                    marker.coordinatorEpoch(),
                                    batch.producerId(),
                                    producer.coordinatorEpoch()));
        }
        return null;
    }

    /// Takes up a batch that has its offsets.
    ///
    /// @param marker of a control batch that ends a transaction, else null
    /// @return the transaction if it was aborted
    Optional<AbortedTransaction> appended(
            RecordBatch batch, @Nullable EndTransactionMarker marker) {
        if (!batch.isIdempotent() || (batch.isControl() && marker == null)) {
            return Optional.empty();
        }
        changed = true;
        ProducerState producer =
                producers.computeIfAbsent(
                        batch.producerId(), id -> new ProducerState(id, batch.producerEpoch()));
        long start = producer.transactionStart();
        if (marker == null) {
            producer.appended(batch);
            if (start == ProducerState.NONE && batch.isTransactional()) {
                openTransactions.put(batch.baseOffset(), batch.producerId());
            }
            return Optional.empty();
        }
        producer.ended(batch.producerEpoch(), marker.coordinatorEpoch(), batch.maxTimestamp());
        if (start == ProducerState.NONE) {
            return Optional.empty();
        }
        openTransactions.remove(start);
        ended.put(start, batch.lastOffset());
        return marker.committed()
                ? Optional.empty()
                : Optional.of(
                        new AbortedTransaction(
                                batch.producerId(),
                                start,
                                batch.lastOffset(),
                                firstOpenOffset(batch.nextOffset())));
    }

    /// Where the earliest open transaction begins; `otherwise` if none is open.
    long firstOpenOffset(long otherwise) {
        return openTransactions.isEmpty() ? otherwise : openTransactions.firstKey();
    }

    /// @param highWatermark exclusive; it never moves back
    void replicated(long highWatermark) {
        ended.values().removeIf(marker -> marker < highWatermark);
    }

    /// Where the earliest transaction begins whose end is not known to be replicated; `otherwise`
    /// if there is none.
    long firstUnstableOffset(long otherwise) {
        long open = firstOpenOffset(otherwise);
        return ended.isEmpty() ? open : Math.min(open, ended.firstKey());
    }

    /// Reads the marker of a control batch; null if it is another control batch.
    static @Nullable EndTransactionMarker markerOf(RecordBatch batch, Codecs codecs) {
        if (!batch.isControl()) {
            return null;
        }
        return codecs.controlRecord(batch)
                .filter(
                        record ->
                                switch (ControlRecords.typeOf(record)) {
                                    case ABORT, COMMIT -> true;
                                    case LEADER_CHANGE,
                                            SNAPSHOT_HEADER,
                                            SNAPSHOT_FOOTER,
                                            KRAFT_VERSION,
                                            KRAFT_VOTERS,
                                            UNKNOWN ->
                                            false;
                                })
                .map(ControlRecords::endTransaction)
                .orElse(null);
    }

    /// Forgets producers that have been silent since before `oldestMs` and have nothing open.
    void expire(long oldestMs) {
        changed |=
                producers
                        .values()
                        .removeIf(
                                producer ->
                                        producer.transactionStart() == ProducerState.NONE
                                                && producer.lastTimestamp() < oldestMs);
    }

    /// What a producer wrote last: its sequence number is known from it.
    ///
    /// @param offset of its last record of data, -1 if it has written none in this epoch
    record Last(long offset, short epoch) {
        boolean isIn(RecordBatch batch) {
            return offset >= 0
                    ? batch.lastOffset() == offset
                    : batch.isControl() && batch.producerEpoch() == epoch;
        }
    }

    /// By producer.
    Map<Long, Last> last() {
        Map<Long, Last> all = new HashMap<>();
        producers.forEach((id, state) -> all.put(id, new Last(state.lastOffset(), state.epoch())));
        return all;
    }

    Optional<ActiveProducer> active(long producerId) {
        return Optional.ofNullable(producers.get(producerId)).map(ProducerState::toActiveProducer);
    }

    List<ActiveProducer> active() {
        return producers.values().stream().map(ProducerState::toActiveProducer).toList();
    }

    boolean isChanged() {
        return changed;
    }

    /// The bytes of a snapshot; what changes from now on is in the next.
    ByteBuffer takeSnapshot() {
        changed = false;
        return ProducerSnapshot.write(producers.values());
    }
}

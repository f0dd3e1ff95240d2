package io.zurau.log;

import io.zurau.protocol.record.ControlRecords.EndTransactionMarker;
import io.zurau.protocol.record.RecordBatch;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The transactions that a walk over a log, batch by batch in order, is in the middle of: which
/// data was aborted, and which markers end a transaction that has no data any more.
///
/// Owned by one thread.
final class CompactedTransactions {
    private final List<AbortedTransaction> aborted; // By first offset.
    private int next; // Of those, the first that the walk has not reached.
    private final Map<Long, Open> openAborted = new HashMap<>(); // By producer.
    private final Set<Long> openCommitted = new HashSet<>(); // Producers.
    private List<AbortedTransaction> kept = new ArrayList<>();

    private static final class Open {
        final AbortedTransaction transaction;
        boolean hasBatches;

        Open(AbortedTransaction transaction) {
            this.transaction = transaction;
        }
    }

    /// @param aborted all whose records lie where the walk goes
    CompactedTransactions(List<AbortedTransaction> aborted) {
        this.aborted = new ArrayList<>(aborted);
        this.aborted.sort(Comparator.comparingLong(AbortedTransaction::firstOffset));
    }

    /// Goes on to a batch of data.
    ///
    /// @return whether it was aborted
    boolean isAborted(RecordBatch batch) {
        begin(batch.lastOffset());
        if (!batch.isTransactional()) {
            return false;
        }
        Open open = openAborted.get(batch.producerId());
        if (open == null) {
            openCommitted.add(batch.producerId());
            return false;
        }
        open.hasBatches = true;
        return true;
    }

    /// Goes on to a control batch.
    ///
    /// @param marker null if it ends no transaction
    /// @return whether nothing is left of what it speaks of
    boolean isPointless(RecordBatch batch, @Nullable EndTransactionMarker marker) {
        begin(batch.lastOffset());
        if (marker == null) {
            return batch.recordCount() == 0; // Emptied earlier. Others are not ours to judge.
        }
        if (marker.committed()) {
            return !openCommitted.remove(batch.producerId());
        }
        Open open = openAborted.remove(batch.producerId());
        if (open == null || !open.hasBatches) {
            return true;
        }
        kept.add(open.transaction);
        return false;
    }

    private void begin(long offset) {
        while (next < aborted.size() && aborted.get(next).firstOffset() <= offset) {
            AbortedTransaction transaction = aborted.get(next++);
            openAborted.putIfAbsent(transaction.producerId(), new Open(transaction));
        }
    }

    /// The aborted transactions whose markers were passed since this was asked last, and that still
    /// have batches.
    List<AbortedTransaction> takeKept() {
        List<AbortedTransaction> taken = kept;
        kept = new ArrayList<>();
        return taken;
    }
}

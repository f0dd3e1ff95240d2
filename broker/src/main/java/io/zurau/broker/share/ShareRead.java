package io.zurau.broker.share;

import io.zurau.broker.partition.PartitionLeader;
import io.zurau.broker.share.window.Acquired;
import io.zurau.broker.share.window.Fetched;
import io.zurau.log.AbortedTransaction;
import io.zurau.log.LogSlice;
import io.zurau.log.ReadOutcome;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.record.ControlRecords;
import io.zurau.protocol.record.RecordBatch;
import io.zurau.protocol.record.RecordReader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads one partition for one share fetch: a slice of the log, of which only the batches' headers
/// are looked at.
///
/// The slice is an open file: take it with [#records], or close this.
final class ShareRead implements SharePartition.Reading, AutoCloseable {
    private static final int CONTROL_BATCH_BYTES = 1024; // More than a marker has.

    private final PartitionLeader leader;
    private final boolean readCommitted;
    private final int maxBytes;
    private final boolean first;
    private final long mostRecords;
    private final List<Header> headers = new ArrayList<>();
    private @Nullable LogSlice slice;
    private ErrorCode error = ErrorCode.NONE;

    /// @param position in the slice
    private record Header(long firstOffset, long lastOffset, int position, int size) {}

    /// @param maxBytes to read
    /// @param first whether one batch is read however large it is
    /// @param mostRecords that can be acquired behind the window's end, but for the rest of a batch
    ShareRead(
            PartitionLeader leader,
            boolean readCommitted,
            int maxBytes,
            boolean first,
            long mostRecords) {
        this.leader = leader;
        this.readCommitted = readCommitted;
        this.maxBytes = maxBytes;
        this.first = first;
        this.mostRecords = mostRecords;
    }

    /// Why it could not be read; `NONE` if it could.
    ErrorCode error() {
        return error;
    }

    @Override
    public Optional<Fetched> read(long fromOffset, long endOffset) {
        long end = leader.readableEnd(readCommitted);
        if (fromOffset >= end || (maxBytes <= 0 && !first)) {
            return Optional.empty();
        }
        ReadOutcome outcome =
                readCommitted
                        ? leader.log().readIsolated(fromOffset, maxBytes, end, first)
                        : leader.log().read(fromOffset, maxBytes, end, first);
        switch (outcome) {
            case ReadOutcome.Refused refused -> {
                error = refused.code();
                return Optional.empty();
            }
            case LogSlice found -> slice = found;
        }
        List<Fetched.Range> batches = new ArrayList<>();
        List<Fetched.Range> aborted = new ArrayList<>();
        walk(slice, Math.max(fromOffset, endOffset) + mostRecords, batches, aborted);
        return batches.isEmpty()
                ? Optional.empty()
                : Optional.of(new Fetched(fromOffset, batches, aborted));
    }

    private void walk(
            LogSlice records,
            long until,
            List<Fetched.Range> batches,
            List<Fetched.Range> aborted) {
        Aborted transactions = new Aborted(records.aborted());
        ByteBuffer header = ByteBuffer.allocate(RecordBatch.HEADER_SIZE);
        int position = 0;
        while (records.sizeInBytes() - position >= RecordBatch.HEADER_SIZE) {
            records.file().read(header.clear(), records.position() + position);
            RecordBatch batch = RecordBatch.headerAt(header.flip(), 0);
            if (batch.sizeInBytes() > records.sizeInBytes() - position
                    || batch.baseOffset() > until) {
                return;
            }
            headers.add(
                    new Header(
                            batch.baseOffset(), batch.lastOffset(), position, batch.sizeInBytes()));
            Fetched.Range range = new Fetched.Range(batch.baseOffset(), batch.lastOffset());
            batches.add(range);
            if (transactions.have(batch, records, position)) {
                aborted.add(range);
            }
            position += batch.sizeInBytes();
        }
    }

    /// The batches with what was acquired. They are the caller's to close.
    LogSlice records(List<Acquired> acquired) {
        LogSlice all = slice;
        if (all == null) {
            throw new IllegalStateException("Nothing was read.");
        }
        slice = null;
        long firstOffset = acquired.getFirst().first();
        long lastOffset = acquired.getLast().last();
        int from = 0;
        int end = 0;
        boolean any = false;
        for (Header header : headers) {
            if (header.lastOffset >= firstOffset && header.firstOffset <= lastOffset) {
                from = any ? from : header.position;
                end = header.position + header.size;
                any = true;
            }
        }
        return any ? all.part(from, end - from) : all;
    }

    @Override
    public void close() {
        if (slice != null) {
            slice.close();
        }
    }

    /// Tells which batches belong to transactions that were aborted.
    private static final class Aborted {
        private final PriorityQueue<AbortedTransaction> ahead =
                new PriorityQueue<>(Comparator.comparingLong(AbortedTransaction::firstOffset));
        private final Set<Long> producers = new HashSet<>();

        Aborted(List<AbortedTransaction> transactions) {
            ahead.addAll(transactions);
        }

        /// Batches are asked for in the order of their offsets.
        boolean have(RecordBatch batch, LogSlice records, int position) {
            while (!ahead.isEmpty() && ahead.element().firstOffset() <= batch.lastOffset()) {
                producers.add(ahead.remove().producerId());
            }
            if (batch.isControl()) {
                if (isAbort(batch, records, position)) {
                    producers.remove(batch.producerId());
                }
                return false;
            }
            return batch.isTransactional() && producers.contains(batch.producerId());
        }

        private static boolean isAbort(RecordBatch header, LogSlice records, int position) {
            if (header.sizeInBytes() > CONTROL_BATCH_BYTES) {
                return false;
            }
            ByteBuffer bytes = ByteBuffer.allocate(header.sizeInBytes());
            records.file().read(bytes, records.position() + position);
            try (RecordReader reader = new RecordReader(CONTROL_BATCH_BYTES)) {
                var marker = reader.read(RecordBatch.at(bytes.flip(), 0));
                return marker.hasNext()
                        && ControlRecords.typeOf(marker.next()) == ControlRecords.Type.ABORT;
            }
        }
    }
}

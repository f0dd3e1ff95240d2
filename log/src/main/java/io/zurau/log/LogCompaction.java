package io.zurau.log;

import io.zurau.protocol.compression.Compression;
import io.zurau.protocol.record.BatchFilter;
import io.zurau.protocol.record.BatchFilter.Kept;
import io.zurau.protocol.record.ControlRecords.EndTransactionMarker;
import io.zurau.protocol.record.CorruptRecords;
import io.zurau.protocol.record.RecordBatch;
import io.zurau.runtime.Randomness;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// One compaction of one log: notes the newest offset of each key among what is new, then writes
/// each group of segments anew without what is superseded.
///
/// What goes is what Kafka takes: records of which a newer one with the same key is known; records
/// without key; records of aborted transactions; tombstones and markers of transactions without
/// records, once the delete horizon of their batch has passed, which is set when they are first met
/// (KIP-534). A batch without records goes, too, unless it is the last of its producer, whose
/// sequence number is known from it, or the last below the high watermark, where readers shall
/// arrive.
///
/// Older groups are replaced before newer ones: whenever it ends, each key still has its newest
/// record, and a tombstone goes not before what it deletes.
///
/// Owned by the compactor's task. The log goes on meanwhile; its lock is taken only to replace.
final class LogCompaction implements AutoCloseable {
    private final Cleanable what;
    private final PartitionLog log;
    private final LogConfig config;
    private final CompactionPace pace;
    private final BooleanSupplier cancelled;
    private final KeyOffsets newest;
    private final BatchFilter filter;
    private final long nowMs;
    private final Map<Long, ProducerStates.Last> producers;
    private final long highWatermark;
    private long mappedEnd; // Exclusive. Records from here on stay.
    private boolean full; // No room for another key.
    private long bytesBefore;
    private long bytesAfter;

    // Of the batch that is being looked at.
    private boolean horizonPassed;

    /// It makes no sense to go on, or there is no room: the next one will try again.
    static final class GivenUp extends RuntimeException {
        GivenUp(String reason) {
            super(reason, null, false, false);
        }
    }

    LogCompaction(
            Cleanable what,
            long dedupeBytes,
            Randomness randomness,
            CompactionPace pace,
            BooleanSupplier cancelled) {
        this.what = what;
        this.log = what.log();
        this.config = log.config();
        this.pace = pace;
        this.cancelled = cancelled;
        this.nowMs = log.home().clock().wallMs();
        this.newest = new KeyOffsets(dedupeBytes, what.end() - what.firstDirty(), randomness);
        this.filter = new BatchFilter(config.maxUnpackedBytes());
        this.producers = what.contents().lastOfProducers();
        this.highWatermark = log.highWatermark();
        this.mappedEnd = what.firstDirty();
    }

    /// @throws CorruptRecords if a batch is damaged: the log stays as it is from there on
    /// @throws GivenUp if it was cancelled, or there is no room
    /// @throws SegmentGone if a segment was taken away meanwhile
    /// @throws io.zurau.runtime.StorageFailure if the disk does not play along
    void run() throws InterruptedException {
        map();
        clean();
        log.locked(
                contents -> {
                    if (contents == what.contents()) { // Else it was cut meanwhile.
                        log.home().cleanedOffsets().set(log.partition(), mappedEnd);
                    }
                    return contents;
                });
    }

    long bytesBefore() {
        return bytesBefore;
    }

    long bytesAfter() {
        return bytesAfter;
    }

    /// Does something with a batch.
    private interface BatchUse {
        void accept(RecordBatch batch);
    }

    private void map() throws InterruptedException {
        Segments segments = what.segments();
        CompactedTransactions transactions = transactionsFrom(what.firstDirty());
        for (int i = segments.indexHolding(what.firstDirty()); !full; i++) {
            Segment segment = segments.all().get(i);
            if (segment.baseOffset >= what.end()) {
                return;
            }
            int from =
                    segment.baseOffset >= what.firstDirty()
                            ? 0
                            : segment.positionOf(what.firstDirty());
            forEachBatch(segment, from, batch -> map(batch, transactions));
            if (!full) {
                mappedEnd = segments.endOffsetOf(i, what.end());
            }
        }
    }

    private CompactedTransactions transactionsFrom(long offset) {
        return new CompactedTransactions(
                TransactionIndex.between(what.segments(), offset, what.end()));
    }

    private void map(RecordBatch batch, CompactedTransactions transactions) {
        if (full) {
            return;
        }
        if (batch.isControl()) {
            transactions.isPointless(batch, markerOf(batch));
        } else if (!transactions.isAborted(batch)) {
            filter.choose(batch, this::map);
        }
        if (!full) {
            mappedEnd = Math.max(mappedEnd, batch.nextOffset());
        }
    }

    private boolean map(long offset, byte[] bytes, int keyAt, int keyLength, boolean tombstone) {
        if (!full && keyLength >= 0 && offset >= what.firstDirty()) {
            full = !newest.put(bytes, keyAt, keyLength, offset);
            mappedEnd = full ? offset : offset + 1;
        }
        return false;
    }

    private @Nullable EndTransactionMarker markerOf(RecordBatch batch) {
        return ProducerStates.markerOf(batch, log.files().codecs());
    }

    private void clean() throws InterruptedException {
        Segments segments = what.segments();
        CompactedTransactions transactions = transactionsFrom(segments.first().baseOffset);
        int next = 0;
        while (next < segments.all().size() && segments.all().get(next).baseOffset < mappedEnd) {
            List<Segment> group = group(next);
            next += group.size();
            clean(group, segments.endOffsetOf(next - 1, what.end()), transactions);
        }
    }

    /// As many segments as one may hold.
    private List<Segment> group(int first) {
        List<Segment> all = what.segments().all();
        List<Segment> group = new ArrayList<>(List.of(all.get(first)));
        long bytes = all.get(first).size();
        long offsetBytes = IndexEntries.Form.OFFSETS.bytes(all.get(first).offsets());
        long timeBytes = IndexEntries.Form.TIMES.bytes(all.get(first).times());
        for (int i = first + 1; i < all.size() && all.get(i).baseOffset < mappedEnd; i++) {
            Segment segment = all.get(i);
            bytes += segment.size();
            offsetBytes += IndexEntries.Form.OFFSETS.bytes(segment.offsets());
            timeBytes += IndexEntries.Form.TIMES.bytes(segment.times());
            long span = what.segments().endOffsetOf(i, what.end()) - all.get(first).baseOffset;
            if (bytes > config.segmentBytes()
                    || Math.max(offsetBytes, timeBytes) > config.indexBytes()
                    || span > Integer.MAX_VALUE) {
                break;
            }
            group.add(segment);
        }
        return group;
    }

    private void clean(List<Segment> group, long until, CompactedTransactions transactions)
            throws InterruptedException {
        long size = 0;
        for (Segment segment : group) {
            size += segment.size();
            segment.aborted().entries(); // Who reads the old segment needs the old entries.
        }
        if (log.home().disk().usableBytes() < size) {
            throw new GivenUp("There is no room for %d bytes beside the old ones.".formatted(size));
        }
        long base = group.getFirst().baseOffset;
        CompactedSegment target =
                new CompactedSegment(log.files(), base, config.indexIntervalBytes());
        boolean gone = false; // Segments of the group.
        boolean unneeded = true; // What was written.
        try (target) {
            Rewriting rewriting = new Rewriting(target, transactions);
            for (Segment segment : group) {
                forEachBatch(segment, 0, rewriting::take);
            }
            List<AbortedTransaction> aborted = transactions.takeKept();
            if (group.size() > 1 || rewriting.changed) {
                SegmentReplacement replacement = target.finish(aborted, until);
                unneeded = false; // Whatever happens: there may be a note that counts on it.
                gone = !replace(group, replacement);
                unneeded = gone;
            }
        } finally {
            if (unneeded && log.isUsable()) {
                target.discard();
            }
        }
        if (gone) {
            throw new GivenUp("Segments were taken away meanwhile.");
        }
        bytesBefore += size;
        bytesAfter += target.size();
    }

    /// @return false if some of them were taken away meanwhile
    private boolean replace(List<Segment> group, SegmentReplacement replacement) {
        return log.locked(
                contents -> {
                    if (contents != what.contents()
                            || !contents.segments().all().containsAll(group)) {
                        return false;
                    }
                    group.forEach(Segment::withdraw);
                    log.persistence().alone(() -> replacement.commit(log.files()));
                    contents.replace(group, Segment.existing(log.files(), replacement.base()));
                    return true;
                });
    }

    /// What becomes of the batches of one group.
    private final class Rewriting {
        private final CompactedSegment target;
        private final CompactedTransactions transactions;
        private boolean changed;

        Rewriting(CompactedSegment target, CompactedTransactions transactions) {
            this.target = target;
            this.transactions = transactions;
        }

        private void take(RecordBatch batch) {
            horizonPassed = batch.hasDeleteHorizon() && batch.deleteHorizonMs() <= nowMs;
            boolean pointless =
                    batch.isControl()
                            ? transactions.isPointless(batch, markerOf(batch))
                            : transactions.isAborted(batch);
            boolean discard = pointless && (!batch.isControl() || horizonPassed);
            Kept kept =
                    filter.choose(
                            batch,
                            (offset, bytes, keyAt, keyLength, tombstone) ->
                                    !discard
                                            && (batch.isControl()
                                                    || keeps(
                                                            offset, bytes, keyAt, keyLength,
                                                            tombstone)));
            if (kept.records() == 0) {
                takeEmpty(batch);
                return;
            }
            boolean setsHorizon =
                    !batch.hasDeleteHorizon()
                            && (kept.tombstones() || (batch.isControl() && pointless));
            if (kept.all() && !setsHorizon) {
                target.add(batch.bytes());
                return;
            }
            long horizonMs = setsHorizon ? horizonMs() : RecordBatch.NO_TIMESTAMP;
            changed = true;
            target.add(filter.rewritten(batch, kept, horizonMs, level(batch.compression())));
        }

        private void takeEmpty(RecordBatch batch) {
            ProducerStates.@Nullable Last last = producers.get(batch.producerId());
            if ((last != null && last.isIn(batch)) || batch.nextOffset() == highWatermark) {
                changed |= batch.recordCount() > 0;
                ByteBuffer empty = batch.recordCount() > 0 ? filter.emptied(batch) : batch.bytes();
                target.add(empty);
            } else {
                changed = true;
            }
        }
    }

    private long horizonMs() {
        long retention = config.compaction().deleteRetentionMs();
        return nowMs > Long.MAX_VALUE - retention ? Long.MAX_VALUE : nowMs + retention;
    }

    private boolean keeps(long offset, byte[] bytes, int keyAt, int keyLength, boolean tombstone) {
        if (offset >= mappedEnd) {
            return true;
        }
        return keyLength >= 0
                && offset >= newest.newest(bytes, keyAt, keyLength)
                && !(tombstone && horizonPassed);
    }

    private int level(Compression codec) {
        return codec == config.codec() ? config.codecLevel() : codec.defaultLevel();
    }

    private void forEachBatch(Segment segment, int from, BatchUse use) throws InterruptedException {
        try (OpenFiles.Pin pin = segment.pin()) {
            BatchScan scan = new BatchScan(pin.file(), from, segment.size(), BatchScan.LONG_CHUNK);
            while (scan.nextHeader() != null) {
                RecordBatch batch = scan.whole();
                if (batch == null || !batch.crcIsValid()) {
                    throw new CorruptRecords(
                            "Segment %d is damaged at position %d."
                                    .formatted(segment.baseOffset, scan.position()));
                }
                if (cancelled.getAsBoolean() || !log.isUsable()) {
                    throw new GivenUp("It was told to end.");
                }
                use.accept(batch);
                pace.used(batch.sizeInBytes());
            }
            if (scan.end() != segment.size()) {
                throw new CorruptRecords(
                        "Segment %d is damaged at position %d."
                                .formatted(segment.baseOffset, scan.end()));
            }
        }
    }

    @Override
    public void close() {
        newest.close();
        filter.close();
    }
}

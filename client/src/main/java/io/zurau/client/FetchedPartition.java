package io.zurau.client;

import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.message.FetchResponse;
import io.zurau.protocol.record.ControlRecords;
import io.zurau.protocol.record.CorruptRecords;
import io.zurau.protocol.record.Record;
import io.zurau.protocol.record.RecordBatch;
import io.zurau.protocol.record.RecordBatches;
import io.zurau.protocol.record.RecordReader;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What one fetch brought for one partition, taken apart batch by batch as it is polled.
///
/// Skips markers of transactions and, for `read_committed`, the records of aborted ones. Owned by
/// the consumer's thread.
final class FetchedPartition {
    private final TopicPartition partition;
    private final RecordReader reader;
    private final Iterator<RecordBatch> batches;
    private final ArrayDeque<FetchResponse.AbortedTransaction> abortedAhead = new ArrayDeque<>();
    private final Set<Long> abortedNow = new HashSet<>();
    private @Nullable OpenBatch open;
    private @Nullable CorruptRecords damage; // Nothing is taken from here on.
    private long position;

    /// A batch of which records are left.
    private record OpenBatch(RecordBatch batch, Iterator<Record> records) {}

    /// @param position what was fetched from; earlier records of the first batch are skipped
    FetchedPartition(
            TopicPartition partition,
            long position,
            ByteBuffer bytes,
            List<FetchResponse.AbortedTransaction> aborted,
            RecordReader reader) {
        this.partition = partition;
        this.position = position;
        this.reader = reader;
        this.batches = RecordBatches.cut(bytes).iterator();
        aborted.stream()
                .sorted(Comparator.comparingLong(FetchResponse.AbortedTransaction::firstOffset))
                .forEach(abortedAhead::add);
    }

    TopicPartition partition() {
        return partition;
    }

    /// The offset behind the last record that was taken or skipped.
    long position() {
        return position;
    }

    /// Whether the next [#take] fails: what lies before the damage was taken.
    boolean isDamaged() {
        return damage != null;
    }

    /// Takes up to `most` records into `taken`, those before a damaged batch first.
    ///
    /// @return whether there may be more
    /// @throws ClientFailure.BadAnswer if it [#isDamaged()]
    boolean take(int most, List<ConsumedRecord> taken) {
        if (damage != null) {
            throw new ClientFailure.BadAnswer(
                    "A batch of %s at or behind offset %d is damaged: %s"
                            .formatted(partition, position, damage.sentence()),
                    damage);
        }
        try {
            int enough = taken.size() + most;
            while (taken.size() < enough) {
                OpenBatch current = open;
                if (current == null) {
                    current = openNextBatch();
                }
                if (current == null) {
                    return false;
                }
                takeFrom(current, enough, taken);
                open = current.records().hasNext() ? current : null;
            }
            return true;
        } catch (CorruptRecords e) {
            damage = e;
            return true;
        }
    }

    private void takeFrom(OpenBatch current, int enough, List<ConsumedRecord> taken) {
        while (taken.size() < enough && current.records().hasNext()) {
            Record record = current.records().next();
            if (record.offset() >= position) {
                taken.add(consumed(record, current.batch()));
                position = record.offset() + 1;
            }
        }
        if (!current.records().hasNext()) {
            position = Math.max(position, current.batch().nextOffset());
        }
    }

    /// The next batch with records to be read; null if there is none.
    private @Nullable OpenBatch openNextBatch() {
        while (batches.hasNext()) {
            RecordBatch batch = batches.next();
            if (!batch.crcIsValid()) {
                throw new CorruptRecords("Its checksum does not match.");
            }
            if (isToBeRead(batch)) {
                return new OpenBatch(batch, reader.read(batch));
            }
            position = Math.max(position, batch.nextOffset());
        }
        return null;
    }

    private boolean isToBeRead(RecordBatch batch) {
        while (!abortedAhead.isEmpty()
                && abortedAhead.getFirst().firstOffset() <= batch.lastOffset()) {
            abortedNow.add(abortedAhead.removeFirst().producerId());
        }
        if (batch.isControl()) {
            Iterator<Record> markers = reader.read(batch);
            if (markers.hasNext()
                    && ControlRecords.typeOf(markers.next()) == ControlRecords.Type.ABORT) {
                abortedNow.remove(batch.producerId());
            }
            return false;
        }
        return !(batch.isTransactional() && abortedNow.contains(batch.producerId()));
    }

    private ConsumedRecord consumed(Record record, RecordBatch batch) {
        return new ConsumedRecord(
                partition.topic(),
                partition.partition(),
                record.offset(),
                record.timestamp(),
                batch.timestampType(),
                record.key(),
                record.value(),
                record.headers());
    }
}

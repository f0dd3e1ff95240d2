package io.zurau.broker.partition;

import io.zurau.log.LogSlice;
import io.zurau.log.PartitionLog;
import io.zurau.log.ReadOutcome;
import io.zurau.protocol.record.CorruptRecords;
import io.zurau.protocol.record.RecordBatch;
import io.zurau.runtime.StorageFailure;
import java.nio.ByteBuffer;
import java.util.OptionalLong;

/// When the record at an offset was made, as exactly as the head of its batch tells: of a record in
/// the midst of a batch, the time of the batch's newest. Reads no more than that head.
public final class RecordTimes {
    private RecordTimes() {}

    /// Milliseconds since 1970-01-01 UTC of the first record at or after `offset`; empty if there
    /// is none, or it cannot be read.
    public static OptionalLong at(PartitionLog log, long offset) {
        long from = Math.max(offset, log.logStartOffset());
        return switch (log.read(from, RecordBatch.HEADER_SIZE, Long.MAX_VALUE, true)) {
            case ReadOutcome.Refused _ -> OptionalLong.empty();
            case LogSlice slice -> {
                try (slice) {
                    yield slice.isEmpty() ? OptionalLong.empty() : time(slice, from);
                } catch (StorageFailure | CorruptRecords e) {
                    yield OptionalLong.empty();
                }
            }
        };
    }

    private static OptionalLong time(LogSlice slice, long offset) {
        ByteBuffer head = ByteBuffer.allocate(RecordBatch.HEADER_SIZE);
        slice.file().read(head, slice.position());
        RecordBatch batch = RecordBatch.headerAt(head.flip(), 0);
        boolean isFirst = offset <= batch.baseOffset() && !batch.hasDeleteHorizon();
        long time = isFirst ? batch.baseTimestamp() : batch.maxTimestamp();
        return time < 0 ? OptionalLong.empty() : OptionalLong.of(time);
    }
}

package io.zurau.broker.data;

import io.zurau.broker.partition.PendingAck;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.Payload;
import io.zurau.protocol.compression.Compression;
import io.zurau.protocol.record.CorruptRecords;
import io.zurau.protocol.record.RecordBatch;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a produce request may carry for one partition: exactly one batch of magic 2, of kinds that
/// the request's version knows. Whether the batch itself is sound is for the log to say.
final class ProducedBatch {
    private static final int ZSTD_SINCE_VERSION = 7;
    private static final int MAGIC_AT = 16;

    private ProducedBatch() {}

    /// The batch as its header says; empty if there is none.
    static Optional<RecordBatch> header(@Nullable Payload records) {
        if (records == null || records.sizeInBytes() == 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(RecordBatch.headerAt(bytes(records), 0));
        } catch (CorruptRecords e) {
            return Optional.empty();
        }
    }

    /// Empty if nothing is wrong with it.
    static Optional<PendingAck> check(@Nullable Payload records, int version) {
        if (records == null || records.sizeInBytes() == 0) {
            return invalid(
                    "A partition of a produce request must have one record batch, not none.");
        }
        ByteBuffer bytes = bytes(records);
        if (bytes.remaining() > MAGIC_AT && bytes.get(MAGIC_AT) != RecordBatch.MAGIC) {
            return invalid(
                    "Produce requests take record batches of magic 2, not "
                            + bytes.get(MAGIC_AT)
                            + ".");
        }
        try {
            return check(RecordBatch.headerAt(bytes, 0), bytes.remaining(), version);
        } catch (CorruptRecords e) {
            return refused(ErrorCode.CORRUPT_MESSAGE, e.sentence());
        }
    }

    private static Optional<PendingAck> check(RecordBatch batch, int size, int version) {
        if (batch.sizeInBytes() != size) {
            return invalid(
                    "A partition of a produce request must have exactly one record batch, but its %d bytes hold one of %d."
                            .formatted(size, batch.sizeInBytes()));
        }
        if (version < ZSTD_SINCE_VERSION && batch.compression() == Compression.ZSTD) {
            return refused(
                    ErrorCode.UNSUPPORTED_COMPRESSION_TYPE,
                    "Produce requests before version 7 must not use zstd.");
        }
        return Optional.empty();
    }

    /// The bytes of records that were found sound.
    static ByteBuffer bytes(@Nullable Payload records) {
        if (records == null) {
            throw new IllegalArgumentException("There are no records.");
        }
        return records.toBuffer();
    }

    private static Optional<PendingAck> invalid(String reason) {
        return refused(ErrorCode.INVALID_RECORD, reason);
    }

    private static Optional<PendingAck> refused(ErrorCode code, String reason) {
        return Optional.of(PendingAck.refused(code, reason));
    }
}

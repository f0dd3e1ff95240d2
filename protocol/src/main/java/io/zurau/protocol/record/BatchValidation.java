package io.zurau.protocol.record;

import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.compression.Compression;
import io.zurau.protocol.compression.Decompressors;
import io.zurau.protocol.record.BatchVerdict.BadRecord;
import io.zurau.protocol.record.BatchVerdict.Invalid;
import io.zurau.protocol.record.BatchVerdict.Valid;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a leader checks before it stores a batch, answered as Kafka answers it: a bad batch is a
/// value, never an exception. Nothing in the batch is changed.
///
/// Differs from Kafka: offset deltas of records must be 0, 1, 2 … (Kafka stores others, or
/// renumbers them in compressed batches); attributes that nobody knows, a delete horizon from a
/// client, and a producer id without epoch are refused; compressed bytes that cannot be read are
/// INVALID_RECORD and an unknown codec is UNSUPPORTED_COMPRESSION_TYPE (Kafka answers both with
/// UNKNOWN_SERVER_ERROR).
public final class BatchValidation {
    private static final int KNOWN_ATTRIBUTES =
            RecordBatch.CODEC_BITS
                    | RecordBatch.LOG_APPEND_TIME_BIT
                    | RecordBatch.TRANSACTIONAL_BIT
                    | RecordBatch.CONTROL_BIT;

    /// An answer shall not outgrow the batch. Kafka has no such bound.
    private static final int MOST_NAMED = 1_000;

    private BatchValidation() {}

    /// Checks what a producer sent for one partition: exactly one batch between position and limit.
    ///
    /// @param decompressors the scratch memory of the caller, used only for compressed batches
    public static BatchVerdict check(
            ByteBuffer records, ValidationRules rules, long nowMs, Decompressors decompressors) {
        int position = records.position();
        Invalid framing = checkFraming(records, position);
        if (framing != null) {
            return framing;
        }
        RecordBatch batch = RecordBatch.at(records, position);
        int behind = records.remaining() - batch.sizeInBytes();
        if (behind > 0) {
            return invalid(
                    "Exactly one batch is allowed, but "
                            + behind
                            + " bytes follow the first, of "
                            + batch.sizeInBytes()
                            + " bytes.");
        }
        return check(batch, rules, nowMs, decompressors);
    }

    private static @Nullable Invalid checkFraming(ByteBuffer records, int position) {
        int available = records.remaining();
        if (available <= RecordBatch.MAGIC_AT) {
            return invalid("A batch is expected, but there are only " + available + " bytes.");
        }
        byte magic = records.get(position + RecordBatch.MAGIC_AT);
        if (magic < 0 || magic > RecordBatch.MAGIC) {
            return corrupt("Nobody knows magic " + magic + " of the batch.");
        }
        if (magic < RecordBatch.MAGIC) {
            return invalid("Only batches of magic 2 are allowed, not of magic " + magic + ".");
        }
        int length = records.getInt(position + RecordBatch.LENGTH_AT);
        if (length < RecordBatch.HEADER_SIZE - RecordBatch.LOG_OVERHEAD) {
            return corrupt("Length " + length + " of the batch is too small for its header.");
        }
        if (length > available - RecordBatch.LOG_OVERHEAD) {
            return invalid(
                    "A batch of length "
                            + length
                            + " is cut off after "
                            + (available - RecordBatch.LOG_OVERHEAD)
                            + ".");
        }
        return null;
    }

    /// Checks one batch of which the length is known to be right, as of every [RecordBatch#at] one.
    ///
    /// @param decompressors the scratch memory of the caller, used only for compressed batches
    public static BatchVerdict check(
            RecordBatch batch, ValidationRules rules, long nowMs, Decompressors decompressors) {
        if (!batch.crcIsValid()) {
            return corrupt(
                    "The batch's CRC is %08x, but its bytes have %08x."
                            .formatted(batch.crc(), batch.computeCrc()));
        }
        Invalid header = checkHeader(batch, rules);
        if (header != null) {
            return header;
        }
        int codec = batch.attributes() & RecordBatch.CODEC_BITS;
        if (Compression.ofId(codec).isEmpty()) {
            return new Invalid(
                    ErrorCode.UNSUPPORTED_COMPRESSION_TYPE,
                    "Nobody knows compression codec " + codec + ".",
                    List.of());
        }
        RecordCursor cursor = new RecordCursor(batch, decompressors, rules.maxDecompressedBytes());
        try {
            return checkRecords(batch, cursor, rules, nowMs);
        } catch (CorruptRecords bad) {
            boolean ofRecord = cursor.index() < batch.recordCount();
            return new Invalid(
                    ErrorCode.INVALID_RECORD,
                    bad.sentence(),
                    ofRecord ? List.of(new BadRecord(cursor.index(), bad.sentence())) : List.of());
        }
    }

    /// As in Kafka every record at fault is named, so that its sender learns of it. One out of time
    /// outweighs others without a key, and damage outweighs both.
    private static BatchVerdict checkRecords(
            RecordBatch batch, RecordCursor cursor, ValidationRules rules, long nowMs) {
        long earliest = rules.earliest(nowMs);
        long latest = rules.latest(nowMs);
        boolean requireKeys = rules.requireKeys();
        long maxTimestamp = RecordBatch.NO_TIMESTAMP;
        int maxTimestampOffsetDelta = -1;
        List<BadRecord> bad = List.of();
        boolean mistimed = false;
        while (cursor.next()) {
            int index = cursor.index();
            if (cursor.offsetDelta() != index) {
                throw new CorruptRecords(
                        "Record %d of the batch has offset delta %d."
                                .formatted(index, cursor.offsetDelta()));
            }
            long timestamp = cursor.timestamp();
            if (timestamp > maxTimestamp) {
                maxTimestamp = timestamp;
                maxTimestampOffsetDelta = index;
            }
            boolean keyless = requireKeys && !cursor.hasKey();
            boolean untimely =
                    (timestamp < earliest || timestamp > latest)
                            && timestamp != RecordBatch.NO_TIMESTAMP;
            if (keyless || untimely) {
                mistimed |= !keyless;
                bad = bad.isEmpty() ? new ArrayList<>() : bad;
                if (bad.size() < MOST_NAMED) {
                    String reason =
                            keyless ? keyless(index) : mistimed(timestamp, index, earliest, latest);
                    bad.add(new BadRecord(index, reason));
                }
            }
        }
        return !bad.isEmpty()
                ? refused(bad, mistimed)
                : new Valid(
                        batch,
                        batch.recordCount(),
                        maxTimestamp,
                        maxTimestampOffsetDelta,
                        cursor.recordBytes());
    }

    private static Invalid refused(List<BadRecord> bad, boolean mistimed) {
        String first = bad.getFirst().reason();
        return new Invalid(
                mistimed ? ErrorCode.INVALID_TIMESTAMP : ErrorCode.INVALID_RECORD,
                bad.size() == 1
                        ? first
                        : bad.size() + " records of the batch are refused. The first: " + first,
                bad);
    }

    private static String mistimed(long timestamp, int index, long earliest, long latest) {
        return "Timestamp %d of record %d is out of range; it should be within [%d, %d]."
                .formatted(timestamp, index, earliest, latest);
    }

    private static String keyless(int index) {
        return "A compacted topic cannot accept record " + index + " without a key.";
    }

    private static @Nullable Invalid checkHeader(RecordBatch batch, ValidationRules rules) {
        int count = batch.recordCount();
        if (count <= 0) {
            return invalid("The batch says it has " + count + " records.");
        }
        if (batch.lastOffsetDelta() != count - 1) {
            return invalid(
                    "The batch's last offset delta is "
                            + batch.lastOffsetDelta()
                            + ", but it has "
                            + count
                            + " records.");
        }
        if ((batch.attributes() & ~KNOWN_ATTRIBUTES) != 0) {
            return invalid(
                    "The batch has attributes that are not allowed: 0x%04x."
                            .formatted(batch.attributes()));
        }
        if (batch.timestampType() == TimestampType.LOG_APPEND_TIME) {
            return new Invalid(
                    ErrorCode.INVALID_TIMESTAMP,
                    "A producer must not set the timestamp type to LogAppendTime.",
                    List.of());
        }
        if (rules.fromClient() && batch.isControl()) {
            return invalid("Clients are not allowed to write control batches.");
        }
        if (rules.fromClient() && batch.baseOffset() != 0) {
            return invalid(
                    "The batch's base offset must be 0, but it is " + batch.baseOffset() + ".");
        }
        return checkProducer(batch, rules);
    }

    private static @Nullable Invalid checkProducer(RecordBatch batch, ValidationRules rules) {
        if (!batch.isIdempotent()) {
            return batch.isTransactional()
                    ? invalid("A transactional batch must have a producer id.")
                    : null;
        }
        boolean mayHaveNone = batch.isTransactional() && !rules.fromClient(); // Of a coordinator.
        if (batch.baseSequence() < 0 && !mayHaveNone) {
            return invalid(
                    "Sequence number "
                            + batch.baseSequence()
                            + " of a batch with producer id "
                            + batch.producerId()
                            + " is negative.");
        }
        if (batch.producerEpoch() < 0) {
            return invalid(
                    "Producer epoch "
                            + batch.producerEpoch()
                            + " of a batch with producer id "
                            + batch.producerId()
                            + " is negative.");
        }
        return null;
    }

    private static Invalid invalid(String reason) {
        return new Invalid(ErrorCode.INVALID_RECORD, reason, List.of());
    }

    private static Invalid corrupt(String reason) {
        return new Invalid(ErrorCode.CORRUPT_MESSAGE, reason, List.of());
    }
}

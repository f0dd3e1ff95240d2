package io.zurau.log;

import io.zurau.log.AppendOutcome.RecordError;
import io.zurau.log.AppendOutcome.Refused;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.record.BatchVerdict;
import io.zurau.protocol.record.CorruptRecords;
import io.zurau.protocol.record.RecordBatch;
import io.zurau.protocol.record.RecordBatches;
import io.zurau.protocol.record.TimestampType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// What can be said of batches, and done to them, before the log's lock is taken.
sealed interface AppendCheck {
    /// They may be appended if their producers' sequence numbers follow.
    ///
    /// @param bytes all batches, back to back
    /// @param markers of the batches that end transactions; null for the others
    record Ready(ByteBuffer bytes, List<RecordBatch> batches, Markers markers, long appendTimeMs)
            implements AppendCheck {
        long maxTimestamp() {
            long largest = RecordBatch.NO_TIMESTAMP;
            for (RecordBatch batch : batches) {
                largest = Math.max(largest, batch.maxTimestamp());
            }
            return largest;
        }
    }

    record No(Refused refused) implements AppendCheck {}

    static AppendCheck of(
            ByteBuffer bytes, AppendOrigin origin, LogConfig config, long nowMs, Codecs codecs) {
        try {
            return switch (origin) {
                case CLIENT -> client(bytes, config, nowMs, codecs);
                case COORDINATOR -> coordinator(bytes, config, nowMs, codecs);
                case REPLICA -> replica(bytes, codecs);
            };
        } catch (CorruptRecords e) {
            return no(ErrorCode.CORRUPT_MESSAGE, e.sentence());
        }
    }

    private static AppendCheck client(
            ByteBuffer bytes, LogConfig config, long nowMs, Codecs codecs) {
        if (bytes.remaining() > config.maxMessageBytes()) {
            return tooLarge(bytes.remaining(), config);
        }
        return switch (codecs.check(bytes, config.rules(true), nowMs, true)) {
            case BatchVerdict.Invalid invalid -> no(invalid);
            case BatchVerdict.Valid valid -> {
                RecordBatch batch = shaped(valid, config, nowMs, codecs);
                yield batch.sizeInBytes() > config.maxMessageBytes()
                        ? tooLarge(batch.sizeInBytes(), config)
                        : ready(batch.bytes(), List.of(batch), Markers.NONE, config, nowMs);
            }
        };
    }

    private static AppendCheck coordinator(
            ByteBuffer bytes, LogConfig config, long nowMs, Codecs codecs) {
        List<RecordBatch> batches = new ArrayList<>();
        for (RecordBatch batch : RecordBatches.whole(bytes)) {
            if (batch.sizeInBytes() > config.maxMessageBytes()) {
                return tooLarge(batch.sizeInBytes(), config);
            }
            switch (codecs.check(batch.bytes(), config.rules(false), nowMs, false)) {
                case BatchVerdict.Invalid invalid -> {
                    return no(invalid);
                }
                case BatchVerdict.Valid valid -> batches.add(batch);
            }
        }
        return ready(bytes, batches, Markers.of(batches, codecs), config, -1);
    }

    private static AppendCheck replica(ByteBuffer bytes, Codecs codecs) {
        List<RecordBatch> batches = new ArrayList<>();
        for (RecordBatch batch : RecordBatches.cut(bytes)) {
            if (!batch.crcIsValid()) {
                return no(ErrorCode.CORRUPT_MESSAGE, batch + " from the leader has a wrong CRC.");
            }
            batches.add(batch);
        }
        int whole = 0;
        for (RecordBatch batch : batches) {
            whole += batch.sizeInBytes();
        }
        return batches.isEmpty()
                ? no(ErrorCode.INVALID_RECORD, "There is no whole batch.")
                : new Ready(
                        bytes.slice(bytes.position(), whole),
                        batches,
                        Markers.of(batches, codecs),
                        RecordBatch.NO_TIMESTAMP);
    }

    /// The batch as the topic wants it: codec, time stamps.
    private static RecordBatch shaped(
            BatchVerdict.Valid valid, LogConfig config, long nowMs, Codecs codecs) {
        RecordBatch batch = valid.batch();
        if (config.codec() != null && batch.compression() != config.codec()) {
            batch =
                    codecs.recompress(
                            batch, config.codec(), config.codecLevel(), config.maxUnpackedBytes());
        }
        boolean appendTime = config.timestampType() == TimestampType.LOG_APPEND_TIME;
        batch.setMaxTimestamp(config.timestampType(), appendTime ? nowMs : valid.maxTimestamp());
        return batch;
    }

    private static AppendCheck ready(
            ByteBuffer bytes,
            List<RecordBatch> batches,
            Markers markers,
            LogConfig config,
            long appendTimeMs) {
        if (batches.isEmpty()) {
            return no(ErrorCode.INVALID_RECORD, "There is no batch.");
        }
        if (bytes.remaining() > config.segmentBytes()) {
            return no(
                    ErrorCode.RECORD_LIST_TOO_LARGE,
                    "Batches of %d bytes exceed segment.bytes (%d)."
                            .formatted(bytes.remaining(), config.segmentBytes()));
        }
        boolean stamped =
                appendTimeMs >= 0 && config.timestampType() == TimestampType.LOG_APPEND_TIME;
        return new Ready(bytes, batches, markers, stamped ? appendTimeMs : -1);
    }

    private static AppendCheck tooLarge(int bytes, LogConfig config) {
        return no(
                ErrorCode.MESSAGE_TOO_LARGE,
                "Batch of %d bytes exceeds max.message.bytes (%d)."
                        .formatted(bytes, config.maxMessageBytes()));
    }

    private static AppendCheck no(BatchVerdict.Invalid invalid) {
        List<RecordError> errors =
                invalid.records().stream()
                        .map(bad -> new RecordError(bad.index(), bad.reason()))
                        .toList();
        return new No(new Refused(invalid.code(), invalid.reason(), errors));
    }

    private static AppendCheck no(ErrorCode code, String reason) {
        return new No(new Refused(code, reason));
    }
}

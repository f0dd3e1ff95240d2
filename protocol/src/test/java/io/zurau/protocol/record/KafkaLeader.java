package io.zurau.protocol.record;

import io.zurau.protocol.ErrorCode;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.requests.ProduceRequest;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.internals.BufferSupplier;
import org.apache.kafka.common.utils.internals.PrimitiveRef;
import org.apache.kafka.storage.internals.log.AppendOrigin;
import org.apache.kafka.storage.internals.log.LogValidator;
import org.apache.kafka.storage.internals.log.RecordValidationException;

/// What a leader of Apache Kafka answers to a produced batch: the checks of the request, the CRC,
/// and its `LogValidator`, in its order.
final class KafkaLeader {
    /// What Kafka found: an error, or the largest timestamp of a batch it would store.
    record Answer(ErrorCode error, long maxTimestamp) {}

    private static final short PRODUCE_VERSION = 12;
    private static final TopicPartition PARTITION = new TopicPartition("t", 0);

    private KafkaLeader() {}

    static Answer check(ByteBuffer bytes, ValidationRules rules, long nowMs) {
        MemoryRecords records = MemoryRecords.readableRecords(copy(bytes));
        try {
            ProduceRequest.validateRecords(PRODUCE_VERSION, records);
            RecordBatch batch = records.batches().iterator().next();
            batch.ensureValid();
            LogValidator validator =
                    new LogValidator(
                            records,
                            PARTITION,
                            new TimeAt(nowMs),
                            batch.compressionType(),
                            org.apache.kafka.common.compress.Compression.of(batch.compressionType())
                                    .build(),
                            rules.requireKeys(),
                            RecordBatch.MAGIC_VALUE_V2,
                            TimestampType.forName(rules.timestampType().kafkaName()),
                            rules.timestampBeforeMaxMs(),
                            rules.timestampAfterMaxMs(),
                            RecordBatch.NO_PARTITION_LEADER_EPOCH,
                            rules.fromClient() ? AppendOrigin.CLIENT : AppendOrigin.COORDINATOR);
            LogValidator.ValidationResult result =
                    validator.validateMessagesAndAssignOffsets(
                            PrimitiveRef.ofLong(0), new NoMetrics(), BufferSupplier.NO_CACHING);
            return new Answer(ErrorCode.NONE, result.maxTimestampMs());
        } catch (RecordValidationException refused) {
            return refused(refused.invalidException());
        } catch (RuntimeException refused) {
            return refused(refused);
        }
    }

    private static Answer refused(Throwable refused) {
        short code = Errors.forException(refused).code();
        ErrorCode error =
                Arrays.stream(ErrorCode.values())
                        .filter(each -> each.code() == code)
                        .findFirst()
                        .orElseThrow();
        return new Answer(error, -1);
    }

    private static ByteBuffer copy(ByteBuffer bytes) {
        return ByteBuffer.allocate(bytes.remaining()).put(bytes.duplicate()).flip();
    }

    private record TimeAt(long milliseconds) implements Time {
        @Override
        public long nanoseconds() {
            return 0;
        }

        @Override
        public void sleep(long ms) {
            throw new UnsupportedOperationException("Nobody sleeps here.");
        }
    }

    private static final class NoMetrics implements LogValidator.MetricsRecorder {
        @Override
        public void recordInvalidMagic() {}

        @Override
        public void recordInvalidOffset() {}

        @Override
        public void recordInvalidSequence() {}

        @Override
        public void recordInvalidChecksums() {}

        @Override
        public void recordNoKeyCompactedTopic() {}
    }
}

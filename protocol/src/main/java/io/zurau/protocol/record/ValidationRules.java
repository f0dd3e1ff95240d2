package io.zurau.protocol.record;

/// What a topic asks of the batches that are written to it.
///
/// @param timestampType `message.timestamp.type`
/// @param timestampBeforeMaxMs `message.timestamp.before.max.ms`
/// @param timestampAfterMaxMs `message.timestamp.after.max.ms`
/// @param requireKeys whether the topic is compacted, so that a record without key is refused
/// @param fromClient whether a client wrote the batch, which may not write control batches then
/// @param maxDecompressedBytes a batch whose records take more than this is refused
public record ValidationRules(
        TimestampType timestampType,
        long timestampBeforeMaxMs,
        long timestampAfterMaxMs,
        boolean requireKeys,
        boolean fromClient,
        long maxDecompressedBytes) {

    /// Kafka's defaults for what clients write to a topic that is not compacted.
    public static final ValidationRules FOR_CLIENTS =
            new ValidationRules(
                    TimestampType.CREATE_TIME, Long.MAX_VALUE, 3_600_000, false, true, 100L << 20);

    public ValidationRules {
        if (timestampBeforeMaxMs < 0 || timestampAfterMaxMs < 0 || maxDecompressedBytes < 0) {
            throw new IllegalArgumentException("Bounds of a batch must not be negative.");
        }
    }

    /// Inclusive. No timestamp is refused where the log sets its own.
    long earliest(long nowMs) {
        return timestampType == TimestampType.LOG_APPEND_TIME
                ? Long.MIN_VALUE
                : nowMs - timestampBeforeMaxMs;
    }

    /// Inclusive. No timestamp is refused where the log sets its own.
    long latest(long nowMs) {
        return timestampType == TimestampType.LOG_APPEND_TIME
                        || timestampAfterMaxMs > Long.MAX_VALUE - nowMs
                ? Long.MAX_VALUE
                : nowMs + timestampAfterMaxMs;
    }
}

package io.zurau.protocol.record;

/// Why a batch is refused, named as Kafka's error codes.
public enum BatchProblem {
    CORRUPT_MESSAGE,
    INVALID_RECORD,
    INVALID_TIMESTAMP,
    UNSUPPORTED_COMPRESSION_TYPE
}

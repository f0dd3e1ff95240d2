package io.zurau.log;

import io.zurau.protocol.ErrorCode;

/// What a read found.
public sealed interface ReadOutcome permits LogSlice, ReadOutcome.Refused {
    /// Nothing could be read: OFFSET_OUT_OF_RANGE or KAFKA_STORAGE_ERROR.
    record Refused(ErrorCode code, String reason) implements ReadOutcome {}
}

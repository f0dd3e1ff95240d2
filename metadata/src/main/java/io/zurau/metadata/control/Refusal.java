package io.zurau.metadata.control;

import io.zurau.protocol.ErrorCode;
import java.util.Optional;

/// Why one topic, partition or resource of a request was left as it is.
record Refusal(ErrorCode error, String reason) {
    static Optional<Refusal> of(ErrorCode error, String reason) {
        return Optional.of(new Refusal(error, reason));
    }

    static Refusal duplicateTopicName() {
        return new Refusal(ErrorCode.INVALID_REQUEST, "Duplicate topic name.");
    }
}

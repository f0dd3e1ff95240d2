package io.zurau.broker.share;

import io.zurau.coordinator.share.ShareStateOutcome;
import io.zurau.protocol.ErrorCode;
import org.jspecify.annotations.Nullable;

/// Why something is not done.
///
/// @param code `NONE` if it is
record Refusal(ErrorCode code, @Nullable String message) {
    static final Refusal NONE = new Refusal(ErrorCode.NONE, null);

    boolean isNone() {
        return code == ErrorCode.NONE;
    }

    static Refusal of(ErrorCode code) {
        return code == ErrorCode.NONE ? NONE : new Refusal(code, code.message());
    }

    /// What a client is told of a coordinator's refusal, as Kafka translates it.
    static Refusal of(ShareStateOutcome outcome) {
        ErrorCode code =
                switch (outcome.code()) {
                    case NONE -> ErrorCode.NONE;
                    case NOT_COORDINATOR,
                            COORDINATOR_NOT_AVAILABLE,
                            COORDINATOR_LOAD_IN_PROGRESS,
                            NETWORK_EXCEPTION ->
                            ErrorCode.COORDINATOR_NOT_AVAILABLE;
                    case GROUP_ID_NOT_FOUND -> ErrorCode.GROUP_ID_NOT_FOUND;
                    case UNKNOWN_TOPIC_OR_PARTITION -> ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
                    case FENCED_LEADER_EPOCH, FENCED_STATE_EPOCH ->
                            ErrorCode.NOT_LEADER_OR_FOLLOWER;
                    default -> ErrorCode.UNKNOWN_SERVER_ERROR;
                };
        return code == ErrorCode.NONE ? Refusal.NONE : new Refusal(code, outcome.message());
    }
}

package io.zurau.coordinator.share;

import io.zurau.protocol.ErrorCode;
import org.jspecify.annotations.Nullable;

/// What became of a command about a share partition's state.
///
/// @param message why it was not done; null if it was
/// @param state what is known, if that was asked and there is something
public record ShareStateOutcome(
        ErrorCode code, @Nullable String message, @Nullable ShareState state) {
    static final ShareStateOutcome DONE = new ShareStateOutcome(ErrorCode.NONE, null, null);

    public static ShareStateOutcome refused(ErrorCode code) {
        return refused(code, code.message());
    }

    public static ShareStateOutcome refused(ErrorCode code, String message) {
        return new ShareStateOutcome(code, message, null);
    }

    static ShareStateOutcome of(ShareState state) {
        return new ShareStateOutcome(ErrorCode.NONE, null, state);
    }
}

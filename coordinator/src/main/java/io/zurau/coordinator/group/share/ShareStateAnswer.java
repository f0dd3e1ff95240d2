package io.zurau.coordinator.group.share;

import io.zurau.protocol.ErrorCode;
import java.util.Collections;
import org.jspecify.annotations.Nullable;

/// What became of a change.
///
/// @param message why it was refused; null if it was not
/// @param order what the share coordinator must be told now, or is told already
public record ShareStateAnswer(ErrorCode code, @Nullable String message, ShareStateOrder order) {
    public static ShareStateAnswer refused(String groupId, ErrorCode code, String message) {
        return new ShareStateAnswer(code, message, nothing(groupId));
    }

    static ShareStateAnswer of(ShareStateOrder order) {
        return new ShareStateAnswer(ErrorCode.NONE, null, order);
    }

    static ShareStateOrder nothing(String groupId) {
        return new ShareStateOrder(
                groupId, 0, Collections.emptySortedMap(), Collections.emptySortedMap());
    }
}

package io.zurau.coordinator.group.share;

import io.zurau.coordinator.group.kind.Refusal;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.ShareGroupHeartbeatResponse;
import org.jspecify.annotations.Nullable;

/// The answer to a heartbeat, and what the share coordinator must be told because of it.
///
/// @param initialize for which partitions it shall keep what the group does; null for none
public record ShareHeartbeatAnswer(
        ShareGroupHeartbeatResponse response, @Nullable ShareStateOrder initialize) {
    public static ShareHeartbeatAnswer refused(ErrorCode code) {
        return new ShareHeartbeatAnswer(
                ShareGroupHeartbeatResponse.builder().errorCode(code).build(), null);
    }

    public static ShareHeartbeatAnswer refused(Refusal refusal) {
        return new ShareHeartbeatAnswer(
                ShareGroupHeartbeatResponse.builder()
                        .errorCode(refusal.code())
                        .errorMessage(refusal.message())
                        .build(),
                null);
    }
}

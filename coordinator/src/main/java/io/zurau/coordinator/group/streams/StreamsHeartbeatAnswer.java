package io.zurau.coordinator.group.streams;

import io.zurau.coordinator.group.kind.Refusal;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.StreamsGroupHeartbeatResponse;
import java.util.List;

/// The answer to a heartbeat, and what is to be done before the group can go on.
///
/// @param missing internal topics that someone should make
public record StreamsHeartbeatAnswer(
        StreamsGroupHeartbeatResponse response, List<InternalTopic> missing) {
    public StreamsHeartbeatAnswer {
        missing = List.copyOf(missing);
    }

    public static StreamsHeartbeatAnswer refused(ErrorCode code) {
        return new StreamsHeartbeatAnswer(
                StreamsGroupHeartbeatResponse.builder().errorCode(code).build(), List.of());
    }

    public static StreamsHeartbeatAnswer refused(Refusal refusal) {
        return new StreamsHeartbeatAnswer(
                StreamsGroupHeartbeatResponse.builder()
                        .errorCode(refusal.code())
                        .errorMessage(refusal.message())
                        .build(),
                List.of());
    }
}

package io.zurau.coordinator.group.streams;

import io.zurau.coordinator.group.kind.Refusal;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.StreamsGroupHeartbeatRequest;
import io.zurau.protocol.message.StreamsGroupHeartbeatRequest.TaskIds;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What is wrong with a heartbeat whatever the group; with Kafka's codes and words.
public final class HeartbeatCheck {
    static final int JOINING = 0;
    static final int LEAVING = -1;
    static final int AWAY = -2; // A static member that will come back.

    private HeartbeatCheck() {}

    /// Null if nothing is.
    public static @Nullable Refusal refusal(StreamsGroupHeartbeatRequest request) {
        if (usesPatterns(request)) {
            return invalid("Regular expressions for source topics are not supported yet.");
        }
        String fault = fault(request);
        if (fault != null) {
            return invalid(fault);
        }
        if (request.topology() != null) {
            String wrong = Topology.fault(Topology.stored(request.topology()));
            if (wrong != null) {
                return new Refusal(ErrorCode.STREAMS_INVALID_TOPOLOGY, wrong);
            }
        }
        return null;
    }

    private static Refusal invalid(String message) {
        return new Refusal(ErrorCode.INVALID_REQUEST, message);
    }

    private static boolean usesPatterns(StreamsGroupHeartbeatRequest request) {
        return request.topology() != null
                && request.topology().subtopologies().stream()
                        .anyMatch(subtopology -> !subtopology.sourceTopicRegex().isEmpty());
    }

    private static @Nullable String fault(StreamsGroupHeartbeatRequest request) {
        String empty = emptyField(request);
        if (empty != null) {
            return empty + " can't be empty.";
        }
        if (request.memberEpoch() < AWAY) {
            return "MemberEpoch is %d, but must be greater than or equal to -2."
                    .formatted(request.memberEpoch());
        }
        if (request.memberEpoch() == AWAY && request.instanceId() == null) {
            return "InstanceId can't be null.";
        }
        String joining = request.memberEpoch() == JOINING ? faultOfJoining(request) : null;
        if (joining != null) {
            return joining;
        }
        long roles =
                Stream.of(request.activeTasks(), request.standbyTasks(), request.warmupTasks())
                        .filter(Objects::nonNull)
                        .count();
        if (roles != 0 && roles != 3) {
            return "If one task-type is non-null, all must be non-null.";
        }
        return request.memberEpoch() != JOINING && request.topology() != null
                ? "Topology can only be provided when (re-)joining."
                : null;
    }

    private static @Nullable String emptyField(StreamsGroupHeartbeatRequest request) {
        if (request.memberId().isBlank()) {
            return "MemberId";
        }
        if (request.groupId().isBlank()) {
            return "GroupId";
        }
        if (isBlank(request.instanceId())) {
            return "InstanceId";
        }
        return isBlank(request.rackId()) ? "RackId" : null;
    }

    private static boolean isBlank(@Nullable String text) {
        return text != null && text.isBlank();
    }

    private static @Nullable String faultOfJoining(StreamsGroupHeartbeatRequest request) {
        if (request.rebalanceTimeoutMs() == -1) {
            return "RebalanceTimeoutMs must be provided in first request.";
        }
        if (isNotEmpty(request.activeTasks())) {
            return "ActiveTasks must be empty when (re-)joining.";
        }
        if (isNotEmpty(request.standbyTasks())) {
            return "StandbyTasks must be empty when (re-)joining.";
        }
        if (isNotEmpty(request.warmupTasks())) {
            return "WarmupTasks must be empty when (re-)joining.";
        }
        return request.topology() == null ? "Topology must be non-null when (re-)joining." : null;
    }

    private static boolean isNotEmpty(@Nullable List<TaskIds> tasks) {
        return tasks == null || !tasks.isEmpty();
    }
}

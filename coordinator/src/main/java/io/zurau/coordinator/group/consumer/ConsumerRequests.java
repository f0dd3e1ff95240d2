package io.zurau.coordinator.group.consumer;

import io.zurau.coordinator.group.config.ConsumerGroupConfig;
import io.zurau.coordinator.group.kind.Refusal;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.ConsumerGroupHeartbeatRequest;
import org.jspecify.annotations.Nullable;

/// What a heartbeat must say, whatever its group is like.
public final class ConsumerRequests {
    private static final int JOINS = 0;
    private static final int FIRST_VERSION_WITH_OWN_ID = 1; // KIP-1082

    private ConsumerRequests() {}

    /// @return null if nothing is wrong with it
    public static @Nullable Refusal refusal(
            ConsumerGroupHeartbeatRequest request, int version, ConsumerGroupConfig config) {
        int epoch = request.memberEpoch();
        boolean needsId =
                version >= FIRST_VERSION_WITH_OWN_ID || epoch > JOINS || epoch == Progress.GONE;
        if (needsId && request.memberId().isBlank()) {
            return invalid("MemberId must not be empty.");
        }
        if (request.groupId().isBlank()) {
            return invalid("GroupId must not be empty.");
        }
        if (isBlank(request.instanceId())) {
            return invalid("InstanceId must not be empty.");
        }
        if (isBlank(request.rackId())) {
            return invalid("RackId must not be empty.");
        }
        Refusal refusal = epoch == JOINS ? joining(request) : null;
        if (refusal != null) {
            return refusal;
        }
        if (epoch == Progress.LEFT_FOR_A_WHILE && request.instanceId() == null) {
            return invalid("Only a static member can leave for a while: InstanceId is missing.");
        }
        if (epoch < Progress.LEFT_FOR_A_WHILE) {
            return invalid("MemberEpoch " + epoch + " means nothing.");
        }
        String assignor = request.serverAssignor();
        if (assignor != null && !config.assignors().contains(assignor)) {
            return new Refusal(
                    ErrorCode.UNSUPPORTED_ASSIGNOR,
                    "ServerAssignor " + assignor + " is none of " + config.assignors() + ".");
        }
        return null;
    }

    private static @Nullable Refusal joining(ConsumerGroupHeartbeatRequest request) {
        if (request.rebalanceTimeoutMs() == -1) {
            return invalid("RebalanceTimeoutMs is missing of one who joins.");
        }
        if (request.topicPartitions() == null || !request.topicPartitions().isEmpty()) {
            return invalid("TopicPartitions must be empty of one who joins.");
        }
        if (request.subscribedTopicNames() == null && request.subscribedTopicRegex() == null) {
            return invalid(
                    "SubscribedTopicNames or SubscribedTopicRegex is missing of one who joins.");
        }
        return null;
    }

    private static boolean isBlank(@Nullable String text) {
        return text != null && text.isBlank();
    }

    private static Refusal invalid(String message) {
        return new Refusal(ErrorCode.INVALID_REQUEST, message);
    }
}

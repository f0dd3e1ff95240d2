package io.zurau.client;

import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.message.ApiKey;
import io.zurau.protocol.message.HeartbeatRequest;
import io.zurau.protocol.message.HeartbeatResponse;
import io.zurau.protocol.message.JoinGroupRequest;
import io.zurau.protocol.message.JoinGroupResponse;
import io.zurau.protocol.message.LeaveGroupRequest;
import io.zurau.protocol.message.LeaveGroupResponse;
import io.zurau.protocol.message.SyncGroupRequest;
import io.zurau.protocol.message.SyncGroupResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;

/// What a member says to its group's coordinator. Each call asks once and waits for the answer.
///
/// @param topics what the member subscribes to
record GroupRequests(
        ConsumerConfig config, GroupCoordinatorConnection coordinator, SortedSet<String> topics) {
    private static final String PROTOCOL_TYPE = "consumer";
    private static final int LEAVES_IN_BATCHES_FROM = 3;
    private static final Duration JOIN_SLACK = Duration.ofSeconds(5);
    private static final Duration LONGEST_GOODBYE = Duration.ofSeconds(3);

    String groupId() {
        return config.groupId().orElseThrow();
    }

    /// Waits until all members have joined, which may take as long as the slowest may.
    JoinGroupResponse join(GroupMembership.Identity as) {
        JoinGroupRequest request =
                JoinGroupRequest.builder()
                        .groupId(groupId())
                        .sessionTimeoutMs((int) config.sessionTimeout().toMillis())
                        .rebalanceTimeoutMs((int) config.maxPollInterval().toMillis())
                        .memberId(as.memberId())
                        .groupInstanceId(config.instanceId().orElse(null))
                        .protocolType(PROTOCOL_TYPE)
                        .protocols(
                                List.of(
                                        JoinGroupRequest.JoinGroupRequestProtocol.builder()
                                                .name(RangeAssignor.NAME)
                                                .metadata(GroupBytes.subscription(topics))
                                                .build()))
                        .build();
        return coordinator.call(request, JoinGroupResponse.class, longestRebalance());
    }

    /// Waits until the leader has assigned.
    ///
    /// @param assigned by member; empty unless this member leads
    SyncGroupResponse sync(
            JoinGroupResponse joined, Map<String, ? extends List<TopicPartition>> assigned) {
        List<SyncGroupRequest.SyncGroupRequestAssignment> assignments = new ArrayList<>();
        assigned.forEach(
                (member, partitions) ->
                        assignments.add(
                                SyncGroupRequest.SyncGroupRequestAssignment.builder()
                                        .memberId(member)
                                        .assignment(GroupBytes.assignment(partitions))
                                        .build()));
        SyncGroupRequest request =
                SyncGroupRequest.builder()
                        .groupId(groupId())
                        .generationId(joined.generationId())
                        .memberId(joined.memberId())
                        .groupInstanceId(config.instanceId().orElse(null))
                        .protocolType(PROTOCOL_TYPE)
                        .protocolName(joined.protocolName())
                        .assignments(assignments)
                        .build();
        return coordinator.call(request, SyncGroupResponse.class, longestRebalance());
    }

    private Duration longestRebalance() {
        return config.maxPollInterval().plus(JOIN_SLACK);
    }

    ErrorCode heartbeat(GroupMembership.Identity as) {
        HeartbeatRequest request =
                HeartbeatRequest.builder()
                        .groupId(groupId())
                        .memberId(as.memberId())
                        .generationId(as.generation())
                        .groupInstanceId(config.instanceId().orElse(null))
                        .build();
        return ErrorCode.forCode(coordinator.call(request, HeartbeatResponse.class).errorCode());
    }

    void leave(GroupMembership.Identity as, String reason) {
        LeaveGroupRequest.Builder request = LeaveGroupRequest.builder().groupId(groupId());
        if (coordinator.version(ApiKey.LEAVE_GROUP) < LEAVES_IN_BATCHES_FROM) {
            request.memberId(as.memberId());
        } else {
            request.members(
                    List.of(
                            LeaveGroupRequest.MemberIdentity.builder()
                                    .memberId(as.memberId())
                                    .groupInstanceId(null)
                                    .reason(reason)
                                    .build()));
        }
        coordinator.call(request.build(), LeaveGroupResponse.class, LONGEST_GOODBYE);
    }
}

package io.zurau.coordinator.group;

import io.zurau.coordinator.Pending;
import io.zurau.coordinator.Reply;
import io.zurau.coordinator.group.config.GroupConfigs;
import io.zurau.coordinator.group.consumer.ConsumerRequests;
import io.zurau.coordinator.group.kind.ClientContext;
import io.zurau.coordinator.group.kind.Refusal;
import io.zurau.metadata.SupportedFeatures;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.message.ConsumerGroupDescribeResponse;
import io.zurau.protocol.message.ConsumerGroupHeartbeatRequest;
import io.zurau.protocol.message.ConsumerGroupHeartbeatResponse;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;

/// The [GroupCoordinator] as consumers of the new protocol meet it (KIP-848).
///
/// **Guard:** none of its own; the shards have theirs.
public final class ConsumerCoordinator {
    private final GroupCoordinator groups;
    private final GroupConfigs configs;
    private final Supplier<ClusterImage> images;

    ConsumerCoordinator(
            GroupCoordinator groups, GroupConfigs configs, Supplier<ClusterImage> images) {
        this.groups = groups;
        this.configs = configs;
        this.images = images;
    }

    /// A member joins, lives or leaves.
    public Pending<ConsumerGroupHeartbeatResponse> heartbeat(
            ConsumerGroupHeartbeatRequest request, ClientContext client) {
        Reply<ConsumerGroupHeartbeatResponse> reply =
                new Reply<>(
                        code ->
                                ConsumerGroupHeartbeatResponse.builder()
                                        .errorCode(code)
                                        .errorMessage(code.message())
                                        .build());
        Refusal refusal =
                groups.isOn(SupportedFeatures.GROUP_VERSION)
                        ? ConsumerRequests.refusal(
                                request, client.version(), configs.consumer(request.groupId()))
                        : new Refusal(
                                ErrorCode.UNSUPPORTED_VERSION, "The cluster's group.version is 0.");
        if (refusal != null) {
            reply.settle(
                    ConsumerGroupHeartbeatResponse.builder()
                            .errorCode(refusal.code())
                            .errorMessage(refusal.message())
                            .build());
            return reply;
        }
        UUID fresh = groups.uuid();
        String freshId =
                new Uuid(fresh.getMostSignificantBits(), fresh.getLeastSignificantBits())
                        .toString();
        return groups.submit(
                request.groupId(),
                new GroupCommand.ConsumerHeartbeat(request, client, freshId, images.get(), reply),
                reply);
    }

    public Pending<List<ConsumerGroupDescribeResponse.DescribedGroup>> describe(
            List<String> groupIds) {
        return GroupCoordinator.each(groupIds, this::describe);
    }

    private Pending<ConsumerGroupDescribeResponse.DescribedGroup> describe(String groupId) {
        Reply<ConsumerGroupDescribeResponse.DescribedGroup> reply =
                new Reply<>(
                        code ->
                                ConsumerGroupDescribeResponse.DescribedGroup.builder()
                                        .groupId(groupId)
                                        .errorCode(code)
                                        .build());
        if (!groups.isOn(SupportedFeatures.GROUP_VERSION)) {
            return GroupCoordinator.refused(reply, ErrorCode.UNSUPPORTED_VERSION);
        }
        return groupId.isEmpty()
                ? GroupCoordinator.refused(reply, ErrorCode.INVALID_GROUP_ID)
                : groups.submit(
                        groupId,
                        new GroupCommand.DescribeConsumerGroup(groupId, images.get(), reply),
                        reply);
    }
}

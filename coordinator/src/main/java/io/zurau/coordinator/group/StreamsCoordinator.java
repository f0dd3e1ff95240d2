package io.zurau.coordinator.group;

import io.zurau.coordinator.Pending;
import io.zurau.coordinator.Reply;
import io.zurau.coordinator.group.kind.ClientContext;
import io.zurau.coordinator.group.kind.Refusal;
import io.zurau.coordinator.group.streams.HeartbeatCheck;
import io.zurau.coordinator.group.streams.StreamsHeartbeatAnswer;
import io.zurau.metadata.SupportedFeatures;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.StreamsGroupDescribeResponse.DescribedGroup;
import io.zurau.protocol.message.StreamsGroupHeartbeatRequest;
import java.util.List;
import java.util.function.Supplier;

/// The [GroupCoordinator] as Kafka Streams applications meet it (KIP-1071).
///
/// **Guard:** none of its own; the shards have theirs.
public final class StreamsCoordinator {
    private final GroupCoordinator groups;
    private final Supplier<ClusterImage> images;

    StreamsCoordinator(GroupCoordinator groups, Supplier<ClusterImage> images) {
        this.groups = groups;
        this.images = images;
    }

    /// A member joins, lives or leaves.
    public Pending<StreamsHeartbeatAnswer> heartbeat(
            StreamsGroupHeartbeatRequest request, ClientContext client) {
        Reply<StreamsHeartbeatAnswer> reply = new Reply<>(StreamsHeartbeatAnswer::refused);
        Refusal refusal =
                isOn()
                        ? HeartbeatCheck.refusal(request)
                        : new Refusal(
                                ErrorCode.UNSUPPORTED_VERSION,
                                "The cluster's streams.version is 0.");
        if (refusal != null) {
            reply.settle(StreamsHeartbeatAnswer.refused(refusal));
            return reply;
        }
        return groups.submit(
                request.groupId(),
                new GroupCommand.StreamsHeartbeat(request, client, images.get(), reply),
                reply);
    }

    public Pending<List<DescribedGroup>> describe(List<String> groupIds) {
        return GroupCoordinator.each(groupIds, this::describe);
    }

    private Pending<DescribedGroup> describe(String groupId) {
        Reply<DescribedGroup> reply =
                new Reply<>(
                        code -> DescribedGroup.builder().groupId(groupId).errorCode(code).build());
        if (!isOn()) {
            return GroupCoordinator.refused(reply, ErrorCode.UNSUPPORTED_VERSION);
        }
        return groupId.isEmpty()
                ? GroupCoordinator.refused(reply, ErrorCode.INVALID_GROUP_ID)
                : groups.submit(groupId, new GroupCommand.DescribeStreams(groupId, reply), reply);
    }

    private boolean isOn() {
        return groups.isOn(SupportedFeatures.STREAMS_VERSION);
    }
}

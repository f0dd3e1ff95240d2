package io.zurau.coordinator.group;

import io.zurau.coordinator.Pending;
import io.zurau.coordinator.Reply;
import io.zurau.coordinator.group.kind.ClientContext;
import io.zurau.coordinator.group.kind.Refusal;
import io.zurau.coordinator.group.share.ShareHeartbeat;
import io.zurau.coordinator.group.share.ShareHeartbeatAnswer;
import io.zurau.coordinator.group.share.ShareStateAnswer;
import io.zurau.coordinator.group.share.ShareStateChange;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.ShareGroupDescribeResponse.DescribedGroup;
import io.zurau.protocol.message.ShareGroupHeartbeatRequest;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// The [GroupCoordinator] as members of share groups meet it (KIP-932), and those who look after
/// what such groups have done.
///
/// **Guard:** none of its own; the shards have theirs.
public final class ShareCoordinator {
    private final GroupCoordinator groups;
    private final Supplier<ClusterImage> images;

    ShareCoordinator(GroupCoordinator groups, Supplier<ClusterImage> images) {
        this.groups = groups;
        this.images = images;
    }

    /// A member joins, lives or leaves.
    public Pending<ShareHeartbeatAnswer> heartbeat(
            ShareGroupHeartbeatRequest request, ClientContext client) {
        Reply<ShareHeartbeatAnswer> reply = new Reply<>(ShareHeartbeatAnswer::refused);
        Optional<Refusal> refusal = ShareHeartbeat.check(request);
        if (refusal.isPresent()) {
            reply.settle(ShareHeartbeatAnswer.refused(refusal.get()));
            return reply;
        }
        return groups.submit(
                request.groupId(),
                new GroupCommand.ShareHeartbeat(request, client, images.get(), reply),
                reply);
    }

    public Pending<List<DescribedGroup>> describe(List<String> groupIds) {
        return GroupCoordinator.each(groupIds, this::describe);
    }

    private Pending<DescribedGroup> describe(String groupId) {
        Reply<DescribedGroup> reply =
                new Reply<>(
                        code -> DescribedGroup.builder().groupId(groupId).errorCode(code).build());
        return groupId.isEmpty()
                ? GroupCoordinator.refused(reply, ErrorCode.INVALID_GROUP_ID)
                : groups.submit(
                        groupId,
                        new GroupCommand.DescribeShare(groupId, images.get(), reply),
                        reply);
    }

    /// Changes what the share coordinator keeps for a share group.
    public Pending<ShareStateAnswer> change(String groupId, ShareStateChange change) {
        Reply<ShareStateAnswer> reply =
                new Reply<>(code -> ShareStateAnswer.refused(groupId, code, code.message()));
        return groupId.isEmpty()
                ? GroupCoordinator.refused(reply, ErrorCode.INVALID_GROUP_ID)
                : groups.submit(
                        groupId,
                        new GroupCommand.ShareState(groupId, change, images.get(), reply),
                        reply);
    }
}

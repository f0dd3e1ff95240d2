package io.zurau.coordinator.group;

import io.zurau.coordinator.LogEntry;
import io.zurau.coordinator.Reply;
import io.zurau.coordinator.group.consumer.Regexes;
import io.zurau.coordinator.group.kind.ClientContext;
import io.zurau.coordinator.group.share.ShareHeartbeatAnswer;
import io.zurau.coordinator.group.share.ShareStateAnswer;
import io.zurau.coordinator.group.share.ShareStateChange;
import io.zurau.coordinator.group.streams.StreamsHeartbeatAnswer;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.ConsumerGroupDescribeResponse;
import io.zurau.protocol.message.ConsumerGroupHeartbeatRequest;
import io.zurau.protocol.message.ConsumerGroupHeartbeatResponse;
import io.zurau.protocol.message.DeleteGroupsResponse.DeletableGroupResult;
import io.zurau.protocol.message.DescribeGroupsResponse.DescribedGroup;
import io.zurau.protocol.message.HeartbeatRequest;
import io.zurau.protocol.message.HeartbeatResponse;
import io.zurau.protocol.message.JoinGroupRequest;
import io.zurau.protocol.message.JoinGroupResponse;
import io.zurau.protocol.message.LeaveGroupRequest;
import io.zurau.protocol.message.LeaveGroupResponse;
import io.zurau.protocol.message.ListGroupsResponse.ListedGroup;
import io.zurau.protocol.message.OffsetCommitRequest;
import io.zurau.protocol.message.OffsetCommitResponse;
import io.zurau.protocol.message.OffsetDeleteRequest;
import io.zurau.protocol.message.OffsetDeleteResponse;
import io.zurau.protocol.message.OffsetFetchRequest.OffsetFetchRequestGroup;
import io.zurau.protocol.message.OffsetFetchResponse.OffsetFetchResponseGroup;
import io.zurau.protocol.message.ShareGroupDescribeResponse;
import io.zurau.protocol.message.ShareGroupHeartbeatRequest;
import io.zurau.protocol.message.StreamsGroupDescribeResponse;
import io.zurau.protocol.message.StreamsGroupHeartbeatRequest;
import io.zurau.protocol.message.SyncGroupRequest;
import io.zurau.protocol.message.SyncGroupResponse;
import io.zurau.protocol.message.TxnOffsetCommitRequest;
import io.zurau.protocol.message.TxnOffsetCommitResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a shard of groups is asked to do. Bytes inside requests may be gone when the command is
/// decided; what is needed of them is copied beside the request. Where topics matter, the image of
/// the cluster as it was when the request came is beside it too.
sealed interface GroupCommand {
    /// @param freshId for a member that has none yet
    /// @param protocols those of the request
    record Join(
            JoinGroupRequest request,
            ClientContext client,
            String freshId,
            List<Member.Protocol> protocols,
            ClusterImage image,
            Reply<JoinGroupResponse> reply)
            implements GroupCommand {

        Member member(String id) {
            int rebalanceTimeoutMs = request.rebalanceTimeoutMs();
            return new Member(
                    id,
                    request.groupInstanceId(),
                    client.clientId(),
                    client.clientHost(),
                    rebalanceTimeoutMs < 0 ? request.sessionTimeoutMs() : rebalanceTimeoutMs,
                    request.sessionTimeoutMs(),
                    protocols,
                    JoinGroupRequest.NO_BYTES);
        }
    }

    /// @param assignments by member id, from the leader
    record Sync(
            SyncGroupRequest request,
            Map<String, ByteBuffer> assignments,
            ClusterImage image,
            Reply<SyncGroupResponse> reply)
            implements GroupCommand {}

    record Heartbeat(HeartbeatRequest request, Reply<HeartbeatResponse> reply)
            implements GroupCommand {}

    /// @param request in the form of version 3 and later
    record Leave(LeaveGroupRequest request, Reply<LeaveGroupResponse> reply)
            implements GroupCommand {}

    record CommitOffsets(
            OffsetCommitRequest request, int version, Reply<OffsetCommitResponse> reply)
            implements GroupCommand {}

    /// Commits offsets once the producer's transaction is committed.
    ///
    /// @param permission of the log, to write for this transaction
    record CommitPending(
            TxnOffsetCommitRequest request,
            int version,
            @Nullable Object permission,
            Reply<TxnOffsetCommitResponse> reply)
            implements GroupCommand {}

    /// A producer's transaction has ended, says the coordinator of transactions.
    record EndTransaction(LogEntry.Ended end, Reply<ErrorCode> reply) implements GroupCommand {}

    /// @param stable whether offsets that a transaction may change soon are refused (KIP-447)
    record FetchOffsets(
            OffsetFetchRequestGroup request, boolean stable, Reply<OffsetFetchResponseGroup> reply)
            implements GroupCommand {}

    record DeleteOffsets(OffsetDeleteRequest request, Reply<OffsetDeleteResponse> reply)
            implements GroupCommand {}

    record Describe(String groupId, int version, Reply<DescribedGroup> reply)
            implements GroupCommand {}

    /// A member of the new protocol joins, lives or leaves.
    ///
    /// @param freshId for a member that has none yet
    record ConsumerHeartbeat(
            ConsumerGroupHeartbeatRequest request,
            ClientContext client,
            String freshId,
            ClusterImage image,
            Reply<ConsumerGroupHeartbeatResponse> reply)
            implements GroupCommand {}

    record DescribeConsumerGroup(
            String groupId,
            ClusterImage image,
            Reply<ConsumerGroupDescribeResponse.DescribedGroup> reply)
            implements GroupCommand {}

    /// Topics were looked up for the regular expressions of a group.
    record RegexesResolved(
            String groupId,
            Regexes.Question question,
            Map<String, NavigableSet<String>> answer,
            Reply<ErrorCode> reply)
            implements GroupCommand {}

    /// Lists every group of the shard.
    record ListGroups(Reply<Listing> reply) implements GroupCommand {}

    /// @param code `NONE` if these are all groups of the shard
    record Listing(ErrorCode code, List<ListedGroup> groups) {}

    record Delete(String groupId, Reply<DeletableGroupResult> reply) implements GroupCommand {}

    /// @param request without a fault that can be seen without the group
    record ShareHeartbeat(
            ShareGroupHeartbeatRequest request,
            ClientContext client,
            ClusterImage image,
            Reply<ShareHeartbeatAnswer> reply)
            implements GroupCommand {}

    record DescribeShare(
            String groupId,
            ClusterImage image,
            Reply<ShareGroupDescribeResponse.DescribedGroup> reply)
            implements GroupCommand {}

    /// Changes what the share coordinator keeps for a share group.
    record ShareState(
            String groupId,
            ShareStateChange change,
            ClusterImage image,
            Reply<ShareStateAnswer> reply)
            implements GroupCommand {}

    /// @param request without a fault that can be seen without the group
    record StreamsHeartbeat(
            StreamsGroupHeartbeatRequest request,
            ClientContext client,
            ClusterImage image,
            Reply<StreamsHeartbeatAnswer> reply)
            implements GroupCommand {}

    record DescribeStreams(String groupId, Reply<StreamsGroupDescribeResponse.DescribedGroup> reply)
            implements GroupCommand {}

    /// Drops the offsets of topics that were deleted.
    record ForgetTopics(Set<String> names, Reply<ErrorCode> reply) implements GroupCommand {}
}

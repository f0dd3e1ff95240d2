package io.zurau.broker.group;

import io.zurau.broker.RequestContext;
import io.zurau.broker.RequestHandler;
import io.zurau.broker.coordinator.PassingHandler;
import io.zurau.coordinator.Pending;
import io.zurau.coordinator.group.GroupCoordinator;
import io.zurau.coordinator.group.kind.ClientContext;
import io.zurau.metadata.Metadata;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.ApiKey;
import io.zurau.protocol.message.ConsumerGroupDescribeRequest;
import io.zurau.protocol.message.ConsumerGroupDescribeResponse;
import io.zurau.protocol.message.ConsumerGroupHeartbeatRequest;
import io.zurau.protocol.message.DeleteGroupsRequest;
import io.zurau.protocol.message.DeleteGroupsResponse;
import io.zurau.protocol.message.DescribeGroupsRequest;
import io.zurau.protocol.message.DescribeGroupsResponse;
import io.zurau.protocol.message.HeartbeatRequest;
import io.zurau.protocol.message.JoinGroupRequest;
import io.zurau.protocol.message.LeaveGroupRequest;
import io.zurau.protocol.message.ListGroupsRequest;
import io.zurau.protocol.message.SyncGroupRequest;
import java.util.List;

/// The handlers of the groups' APIs. Those that only pass a request to the coordinator are here;
/// those that have to do with topics or brokers have a file of their own.
final class GroupHandlers {
    /// Without an authorizer everyone may do with a group whatever can be done with one: READ,
    /// DELETE, DESCRIBE, DESCRIBE_CONFIGS and ALTER_CONFIGS, as bits of Kafka's numbers for them.
    private static final int ALL_OPERATIONS = 1 << 3 | 1 << 6 | 1 << 8 | 1 << 10 | 1 << 11;

    private GroupHandlers() {}

    static List<RequestHandler<?>> handlers(GroupCoordinator groups, Metadata metadata) {
        return List.of(
                new PassingHandler<JoinGroupRequest>(
                        ApiKey.JOIN_GROUP,
                        (request, context) -> groups.join(request, client(context))),
                new PassingHandler<SyncGroupRequest>(
                        ApiKey.SYNC_GROUP,
                        (request, context) -> groups.sync(request, context.version())),
                new PassingHandler<HeartbeatRequest>(
                        ApiKey.HEARTBEAT, (request, context) -> groups.heartbeat(request)),
                new PassingHandler<LeaveGroupRequest>(
                        ApiKey.LEAVE_GROUP,
                        (request, context) -> groups.leave(request, context.version())),
                new PassingHandler<DescribeGroupsRequest>(
                        ApiKey.DESCRIBE_GROUPS,
                        (request, context) -> describe(groups, request, context.version())),
                new PassingHandler<ConsumerGroupHeartbeatRequest>(
                        ApiKey.CONSUMER_GROUP_HEARTBEAT,
                        (request, context) ->
                                groups.consumers().heartbeat(request, client(context))),
                new PassingHandler<ConsumerGroupDescribeRequest>(
                        ApiKey.CONSUMER_GROUP_DESCRIBE,
                        (request, context) -> describe(groups, request)),
                new PassingHandler<ListGroupsRequest>(
                        ApiKey.LIST_GROUPS, (request, context) -> groups.listGroups(request)),
                new PassingHandler<DeleteGroupsRequest>(
                        ApiKey.DELETE_GROUPS, (request, context) -> delete(groups, request)),
                new OffsetCommitHandler(groups, metadata),
                new OffsetFetchHandler(groups, metadata),
                new OffsetDeleteHandler(groups, metadata));
    }

    private static ClientContext client(RequestContext context) {
        String clientId = context.clientId();
        return new ClientContext(
                clientId == null ? "" : clientId, "/" + context.clientHost(), context.version());
    }

    private static Pending<DescribeGroupsResponse> describe(
            GroupCoordinator groups, DescribeGroupsRequest request, int version) {
        Pending<List<DescribeGroupsResponse.DescribedGroup>> pending =
                groups.describeGroups(request.groups(), version);
        return () -> {
            List<DescribeGroupsResponse.DescribedGroup> described = pending.await();
            if (request.includeAuthorizedOperations()) {
                described = described.stream().map(GroupHandlers::withAllOperations).toList();
            }
            return DescribeGroupsResponse.builder().groups(described).build();
        };
    }

    private static DescribeGroupsResponse.DescribedGroup withAllOperations(
            DescribeGroupsResponse.DescribedGroup group) {
        return group.errorCode() == ErrorCode.NONE.code()
                ? group.toBuilder().authorizedOperations(ALL_OPERATIONS).build()
                : group;
    }

    private static Pending<ConsumerGroupDescribeResponse> describe(
            GroupCoordinator groups, ConsumerGroupDescribeRequest request) {
        Pending<List<ConsumerGroupDescribeResponse.DescribedGroup>> pending =
                groups.consumers().describe(request.groupIds());
        return () -> {
            List<ConsumerGroupDescribeResponse.DescribedGroup> described = pending.await();
            if (request.includeAuthorizedOperations()) {
                described = described.stream().map(GroupHandlers::withAllOperations).toList();
            }
            return ConsumerGroupDescribeResponse.builder().groups(described).build();
        };
    }

    private static ConsumerGroupDescribeResponse.DescribedGroup withAllOperations(
            ConsumerGroupDescribeResponse.DescribedGroup group) {
        return group.errorCode() == ErrorCode.NONE.code()
                ? group.toBuilder().authorizedOperations(ALL_OPERATIONS).build()
                : group;
    }

    private static Pending<DeleteGroupsResponse> delete(
            GroupCoordinator groups, DeleteGroupsRequest request) {
        Pending<List<DeleteGroupsResponse.DeletableGroupResult>> pending =
                groups.deleteGroups(request.groupsNames());
        return () -> DeleteGroupsResponse.builder().results(pending.await()).build();
    }
}

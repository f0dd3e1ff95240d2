package io.zurau.broker.group;

import io.zurau.broker.RequestContext;
import io.zurau.broker.RequestHandler;
import io.zurau.broker.coordinator.PassingHandler;
import io.zurau.coordinator.Pending;
import io.zurau.coordinator.group.GroupCoordinator;
import io.zurau.coordinator.group.kind.ClientContext;
import io.zurau.metadata.Metadata;
import io.zurau.metadata.control.Controller;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.ApiKey;
import io.zurau.protocol.message.ConsumerGroupDescribeRequest;
import io.zurau.protocol.message.ConsumerGroupDescribeResponse;
import io.zurau.protocol.message.ConsumerGroupHeartbeatRequest;
import io.zurau.protocol.message.DeleteGroupsRequest;
import io.zurau.protocol.message.DeleteGroupsResponse;
import io.zurau.protocol.message.DeleteGroupsResponse.DeletableGroupResult;
import io.zurau.protocol.message.DescribeGroupsRequest;
import io.zurau.protocol.message.DescribeGroupsResponse;
import io.zurau.protocol.message.HeartbeatRequest;
import io.zurau.protocol.message.JoinGroupRequest;
import io.zurau.protocol.message.LeaveGroupRequest;
import io.zurau.protocol.message.ListGroupsRequest;
import io.zurau.protocol.message.StreamsGroupDescribeRequest;
import io.zurau.protocol.message.StreamsGroupDescribeResponse;
import io.zurau.protocol.message.SyncGroupRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The handlers of the groups' APIs. Those that only pass a request to the coordinator are here;
/// those that have to do with topics or brokers have a file of their own.
final class GroupHandlers {
    /// Without an authorizer everyone may do with a group whatever can be done with one: READ,
    /// DELETE, DESCRIBE, DESCRIBE_CONFIGS and ALTER_CONFIGS, as bits of Kafka's numbers for them.
    static final int ALL_OPERATIONS = 1 << 3 | 1 << 6 | 1 << 8 | 1 << 10 | 1 << 11;

    private static final byte DESCRIPTION_NOT_STORED = 1;

    private GroupHandlers() {}

    static List<RequestHandler<?>> handlers(
            GroupCoordinator groups,
            ShareGroupStates shareStates,
            Metadata metadata,
            Controller controller) {
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
                        ApiKey.DELETE_GROUPS, (request, _) -> delete(groups, shareStates, request)),
                new OffsetCommitHandler(groups, metadata),
                new OffsetFetchHandler(groups, metadata),
                new OffsetDeleteHandler(groups, metadata),
                new StreamsGroupHeartbeatHandler(groups, controller),
                new PassingHandler<StreamsGroupDescribeRequest>(
                        ApiKey.STREAMS_GROUP_DESCRIBE,
                        (request, context) -> describeStreams(groups, request)));
    }

    static ClientContext client(RequestContext context) {
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

    private static Pending<StreamsGroupDescribeResponse> describeStreams(
            GroupCoordinator groups, StreamsGroupDescribeRequest request) {
        Pending<List<StreamsGroupDescribeResponse.DescribedGroup>> pending =
                groups.streams().describe(request.groupIds());
        return () ->
                StreamsGroupDescribeResponse.builder()
                        .groups(
                                pending.await().stream()
                                        .map(group -> described(group, request))
                                        .toList())
                        .build();
    }

    /// There is no plugin that would keep descriptions of topologies (KIP-1331).
    private static StreamsGroupDescribeResponse.DescribedGroup described(
            StreamsGroupDescribeResponse.DescribedGroup group,
            StreamsGroupDescribeRequest request) {
        if (group.errorCode() != ErrorCode.NONE.code()) {
            return group;
        }
        StreamsGroupDescribeResponse.DescribedGroup.Builder more = group.toBuilder();
        if (request.includeAuthorizedOperations()) {
            more.authorizedOperations(ALL_OPERATIONS);
        }
        if (request.includeTopologyDescription()) {
            more.topologyDescriptionStatus(DESCRIPTION_NOT_STORED);
        }
        return more.build();
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

    /// What share groups have done is deleted before themselves.
    private static Pending<DeleteGroupsResponse> delete(
            GroupCoordinator groups, ShareGroupStates shareStates, DeleteGroupsRequest request) {
        Pending<Map<String, ErrorCode>> forgotten = shareStates.deleteAll(request.groupsNames());
        return () -> {
            Map<String, ErrorCode> refused = forgotten.await();
            List<DeletableGroupResult> results = new ArrayList<>();
            refused.forEach(
                    (groupId, code) ->
                            results.add(
                                    DeletableGroupResult.builder()
                                            .groupId(groupId)
                                            .errorCode(code)
                                            .build()));
            results.addAll(
                    groups.deleteGroups(
                                    request.groupsNames().stream()
                                            .filter(name -> !refused.containsKey(name))
                                            .toList())
                            .await());
            return DeleteGroupsResponse.builder().results(results).build();
        };
    }
}

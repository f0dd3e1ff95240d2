package io.zurau.broker.group;

import io.zurau.broker.RequestContext;
import io.zurau.broker.RequestHandler;
import io.zurau.broker.coordinator.PassingHandler;
import io.zurau.coordinator.Pending;
import io.zurau.coordinator.group.GroupCoordinator;
import io.zurau.coordinator.group.kind.ClientContext;
import io.zurau.coordinator.group.share.ShareHeartbeatAnswer;
import io.zurau.coordinator.group.share.ShareStateOrder;
import io.zurau.metadata.Metadata;
import io.zurau.metadata.SupportedFeatures;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.AlterShareGroupOffsetsRequest;
import io.zurau.protocol.message.ApiKey;
import io.zurau.protocol.message.ApiRequest;
import io.zurau.protocol.message.ApiResponse;
import io.zurau.protocol.message.DeleteShareGroupOffsetsRequest;
import io.zurau.protocol.message.DescribeShareGroupOffsetsRequest;
import io.zurau.protocol.message.ShareGroupDescribeRequest;
import io.zurau.protocol.message.ShareGroupDescribeResponse;
import io.zurau.protocol.message.ShareGroupDescribeResponse.DescribedGroup;
import io.zurau.protocol.message.ShareGroupHeartbeatRequest;
import io.zurau.protocol.message.ShareGroupHeartbeatResponse;
import java.util.List;
import java.util.function.BiFunction;

/// The handlers of share groups' members and administrators (KIP-932).
final class ShareGroupHandlers {
    private static final int LONGEST_MEMBER_ID = 36;

    private final GroupCoordinator groups;
    private final ShareGroupStates states;
    private final Metadata metadata;

    private ShareGroupHandlers(
            GroupCoordinator groups, ShareGroupStates states, Metadata metadata) {
        this.groups = groups;
        this.states = states;
        this.metadata = metadata;
    }

    static List<RequestHandler<?>> handlers(
            GroupCoordinator groups, ShareGroupStates states, EndOffsets ends, Metadata metadata) {
        ShareGroupHandlers handlers = new ShareGroupHandlers(groups, states, metadata);
        ShareGroupOffsets offsets = new ShareGroupOffsets(groups, states, ends, metadata);
        return List.of(
                handlers.<ShareGroupHeartbeatRequest>handler(
                        ApiKey.SHARE_GROUP_HEARTBEAT,
                        (request, context) ->
                                handlers.heartbeat(request, GroupHandlers.client(context))),
                handlers.<ShareGroupDescribeRequest>handler(
                        ApiKey.SHARE_GROUP_DESCRIBE, (request, _) -> handlers.describe(request)),
                handlers.<DescribeShareGroupOffsetsRequest>handler(
                        ApiKey.DESCRIBE_SHARE_GROUP_OFFSETS,
                        (request, _) -> offsets.describe(request)),
                handlers.<AlterShareGroupOffsetsRequest>handler(
                        ApiKey.ALTER_SHARE_GROUP_OFFSETS, (request, _) -> offsets.alter(request)),
                handlers.<DeleteShareGroupOffsetsRequest>handler(
                        ApiKey.DELETE_SHARE_GROUP_OFFSETS,
                        (request, _) -> offsets.delete(request)));
    }

    /// Where share groups are turned off nothing is known of them.
    private <Q extends ApiRequest> PassingHandler<Q> handler(
            ApiKey api, BiFunction<Q, RequestContext, Pending<? extends ApiResponse>> call) {
        return new PassingHandler<Q>(
                api,
                (request, context) ->
                        isOn()
                                ? call.apply(request, context)
                                : Pending.done(
                                        request.errorResponse(
                                                ErrorCode.UNSUPPORTED_VERSION,
                                                ErrorCode.UNSUPPORTED_VERSION.message(),
                                                context.version())));
    }

    private boolean isOn() {
        return metadata.image().features().getOrDefault(SupportedFeatures.SHARE_VERSION, (short) 0)
                > 0;
    }

    /// Differs from Kafka: a member whose partitions nobody has consumed before gets them with this
    /// answer, and not with that of its next heartbeat, seconds later.
    private Pending<ShareGroupHeartbeatResponse> heartbeat(
            ShareGroupHeartbeatRequest request, ClientContext client) {
        if (request.memberId().isEmpty() || request.memberId().length() > LONGEST_MEMBER_ID) {
            return Pending.done(
                    ShareGroupHeartbeatResponse.builder()
                            .errorCode(ErrorCode.INVALID_REQUEST)
                            .build());
        }
        Pending<ShareHeartbeatAnswer> pending = groups.shares().heartbeat(request, client);
        return () -> {
            ShareHeartbeatAnswer answer = pending.await();
            ShareStateOrder order = answer.initialize();
            if (order == null || !states.initialize(order).await()) {
                return answer.response();
            }
            ShareGroupHeartbeatRequest next =
                    ShareGroupHeartbeatRequest.builder()
                            .groupId(request.groupId())
                            .memberId(request.memberId())
                            .memberEpoch(answer.response().memberEpoch())
                            .build();
            ShareGroupHeartbeatResponse again =
                    groups.shares().heartbeat(next, client).await().response();
            return again.errorCode() == ErrorCode.NONE.code() && again.assignment() != null
                    ? again
                    : answer.response();
        };
    }

    private Pending<ShareGroupDescribeResponse> describe(ShareGroupDescribeRequest request) {
        Pending<List<DescribedGroup>> pending = groups.shares().describe(request.groupIds());
        return () -> {
            List<DescribedGroup> described = pending.await();
            if (request.includeAuthorizedOperations()) {
                described = described.stream().map(ShareGroupHandlers::withAllOperations).toList();
            }
            return ShareGroupDescribeResponse.builder().groups(described).build();
        };
    }

    private static DescribedGroup withAllOperations(DescribedGroup group) {
        return group.errorCode() == ErrorCode.NONE.code()
                ? group.toBuilder().authorizedOperations(GroupHandlers.ALL_OPERATIONS).build()
                : group;
    }
}

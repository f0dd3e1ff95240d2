package io.zurau.broker.coordinator;

import io.zurau.broker.Answer;
import io.zurau.broker.RequestContext;
import io.zurau.broker.RequestHandler;
import io.zurau.coordinator.share.SharePartitionKey;
import io.zurau.metadata.Metadata;
import io.zurau.metadata.image.BrokerImage;
import io.zurau.metadata.image.Endpoint;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.ApiKey;
import io.zurau.protocol.message.FindCoordinatorRequest;
import io.zurau.protocol.message.FindCoordinatorResponse;
import io.zurau.protocol.message.FindCoordinatorResponse.Coordinator;
import java.util.Optional;

/// Says which broker coordinates a group, the transactions of a producer or the state of a share
/// partition: the leader of its partition of `__consumer_offsets`, `__transaction_state` or
/// `__share_group_state`, which is made when it is first needed.
public final class FindCoordinatorHandler implements RequestHandler<FindCoordinatorRequest> {
    private static final int LAST_VERSION_WITH_ONE_KEY = 3;
    private static final byte GROUP = 0;
    private static final byte TRANSACTION = 1;
    private static final byte SHARE = 2;
    private static final int FIRST_VERSION_WITH_SHARES = 6;
    private static final int NOBODY = -1;

    private final CoordinatorTopic groups;
    private final CoordinatorTopic transactions;
    private final CoordinatorTopic shares;
    private final Metadata metadata;

    public FindCoordinatorHandler(
            CoordinatorTopic groups,
            CoordinatorTopic transactions,
            CoordinatorTopic shares,
            Metadata metadata) {
        this.groups = groups;
        this.transactions = transactions;
        this.shares = shares;
        this.metadata = metadata;
    }

    @Override
    public ApiKey api() {
        return ApiKey.FIND_COORDINATOR;
    }

    @Override
    public Answer handle(FindCoordinatorRequest request, RequestContext context) {
        if (context.version() <= LAST_VERSION_WITH_ONE_KEY) {
            Coordinator one = find(request.keyType(), request.key(), context);
            return Answer.of(
                    FindCoordinatorResponse.builder()
                            .errorCode(one.errorCode())
                            .errorMessage(
                                    one.errorCode() == ErrorCode.NONE.code()
                                            ? ErrorCode.NONE.name() // As Kafka.
                                            : one.errorMessage())
                            .nodeId(one.nodeId())
                            .host(one.host())
                            .port(one.port())
                            .build());
        }
        return Answer.of(
                FindCoordinatorResponse.builder()
                        .coordinators(
                                request.coordinatorKeys().stream()
                                        .map(key -> find(request.keyType(), key, context))
                                        .toList())
                        .build());
    }

    private Coordinator find(byte keyType, String key, RequestContext context) {
        return switch (keyType) {
            case GROUP -> find(groups, key, context);
            case TRANSACTION -> find(transactions, key, context);
            case SHARE ->
                    context.version() >= FIRST_VERSION_WITH_SHARES
                                    && SharePartitionKey.parse(key).isPresent()
                            ? find(shares, key, context)
                            : refusal(
                                    key,
                                    ErrorCode.INVALID_REQUEST,
                                    "A share partition is named as group:topicId:partition.");
            default ->
                    refusal(
                            key,
                            ErrorCode.INVALID_REQUEST,
                            "There are no coordinators of type " + keyType + ".");
        };
    }

    private Coordinator find(CoordinatorTopic topic, String key, RequestContext context) {
        if (topic.findOrCreate().isEmpty()) {
            return refusal(
                    key,
                    ErrorCode.COORDINATOR_NOT_AVAILABLE,
                    "The topic " + topic.name() + " could not be created.");
        }
        int leader = topic.coordinatorOf(topic.partitionOf(key));
        BrokerImage broker = metadata.image().brokers().get(leader);
        Optional<Endpoint> endpoint =
                broker == null ? Optional.empty() : broker.endpoint(context.listener());
        if (endpoint.isEmpty()) {
            return refusal(
                    key,
                    ErrorCode.COORDINATOR_NOT_AVAILABLE,
                    ErrorCode.COORDINATOR_NOT_AVAILABLE.message());
        }
        return Coordinator.builder()
                .key(key)
                .nodeId(leader)
                .host(endpoint.get().host())
                .port(endpoint.get().port())
                .build();
    }

    private static Coordinator refusal(String key, ErrorCode code, String message) {
        return Coordinator.builder()
                .key(key)
                .errorCode(code)
                .errorMessage(message)
                .nodeId(NOBODY)
                .port(NOBODY)
                .build();
    }
}

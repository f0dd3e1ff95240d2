package io.zurau.broker.admin;

import io.zurau.broker.Answer;
import io.zurau.broker.RequestContext;
import io.zurau.broker.RequestHandler;
import io.zurau.metadata.Metadata;
import io.zurau.metadata.image.BrokerImage;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.ApiKey;
import io.zurau.protocol.message.DescribeClusterRequest;
import io.zurau.protocol.message.DescribeClusterResponse;
import io.zurau.protocol.message.DescribeClusterResponse.DescribeClusterBroker;
import java.util.ArrayList;
import java.util.List;

/// Tells which brokers there are, with those that are fenced if asked for.
final class DescribeClusterHandler implements RequestHandler<DescribeClusterRequest> {
    private static final byte BROKERS = 1;
    private static final byte CONTROLLERS = 2;

    private final Metadata metadata;

    DescribeClusterHandler(Metadata metadata) {
        this.metadata = metadata;
    }

    @Override
    public ApiKey api() {
        return ApiKey.DESCRIBE_CLUSTER;
    }

    @Override
    public Answer handle(DescribeClusterRequest request, RequestContext context) {
        return Answer.of(
                switch (request.endpointType()) {
                    case BROKERS -> answer(request, context);
                    case CONTROLLERS ->
                            request.errorResponse(
                                    ErrorCode.MISMATCHED_ENDPOINT_TYPE,
                                    "The request was sent to a broker, but asks for controllers.",
                                    context.version());
                    default ->
                            request.errorResponse(
                                    ErrorCode.UNSUPPORTED_ENDPOINT_TYPE,
                                    "Unsupported endpoint type " + request.endpointType() + ".",
                                    context.version());
                });
    }

    private DescribeClusterResponse answer(DescribeClusterRequest request, RequestContext context) {
        ClusterImage image = metadata.image();
        List<DescribeClusterBroker> brokers = new ArrayList<>();
        for (BrokerImage broker : image.brokers().values()) {
            if (broker.fenced() && !request.includeFencedBrokers()) {
                continue;
            }
            broker.endpoint(context.listener())
                    .ifPresent(
                            at ->
                                    brokers.add(
                                            DescribeClusterBroker.builder()
                                                    .brokerId(broker.nodeId())
                                                    .host(at.host())
                                                    .port(at.port())
                                                    .rack(broker.rack())
                                                    .isFenced(broker.fenced())
                                                    .build()));
        }
        return DescribeClusterResponse.builder()
                .endpointType(BROKERS)
                .clusterId(image.clusterId())
                .controllerId(MetadataHandler.controller(image))
                .brokers(brokers)
                .clusterAuthorizedOperations(
                        Operations.onCluster(request.includeClusterAuthorizedOperations()))
                .build();
    }
}

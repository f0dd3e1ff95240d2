package io.zurau.broker.cluster;

import io.zurau.broker.Answer;
import io.zurau.broker.RequestContext;
import io.zurau.broker.RequestHandler;
import io.zurau.protocol.message.ApiKey;
import io.zurau.protocol.message.BrokerHeartbeatRequest;

/// Takes the heartbeats of the other brokers.
public final class BrokerHeartbeatHandler implements RequestHandler<BrokerHeartbeatRequest> {
    private final ActiveController controller;

    public BrokerHeartbeatHandler(ActiveController controller) {
        this.controller = controller;
    }

    @Override
    public ApiKey api() {
        return ApiKey.BROKER_HEARTBEAT;
    }

    @Override
    public Answer handle(BrokerHeartbeatRequest request, RequestContext context) {
        return Answer.of(controller.heartbeat(request));
    }
}

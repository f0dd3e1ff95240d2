package io.zurau.broker.coordinator;

import io.zurau.broker.Answer;
import io.zurau.broker.RequestContext;
import io.zurau.broker.RequestHandler;
import io.zurau.coordinator.Pending;
import io.zurau.protocol.message.ApiKey;
import io.zurau.protocol.message.ApiRequest;
import io.zurau.protocol.message.ApiResponse;
import java.util.function.BiFunction;

/// A handler that only passes its request to a coordinator.
public record PassingHandler<Q extends ApiRequest>(
        ApiKey api, BiFunction<Q, RequestContext, Pending<? extends ApiResponse>> call)
        implements RequestHandler<Q> {
    @Override
    public Answer handle(Q request, RequestContext context) {
        return later(call.apply(request, context));
    }

    /// Gives the coordinator's answer when it is there; the connection reads on meanwhile.
    public static Answer later(Pending<? extends ApiResponse> pending) {
        return (Answer.Pending) pending::await;
    }
}

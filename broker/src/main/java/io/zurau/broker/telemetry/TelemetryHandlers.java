package io.zurau.broker.telemetry;

import io.zurau.broker.Answer;
import io.zurau.broker.RequestContext;
import io.zurau.broker.RequestHandler;
import io.zurau.protocol.message.ApiKey;
import io.zurau.protocol.message.GetTelemetrySubscriptionsRequest;
import io.zurau.protocol.message.PushTelemetryRequest;
import io.zurau.protocol.message.PushTelemetryResponse;
import java.util.List;

/// The handlers of the APIs by which clients push their metrics.
public final class TelemetryHandlers {
    private TelemetryHandlers() {}

    public static List<RequestHandler<?>> handlers(ClientTelemetry telemetry) {
        return List.of(new GetSubscriptions(telemetry), new Push(telemetry));
    }

    private record GetSubscriptions(ClientTelemetry telemetry)
            implements RequestHandler<GetTelemetrySubscriptionsRequest> {
        @Override
        public ApiKey api() {
            return ApiKey.GET_TELEMETRY_SUBSCRIPTIONS;
        }

        @Override
        public Answer handle(GetTelemetrySubscriptionsRequest request, RequestContext context) {
            return Answer.of(telemetry.subscriptionOf(request, context));
        }
    }

    private record Push(ClientTelemetry telemetry) implements RequestHandler<PushTelemetryRequest> {
        @Override
        public ApiKey api() {
            return ApiKey.PUSH_TELEMETRY;
        }

        @Override
        public Answer handle(PushTelemetryRequest request, RequestContext context) {
            return Answer.of(
                    PushTelemetryResponse.builder()
                            .errorCode(telemetry.push(request, context))
                            .build());
        }
    }
}

package io.zurau.broker;

import io.zurau.metadata.control.QuorumUnavailable;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.MalformedMessage;
import io.zurau.protocol.message.ApiKey;
import io.zurau.protocol.message.ApiRequest;
import io.zurau.protocol.message.ApiResponse;
import io.zurau.runtime.StorageFailure;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings each request to the handler of its API, and turns what a handler throws into an answer.
///
/// Immutable: the handlers are given once.
public final class RequestRouter {
    private static final Logger log = LoggerFactory.getLogger(RequestRouter.class);

    private final Map<ApiKey, RequestHandler<?>> handlers;

    public RequestRouter(Collection<RequestHandler<?>> handlers) {
        Map<ApiKey, RequestHandler<?>> byApi = new EnumMap<>(ApiKey.class);
        for (RequestHandler<?> handler : handlers) {
            if (byApi.put(handler.api(), handler) != null) {
                throw new IllegalArgumentException("Two handlers for " + handler.api() + ".");
            }
        }
        this.handlers = Collections.unmodifiableMap(byApi);
    }

    /// The APIs that have a handler, in the order of their numbers.
    public Set<ApiKey> apis() {
        return handlers.keySet();
    }

    /// Whether there is a handler.
    public boolean serves(ApiKey api) {
        return handlers.containsKey(api);
    }

    /// Answers a request. An API without a handler is refused as an unsupported version.
    public Answer route(ApiRequest request, RequestContext context) throws InterruptedException {
        RequestHandler<?> handler = handlers.get(context.api());
        if (handler == null) {
            return Answer.of(
                    request.errorResponse(ErrorCode.UNSUPPORTED_VERSION, context.version()));
        }
        try {
            Answer answer = handle(handler, request, context);
            return answer instanceof Answer.Pending pending
                    ? new Guarded(pending, request, context)
                    : answer;
        } catch (RuntimeException e) {
            return Answer.of(excuse(e, request, context));
        }
    }

    @SuppressWarnings("unchecked") // The handler of an API takes the requests of that API.
    private static <Q extends ApiRequest> Answer handle(
            RequestHandler<Q> handler, ApiRequest request, RequestContext context)
            throws InterruptedException {
        return handler.handle((Q) request, context);
    }

    /// The one place where an exception becomes an answer.
    private static ApiResponse excuse(
            RuntimeException trouble, ApiRequest request, RequestContext context) {
        return switch (trouble) {
            case MalformedMessage malformed -> throw malformed; // Ends the connection.
            case ClosesConnection closes -> throw closes;
            case StorageFailure failure ->
                    request.errorResponse(
                            ErrorCode.KAFKA_STORAGE_ERROR, failure.getMessage(), context.version());
            case QuorumUnavailable unavailable ->
                    request.errorResponse(
                            ErrorCode.REQUEST_TIMED_OUT,
                            unavailable.getMessage(),
                            context.version());
            default -> {
                log.atError()
                        .addKeyValue("api", context.api())
                        .addKeyValue("version", context.version())
                        .addKeyValue("clientId", context.clientId())
                        .setCause(trouble)
                        .log("A request failed because of a bug");
                yield request.errorResponse(ErrorCode.UNKNOWN_SERVER_ERROR, context.version());
            }
        };
    }

    /// A pending answer whose exceptions become answers too.
    private record Guarded(Answer.Pending pending, ApiRequest request, RequestContext context)
            implements Answer.Pending {
        @Override
        public ApiResponse await() throws InterruptedException {
            try {
                return pending.await();
            } catch (RuntimeException e) {
                return excuse(e, request, context);
            }
        }
    }
}

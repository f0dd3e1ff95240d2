package io.zurau.broker.transaction;

import io.zurau.broker.Answer;
import io.zurau.broker.RequestContext;
import io.zurau.broker.RequestHandler;
import io.zurau.broker.coordinator.PassingHandler;
import io.zurau.coordinator.Pending;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.ApiKey;
import io.zurau.protocol.message.InitProducerIdRequest;
import io.zurau.protocol.message.InitProducerIdResponse;
import java.util.OptionalLong;
import java.util.function.BiFunction;

/// Gives a producer its id; one with transactions gets it from the coordinator of these.
final class InitProducerIdHandler implements RequestHandler<InitProducerIdRequest> {
    private static final long NO_ID = -1;
    private static final short NO_EPOCH = -1;
    private static final short FIRST_EPOCH = 0;

    private final ProducerIds ids;
    private final BiFunction<InitProducerIdRequest, Integer, Pending<InitProducerIdResponse>>
            transactional;

    /// @param transactional answers requests with transactional ids, of each version
    InitProducerIdHandler(
            ProducerIds ids,
            BiFunction<InitProducerIdRequest, Integer, Pending<InitProducerIdResponse>>
                    transactional) {
        this.ids = ids;
        this.transactional = transactional;
    }

    @Override
    public ApiKey api() {
        return ApiKey.INIT_PRODUCER_ID;
    }

    @Override
    public Answer handle(InitProducerIdRequest request, RequestContext context) {
        int version = context.version();
        boolean halfKnown =
                (request.producerId() == NO_ID) != (request.producerEpoch() == NO_EPOCH);
        if (halfKnown) {
            return Answer.of(request.errorResponse(ErrorCode.INVALID_REQUEST, version));
        }
        if (request.transactionalId() != null) {
            return PassingHandler.later(transactional.apply(request, version));
        }
        OptionalLong id = ids.next();
        if (id.isEmpty()) {
            return Answer.of(
                    request.errorResponse(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS, version));
        }
        return Answer.of(
                InitProducerIdResponse.builder()
                        .errorCode(ErrorCode.NONE)
                        .producerId(id.getAsLong())
                        .producerEpoch(FIRST_EPOCH)
                        .build());
    }
}

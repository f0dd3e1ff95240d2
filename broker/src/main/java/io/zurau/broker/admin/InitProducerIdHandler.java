package io.zurau.broker.admin;

import io.zurau.broker.Answer;
import io.zurau.broker.RequestContext;
import io.zurau.broker.RequestHandler;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.ApiKey;
import io.zurau.protocol.message.ApiResponse;
import io.zurau.protocol.message.InitProducerIdRequest;
import io.zurau.protocol.message.InitProducerIdResponse;
import java.util.OptionalLong;

/// Gives an idempotent producer its id. Producers with transactions are refused: there are none
/// yet.
final class InitProducerIdHandler implements RequestHandler<InitProducerIdRequest> {
    private static final long NO_ID = -1;
    private static final short NO_EPOCH = -1;
    private static final short FIRST_EPOCH = 0;

    private final ProducerIds ids;

    InitProducerIdHandler(ProducerIds ids) {
        this.ids = ids;
    }

    @Override
    public ApiKey api() {
        return ApiKey.INIT_PRODUCER_ID;
    }

    @Override
    public Answer handle(InitProducerIdRequest request, RequestContext context) {
        return Answer.of(answer(request, context.version()));
    }

    private ApiResponse answer(InitProducerIdRequest request, int version) {
        String transactionalId = request.transactionalId();
        boolean halfKnown =
                (request.producerId() == NO_ID) != (request.producerEpoch() == NO_EPOCH);
        if (halfKnown || (transactionalId != null && transactionalId.isEmpty())) {
            return request.errorResponse(ErrorCode.INVALID_REQUEST, version);
        }
        if (transactionalId != null) {
            // Clients take this as final and name it to the user; what they retry would hang them.
            return request.errorResponse(ErrorCode.UNSUPPORTED_VERSION, version);
        }
        OptionalLong id = ids.next();
        if (id.isEmpty()) {
            return request.errorResponse(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS, version);
        }
        return InitProducerIdResponse.builder()
                .errorCode(ErrorCode.NONE)
                .producerId(id.getAsLong())
                .producerEpoch(FIRST_EPOCH)
                .build();
    }
}

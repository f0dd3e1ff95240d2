package io.zurau.broker.admin;

import io.zurau.broker.Answer;
import io.zurau.broker.RequestContext;
import io.zurau.broker.RequestHandler;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.ApiKey;
import io.zurau.protocol.message.DescribeClientQuotasRequest;
import io.zurau.protocol.message.DescribeClientQuotasRequest.ComponentData;
import io.zurau.protocol.message.DescribeClientQuotasResponse;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Tells that there are no quotas yet, if the question makes sense. Kafka's tools ask for them
/// beside other things.
final class DescribeClientQuotasHandler implements RequestHandler<DescribeClientQuotasRequest> {
    private static final Set<String> ENTITIES = Set.of("user", "client-id", "ip");
    private static final byte EXACT = 0;
    private static final byte SPECIFIED = 2; // Any; between them the default.

    @Override
    public ApiKey api() {
        return ApiKey.DESCRIBE_CLIENT_QUOTAS;
    }

    @Override
    public Answer handle(DescribeClientQuotasRequest request, RequestContext context) {
        Set<String> entities = new HashSet<>();
        for (ComponentData component : request.components()) {
            String entity = component.entityType();
            if (!entity.isEmpty() && !ENTITIES.contains(entity)) {
                return refused(
                        ErrorCode.UNSUPPORTED_VERSION, "Unsupported entity type " + entity + ".");
            }
            if (entity.isEmpty() || !entities.add(entity) || !isSound(component)) {
                return refused(
                        ErrorCode.INVALID_REQUEST,
                        "The filter for the entity type '" + entity + "' makes no sense.");
            }
        }
        if (entities.contains("ip") && entities.size() > 1) {
            return refused(
                    ErrorCode.INVALID_REQUEST, "Addresses have no quotas together with others.");
        }
        return Answer.of(DescribeClientQuotasResponse.builder().entries(List.of()).build());
    }

    private static boolean isSound(ComponentData component) {
        byte type = component.matchType();
        return type >= EXACT && type <= SPECIFIED && (type == EXACT) == (component.match() != null);
    }

    private static Answer refused(ErrorCode code, String reason) {
        return Answer.of(
                DescribeClientQuotasResponse.builder()
                        .errorCode(code)
                        .errorMessage(reason)
                        .entries(null)
                        .build());
    }
}

package io.zurau.broker.admin;

import io.zurau.broker.Answer;
import io.zurau.broker.RequestContext;
import io.zurau.broker.RequestHandler;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.ApiKey;
import io.zurau.protocol.message.DescribeUserScramCredentialsRequest;
import io.zurau.protocol.message.DescribeUserScramCredentialsRequest.UserName;
import io.zurau.protocol.message.DescribeUserScramCredentialsResponse;
import io.zurau.protocol.message.DescribeUserScramCredentialsResponse.DescribeUserScramCredentialsResult;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Tells that there are no users yet. Kafka's tools ask for them beside other things.
final class DescribeUserScramCredentialsHandler
        implements RequestHandler<DescribeUserScramCredentialsRequest> {
    @Override
    public ApiKey api() {
        return ApiKey.DESCRIBE_USER_SCRAM_CREDENTIALS;
    }

    @Override
    public Answer handle(DescribeUserScramCredentialsRequest request, RequestContext context) {
        List<UserName> asked = request.users() == null ? List.of() : request.users();
        Map<String, DescribeUserScramCredentialsResult> results = new LinkedHashMap<>();
        for (UserName user : asked) {
            results.merge(user.name(), unknown(user.name()), (once, twice) -> named(once.user()));
        }
        return Answer.of(
                DescribeUserScramCredentialsResponse.builder()
                        .results(List.copyOf(results.values()))
                        .build());
    }

    private static DescribeUserScramCredentialsResult unknown(String user) {
        return refused(user, ErrorCode.RESOURCE_NOT_FOUND, "There is no user " + user + ".");
    }

    private static DescribeUserScramCredentialsResult named(String user) {
        return refused(user, ErrorCode.DUPLICATE_RESOURCE, "The user " + user + " is named twice.");
    }

    private static DescribeUserScramCredentialsResult refused(
            String user, ErrorCode code, String reason) {
        return DescribeUserScramCredentialsResult.builder()
                .user(user)
                .errorCode(code)
                .errorMessage(reason)
                .build();
    }
}

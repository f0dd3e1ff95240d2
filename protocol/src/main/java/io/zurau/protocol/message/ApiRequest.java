package io.zurau.protocol.message;

import io.zurau.protocol.ErrorCode;
import org.jspecify.annotations.Nullable;

/// The body of a request.
public interface ApiRequest extends ApiMessage {
    ApiKey apiKey();

    /// The answer that refuses the whole request: the error at the top of the response where that
    /// version has a place for it, otherwise on every topic, partition or resource that the request
    /// names.
    ///
    /// @param message goes into the response where it has a place for one
    ApiResponse errorResponse(ErrorCode error, @Nullable String message, int version);

    /// As above, with the error's own sentence.
    default ApiResponse errorResponse(ErrorCode error, int version) {
        return errorResponse(error, error.message(), version);
    }
}

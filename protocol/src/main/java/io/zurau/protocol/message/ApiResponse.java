package io.zurau.protocol.message;

/// The body of a response.
public interface ApiResponse extends ApiMessage {
    ApiKey apiKey();
}

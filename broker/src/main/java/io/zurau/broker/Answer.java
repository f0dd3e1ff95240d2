package io.zurau.broker;

import io.zurau.protocol.message.ApiResponse;

/// What a handler has to say: the response, the promise of one, or that there is none.
public sealed interface Answer {
    static Answer of(ApiResponse response) {
        return new Ready(response);
    }

    /// The response is there.
    record Ready(ApiResponse response) implements Answer {}

    /// The client asked for no response (produce with `acks=0`).
    record None() implements Answer {}

    /// Nothing sensible can be said, so the connection is closed: trouble with a request whose
    /// client asked for no response.
    record Closing(String reason) implements Answer {}

    /// The response comes later. The connection reads on meanwhile; answers still leave in the
    /// order of their requests.
    non-sealed interface Pending extends Answer {
        /// Blocks until the response is there. Called once, on another thread than the handler's.
        ApiResponse await() throws InterruptedException;
    }
}

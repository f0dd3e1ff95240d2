package io.zurau.broker;

import io.zurau.protocol.message.ApiKey;
import org.jspecify.annotations.Nullable;

/// Where a request came from.
///
/// @param correlationId chosen by the client, goes back with the answer
/// @param clientId as the client calls itself; not to be trusted
/// @param clientHost the client's address, without the port
/// @param clientPort the port at the client's end
/// @param software what the client said it is, on this connection so far
/// @param listener the name of the listener that it came in by
/// @param connectedNanos when its connection was accepted, on the monotonic clock: a client that
///   connects again abandons what it sent before
/// @param refusedBatches those of its connection
/// @param end that of its connection
public record RequestContext(
        ApiKey api,
        int version,
        int correlationId,
        @Nullable String clientId,
        String clientHost,
        int clientPort,
        ClientSoftware software,
        String listener,
        long connectedNanos,
        RefusedBatches refusedBatches,
        ConnectionEnd end) {}

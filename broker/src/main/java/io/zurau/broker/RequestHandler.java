package io.zurau.broker;

import io.zurau.protocol.message.ApiKey;
import io.zurau.protocol.message.ApiRequest;

/// Answers the requests of one API.
///
/// Stateless, called on the virtual thread of the connection that the request came from, so it may
/// block. A refusal is part of the answer; what it throws is turned into one by [RequestRouter].
///
/// Bytes inside a request belong to the request and may be kept, except those of a produce request,
/// which are gone when `handle` returns.
public interface RequestHandler<Q extends ApiRequest> {
    ApiKey api();

    Answer handle(Q request, RequestContext context) throws InterruptedException;
}

package io.zurau.broker.connection;

import io.zurau.broker.ApiVersionsHandler;
import io.zurau.broker.RequestRouter;
import io.zurau.runtime.Clock;
import io.zurau.runtime.Tasks;

/// What all connections of one listener share.
///
/// @param name of the listener, for example `PLAINTEXT`
record ListenerContext(
        String name,
        ConnectionLimits limits,
        BufferPool buffers,
        RequestRouter router,
        ApiVersionsHandler apiVersions,
        Clock clock,
        Tasks tasks,
        ConnectionProbe probe) {}

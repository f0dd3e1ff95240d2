package io.zurau.broker.connection;

import io.zurau.broker.ApiVersionsHandler;
import io.zurau.broker.RequestRouter;
import io.zurau.runtime.Clock;
import io.zurau.runtime.Tasks;
import java.util.function.Supplier;

/// What all connections of one listener share.
///
/// @param name of the listener, for example `PLAINTEXT`
/// @param limitsNow the limits as they are at the moment: some change while the node runs
record ListenerContext(
        String name,
        Supplier<ConnectionLimits> limitsNow,
        BufferPool buffers,
        RequestRouter router,
        ApiVersionsHandler apiVersions,
        Clock clock,
        Tasks tasks,
        ConnectionProbe probe) {
    ConnectionLimits limits() {
        return limitsNow.get();
    }
}

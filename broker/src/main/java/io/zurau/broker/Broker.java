package io.zurau.broker;

import io.zurau.broker.connection.BufferPool;
import io.zurau.broker.connection.ClientListener;
import io.zurau.broker.connection.ConnectionLimits;
import io.zurau.broker.connection.ConnectionProbe;
import io.zurau.metadata.Metadata;
import io.zurau.protocol.message.ApiKey;
import io.zurau.runtime.Network;
import io.zurau.runtime.Seams;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// The side of a node that clients see: listeners, and the handlers behind them.
public final class Broker {
    private final List<ClientListener> listeners;

    private Broker(List<ClientListener> listeners) {
        this.listeners = listeners;
    }

    /// Starts to accept.
    ///
    /// @param limits as they are at the moment of the question
    /// @param bound by name, bound already
    /// @param handlers one per API; the one of ApiVersions is added here
    public static Broker start(
            int nodeId,
            BrokerConfig config,
            Supplier<ConnectionLimits> limits,
            Map<String, Network.Listener> bound,
            Collection<RequestHandler<?>> handlers,
            Metadata metadata,
            Seams seams,
            ConnectionProbe probe) {
        List<ApiKey> apis = new ArrayList<>();
        handlers.forEach(handler -> apis.add(handler.api()));
        ApiVersionsHandler apiVersions = new ApiVersionsHandler(nodeId, metadata, apis);
        List<RequestHandler<?>> all = new ArrayList<>(handlers);
        all.add(apiVersions);
        RequestRouter router = new RequestRouter(all);
        BufferPool buffers = new BufferPool(config.maxBufferedBytes());
        List<ClientListener> listeners = new ArrayList<>();
        bound.forEach(
                (name, listener) ->
                        listeners.add(
                                new ClientListener(
                                        listener,
                                        name,
                                        limits,
                                        buffers,
                                        router,
                                        apiVersions,
                                        seams,
                                        probe)));
        listeners.forEach(ClientListener::start);
        return new Broker(listeners);
    }

    /// Accepts no more connections.
    public void stopAccepting() {
        listeners.forEach(ClientListener::stopAccepting);
    }

    /// Lets what was asked be answered for so long, then closes all connections.
    public void drain(Duration patience) throws InterruptedException {
        listeners.forEach(ClientListener::stopReading);
        for (ClientListener listener : listeners) {
            listener.awaitEmpty(patience);
            listener.close();
        }
    }
}

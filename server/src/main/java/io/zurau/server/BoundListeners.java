package io.zurau.server;

import io.zurau.metadata.image.Endpoint;
import io.zurau.runtime.Network;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// The node's listeners, bound; whoever connects waits until the broker accepts.
///
/// @param byName in the order configured
record BoundListeners(ListenersConfig config, Map<String, Network.Listener> byName)
        implements AutoCloseable {
    private static final short PLAINTEXT = 0;
    private static final String ALL_ADDRESSES = "0.0.0.0";

    static BoundListeners bind(ListenersConfig config, Network network) {
        BoundListeners bound = new BoundListeners(config, new LinkedHashMap<>());
        try {
            for (ListenerAddress address : config.bound().values()) {
                String host = address.host().isEmpty() ? ALL_ADDRESSES : address.host();
                bound.byName.put(address.name(), network.listen(host, address.port()));
            }
            return bound;
        } catch (IOException e) {
            bound.close();
            throw new StartRefused(String.valueOf(e.getMessage()), e);
        }
    }

    int port() {
        return byName.values().iterator().next().port();
    }

    /// What clients are told to connect to.
    List<Endpoint> endpoints(String machine) {
        List<Endpoint> endpoints = new ArrayList<>();
        for (ListenerAddress bound : config.bound().values()) {
            ListenerAddress told = config.advertised(bound);
            endpoints.add(
                    new Endpoint(
                            bound.name(),
                            told.isForAllAddresses() ? machine : told.host(),
                            told.port() == 0 ? port(bound.name()) : told.port(),
                            PLAINTEXT));
        }
        return endpoints;
    }

    private int port(String name) {
        return Objects.requireNonNull(byName.get(name)).port();
    }

    @Override
    public void close() {
        byName.values().forEach(Network.Listener::close);
    }
}

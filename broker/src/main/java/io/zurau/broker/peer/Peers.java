package io.zurau.broker.peer;

import io.zurau.metadata.Metadata;
import io.zurau.metadata.image.BrokerImage;
import io.zurau.metadata.image.Endpoint;
import io.zurau.runtime.Seams;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/// The other brokers of the cluster, as far as they can be connected to.
///
/// @param listener the name of the listener that brokers use for each other
/// @param clientId how this broker calls itself in requests
public record Peers(Metadata metadata, String listener, String clientId, Seams seams) {
    private static final Duration CONNECT_PATIENCE = Duration.ofSeconds(1);

    /// Opens a connection to a broker, where the image has it now.
    ///
    /// @throws IOException if it is not registered or does not accept
    public PeerConnection connect(int nodeId) throws IOException {
        Endpoint endpoint =
                metadata.image()
                        .broker(nodeId)
                        .flatMap(this::endpoint)
                        .orElseThrow(
                                () ->
                                        new IOException(
                                                "Broker %d is not registered with a listener %s."
                                                        .formatted(nodeId, listener)));
        return PeerConnection.open(endpoint, CONNECT_PATIENCE, clientId, seams);
    }

    private Optional<Endpoint> endpoint(BrokerImage broker) {
        return broker.endpoint(listener);
    }
}

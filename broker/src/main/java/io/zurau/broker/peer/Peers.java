package io.zurau.broker.peer;

import io.zurau.metadata.Metadata;
import io.zurau.metadata.image.BrokerImage;
import io.zurau.metadata.image.Endpoint;
import io.zurau.runtime.Seams;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The other brokers of the cluster, as far as they can be connected to.
///
/// @param nodeId this broker
/// @param listener the name of the listener that brokers use for each other
public record Peers(int nodeId, Metadata metadata, String listener, Seams seams) {
    private static final String CLIENT_ID_PREFIX = "zurau-broker-";
    private static final Duration CONNECT_PATIENCE = Duration.ofSeconds(1);

    /// Opens a connection to a broker, where the image has it now.
    ///
    /// @throws IOException if it is not registered or does not accept
    public PeerConnection connect(int peerId) throws IOException {
        Endpoint endpoint =
                metadata.image()
                        .broker(peerId)
                        .flatMap(this::endpoint)
                        .orElseThrow(
                                () ->
                                        new IOException(
                                                "Broker %d is not registered with a listener %s."
                                                        .formatted(peerId, listener)));
        return PeerConnection.open(endpoint, CONNECT_PATIENCE, CLIENT_ID_PREFIX + nodeId, seams);
    }

    /// Whether a client calls itself as brokers do. Not to be trusted.
    public boolean isPeer(@Nullable String otherClientId) {
        return otherClientId != null && otherClientId.startsWith(CLIENT_ID_PREFIX);
    }

    private Optional<Endpoint> endpoint(BrokerImage broker) {
        return broker.endpoint(listener);
    }
}

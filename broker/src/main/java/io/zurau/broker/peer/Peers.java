package io.zurau.broker.peer;

import io.zurau.metadata.Metadata;
import io.zurau.metadata.image.BrokerImage;
import io.zurau.metadata.image.Endpoint;
import io.zurau.runtime.Seams;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The other brokers of the cluster, as far as they can be connected to.
///
/// @param nodeId this broker
/// @param listener the name of the listener that brokers use for each other
/// @param refusals who did not accept
public record Peers(
        int nodeId, Metadata metadata, String listener, Seams seams, Refusals refusals) {
    private static final String CLIENT_ID_PREFIX = "zurau-broker-";
    private static final Duration CONNECT_PATIENCE = Duration.ofSeconds(1);

    public Peers(int nodeId, Metadata metadata, String listener, Seams seams) {
        this(nodeId, metadata, listener, seams, new Refusals(seams.clock()));
    }

    /// Opens a connection to a broker, where the image has it now.
    ///
    /// @throws IOException if it is not registered or does not accept
    public PeerConnection connect(int peerId) throws IOException {
        BrokerImage broker =
                metadata.image()
                        .broker(peerId)
                        .orElseThrow(
                                () -> new IOException("Broker " + peerId + " is not registered."));
        Endpoint endpoint =
                broker.endpoint(listener)
                        .orElseThrow(
                                () ->
                                        new IOException(
                                                "Broker %d is not registered with a listener %s."
                                                        .formatted(peerId, listener)));
        try {
            PeerConnection connection =
                    PeerConnection.open(
                            endpoint, CONNECT_PATIENCE, CLIENT_ID_PREFIX + nodeId, seams);
            refusals.accepted(broker);
            return connection;
        } catch (ConnectException nobodyListens) {
            refusals.refused(broker);
            throw nobodyListens;
        }
    }

    /// Whether a client calls itself as brokers do. Not to be trusted.
    public boolean isPeer(@Nullable String otherClientId) {
        return otherClientId != null && otherClientId.startsWith(CLIENT_ID_PREFIX);
    }
}

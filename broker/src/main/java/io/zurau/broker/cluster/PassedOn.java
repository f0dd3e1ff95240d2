package io.zurau.broker.cluster;

import io.zurau.broker.Answer;
import io.zurau.broker.RequestContext;
import io.zurau.broker.RequestHandler;
import io.zurau.broker.peer.PeerConnection;
import io.zurau.broker.peer.Peers;
import io.zurau.metadata.log.Leadership;
import io.zurau.metadata.log.MetadataLog;
import io.zurau.protocol.message.ApiKey;
import io.zurau.protocol.message.ApiRequest;
import io.zurau.protocol.message.ApiResponse;
import java.io.IOException;
import java.time.Duration;

/// Lets the leader of the metadata log answer what it knows best, whichever node is asked. If it
/// does not answer, this node says what it knows.
public final class PassedOn<Q extends ApiRequest> implements RequestHandler<Q> {
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final RequestHandler<Q> here;
    private final MetadataLog metadataLog;
    private final Peers peers;
    private final int nodeId;

    public PassedOn(RequestHandler<Q> here, MetadataLog metadataLog, Peers peers, int nodeId) {
        this.here = here;
        this.metadataLog = metadataLog;
        this.peers = peers;
        this.nodeId = nodeId;
    }

    @Override
    public ApiKey api() {
        return here.api();
    }

    @Override
    public Answer handle(Q request, RequestContext context) throws InterruptedException {
        int leader = metadataLog.quorum().leadership().leaderId();
        // A node that was passed a request passes it no further, whatever it believes.
        if (leader == nodeId || leader == Leadership.NOBODY || peers.isPeer(context.clientId())) {
            return here.handle(request, context);
        }
        try (PeerConnection connection = peers.connect(leader)) {
            return Answer.of(
                    connection.call(request, context.version(), ApiResponse.class, PATIENCE));
        } catch (IOException e) {
            return here.handle(request, context);
        }
    }
}

package io.zurau.server;

import io.zurau.broker.RequestHandler;
import io.zurau.broker.admin.HeldBack;
import io.zurau.broker.cluster.ActiveController;
import io.zurau.broker.cluster.BrokerHeartbeatHandler;
import io.zurau.broker.cluster.ClusterConfig;
import io.zurau.broker.cluster.Heartbeats;
import io.zurau.broker.cluster.LeaderWatch;
import io.zurau.broker.cluster.PassedOn;
import io.zurau.broker.partition.Partitions;
import io.zurau.broker.peer.Peers;
import io.zurau.broker.replica.ReplicaFetchers;
import io.zurau.broker.replica.ReplicationConfig;
import io.zurau.log.LogDirectories;
import io.zurau.metadata.Metadata;
import io.zurau.metadata.control.Registration;
import io.zurau.metadata.control.ReplicationController;
import io.zurau.metadata.image.Incarnation;
import io.zurau.metadata.log.MetadataLog;
import io.zurau.protocol.message.MetadataRequest;
import io.zurau.runtime.Clock;
import io.zurau.runtime.Seams;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a node has because it is one of several: followers that fetch, heartbeats, and the active
/// controller where the metadata log's leader is.
final class Membership implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Membership.class);
    private static final Duration ADMISSION_PATIENCE = Duration.ofSeconds(30);

    private final int nodeId;
    private final Clock clock;
    private final Peers peers;
    private final ActiveController active;
    private final LeaderWatch leaderWatch;
    private final Heartbeats heartbeats;
    private final ReplicaFetchers fetchers;

    /// @param register tries once to register this node anew
    Membership(
            ServerConfig config,
            Incarnation self,
            long brokerEpoch,
            Metadata metadata,
            ReplicationController controller,
            Partitions partitions,
            LogDirectories logs,
            Supplier<Optional<Registration>> register,
            Seams seams) {
        this.nodeId = config.nodeId();
        ClusterConfig cluster = ClusterConfig.from(config.settings());
        this.peers = new Peers(nodeId, metadata, config.listeners().betweenBrokers(), seams);
        this.clock = seams.clock();
        this.active = new ActiveController(nodeId, cluster, metadata, controller, peers);
        this.leaderWatch = new LeaderWatch(nodeId, peers);
        this.heartbeats =
                new Heartbeats(
                        self,
                        brokerEpoch,
                        cluster,
                        metadata,
                        active,
                        peers,
                        () -> !logs.areUsable(),
                        register);
        this.fetchers =
                new ReplicaFetchers(
                        self,
                        ReplicationConfig.from(config.settings()),
                        peers,
                        metadata,
                        partitions,
                        logs,
                        seams);
    }

    /// The handlers of a node alone, and what changes in them.
    List<RequestHandler<?>> handlers(List<RequestHandler<?>> alone, MetadataLog metadataLog) {
        List<RequestHandler<?>> handlers = new ArrayList<>();
        for (RequestHandler<?> handler : alone) {
            handlers.add(
                    switch (handler.api()) {
                        case DESCRIBE_QUORUM -> new PassedOn<>(handler, metadataLog, peers, nodeId);
                        case METADATA -> heldBack(handler);
                        default -> handler;
                    });
        }
        handlers.add(new BrokerHeartbeatHandler(active));
        return handlers;
    }

    @SuppressWarnings("unchecked") // The handler of an API takes the requests of that API.
    private RequestHandler<?> heldBack(RequestHandler<?> handler) {
        return new HeldBack(
                (RequestHandler<MetadataRequest>) handler,
                peers.metadata(),
                peers.refusals(),
                clock,
                HeldBack.PATIENCE);
    }

    /// Joins the cluster; returns when the active controller has let this node in, or when that
    /// takes so long that somebody should look.
    void start(MetadataLog metadataLog) {
        fetchers.start();
        active.start(metadataLog);
        leaderWatch.start(metadataLog);
        heartbeats.start(metadataLog);
        try {
            if (!heartbeats.awaitAdmitted(clock.deadline(ADMISSION_PATIENCE))) {
                log.atWarn()
                        .log(
                                "The active controller has not let this node in yet; it goes on trying");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Lets others lead what this node leads.
    void leave(Duration patience) {
        try {
            if (!heartbeats.shutDown(clock.deadline(patience))) {
                log.atWarn().log("Stops although others could not take over all its partitions");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        heartbeats.close();
        leaderWatch.close();
        active.close();
        fetchers.close();
    }
}

package io.zurau.server;

import io.zurau.broker.Broker;
import io.zurau.broker.BrokerConfig;
import io.zurau.broker.RequestHandler;
import io.zurau.broker.admin.AdminConfig;
import io.zurau.broker.admin.AdminHandlers;
import io.zurau.broker.connection.ConnectionProbe;
import io.zurau.broker.data.DataHandlers;
import io.zurau.broker.group.GroupService;
import io.zurau.broker.partition.Partitions;
import io.zurau.broker.partition.TopicConfig;
import io.zurau.coordinator.group.GroupConfig;
import io.zurau.log.LogConfig;
import io.zurau.log.LogDirectory;
import io.zurau.log.LogDirectoryConfig;
import io.zurau.log.LogProbe;
import io.zurau.metadata.Metadata;
import io.zurau.metadata.config.ClusterConfigs;
import io.zurau.metadata.config.TopicSettings;
import io.zurau.metadata.control.Controller;
import io.zurau.metadata.control.ControllerConfig;
import io.zurau.metadata.image.BrokerImage;
import io.zurau.metadata.log.LocalMetadataLog;
import io.zurau.metadata.log.MetadataLog;
import io.zurau.runtime.Disk;
import io.zurau.runtime.Seams;
import io.zurau.runtime.StorageFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One running node: everything is wired here, by hand.
///
/// Listeners are bound first, so that a busy port is noticed before anything is written, and
/// accepted from last.
public final class ZurauServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ZurauServer.class);
    private static final Duration DRAIN_PATIENCE = Duration.ofSeconds(5);

    private final ServerConfig config;
    private final Seams seams;
    private final Owned owned = new Owned();
    private final BoundListeners listeners;
    private final DataDirectory directory;
    private final Metadata metadata;
    private final Partitions partitions;
    private final GroupService groups;
    private final Broker broker;

    /// Starts a node; it serves clients when this returns.
    ///
    /// @param disks gives the disks of the directories that the configuration names
    /// @throws StartRefused if it cannot start as it is configured, or a disk fails
    public static ZurauServer start(ServerConfig config, Seams seams, Disks disks) {
        config.notices()
                .forEach(notice -> log.atInfo().addKeyValue("notice", notice).log("Setting"));
        try {
            return new ZurauServer(config, seams, disks);
        } catch (StorageFailure e) {
            throw new StartRefused(String.valueOf(e.getMessage()), e);
        }
    }

    private ZurauServer(ServerConfig config, Seams seams, Disks disks) {
        this.config = config;
        this.seams = seams;
        try {
            this.listeners = owned.add(BoundListeners.bind(config.listeners(), seams.network()));
            Disk disk = disks.at(config.directory());
            this.directory =
                    owned.add(DataDirectory.take(disk, config.nodeId(), seams.randomness()));
            String clusterId = directory.identity().clusterId();
            LocalMetadataLog metadataLog =
                    owned.add(
                            LocalMetadataLog.open(
                                    disk,
                                    seams.clock(),
                                    config.nodeId(),
                                    clusterId,
                                    () -> Origin.records(disk, directory.identity())));
            this.metadata = Metadata.of(metadataLog, clusterId);
            ClusterConfigs configs =
                    new ClusterConfigs(
                            config.nodeId(),
                            TopicSettings.completing(TopicConfig.catalog()),
                            ServerConfig.CATALOG,
                            config.given());
            Controller controller =
                    new Controller(
                            metadataLog,
                            metadata,
                            ControllerConfig.from(config.settings()),
                            configs,
                            seams.randomness());
            long brokerEpoch =
                    controller
                            .replication()
                            .registerBroker(self(), true)
                            .orElseThrow(ZurauServer::notRegistered);
            log.atDebug().addKeyValue("brokerEpoch", brokerEpoch).log("Registered the node");
            LogDirectory logs = owned.add(openLogs(disk, disks, configs));
            this.partitions =
                    new Partitions(config.nodeId(), logs, configs, metadata.image(), seams.clock());
            metadata.listen(partitions);
            this.groups =
                    owned.add(
                            GroupService.start(
                                    config.nodeId(),
                                    GroupConfig.from(config.settings()),
                                    metadata,
                                    controller,
                                    partitions,
                                    seams));
            this.broker =
                    Broker.start(
                            config.nodeId(),
                            BrokerConfig.from(config.settings()),
                            listeners.byName(),
                            handlers(metadataLog, controller, configs, logs),
                            metadata,
                            seams,
                            ConnectionProbe.SILENT);
        } catch (RuntimeException e) {
            owned.close();
            throw e;
        }
    }

    private LogDirectory openLogs(Disk disk, Disks disks, ClusterConfigs configs) {
        boolean journalApart = !config.journalDirectory().equals(config.directory());
        return LogDirectory.open(
                disk,
                journalApart ? disks.at(config.journalDirectory()) : disk,
                seams,
                LogDirectoryConfig.from(config.settings()),
                LogConfig.from(configs.topic(metadata.image(), "")),
                LogProbe.NONE);
    }

    private BrokerImage self() {
        return new BrokerImage(
                config.nodeId(),
                DataDirectory.randomId(seams.randomness()),
                0,
                listeners.endpoints("localhost"),
                config.rack().orElse(null),
                false,
                false,
                List.of(directory.identity().directoryId()));
    }

    private static StartRefused notRegistered() {
        return new StartRefused("The metadata log did not take the node's registration.");
    }

    private List<RequestHandler<?>> handlers(
            MetadataLog metadataLog,
            Controller controller,
            ClusterConfigs configs,
            LogDirectory logs) {
        List<RequestHandler<?>> handlers = new ArrayList<>();
        BrokerConfig limits = BrokerConfig.from(config.settings());
        handlers.addAll(DataHandlers.handlers(partitions, limits.fetches(), seams));
        handlers.addAll(
                AdminHandlers.handlers(
                        AdminConfig.from(config.settings()),
                        metadata,
                        metadataLog,
                        controller,
                        configs,
                        logs,
                        partitions,
                        Map.of(groups.offsetsTopic().name(), groups.offsetsTopic())));
        handlers.addAll(groups.handlers());
        return handlers;
    }

    /// The port of the first listener.
    public int port() {
        return listeners.port();
    }

    /// Where clients find the first listener, as `HOST:PORT`.
    public String address() {
        var endpoint = listeners.endpoints("localhost").getFirst();
        return endpoint.host() + ":" + endpoint.port();
    }

    /// Where everything is kept.
    public String dataDirectory() {
        return config.directory();
    }

    public String clusterId() {
        return directory.identity().clusterId();
    }

    /// Stops cleanly: what was asked is answered, everything is synced, and the next start has
    /// nothing to replay.
    @Override
    public void close() {
        broker.stopAccepting();
        groups.close();
        partitions.close();
        try {
            broker.drain(DRAIN_PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // No patience then.
        }
        owned.close();
    }
}

package io.zurau.server;

import io.zurau.broker.Broker;
import io.zurau.broker.BrokerConfig;
import io.zurau.broker.RequestHandler;
import io.zurau.broker.admin.AdminConfig;
import io.zurau.broker.admin.AdminHandlers;
import io.zurau.broker.connection.ConnectionProbe;
import io.zurau.broker.coordinator.FindCoordinatorHandler;
import io.zurau.broker.data.DataHandlers;
import io.zurau.broker.group.DynamicGroupConfigs;
import io.zurau.broker.group.GroupLags;
import io.zurau.broker.group.GroupService;
import io.zurau.broker.partition.Partitions;
import io.zurau.broker.partition.Replication;
import io.zurau.broker.partition.ReplicationQuotas;
import io.zurau.broker.partition.TopicConfig;
import io.zurau.broker.peer.Peers;
import io.zurau.broker.replica.DirectoryFailures;
import io.zurau.broker.replica.InSyncChanges;
import io.zurau.broker.replica.ReplicaMover;
import io.zurau.broker.replica.ReplicationConfig;
import io.zurau.broker.share.ShareService;
import io.zurau.broker.telemetry.ClientTelemetry;
import io.zurau.broker.telemetry.PushedMetrics;
import io.zurau.broker.telemetry.TelemetryConfig;
import io.zurau.broker.telemetry.TelemetryHandlers;
import io.zurau.broker.transaction.TransactionService;
import io.zurau.coordinator.group.GroupConfig;
import io.zurau.coordinator.group.config.GroupConfigs;
import io.zurau.coordinator.group.config.GroupSettings;
import io.zurau.coordinator.share.ShareCoordinatorConfig;
import io.zurau.coordinator.transaction.TransactionConfig;
import io.zurau.log.LogConfig;
import io.zurau.log.LogDirectories;
import io.zurau.log.LogDirectoryConfig;
import io.zurau.metadata.Metadata;
import io.zurau.metadata.SupportedFeatures;
import io.zurau.metadata.config.ClusterConfigs;
import io.zurau.metadata.config.ConfigSource;
import io.zurau.metadata.config.ResourceKind;
import io.zurau.metadata.config.TopicSettings;
import io.zurau.metadata.control.Controller;
import io.zurau.metadata.control.ControllerConfig;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.image.ConfigResource;
import io.zurau.metadata.image.Incarnation;
import io.zurau.metadata.log.MetadataLog;
import io.zurau.protocol.ErrorCode;
import io.zurau.runtime.Seams;
import io.zurau.runtime.StorageFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One running node: everything is wired here, by hand.
///
/// Listeners are bound first, so that a busy port is noticed before anything is written, and
/// accepted from last.
public final class ZurauServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ZurauServer.class);
    private static final Duration DRAIN_PATIENCE = Duration.ofSeconds(5);
    private static final Duration HAND_OVER_PATIENCE = Duration.ofSeconds(10);

    private final ServerConfig config;
    private final Seams seams;
    private final Owned owned = new Owned();
    private final BoundListeners listeners;
    private final Metadata metadata;
    private final LogDirectories logs;
    private final Replication replication;
    private final Partitions partitions;
    private final @Nullable Membership membership; // None of a node alone.
    private final GroupService groups;
    private final GroupLags lags;
    private final TransactionService transactions;
    private final ShareService shares;
    private final ClientTelemetry telemetry;
    private final Broker broker;

    /// Starts a node; it serves clients when this returns.
    ///
    /// @param disks gives the disks of the directories that the configuration names
    /// @throws StartRefused if it cannot start as it is configured, or a disk fails
    public static ZurauServer start(ServerConfig config, Seams seams, Disks disks) {
        return start(config, seams, disks, MetadataLogs::asConfigured);
    }

    /// Likewise, with metadata logs from elsewhere.
    public static ZurauServer start(
            ServerConfig config, Seams seams, Disks disks, MetadataLogs metadataLogs) {
        config.notices()
                .forEach(notice -> log.atInfo().addKeyValue("notice", notice).log("Setting"));
        try {
            return new ZurauServer(config, seams, disks, metadataLogs);
        } catch (StorageFailure e) {
            throw new StartRefused(String.valueOf(e.getMessage()), e);
        }
    }

    private ZurauServer(ServerConfig config, Seams seams, Disks disks, MetadataLogs metadataLogs) {
        this.config = config;
        this.seams = seams;
        try {
            this.listeners = owned.add(BoundListeners.bind(config.listeners(), seams.network()));
            DataDirectories directories =
                    owned.add(
                            DataDirectories.take(
                                    config.directories(),
                                    disks,
                                    config.nodeId(),
                                    seams.randomness()));
            if (config.isAlone()) {
                directories.requireMetadataOfNodeAlone();
            }
            MetadataLog metadataLog =
                    owned.add(
                            metadataLogs.open(
                                    new MetadataLogs.Opening(
                                            config,
                                            seams,
                                            directories.disks(),
                                            directories.known())));
            this.metadata = Metadata.of(metadataLog);
            directories.belongTo(clusterId(), config.nodeId());
            checkLevels();
            ClusterConfigs configs =
                    new ClusterConfigs(
                            config.nodeId(),
                            TopicSettings.completing(TopicConfig.catalog()),
                            ServerConfig.CATALOG,
                            Map.of(
                                    ConfigResource.Type.GROUP,
                                    new ResourceKind(
                                            ConfigSource.GROUP_CONFIG,
                                            GroupSettings.catalog(),
                                            GroupSettings.INTERNAL,
                                            ErrorCode.INVALID_CONFIG,
                                            GroupSettings::problem),
                                    ConfigResource.Type.CLIENT_METRICS,
                                    ClientTelemetry.SUBSCRIPTION),
                            config.given());
            Controller controller =
                    new Controller(
                            metadataLog,
                            metadata,
                            ControllerConfig.from(config.settings()),
                            configs,
                            seams.randomness());
            this.logs = owned.add(openLogs(directories, disks, configs));
            Incarnation self =
                    new Incarnation(config.nodeId(), DataDirectory.randomId(seams.randomness()));
            NodeRegistration registration =
                    new NodeRegistration(
                            self,
                            config,
                            listeners.endpoints("localhost"),
                            logs,
                            controller.replication(),
                            seams.clock());
            long brokerEpoch = registration.atStart();
            configs.overruled(metadata.image())
                    .forEach(
                            sentence ->
                                    log.atWarn().addKeyValue("notice", sentence).log("Setting"));
            ReplicationConfig replicationConfig = ReplicationConfig.from(config.settings());
            InSyncChanges inSyncChanges =
                    owned.add(new InSyncChanges(self, replicationConfig.maxLag(), seams.clock()));
            ClusterImage first = metadata.image();
            ReplicationQuotas quotas = new ReplicationQuotas(configs, first, seams.clock());
            this.replication =
                    new Replication(
                            config.nodeId(),
                            replicationConfig.maxLag(),
                            replicationConfig.servesFromFollowers(),
                            quotas,
                            inSyncChanges::consider);
            this.partitions = new Partitions(replication, logs, configs, first, seams.clock());
            metadata.listen(new Displacement(self, partitions), first);
            metadata.listen(quotas, first);
            metadata.listen(partitions, first);
            metadata.listen(inSyncChanges, ClusterImage.empty(clusterId()));
            inSyncChanges.start(partitions, metadata, controller.replication(), seams);
            owned.add(new DirectoryFailures(self, logs, metadata, controller.replication(), seams));
            owned.add(
                            new ReplicaMover(
                                    self,
                                    partitions.directoryChanges(),
                                    metadata,
                                    controller.replication(),
                                    () ->
                                            ReplicationConfig.bytesMovedPerSecond(
                                                    configs.broker(metadata.image())),
                                    seams.clock()))
                    .start(seams);
            Peers peers =
                    new Peers(
                            config.nodeId(), metadata, config.listeners().betweenBrokers(), seams);
            GroupConfigs groupConfigs = new DynamicGroupConfigs(configs, metadata);
            this.shares =
                    owned.add(
                            ShareService.start(
                                    ShareCoordinatorConfig.from(config.settings()),
                                    BrokerConfig.from(config.settings())
                                            .fetches()
                                            .maxResponseBytes(),
                                    groupConfigs::share,
                                    controller,
                                    partitions,
                                    peers));
            this.groups =
                    owned.add(
                            GroupService.start(
                                    config.nodeId(),
                                    GroupConfig.from(config.settings()),
                                    groupConfigs,
                                    metadata,
                                    controller,
                                    partitions,
                                    shares.states(),
                                    peers,
                                    seams));
            this.lags = new GroupLags(config.nodeId(), partitions, metadata, peers, seams.clock());
            this.transactions =
                    owned.add(
                            TransactionService.start(
                                    TransactionConfig.from(config.settings()),
                                    controller,
                                    partitions,
                                    groups,
                                    peers));
            this.membership =
                    config.isAlone()
                            ? null
                            : owned.add(
                                    new Membership(
                                            config,
                                            self,
                                            brokerEpoch,
                                            metadata,
                                            controller.replication(),
                                            partitions,
                                            logs,
                                            registration::anew,
                                            seams));
            this.telemetry =
                    new ClientTelemetry(
                            TelemetryConfig.from(config.settings()),
                            configs,
                            metadata,
                            seams.clock(),
                            seams.randomness());
            this.broker =
                    Broker.start(
                            config.nodeId(),
                            BrokerConfig.from(config.settings()),
                            () -> BrokerConfig.connectionLimits(configs.broker(metadata.image())),
                            listeners.byName(),
                            handlers(metadataLog, controller, configs),
                            metadata,
                            seams,
                            ConnectionProbe.SILENT);
            if (membership != null) {
                membership.start(metadataLog);
            }
        } catch (RuntimeException e) {
            owned.close();
            throw e;
        }
    }

    /// Before anything is read that a newer version may have written in its own way. The
    /// registration checks again, on the newest image.
    private void checkLevels() {
        SupportedFeatures.problem(
                        config.nodeId(), SupportedFeatures.byName(), metadata.image().features())
                .ifPresent(
                        problem -> {
                            throw new StartRefused(problem);
                        });
    }

    private LogDirectories openLogs(
            DataDirectories directories, Disks disks, ClusterConfigs configs) {
        return new LogOpening(
                        seams,
                        LogDirectoryConfig.from(config.settings())
                                .forOneOf(directories.taken().size()),
                        LogConfig.from(configs.topic(metadata.image(), "")))
                .open(
                        directories,
                        config.journal()
                                .filter(journal -> !journal.equals(config.directory()))
                                .map(disks::at)
                                .orElse(null));
    }

    private List<RequestHandler<?>> handlers(
            MetadataLog metadataLog, Controller controller, ClusterConfigs configs) {
        List<RequestHandler<?>> handlers = new ArrayList<>();
        BrokerConfig limits = BrokerConfig.from(config.settings());
        handlers.addAll(
                DataHandlers.handlers(
                        partitions,
                        limits.fetches(),
                        replication,
                        transactions.enlisting()::confirm,
                        seams));
        handlers.addAll(
                AdminHandlers.handlers(
                        AdminConfig.from(config.settings()),
                        metadata,
                        metadataLog,
                        controller,
                        configs,
                        new LogbackLevels(),
                        logs,
                        partitions,
                        Map.of(
                                groups.topic().name(),
                                groups.topic().creation(),
                                transactions.topic().name(),
                                transactions.topic().creation(),
                                shares.topic().name(),
                                shares.topic().creation())));
        handlers.addAll(TelemetryHandlers.handlers(telemetry));
        handlers.addAll(lags.toldBy(groups.handlers()));
        handlers.addAll(transactions.handlers());
        handlers.addAll(shares.handlers());
        handlers.add(
                new FindCoordinatorHandler(
                        groups.topic(), transactions.topic(), shares.topic(), metadata));
        return membership == null ? handlers : membership.handlers(handlers, metadataLog);
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

    /// Where everything is kept; several directories are separated by commas.
    public String dataDirectory() {
        return String.join(",", config.directories());
    }

    /// What clients pushed of their own metrics to this node.
    public PushedMetrics clientMetrics() {
        return telemetry.pushed();
    }

    public String clusterId() {
        return metadata.image().clusterId();
    }

    /// Stops cleanly: what was asked is answered, everything is synced, and the next start has
    /// nothing to replay.
    @Override
    public void close() {
        if (membership != null) {
            membership.leave(HAND_OVER_PATIENCE);
        }
        broker.stopAccepting();
        shares.close();
        transactions.close();
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

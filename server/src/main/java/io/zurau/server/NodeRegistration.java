package io.zurau.server;

import io.zurau.log.LogDirectories;
import io.zurau.log.LogDirectory;
import io.zurau.log.PartitionLog;
import io.zurau.metadata.SupportedFeatures;
import io.zurau.metadata.control.BrokerStorage;
import io.zurau.metadata.control.QuorumUnavailable;
import io.zurau.metadata.control.Registration;
import io.zurau.metadata.control.ReplicationController;
import io.zurau.metadata.image.BrokerImage;
import io.zurau.metadata.image.Endpoint;
import io.zurau.metadata.image.Incarnation;
import io.zurau.metadata.image.TopicImage;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.Uuid;
import io.zurau.runtime.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes the node known to the cluster, with what it knows of its disks.
///
/// **Owner:** the thread that starts the node, and then that of the heartbeats.
final class NodeRegistration {
    private static final Logger log = LoggerFactory.getLogger(NodeRegistration.class);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Incarnation self;
    private final ServerConfig config;
    private final List<Endpoint> endpoints;
    private final LogDirectories logs;
    private final ReplicationController controller;
    private final Clock clock;

    NodeRegistration(
            Incarnation self,
            ServerConfig config,
            List<Endpoint> endpoints,
            LogDirectories logs,
            ReplicationController controller,
            Clock clock) {
        this.self = self;
        this.config = config;
        this.endpoints = endpoints;
        this.logs = logs;
        this.controller = controller;
        this.clock = clock;
    }

    /// Until a majority of the quorum takes it: a cluster that starts may be without a leader yet.
    /// To be called before the logs are configured, as it tells what they were.
    ///
    /// @return the broker epoch
    /// @throws StartRefused if the cluster refuses the node, or nobody took it in time
    long atStart() {
        long deadline = clock.deadline(PATIENCE);
        while (true) {
            try {
                Registration registration =
                        register(logs.wereStoppedCleanly())
                                .orElseThrow(NodeRegistration::notRegistered);
                return switch (registration) {
                    case Registration.Refused refused -> throw new StartRefused(refused.reason());
                    case Registration.Accepted accepted -> {
                        log.atDebug()
                                .addKeyValue("brokerEpoch", accepted.epoch())
                                .log("Registered the node");
                        logs.lossIsKnown();
                        yield accepted.epoch();
                    }
                };
            } catch (QuorumUnavailable e) {
                if (!clock.isAhead(deadline)) {
                    throw new StartRefused(
                            "The quorum did not take the node's registration within %d s: %s"
                                    .formatted(PATIENCE.toSeconds(), e.getMessage()),
                            e);
                }
            }
        }
    }

    private static StartRefused notRegistered() {
        return new StartRefused("The metadata log did not take the node's registration.");
    }

    /// Tries once, as the cluster has forgotten the node while it runs. It has lost nothing by
    /// that, however it was stopped before.
    ///
    /// @return empty if it could not be committed
    Optional<Registration> anew() {
        return register(true);
    }

    private Optional<Registration> register(boolean cleanlyStopped) {
        return controller.registerBroker(
                image(), new BrokerStorage(logs.allWork(), cleanlyStopped, this::logsOf));
    }

    private BrokerImage image() {
        return new BrokerImage(
                self.nodeId(),
                self.id(),
                0,
                endpoints,
                config.rack().orElse(null),
                !config.isAlone(), // Until the active controller has heard of it.
                false,
                logs.working().stream().map(LogDirectory::id).toList(),
                SupportedFeatures.byName());
    }

    private List<BrokerStorage.Log> logsOf(TopicImage topic, int partition) {
        return logs.of(new TopicPartition(topic.name(), partition))
                .filter(found -> isOf(topic, found))
                .map(found -> new BrokerStorage.Log(found.directoryId(), found.isDurable()))
                .toList();
    }

    /// Whether it is not the log of an earlier topic of the same name.
    private static boolean isOf(TopicImage topic, PartitionLog found) {
        return found.topicId().equals(topic.id()) || found.topicId().equals(Uuid.ZERO);
    }
}

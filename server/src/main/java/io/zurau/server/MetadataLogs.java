package io.zurau.server;

import io.zurau.metadata.MetaProperties;
import io.zurau.metadata.Metadata;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.log.LocalMetadataLog;
import io.zurau.metadata.log.MetadataLog;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.message.MetadataRecord;
import io.zurau.quorum.Founding;
import io.zurau.quorum.QuorumConfig;
import io.zurau.quorum.RaftMetadataLog;
import io.zurau.runtime.Disk;
import io.zurau.runtime.Seams;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.logging.Level;
import java.util.logging.Logger;

/// How a node comes to its metadata log.
@FunctionalInterface
public interface MetadataLogs {
    /// Where the quorum's log lies in the node's directory.
    String QUORUM = "quorum";

    /// Kept, for a logger that nobody holds forgets its level.
    Logger RATIS_LOGGER = Logger.getLogger("org.apache.ratis");

    /// What is known when the log is opened.
    ///
    /// @param disks of the node's directories, by id; the metadata is in the first
    /// @param identity of the first directory, if it has one yet
    record Opening(
            ServerConfig config,
            Seams seams,
            SequencedMap<Uuid, Disk> disks,
            Optional<MetaProperties> identity) {
        Disk disk() {
            return disks.firstEntry().getValue();
        }

        Uuid directoryId() {
            return disks.firstEntry().getKey();
        }
    }

    /// Opens the log; it knows which cluster it is of when this returns.
    MetadataLog open(Opening opening);

    /// As the configuration says: a file of a node alone, or the quorum's.
    static MetadataLog asConfigured(Opening opening) {
        if (!opening.config().isAlone()) {
            return quorum(opening);
        }
        if (opening.disk().exists(QUORUM)) {
            throw new StartRefused(
                    "%s belongs to a node of a cluster. Name the cluster's voters with --voters or controller.quorum.voters."
                            .formatted(opening.disk().name()));
        }
        return local(opening);
    }

    /// The log of a quorum. A node that was alone until now brings its metadata along.
    private static MetadataLog quorum(Opening opening) {
        boolean wasAlone = LocalMetadataLog.exists(opening.disk());
        Founding founding =
                wasAlone
                        ? new Founding.Continuing(imageOfNodeAlone(opening))
                        : new Founding.Fresh(() -> randomClusterId(opening), () -> origin(opening));
        RATIS_LOGGER.setLevel(Level.WARNING); // Its network layer logs past SLF4J.
        try {
            MetadataLog log =
                    RaftMetadataLog.open(
                            quorumConfig(opening),
                            founding,
                            opening.seams().clock(),
                            opening.seams().tasks());
            if (wasAlone) {
                LocalMetadataLog.retire(opening.disk());
            }
            return log;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartRefused("The start was interrupted while waiting for the quorum.", e);
        }
    }

    private static QuorumConfig quorumConfig(Opening opening) {
        ServerConfig config = opening.config();
        QuorumConfig quorum =
                QuorumConfig.of(
                        config.nodeId(),
                        opening.directoryId(),
                        config.voters(),
                        Path.of(config.directory(), QUORUM));
        boolean votes = config.voters().stream().anyMatch(v -> v.nodeId() == config.nodeId());
        return votes
                ? quorum
                : config.listeners()
                        .quorum()
                        .map(address -> quorum.listeningOn(address.host(), address.port()))
                        .orElse(quorum);
    }

    private static ClusterImage imageOfNodeAlone(Opening opening) {
        try (MetadataLog log = local(opening)) {
            return Metadata.of(log).image();
        }
    }

    private static String randomClusterId(Opening opening) {
        return DataDirectory.randomId(opening.seams().randomness()).toString();
    }

    /// The log in a file, of a node alone.
    static MetadataLog local(Opening opening) {
        String clusterId =
                opening.identity()
                        .map(MetaProperties::clusterId)
                        .orElseGet(() -> randomClusterId(opening));
        int nodeId = opening.config().nodeId();
        return LocalMetadataLog.open(
                opening.disk(), opening.seams().clock(), nodeId, clusterId, () -> origin(opening));
    }

    private static List<MetadataRecord> origin(Opening opening) {
        return Origin.records(opening.disks(), opening.config().nodeId());
    }
}

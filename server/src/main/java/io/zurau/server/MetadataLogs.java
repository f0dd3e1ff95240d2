package io.zurau.server;

import io.zurau.metadata.MetaProperties;
import io.zurau.metadata.log.LocalMetadataLog;
import io.zurau.metadata.log.MetadataLog;
import io.zurau.protocol.Uuid;
import io.zurau.runtime.Disk;
import io.zurau.runtime.Seams;
import java.util.Optional;

/// How a node comes to its metadata log.
@FunctionalInterface
public interface MetadataLogs {
    /// What is known when the log is opened.
    ///
    /// @param identity of the directory, if it has one yet
    /// @param directoryId of the directory, which gets it if it has none
    record Opening(
            ServerConfig config,
            Seams seams,
            Disk disk,
            Optional<MetaProperties> identity,
            Uuid directoryId) {}

    /// Opens the log; it knows which cluster it is of when this returns.
    MetadataLog open(Opening opening);

    /// As the configuration says.
    static MetadataLog asConfigured(Opening opening) {
        return local(opening);
    }

    /// The log in a file, of a node alone.
    static MetadataLog local(Opening opening) {
        String clusterId =
                opening.identity()
                        .map(MetaProperties::clusterId)
                        .orElseGet(
                                () ->
                                        DataDirectory.randomId(opening.seams().randomness())
                                                .toString());
        int nodeId = opening.config().nodeId();
        return LocalMetadataLog.open(
                opening.disk(),
                opening.seams().clock(),
                nodeId,
                clusterId,
                () -> Origin.records(opening.disk(), nodeId, opening.directoryId()));
    }
}

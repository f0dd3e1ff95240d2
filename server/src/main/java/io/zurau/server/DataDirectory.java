package io.zurau.server;

import io.zurau.log.LogDirectory;
import io.zurau.metadata.MetaProperties;
import io.zurau.protocol.Uuid;
import io.zurau.runtime.Disk;
import io.zurau.runtime.Randomness;
import io.zurau.runtime.StorageFailure;
import java.util.Optional;

/// One directory of a node: locked against other processes, and known to be the node's own.
///
/// @param known what the directory said about itself when it was taken; empty if it is new
/// @param directoryId from there, or new
record DataDirectory(Disk disk, Disk.Lock lock, Optional<MetaProperties> known, Uuid directoryId)
        implements AutoCloseable {

    /// Takes the directory, making it if it is missing.
    ///
    /// @throws StorageFailure if its disk fails
    static DataDirectory take(Disk disk, int nodeId, Randomness randomness) {
        Disk.Lock lock = lock(disk);
        try {
            Optional<MetaProperties> known = MetaProperties.read(disk);
            if (known.isPresent() && known.get().nodeId() != nodeId) {
                throw new StartRefused(
                        "%s belongs to node %d, but node.id is %d."
                                .formatted(disk.name(), known.get().nodeId(), nodeId));
            }
            return new DataDirectory(
                    disk,
                    lock,
                    known,
                    known.map(MetaProperties::directoryId).orElseGet(() -> randomId(randomness)));
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /// Notes which cluster and node the directory is of, if it does not know.
    void belongTo(String clusterId, int nodeId) {
        if (known.isEmpty()) {
            new MetaProperties(clusterId, nodeId, directoryId).write(disk);
        } else if (!known.get().clusterId().equals(clusterId)) {
            throw new StartRefused(
                    ("%s belongs to cluster %s, but the quorum is that of cluster %s. Start the node on"
                                    + " its own directory, or correct the voters.")
                            .formatted(disk.name(), known.get().clusterId(), clusterId));
        }
    }

    private static Disk.Lock lock(Disk disk) {
        disk.createDirectories("");
        return disk.lock(LogDirectory.LOCK_FILE)
                .orElseThrow(
                        () ->
                                new StartRefused(
                                        "%s is in use by another process.".formatted(disk.name())));
    }

    /// Never one that begins with a dash, which Kafka's tools would take for an option.
    static Uuid randomId(Randomness randomness) {
        Uuid id;
        do {
            id = new Uuid(randomness.nextLong(), randomness.nextLong());
        } while (id.toString().startsWith("-"));
        return id;
    }

    @Override
    public void close() {
        lock.close();
    }
}

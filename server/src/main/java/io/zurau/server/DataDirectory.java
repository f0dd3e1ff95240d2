package io.zurau.server;

import io.zurau.log.LogDirectory;
import io.zurau.metadata.MetaProperties;
import io.zurau.protocol.Uuid;
import io.zurau.runtime.Disk;
import io.zurau.runtime.Randomness;
import io.zurau.runtime.StorageFailure;

/// The directory of a node: locked against other processes, and known to be the node's own.
record DataDirectory(Disk disk, Disk.Lock lock, MetaProperties identity) implements AutoCloseable {

    /// Takes the directory, making it if it is missing.
    static DataDirectory take(Disk disk, int nodeId, Randomness randomness) {
        Disk.Lock lock = lock(disk);
        try {
            MetaProperties identity =
                    MetaProperties.read(disk).orElseGet(() -> initialize(disk, nodeId, randomness));
            if (identity.nodeId() != nodeId) {
                throw new StartRefused(
                        "%s belongs to node %d, but node.id is %d."
                                .formatted(disk.name(), identity.nodeId(), nodeId));
            }
            return new DataDirectory(disk, lock, identity);
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private static Disk.Lock lock(Disk disk) {
        try {
            disk.createDirectories("");
            return disk.lock(LogDirectory.LOCK_FILE)
                    .orElseThrow(
                            () ->
                                    new StartRefused(
                                            "%s is in use by another process."
                                                    .formatted(disk.name())));
        } catch (StorageFailure e) {
            throw new StartRefused(String.valueOf(e.getMessage()), e);
        }
    }

    private static MetaProperties initialize(Disk disk, int nodeId, Randomness randomness) {
        MetaProperties identity =
                new MetaProperties(randomId(randomness).toString(), nodeId, randomId(randomness));
        identity.write(disk);
        return identity;
    }

    static Uuid randomId(Randomness randomness) {
        return new Uuid(randomness.nextLong(), randomness.nextLong());
    }

    @Override
    public void close() {
        lock.close();
    }
}

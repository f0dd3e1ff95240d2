package io.zurau.server;

import io.zurau.log.LogDirectories.Unusable;
import io.zurau.metadata.MetaProperties;
import io.zurau.metadata.log.LocalMetadataLog;
import io.zurau.protocol.Uuid;
import io.zurau.runtime.Disk;
import io.zurau.runtime.Randomness;
import io.zurau.runtime.StorageFailure;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/// The directories of a node. Those whose disk fails are left out, but for the first: it has the
/// metadata, and without it there is no node.
///
/// **Owner:** the thread that starts the node.
final class DataDirectories implements AutoCloseable {
    private final List<DataDirectory> taken = new ArrayList<>();
    private final List<Unusable> unusable = new ArrayList<>();

    /// Takes them, making those that are missing.
    ///
    /// @param names that of the metadata first
    /// @throws StorageFailure if the disk of the first fails
    static DataDirectories take(
            List<String> names, Disks disks, int nodeId, Randomness randomness) {
        DataDirectories directories = new DataDirectories();
        try {
            for (String name : names) {
                directories.take(disks.at(name), nodeId, randomness);
            }
            directories.requireOneNode();
            return directories;
        } catch (RuntimeException e) {
            directories.close();
            throw e;
        }
    }

    private void take(Disk disk, int nodeId, Randomness randomness) {
        try {
            taken.add(DataDirectory.take(disk, nodeId, randomness));
        } catch (StorageFailure e) {
            if (taken.isEmpty()) {
                throw e;
            }
            leaveOut(disk, e);
        }
    }

    private void leaveOut(Disk disk, StorageFailure why) {
        unusable.add(new Unusable(disk.name(), why));
    }

    private void requireOneNode() {
        Set<Uuid> ids = new HashSet<>();
        for (DataDirectory directory : taken) {
            if (!ids.add(directory.directoryId())) {
                throw new StartRefused(
                        "%s has the same directory.id as another of log.dirs: it is a copy."
                                .formatted(directory.disk().name()));
            }
            if (!directory.equals(first()) && hasMetadata(directory.disk())) {
                throw new StartRefused(
                        "The metadata of the node is in %s, not in %s. Name that directory first in log.dirs, or in metadata.log.dir."
                                .formatted(directory.disk().name(), first().disk().name()));
            }
        }
    }

    private static boolean hasMetadata(Disk disk) {
        return LocalMetadataLog.exists(disk) || disk.exists(MetadataLogs.QUORUM);
    }

    /// A node that loses its metadata must not begin a new cluster over its old data.
    void requireMetadataOfNodeAlone() {
        if (first().known().isEmpty()) {
            for (DataDirectory other : taken) {
                if (other.known().isPresent()) {
                    throw new StartRefused(
                            "%s is empty, but %s belongs to cluster %s: the directory with its metadata is missing."
                                    .formatted(
                                            first().disk().name(),
                                            other.disk().name(),
                                            other.known().get().clusterId()));
                }
            }
        }
    }

    /// The one with the metadata.
    DataDirectory first() {
        return taken.getFirst();
    }

    /// All that can be used, the first first.
    List<DataDirectory> taken() {
        return taken;
    }

    /// Their disks, by id.
    SequencedMap<Uuid, Disk> disks() {
        SequencedMap<Uuid, Disk> disks = new LinkedHashMap<>();
        taken.forEach(directory -> disks.put(directory.directoryId(), directory.disk()));
        return disks;
    }

    List<Unusable> unusable() {
        return unusable;
    }

    /// What the first directory said about itself when it was taken; empty if it is new.
    Optional<MetaProperties> known() {
        return first().known();
    }

    /// Notes which cluster and node they are of.
    void belongTo(String clusterId, int nodeId) {
        for (DataDirectory directory : List.copyOf(taken)) {
            try {
                directory.belongTo(clusterId, nodeId);
            } catch (StorageFailure e) {
                if (directory.equals(first())) {
                    throw e;
                }
                taken.remove(directory);
                directory.close();
                leaveOut(directory.disk(), e);
            }
        }
    }

    @Override
    public void close() {
        taken.reversed().forEach(DataDirectory::close);
    }
}

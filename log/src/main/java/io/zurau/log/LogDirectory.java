package io.zurau.log;

import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.Uuid;
import io.zurau.runtime.Disk;
import io.zurau.runtime.Seams;
import io.zurau.runtime.StorageFailure;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// All logs of one directory, and the journal that makes them durable.
@SuppressWarnings("DoNotCallSuggester")
public final class LogDirectory implements AutoCloseable {
    /// The file to be locked by whoever opens the directory, before anything in it is touched.
    public static final String LOCK_FILE = ".lock";

    private LogDirectory() {}

    /// Recovers what a crash left and serves it.
    ///
    /// @param disk the directory, locked by the caller
    /// @param journalDisk where the journal lies; mostly the same
    /// @param initial the configuration of logs until [PartitionLog#configure] says otherwise
    /// @throws StorageFailure if the disk fails, or is damaged so that acknowledged records would
    ///   be lost
    public static LogDirectory open(
            Disk disk,
            Disk journalDisk,
            Seams seams,
            LogDirectoryConfig config,
            LogConfig initial,
            LogProbe probe) {
        throw new UnsupportedOperationException();
    }

    /// The disk's name, for messages.
    public String name() {
        throw new UnsupportedOperationException();
    }

    /// All logs, in order of topic and partition.
    public List<PartitionLog> logs() {
        throw new UnsupportedOperationException();
    }

    public Optional<PartitionLog> find(TopicPartition partition) {
        throw new UnsupportedOperationException();
    }

    /// Makes an empty log.
    ///
    /// @throws IllegalStateException if there is one of this partition
    /// @throws StorageFailure if the directory is offline or goes offline over it
    public PartitionLog create(TopicPartition partition, Uuid topicId, LogConfig config) {
        throw new UnsupportedOperationException();
    }

    /// Forgets a log at once, for good, and deletes its files in the background. Nothing happens if
    /// there is none.
    public void delete(TopicPartition partition) {
        throw new UnsupportedOperationException();
    }

    /// Why the directory serves nothing any more; empty while all is well.
    public Optional<StorageFailure> failure() {
        throw new UnsupportedOperationException();
    }

    /// Will be told once when the directory goes offline, with no lock held. Every append that is
    /// not stored by then never will be.
    public void onFailure(Consumer<StorageFailure> listener) {
        throw new UnsupportedOperationException();
    }

    /// Looks for old segments now, instead of at the next interval.
    public void applyRetention() {
        throw new UnsupportedOperationException();
    }

    /// Of the device.
    public long usableBytes() {
        throw new UnsupportedOperationException();
    }

    /// Of the device.
    public long totalBytes() {
        throw new UnsupportedOperationException();
    }

    /// Stops cleanly: everything is stored and synced, the journal is empty. Logs refuse what comes
    /// later.
    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}

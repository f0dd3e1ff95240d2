package io.zurau.log;

/// Is told that more of a log is stored.
@FunctionalInterface
public interface StoredListener {
    /// Called on a task of the log directory with no lock held. Calls may be folded: what counts is
    /// the log's [PartitionLog#storedEndOffset()].
    void stored(PartitionLog log);
}

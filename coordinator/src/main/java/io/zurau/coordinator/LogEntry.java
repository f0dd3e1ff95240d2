package io.zurau.coordinator;

import org.jspecify.annotations.Nullable;

/// What a coordinator puts into its log.
public sealed interface LogEntry {
    /// At least what it takes in a batch.
    int sizeInBytes();

    /// A record that counts at once.
    record Plain(CoordinatorRecord record) implements LogEntry {
        @Override
        public int sizeInBytes() {
            return record.sizeInBytes();
        }
    }

    /// A record that counts once its producer's transaction is committed.
    ///
    /// @param permission what the log needs to take it; only the log knows what it means
    record Pending(Producer producer, @Nullable Object permission, CoordinatorRecord record)
            implements LogEntry {
        @Override
        public int sizeInBytes() {
            return record.sizeInBytes();
        }
    }

    /// The end of a producer's transaction in this partition.
    ///
    /// @param bumped whether the producer's epoch was raised for this end, so that it is above the
    ///   one that the transaction's records have (KIP-890)
    /// @param transaction grows with the transactions of a producer and its epoch; -1 if unknown
    record Ended(
            Producer producer,
            int coordinatorEpoch,
            boolean committed,
            boolean bumped,
            long transaction)
            implements LogEntry {
        private static final int MARKER_BYTES = 100; // A batch of its own, with room to spare.

        @Override
        public int sizeInBytes() {
            return MARKER_BYTES;
        }
    }

    /// Whose transaction it is.
    record Producer(long id, short epoch) {}
}

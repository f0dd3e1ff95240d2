package io.zurau.coordinator.transaction;

/// What a shard of transactions waits for.
sealed interface TransactionTimer {
    static TimeUp timeUp(Transaction transaction) {
        return new TimeUp(transaction.id(), transaction.startMs());
    }

    /// A transaction has lasted long enough.
    ///
    /// @param startMs tells it from others of the same id
    record TimeUp(String id, long startMs) implements TransactionTimer {}

    /// Markers may have been lost on their way.
    record Remind(String id) implements TransactionTimer {}

    /// Time to look for transactional ids that nobody uses any more.
    record Expiry() implements TransactionTimer {}
}

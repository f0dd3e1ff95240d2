package io.zurau.coordinator.transaction;

import io.zurau.protocol.TopicPartition;
import java.util.SortedSet;

/// The end of one transaction, to be written into partitions.
///
/// @param startMs tells the transaction from others of the same producer and epoch
/// @param producerEpoch of the end; above that of the transaction's records if `bumped`
/// @param partitions those that have no marker yet
public record Markers(
        String transactionalId,
        long startMs,
        long producerId,
        short producerEpoch,
        boolean committed,
        boolean bumped,
        SortedSet<TopicPartition> partitions) {

    static Markers of(Transaction transaction) {
        return new Markers(
                transaction.id(),
                transaction.startMs(),
                transaction.producer().id(),
                transaction.producer().epoch(),
                transaction.state() == TransactionState.PREPARE_COMMIT,
                transaction.hasEpochPerTransaction(),
                transaction.partitions());
    }

    /// Whether they are those of this transaction, in the state that it is in now.
    boolean endThis(Transaction transaction) {
        return transaction.state().isPrepared()
                && transaction.startMs() == startMs
                && transaction.producer().id() == producerId
                && transaction.producer().epoch() == producerEpoch;
    }
}

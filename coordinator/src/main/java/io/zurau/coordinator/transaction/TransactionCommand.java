package io.zurau.coordinator.transaction;

import io.zurau.coordinator.Reply;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.message.DescribeTransactionsResponse;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a shard of transactions is asked to do.
sealed interface TransactionCommand {
    /// Who asks, as a request says.
    ///
    /// @param id the transactional id
    /// @param connectedNanos when the connection that it came by was accepted
    record Asking(String id, long producerId, short producerEpoch, long connectedNanos) {}

    /// A producer begins, or begins anew.
    ///
    /// @param expected what the producer is already; null if it does not say
    /// @param freshId a producer id that was never used, if there is one at hand
    record Init(
            String id,
            int timeoutMs,
            @Nullable Asking expected,
            OptionalLong freshId,
            Reply<ProducerOutcome> reply)
            implements TransactionCommand {}

    /// What the producer is now.
    ///
    /// @param needsId whether the command must come again with a fresh producer id
    record ProducerOutcome(ErrorCode code, long producerId, short producerEpoch, boolean needsId) {
        static ProducerOutcome refused(ErrorCode code) {
            return new ProducerOutcome(code, Producer.NO_ID, Producer.NO_EPOCH, false);
        }

        static ProducerOutcome of(Producer producer) {
            return new ProducerOutcome(ErrorCode.NONE, producer.id(), producer.epoch(), false);
        }

        static ProducerOutcome needingId() {
            return new ProducerOutcome(
                    ErrorCode.COORDINATOR_NOT_AVAILABLE, Producer.NO_ID, Producer.NO_EPOCH, true);
        }
    }

    /// @param version the client's: 2 if each transaction has an epoch of its own
    record AddPartitions(
            Asking asking, Set<TopicPartition> partitions, short version, Reply<ErrorCode> reply)
            implements TransactionCommand {}

    record VerifyPartitions(
            Asking asking, Set<TopicPartition> partitions, Reply<Verification> reply)
            implements TransactionCommand {}

    /// @param code `NONE` if the producer's transaction is open or none is
    /// @param missing those that are not part of it
    record Verification(ErrorCode code, Set<TopicPartition> missing) {}

    /// @param bumps whether the client takes a new epoch with the answer (version 5 on)
    record End(
            Asking asking,
            boolean committed,
            boolean bumps,
            OptionalLong freshId,
            Reply<ProducerOutcome> reply)
            implements TransactionCommand {}

    /// Some partitions have their markers, or will never have them because they are gone.
    record Marked(Markers markers, Set<TopicPartition> partitions, Reply<ErrorCode> reply)
            implements TransactionCommand {}

    record Describe(String id, Reply<DescribeTransactionsResponse.TransactionState> reply)
            implements TransactionCommand {}

    record ListTransactions(TransactionFilter filter, Reply<Listing> reply)
            implements TransactionCommand {}

    /// @param code `NONE` if these are all of the shard that pass the filter
    record Listing(
            ErrorCode code,
            List<io.zurau.protocol.message.ListTransactionsResponse.TransactionState>
                    transactions) {}
}

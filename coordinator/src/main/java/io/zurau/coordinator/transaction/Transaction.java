package io.zurau.coordinator.transaction;

import io.zurau.protocol.TopicPartition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// A transactional id, its producer and the transaction that it is in, or was in last. Its methods
/// are the steps from one state to the next; whether one may be taken is for the rules to say.
///
/// @param timeoutMs how long a transaction may last
/// @param partitions of the transaction; while its end is being written, those that have none yet
/// @param startMs wall clock, when the transaction began; -1 before the first of this epoch.
///   Differs from Kafka: it grows with every transaction, so that it tells apart those of one epoch
/// @param updateMs wall clock, of the last change
/// @param clientVersion 2 if the transaction was ended by raising the epoch (KIP-890), otherwise 0
record Transaction(
        String id,
        Producer producer,
        TransactionState state,
        int timeoutMs,
        SortedSet<TopicPartition> partitions,
        long startMs,
        long updateMs,
        short clientVersion) {
    static final short EPOCH_PER_TRANSACTION = 2;
    static final short EPOCH_PER_PRODUCER = 0;
    private static final long NEVER = -1;

    Transaction {
        partitions = Collections.unmodifiableSortedSet(partitions);
    }

    /// A transactional id that was never seen before.
    static Transaction fresh(String id, long producerId, int timeoutMs, long nowMs) {
        return new Transaction(
                id,
                Producer.fresh(producerId),
                TransactionState.EMPTY,
                timeoutMs,
                Collections.emptySortedSet(),
                NEVER,
                nowMs,
                EPOCH_PER_PRODUCER);
    }

    /// Its producer begins anew.
    Transaction initialized(Producer next, int newTimeoutMs, long nowMs) {
        return new Transaction(
                id,
                next,
                TransactionState.EMPTY,
                newTimeoutMs,
                Collections.emptySortedSet(),
                NEVER,
                nowMs,
                clientVersion);
    }

    /// More partitions are part of the transaction, which perhaps begins with them.
    Transaction with(Collection<TopicPartition> added, short version, long nowMs) {
        boolean begins = state != TransactionState.ONGOING;
        TreeSet<TopicPartition> all = begins ? new TreeSet<>() : new TreeSet<>(partitions);
        all.addAll(added);
        return new Transaction(
                id,
                producer.settled(),
                TransactionState.ONGOING,
                timeoutMs,
                all,
                begins ? Math.max(nowMs, startMs + 1) : startMs,
                nowMs,
                version);
    }

    /// It is decided.
    Transaction decided(boolean committed, Producer next, short version, long nowMs) {
        boolean hasBegun = state == TransactionState.ONGOING;
        return new Transaction(
                id,
                next,
                committed ? TransactionState.PREPARE_COMMIT : TransactionState.PREPARE_ABORT,
                timeoutMs,
                hasBegun ? partitions : Collections.emptySortedSet(),
                hasBegun ? startMs : nowMs,
                nowMs,
                version);
    }

    /// Some partitions have their marker. Not stored: a marker that is written twice does no harm
    /// before the transaction is complete.
    Transaction without(Collection<TopicPartition> marked) {
        TreeSet<TopicPartition> left = new TreeSet<>(partitions);
        left.removeAll(marked);
        return new Transaction(
                id, producer, state, timeoutMs, left, startMs, updateMs, clientVersion);
    }

    /// All partitions have their marker.
    Transaction complete(long nowMs) {
        return new Transaction(
                id,
                producer.completed(),
                state == TransactionState.PREPARE_COMMIT
                        ? TransactionState.COMPLETE_COMMIT
                        : TransactionState.COMPLETE_ABORT,
                timeoutMs,
                Collections.emptySortedSet(),
                startMs,
                nowMs,
                clientVersion);
    }

    /// The numbers of its partitions by their topics.
    Map<String, List<Integer>> partitionsByTopic() {
        Map<String, List<Integer>> byTopic = new TreeMap<>();
        for (TopicPartition partition : partitions) {
            byTopic.computeIfAbsent(partition.topic(), topic -> new ArrayList<>())
                    .add(partition.partition());
        }
        return byTopic;
    }

    boolean hasEpochPerTransaction() {
        return clientVersion >= EPOCH_PER_TRANSACTION;
    }
}

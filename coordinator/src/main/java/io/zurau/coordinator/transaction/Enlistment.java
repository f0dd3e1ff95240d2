package io.zurau.coordinator.transaction;

import io.zurau.coordinator.Turn;
import io.zurau.coordinator.transaction.TransactionCommand.AddPartitions;
import io.zurau.coordinator.transaction.TransactionCommand.Asking;
import io.zurau.coordinator.transaction.TransactionCommand.Verification;
import io.zurau.coordinator.transaction.TransactionCommand.VerifyPartitions;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.TopicPartition;
import java.util.Set;
import java.util.TreeSet;

/// Which partitions are part of a transaction. The first one begins it.
final class Enlistment {
    private final Transactions transactions;

    Enlistment(Transactions transactions) {
        this.transactions = transactions;
    }

    void add(AddPartitions add, Turn<TransactionTimer> turn) {
        turn.mustBeNewest();
        turn.answer(add.reply(), decide(add, turn));
    }

    private ErrorCode decide(AddPartitions add, Turn<TransactionTimer> turn) {
        Transaction known = transactions.find(add.asking().id());
        if (known == null) {
            return ErrorCode.INVALID_PRODUCER_ID_MAPPING;
        }
        ErrorCode refusal = check(add.asking(), known);
        boolean open = known.state() == TransactionState.ONGOING;
        if (refusal == ErrorCode.NONE
                && add.version() < Transaction.EPOCH_PER_TRANSACTION
                && !transactions.isHeardAnew(add.asking())) {
            return ErrorCode.NETWORK_EXCEPTION; // To the client it is lost.
        }
        if (refusal != ErrorCode.NONE
                || (open && known.partitions().containsAll(add.partitions()))) {
            return refusal;
        }
        Transaction next = known.with(add.partitions(), add.version(), turn.nowMs());
        if (!transactions.fits(next, turn)) {
            return ErrorCode.UNKNOWN_SERVER_ERROR; // As Kafka.
        }
        transactions.store(next, turn);
        if (!open) {
            turn.schedule(TransactionTimer.timeUp(next), next.timeoutMs());
        }
        return ErrorCode.NONE;
    }

    private static ErrorCode check(Asking asking, Transaction known) {
        if (asking.producerId() != known.producer().id()) {
            return ErrorCode.INVALID_PRODUCER_ID_MAPPING;
        }
        if (asking.producerEpoch() != known.producer().epoch()) {
            return ErrorCode.PRODUCER_FENCED;
        }
        return known.state().isPrepared() ? ErrorCode.CONCURRENT_TRANSACTIONS : ErrorCode.NONE;
    }

    /// What is decided here is true while the answer is on its way only if nobody ends the
    /// transaction meanwhile; whoever asks has a permission that such an end takes away.
    void verify(VerifyPartitions verify, Turn<TransactionTimer> turn) {
        turn.mustBeNewest();
        turn.answer(verify.reply(), decide(verify));
    }

    private Verification decide(VerifyPartitions verify) {
        Transaction known = transactions.find(verify.asking().id());
        if (known == null) {
            return new Verification(ErrorCode.INVALID_PRODUCER_ID_MAPPING, Set.of());
        }
        ErrorCode refusal = check(verify.asking(), known);
        if (refusal != ErrorCode.NONE) {
            return new Verification(refusal, Set.of());
        }
        Set<TopicPartition> missing = new TreeSet<>(verify.partitions());
        if (known.state() == TransactionState.ONGOING) {
            missing.removeAll(known.partitions());
        }
        return new Verification(ErrorCode.NONE, missing);
    }
}

package io.zurau.coordinator.transaction;

import io.zurau.coordinator.Turn;
import io.zurau.coordinator.transaction.TransactionCommand.Asking;
import io.zurau.coordinator.transaction.TransactionCommand.Init;
import io.zurau.coordinator.transaction.TransactionCommand.ProducerOutcome;
import io.zurau.protocol.ErrorCode;
import org.jspecify.annotations.Nullable;

/// How a producer gets its id and epoch, and fences the one that had the transactional id before
/// (KIP-98); how it gets a new epoch to go on after an error (KIP-360).
final class Initialization {
    private final Transactions transactions;
    private final Ending ending;

    Initialization(Transactions transactions, Ending ending) {
        this.transactions = transactions;
        this.ending = ending;
    }

    void init(Init init, Turn<TransactionTimer> turn) {
        turn.answer(init.reply(), decide(init, turn));
    }

    private ProducerOutcome decide(Init init, Turn<TransactionTimer> turn) {
        Transaction known = transactions.find(init.id());
        if (known == null) {
            return init.freshId().isEmpty()
                    ? ProducerOutcome.needingId()
                    : begin(
                            Transaction.fresh(
                                    init.id(),
                                    init.freshId().getAsLong(),
                                    init.timeoutMs(),
                                    turn.nowMs()),
                            init,
                            turn);
        }
        Asking expected = init.expected();
        if (expected != null && !mayBe(expected, known.producer())) {
            return ProducerOutcome.refused(ErrorCode.PRODUCER_FENCED);
        }
        return switch (known.state()) {
            case PREPARE_COMMIT, PREPARE_ABORT ->
                    ProducerOutcome.refused(ErrorCode.CONCURRENT_TRANSACTIONS);
            case ONGOING -> {
                ending.fence(known, turn);
                yield ProducerOutcome.refused(ErrorCode.CONCURRENT_TRANSACTIONS);
            }
            case EMPTY, COMPLETE_COMMIT, COMPLETE_ABORT -> begin(known, init, turn);
        };
    }

    /// Whether the id that a producer says it has is the present one, or the one before: it may not
    /// have heard that its epochs were used up.
    private static boolean mayBe(Asking expected, Producer known) {
        return known.epoch() == Producer.NO_EPOCH
                || expected.producerId() == known.id()
                || (expected.producerId() == known.previousId()
                        && Producer.isLastEpoch(expected.producerEpoch()));
    }

    private ProducerOutcome begin(Transaction known, Init init, Turn<TransactionTimer> turn) {
        Producer producer = known.producer();
        Asking expected = init.expected();
        Short expectedEpoch = expected == null ? null : expected.producerEpoch();
        Producer next;
        if (producer.isExhausted()
                && (expectedEpoch == null || expectedEpoch == producer.epoch())) {
            if (init.freshId().isEmpty()) {
                return ProducerOutcome.needingId();
            }
            next =
                    producer.rotated(
                            init.freshId().getAsLong(),
                            expectedEpoch == null ? Producer.NO_EPOCH : producer.epoch());
        } else {
            @Nullable Producer bumped = bumped(producer, expectedEpoch);
            if (bumped == null) {
                return ProducerOutcome.refused(ErrorCode.PRODUCER_FENCED);
            }
            next = bumped;
        }
        Transaction begun = known.initialized(next, init.timeoutMs(), turn.nowMs());
        if (!transactions.fits(begun, turn)) {
            return ProducerOutcome.refused(ErrorCode.UNKNOWN_SERVER_ERROR); // As Kafka.
        }
        transactions.store(begun, turn);
        if (!next.equals(producer)) {
            transactions.forgetConnections(begun.id());
        }
        return ProducerOutcome.of(next);
    }

    /// Null if the producer is fenced. One that comes again with its last epoch did not hear the
    /// answer: nobody else has begun meanwhile, or there would be no last epoch.
    private static @Nullable Producer bumped(Producer producer, @Nullable Short expectedEpoch) {
        if (expectedEpoch == null) {
            return producer.bumped(Producer.NO_EPOCH);
        }
        if (producer.epoch() == Producer.NO_EPOCH || expectedEpoch == producer.epoch()) {
            return producer.bumped(producer.epoch());
        }
        return expectedEpoch == producer.lastEpoch() ? producer : null;
    }
}

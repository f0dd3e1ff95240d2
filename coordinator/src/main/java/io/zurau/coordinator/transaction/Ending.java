package io.zurau.coordinator.transaction;

import io.zurau.coordinator.Turn;
import io.zurau.coordinator.transaction.TransactionCommand.Asking;
import io.zurau.coordinator.transaction.TransactionCommand.End;
import io.zurau.coordinator.transaction.TransactionCommand.Marked;
import io.zurau.coordinator.transaction.TransactionCommand.ProducerOutcome;
import io.zurau.protocol.ErrorCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How transactions end: because the producer says so, because another one takes over, or because
/// time is up; and how every partition comes to know of it.
///
/// Once the decision is stored it holds: markers are asked for until every partition has one.
final class Ending {
    private static final Logger LOG = LoggerFactory.getLogger(Ending.class);

    /// Markers that have not come by then are asked for again.
    private static final long REMINDER_MS = 500;

    private final Transactions transactions;
    private final MarkerWriter writer;

    Ending(Transactions transactions, MarkerWriter writer) {
        this.transactions = transactions;
        this.writer = writer;
    }

    void loaded(Turn<TransactionTimer> turn) {
        for (Transaction one : transactions.all()) {
            if (one.state() == TransactionState.ONGOING) {
                long left = one.startMs() + one.timeoutMs() - turn.nowMs();
                turn.schedule(TransactionTimer.timeUp(one), Math.clamp(left, 0, one.timeoutMs()));
            } else if (one.state().isPrepared()) {
                turn.schedule(new TransactionTimer.Remind(one.id()), 0);
            }
        }
    }

    void end(End end, Turn<TransactionTimer> turn) {
        Transaction known = transactions.find(end.asking().id());
        ProducerOutcome outcome;
        if (known == null) {
            outcome = ProducerOutcome.refused(ErrorCode.INVALID_PRODUCER_ID_MAPPING);
        } else if (end.bumps()) {
            outcome = endRaisingTheEpoch(end, known, turn);
        } else {
            outcome = endOfEpoch(end, known, turn);
        }
        turn.answer(end.reply(), outcome);
    }

    /// Clients before version 5 of EndTxn keep their epoch for many transactions. So the epoch does
    /// not tell an end that was delayed from one of the next transaction; the connection does.
    private ProducerOutcome endOfEpoch(End end, Transaction known, Turn<TransactionTimer> turn) {
        if (known.producer().id() != end.asking().producerId()) {
            return ProducerOutcome.refused(ErrorCode.INVALID_PRODUCER_ID_MAPPING);
        }
        if (known.producer().epoch() != end.asking().producerEpoch()) {
            return ProducerOutcome.refused(ErrorCode.PRODUCER_FENCED);
        }
        if (!transactions.isHeardAnew(end.asking())) {
            return ProducerOutcome.refused(ErrorCode.NETWORK_EXCEPTION);
        }
        return switch (known.state()) {
            case ONGOING -> {
                decide(
                        known.decided(
                                end.committed(),
                                known.producer().settled(),
                                Transaction.EPOCH_PER_PRODUCER,
                                turn.nowMs()),
                        turn);
                yield new ProducerOutcome(ErrorCode.NONE, Producer.NO_ID, Producer.NO_EPOCH, false);
            }
            case PREPARE_COMMIT, COMPLETE_COMMIT, PREPARE_ABORT, COMPLETE_ABORT ->
                    again(end, known);
            case EMPTY -> ProducerOutcome.refused(ErrorCode.INVALID_TXN_STATE);
        };
    }

    /// The transaction is decided: fine if as the client wants it.
    private static ProducerOutcome again(End end, Transaction known) {
        boolean committed =
                known.state() == TransactionState.PREPARE_COMMIT
                        || known.state() == TransactionState.COMPLETE_COMMIT;
        if (committed != end.committed()) {
            return ProducerOutcome.refused(ErrorCode.INVALID_TXN_STATE);
        }
        return known.state().isPrepared()
                ? ProducerOutcome.refused(ErrorCode.CONCURRENT_TRANSACTIONS)
                : ProducerOutcome.of(known.producer());
    }

    /// KIP-890: the answer brings the epoch of the next transaction. So the epoch tells a request
    /// that comes again from one of the next transaction.
    private ProducerOutcome endRaisingTheEpoch(
            End end, Transaction known, Turn<TransactionTimer> turn) {
        Producer producer = known.producer();
        Asking asking = end.asking();
        boolean againAfterNewId =
                producer.previousId() == asking.producerId()
                        && asking.producerEpoch() == Short.MAX_VALUE - 1
                        && producer.epoch() == 0;
        boolean again = producer.epoch() == asking.producerEpoch() + 1 || againAfterNewId;
        if (producer.id() != asking.producerId() && !againAfterNewId) {
            return ProducerOutcome.refused(ErrorCode.INVALID_PRODUCER_ID_MAPPING);
        }
        boolean current = asking.producerEpoch() == producer.epoch();
        return switch (known.state()) {
            case ONGOING ->
                    current
                            ? decide(end, known, turn)
                            : ProducerOutcome.refused(ErrorCode.PRODUCER_FENCED);
            case EMPTY -> {
                if (!current) {
                    yield ProducerOutcome.refused(ErrorCode.PRODUCER_FENCED);
                }
                yield abortNothing(end, known, turn);
            }
            case PREPARE_COMMIT, PREPARE_ABORT ->
                    again && !againAfterNewId
                            ? again(end, known)
                            : ProducerOutcome.refused(ErrorCode.PRODUCER_FENCED);
            case COMPLETE_COMMIT, COMPLETE_ABORT -> {
                if (again) {
                    yield again(end, known);
                }
                if (!current) {
                    yield ProducerOutcome.refused(ErrorCode.PRODUCER_FENCED);
                }
                yield abortNothing(end, known, turn);
            }
        };
    }

    /// A client that does not know whether it has written anything may abort.
    private ProducerOutcome abortNothing(End end, Transaction known, Turn<TransactionTimer> turn) {
        return end.committed()
                ? ProducerOutcome.refused(ErrorCode.INVALID_TXN_STATE)
                : decide(end, known, turn);
    }

    private ProducerOutcome decide(End end, Transaction known, Turn<TransactionTimer> turn) {
        long nextId = Producer.NO_ID;
        if (known.producer().isExhausted()) {
            if (end.freshId().isEmpty()) {
                return ProducerOutcome.needingId();
            }
            nextId = end.freshId().getAsLong();
        }
        Transaction decided =
                known.decided(
                        end.committed(),
                        known.producer().ending(nextId),
                        Transaction.EPOCH_PER_TRANSACTION,
                        turn.nowMs());
        decide(decided, turn);
        return ProducerOutcome.of(decided.producer().completed());
    }

    /// Aborts the transaction so that its producer cannot go on: the epoch that it has is too old
    /// from now on. The next one is given to nobody.
    void fence(Transaction known, Turn<TransactionTimer> turn) {
        boolean bumps = transactions.level() >= Transaction.EPOCH_PER_TRANSACTION;
        Producer next =
                bumps
                        ? known.producer().ending(Producer.NO_ID)
                        : known.producer().bumped(Producer.NO_EPOCH);
        short version = bumps ? Transaction.EPOCH_PER_TRANSACTION : Transaction.EPOCH_PER_PRODUCER;
        decide(known.decided(false, next, version, turn.nowMs()), turn);
    }

    void timeUp(TransactionTimer.TimeUp timer, Turn<TransactionTimer> turn) {
        Transaction known = transactions.find(timer.id());
        if (known == null
                || known.state() != TransactionState.ONGOING
                || known.startMs() != timer.startMs()) {
            return;
        }
        LOG.atInfo()
                .addKeyValue("transactionalId", known.id())
                .addKeyValue("producerId", known.producer().id())
                .addKeyValue("timeoutMs", known.timeoutMs())
                .log("A transaction is aborted because its time is up");
        fence(known, turn);
    }

    private void decide(Transaction decided, Turn<TransactionTimer> turn) {
        turn.cancel(TransactionTimer.timeUp(decided));
        transactions.store(decided, turn);
        proceed(decided, turn);
    }

    private void proceed(Transaction decided, Turn<TransactionTimer> turn) {
        if (decided.partitions().isEmpty()) {
            turn.cancel(new TransactionTimer.Remind(decided.id()));
            transactions.store(decided.complete(turn.nowMs()), turn);
            return;
        }
        turn.schedule(new TransactionTimer.Remind(decided.id()), REMINDER_MS);
        Markers markers = Markers.of(decided);
        turn.then(() -> writer.write(markers));
    }

    void remind(TransactionTimer.Remind timer, Turn<TransactionTimer> turn) {
        Transaction known = transactions.find(timer.id());
        if (known != null && known.state().isPrepared()) {
            proceed(known, turn);
        }
    }

    /// A report about another transaction than the present one comes too late to matter.
    void marked(Marked marked, Turn<TransactionTimer> turn) {
        Transaction known = transactions.find(marked.markers().transactionalId());
        if (known != null && marked.markers().endThis(known)) {
            Transaction next = known.without(marked.partitions());
            transactions.put(next);
            if (next.partitions().isEmpty()) {
                proceed(next, turn);
            }
        }
        turn.answer(marked.reply(), ErrorCode.NONE);
    }
}

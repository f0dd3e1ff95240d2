package io.zurau.coordinator.transaction;

import io.zurau.coordinator.CoordinatorRecord;
import io.zurau.coordinator.StateMachine;
import io.zurau.coordinator.Turn;
import java.util.function.IntSupplier;

/// One shard of the transaction coordinator: hands each command and timer to the rules it belongs
/// to.
final class TransactionMachine implements StateMachine<TransactionCommand, TransactionTimer> {
    private final Transactions transactions;
    private final Ending ending;
    private final Initialization initialization;
    private final Enlistment enlistment;
    private final TransactionAdministration administration;

    /// @param level of the feature `transaction.version`
    TransactionMachine(TransactionConfig config, MarkerWriter writer, IntSupplier level) {
        this.transactions = new Transactions(level);
        this.ending = new Ending(transactions, writer);
        this.initialization = new Initialization(transactions, ending);
        this.enlistment = new Enlistment(transactions);
        this.administration = new TransactionAdministration(transactions, config);
    }

    Transactions transactions() {
        return transactions;
    }

    @Override
    public void replay(CoordinatorRecord record) {
        transactions.replay(record);
    }

    @Override
    public void loaded(Turn<TransactionTimer> turn) {
        transactions.loaded(turn.nowNanos());
        ending.loaded(turn);
        administration.loaded(turn);
    }

    @Override
    public boolean adds(TransactionCommand command) {
        return command instanceof TransactionCommand.Init init
                && transactions.find(init.id()) == null;
    }

    @Override
    public int size() {
        return transactions.all().size();
    }

    @Override
    public void decide(TransactionCommand command, Turn<TransactionTimer> turn) {
        switch (command) {
            case TransactionCommand.Init init -> initialization.init(init, turn);
            case TransactionCommand.AddPartitions add -> enlistment.add(add, turn);
            case TransactionCommand.VerifyPartitions verify -> enlistment.verify(verify, turn);
            case TransactionCommand.End end -> ending.end(end, turn);
            case TransactionCommand.Marked marked -> ending.marked(marked, turn);
            case TransactionCommand.Describe describe -> administration.describe(describe, turn);
            case TransactionCommand.ListTransactions list -> administration.list(list, turn);
        }
    }

    @Override
    public void timeUp(TransactionTimer timer, Turn<TransactionTimer> turn) {
        switch (timer) {
            case TransactionTimer.TimeUp timeUp -> ending.timeUp(timeUp, turn);
            case TransactionTimer.Remind remind -> ending.remind(remind, turn);
            case TransactionTimer.Expiry _ -> administration.expire(turn);
        }
    }
}

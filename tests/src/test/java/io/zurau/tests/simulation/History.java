package io.zurau.tests.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/// What transactional writers and readers of committed data did and saw, in the order in which it
/// came about. [Anomalies] looks for what must not be in it.
///
/// Owned by the simulation's thread.
final class History {
    static final long NEVER = Long.MAX_VALUE;
    static final long UNKNOWN_OFFSET = -1;

    private final Map<String, Transaction> transactions = new TreeMap<>(); // By name.
    private final List<Sent> sends = new ArrayList<>();
    private final List<Polled> polls = new ArrayList<>();
    private long now;

    /// What a writer knows of its transaction.
    enum Outcome {
        /// It has never asked for a commit, so there must be none.
        ABORTED,
        /// It has asked for a commit and not heard what became of it.
        UNKNOWN,
        COMMITTED
    }

    /// @param askedAt when the commit was asked for first; [#NEVER] if it was not
    record Transaction(String name, Outcome outcome, long askedAt) {}

    /// @param value unique
    /// @param offset as the broker said; [#UNKNOWN_OFFSET] if nobody knows
    record Sent(String process, String transaction, int partition, String value, long offset) {}

    /// @param session in which the process reads each partition from the front to the back
    record Polled(String process, int session, Place place, String value, long at) {}

    void begins(String transaction) {
        transactions.put(transaction, new Transaction(transaction, Outcome.ABORTED, NEVER));
    }

    /// The commit is asked for: from now on the transaction may be read.
    void asksToCommit(String transaction) {
        transactions.put(transaction, new Transaction(transaction, Outcome.UNKNOWN, now++));
    }

    void committed(String transaction) {
        transactions.computeIfPresent(
                transaction,
                (name, before) -> new Transaction(name, Outcome.COMMITTED, before.askedAt));
    }

    void sent(String process, String transaction, int partition, String value, long offset) {
        sends.add(new Sent(process, transaction, partition, value, offset));
    }

    void polled(String process, int session, Place place, String value) {
        polls.add(new Polled(process, session, place, value, now++));
    }

    Transaction transaction(String name) {
        return Objects.requireNonNull(transactions.get(name));
    }

    List<Sent> sends() {
        return sends;
    }

    List<Polled> polls() {
        return polls;
    }

    int committed() {
        return (int)
                transactions.values().stream()
                        .filter(one -> one.outcome == Outcome.COMMITTED)
                        .count();
    }
}

package io.zurau.tests.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/// What transactional writers did, to be compared with what a reader of committed data sees.
///
/// Owned by the simulation's thread.
final class TransactionLedger {
    /// What a writer knows of its transaction.
    enum Outcome {
        /// It has never asked for a commit, so there must be none.
        ABORTED,
        /// It has asked for a commit and not heard what became of it.
        UNKNOWN,
        COMMITTED
    }

    private record Written(int records, Outcome outcome) {}

    private final Map<String, Written> transactions = new TreeMap<>(); // By name.

    /// @param records that it will write, each to another partition
    void begins(String transaction, int records) {
        transactions.put(transaction, new Written(records, Outcome.ABORTED));
    }

    void becomes(String transaction, Outcome outcome) {
        transactions.computeIfPresent(
                transaction, (_, written) -> new Written(written.records, outcome));
    }

    int committed() {
        return (int)
                transactions.values().stream()
                        .filter(written -> written.outcome == Outcome.COMMITTED)
                        .count();
    }

    /// @param read what a reader of committed data saw, as `transaction/partition`
    void check(List<String> read) {
        Map<String, List<String>> seen = new TreeMap<>();
        for (String value : read) {
            String transaction = value.substring(0, value.lastIndexOf('/'));
            seen.computeIfAbsent(transaction, any -> new ArrayList<>()).add(value);
        }
        for (String transaction : seen.keySet()) {
            if (!transactions.containsKey(transaction)) {
                throw new BrokenPromise(
                        Invariant.TRANSACTIONS_ARE_WHOLE,
                        "Nobody wrote transaction %s.".formatted(transaction));
            }
        }
        transactions.forEach(
                (name, written) -> check(name, written, seen.getOrDefault(name, List.of())));
    }

    private static void check(String name, Written written, List<String> seen) {
        if (seen.stream().distinct().count() < seen.size()) {
            throw new BrokenPromise(
                    Invariant.TRANSACTIONS_ARE_WHOLE,
                    "Transaction %s is read twice: %s.".formatted(name, seen));
        }
        boolean asItMustBe =
                switch (written.outcome) {
                    case ABORTED -> seen.isEmpty();
                    case UNKNOWN -> seen.isEmpty() || seen.size() == written.records;
                    case COMMITTED -> seen.size() == written.records;
                };
        if (!asItMustBe) {
            Invariant broken =
                    Objects.requireNonNull(
                            switch (written.outcome) {
                                case ABORTED -> Invariant.ABORTED_IS_NOT_READ;
                                case UNKNOWN -> Invariant.TRANSACTIONS_ARE_WHOLE;
                                case COMMITTED ->
                                        seen.isEmpty()
                                                ? Invariant.NO_ACKNOWLEDGED_RECORD_LOST
                                                : Invariant.TRANSACTIONS_ARE_WHOLE;
                            });
            throw new BrokenPromise(
                    broken,
                    "Of transaction %s (%s, %d records) %s is read."
                            .formatted(name, written.outcome, written.records, seen));
        }
    }
}

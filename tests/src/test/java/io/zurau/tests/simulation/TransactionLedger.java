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
    private final Map<Place, String> shown = new TreeMap<>();
    private int copied;

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

    /// So many records were copied in a transaction that is committed.
    void copied(int records) {
        copied += records;
    }

    int copied() {
        return copied;
    }

    /// A reader of committed data is shown a record, `transaction/partition`.
    void show(String value, Place place) {
        Written written = transactions.get(transactionOf(value));
        if (written == null || written.outcome == Outcome.ABORTED) {
            throw new BrokenPromise(
                    Invariant.ABORTED_IS_NOT_READ,
                    "%s is read at %s, which nobody asked to commit.".formatted(value, place));
        }
        String before = shown.putIfAbsent(place, value);
        if (before != null && !before.equals(value)) {
            throw new BrokenPromise(
                    Invariant.NO_ACKNOWLEDGED_RECORD_LOST,
                    "%s is read at %s, where %s was before.".formatted(value, place, before));
        }
    }

    /// Of the record with this value: the last figure of its transaction.
    static String keyOf(String value) {
        int end = value.indexOf('/');
        return value.substring(end - 1, end);
    }

    private static String transactionOf(String value) {
        return value.substring(0, value.lastIndexOf('/'));
    }

    /// @param read what is committed in the end
    void check(Map<Place, String> read) {
        shown.forEach(
                (place, value) -> {
                    if (!value.equals(read.get(place))) {
                        throw new BrokenPromise(
                                Invariant.NO_ACKNOWLEDGED_RECORD_LOST,
                                "%s was read at %s, where now %s is."
                                        .formatted(value, place, read.get(place)));
                    }
                });
        Map<String, List<String>> seen = new TreeMap<>();
        read.values()
                .forEach(
                        value ->
                                seen.computeIfAbsent(transactionOf(value), any -> new ArrayList<>())
                                        .add(value));
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

    /// Each partition of the copy begins like the one it is copied from, nothing left out or twice,
    /// and goes at least as far as copiers were told.
    void checkCopies(Map<Place, String> originals, Map<Place, String> copies) {
        Map<Integer, List<String>> from = byPartition(originals);
        byPartition(copies)
                .forEach(
                        (partition, values) -> {
                            List<String> source = from.getOrDefault(partition, List.of());
                            for (int i = 0; i < values.size(); i++) {
                                if (i >= source.size() || !values.get(i).equals(source.get(i))) {
                                    throw new BrokenPromise(
                                            Invariant.COPIED_ONCE,
                                            "In partition %d copy %d is %s of %s."
                                                    .formatted(
                                                            partition,
                                                            i,
                                                            values.get(i),
                                                            i < source.size()
                                                                    ? source.get(i)
                                                                    : "nothing"));
                                }
                            }
                        });
        if (copies.size() < copied) {
            throw new BrokenPromise(
                    Invariant.NO_ACKNOWLEDGED_RECORD_LOST,
                    "%d copies were committed, %d are left.".formatted(copied, copies.size()));
        }
    }

    /// The newest record of each key is the same in a topic that is compacted.
    static void checkCompacted(Map<Place, String> copies, Map<Place, String> compacted) {
        Map<Integer, Map<String, String>> whole = newest(copies);
        Map<Integer, Map<String, String>> left = newest(compacted);
        if (!whole.equals(left)) {
            throw new BrokenPromise(
                    Invariant.NEWEST_OF_KEY_STAYS,
                    "The newest records are %s, and after compaction %s.".formatted(whole, left));
        }
    }

    private static Map<Integer, Map<String, String>> newest(Map<Place, String> records) {
        Map<Integer, Map<String, String>> tables = new TreeMap<>();
        records.forEach(
                (place, value) ->
                        tables.computeIfAbsent(place.partition(), any -> new TreeMap<>())
                                .put(keyOf(value), value));
        return tables;
    }

    private static Map<Integer, List<String>> byPartition(Map<Place, String> records) {
        Map<Integer, List<String>> lists = new TreeMap<>();
        records.forEach(
                (place, value) ->
                        lists.computeIfAbsent(place.partition(), any -> new ArrayList<>())
                                .add(value));
        return lists;
    }
}

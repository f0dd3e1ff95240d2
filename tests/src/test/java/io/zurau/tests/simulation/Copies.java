package io.zurau.tests.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What copiers were told, to be compared with the copies that are committed in the end.
///
/// Owned by the simulation's thread.
final class Copies {
    private int committed;

    /// So many records were copied in a transaction that is committed.
    void committed(int records) {
        committed += records;
    }

    int committed() {
        return committed;
    }

    /// The key of the record with this value: the last figure of its transaction's name.
    static String keyOf(String value) {
        int end = value.indexOf('/');
        return value.substring(end - 1, end);
    }

    /// Each partition of the copy begins like the one it is copied from, nothing left out or twice,
    /// and goes at least as far as copiers were told.
    void check(Map<Place, String> originals, Map<Place, String> copies) {
        Map<Integer, List<String>> from = byPartition(originals);
        byPartition(copies)
                .forEach(
                        (partition, values) -> {
                            List<String> source = from.getOrDefault(partition, List.of());
                            int alike = Math.min(values.size(), source.size());
                            if (values.size() > source.size()
                                    || !values.equals(source.subList(0, alike))) {
                                throw new BrokenPromise(
                                        Invariant.COPIED_ONCE,
                                        "Partition %d of the copy is %s, that of the original %s."
                                                .formatted(partition, values, source));
                            }
                        });
        if (copies.size() < committed) {
            throw new BrokenPromise(
                    Invariant.NO_ACKNOWLEDGED_RECORD_LOST,
                    "%d copies were committed, %d are left.".formatted(committed, copies.size()));
        }
    }

    private static Map<Integer, List<String>> byPartition(Map<Place, String> records) {
        Map<Integer, List<String>> lists = new TreeMap<>();
        records.forEach(
                (place, value) ->
                        lists.computeIfAbsent(place.partition(), any -> new ArrayList<>())
                                .add(value));
        return lists;
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
}

package io.zurau.tests.simulation;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What the broker has promised to clients: the records it acknowledged, and those it showed to
/// readers.
///
/// A record is known by its value, which is unique: `writer-number`, the numbers of a writer rising
/// in each partition. Used by the one thread of a simulation.
final class Ledger {
    private final Map<String, Place> acknowledged = new TreeMap<>();
    private final Map<Place, String> shown = new TreeMap<>();
    private final Map<Integer, Long> ends = new TreeMap<>(); // Exclusive, of what is promised.
    private final boolean acknowledgedStays;
    private final Consumer<Place> whenPromised;
    private @Nullable BrokenPromise contradiction; // The first between acknowledgements.

    Ledger() {
        this(true, _ -> {});
    }

    /// @param acknowledgedStays whether an acknowledged record must survive; else only one that a
    ///   reader was shown
    /// @param whenPromised is told of each record that must survive
    Ledger(boolean acknowledgedStays, Consumer<Place> whenPromised) {
        this.acknowledgedStays = acknowledgedStays;
        this.whenPromised = whenPromised;
    }

    /// Exclusive end of what was promised of a partition.
    long promisedEnd(int partition) {
        return ends.getOrDefault(partition, 0L);
    }

    private void promise(Place place) {
        ends.merge(place.partition(), place.offset() + 1, Math::max);
        whenPromised.accept(place);
    }

    /// A producer was told that a record lies there. Its callback is no place to throw, so a
    /// contradiction shows in [#checkAgainst].
    void acknowledge(String value, Place place) {
        acknowledged.put(value, place);
        if (!acknowledgedStays) {
            return;
        }
        String other = shown.putIfAbsent(place, value);
        if (other != null && !other.equals(value) && contradiction == null) {
            contradiction =
                    new BrokenPromise(
                            Invariant.NO_ACKNOWLEDGED_RECORD_LOST,
                            "%s was acknowledged at %s, where %s was before."
                                    .formatted(value, place, other));
        }
        promise(place);
    }

    /// A consumer was shown a record.
    void show(String value, Place place) {
        String before = shown.putIfAbsent(place, value);
        if (before != null && !before.equals(value)) {
            throw new BrokenPromise(
                    Invariant.NO_ACKNOWLEDGED_RECORD_LOST,
                    "%s was read at %s, where %s was before.".formatted(value, place, before));
        }
        promise(place);
    }

    int acknowledgedRecords() {
        return acknowledged.size();
    }

    /// Checks what is in the log at the end against everything that was promised.
    ///
    /// @param log the values of each partition, from offset 0 on
    void checkAgainst(Map<Integer, List<String>> log) {
        if (contradiction != null) {
            throw contradiction;
        }
        Map<String, Place> places = new TreeMap<>();
        Map<String, Long> lastNumbers = new TreeMap<>();
        log.forEach(
                (partition, values) -> {
                    for (int offset = 0; offset < values.size(); offset++) {
                        String value = values.get(offset);
                        Place place = new Place(partition, offset);
                        if (acknowledgedStays) { // Else its writers are not idempotent.
                            refuseDouble(places.put(value, place), value, place);
                            refuseDisorder(lastNumbers, value, place);
                        }
                    }
                });
        shown.forEach((place, value) -> refuseLoss(value, place, places.get(value), log));
    }

    private static void refuseDouble(@Nullable Place first, String value, Place second) {
        if (first != null) {
            throw new BrokenPromise(
                    Invariant.NO_RECORD_DOUBLED_OR_DISORDERED,
                    "%s is doubled: at %s and at %s.".formatted(value, first, second));
        }
    }

    private static void refuseDisorder(Map<String, Long> lastNumbers, String value, Place place) {
        int dash = value.lastIndexOf('-');
        String stream = value.substring(0, dash) + " in " + place.partition();
        long number = Long.parseLong(value.substring(dash + 1));
        Long last = lastNumbers.put(stream, number);
        if (last != null && last > number) {
            throw new BrokenPromise(
                    Invariant.NO_RECORD_DOUBLED_OR_DISORDERED,
                    "%s at %s stands behind number %d of the same producer."
                            .formatted(value, place, last));
        }
    }

    private void refuseLoss(
            String value, Place place, @Nullable Place found, Map<Integer, List<String>> log) {
        List<String> values = log.getOrDefault(place.partition(), List.of());
        if (place.offset() >= values.size() || !values.get((int) place.offset()).equals(value)) {
            String how = acknowledged.containsKey(value) ? "was acknowledged" : "was read";
            throw new BrokenPromise(
                    Invariant.NO_ACKNOWLEDGED_RECORD_LOST,
                    "%s %s at %s and is now %s; the partition ends at %d."
                            .formatted(
                                    value,
                                    how,
                                    place,
                                    found == null ? "missing" : "at " + found,
                                    values.size()));
        }
    }
}

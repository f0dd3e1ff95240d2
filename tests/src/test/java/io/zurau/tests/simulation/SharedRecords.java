package io.zurau.tests.simulation;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// What became of the records of a share group, as far as its members were told.
///
/// Used by the one thread of a simulation.
final class SharedRecords {
    /// Before all moments.
    static final long NEVER = 0;

    private final int deliveryLimit;
    private final TreeSet<Place> written = new TreeSet<>();
    private final Map<Place, Long> settled = new TreeMap<>(); // When that was answered.
    private final TreeSet<Place> perhapsSettled = new TreeSet<>();
    private final Map<Place, Integer> deliveries = new TreeMap<>();
    private final Map<Integer, Integer> unheard = new TreeMap<>(); // Fetches, by partition.
    private long moments;

    /// @param deliveryLimit how often a record is delivered at most
    SharedRecords(int deliveryLimit) {
        this.deliveryLimit = deliveryLimit;
    }

    /// A moment behind all others.
    long moment() {
        return ++moments;
    }

    /// Must be given to the group.
    void written(Place place) {
        written.add(place);
    }

    /// A member has it.
    ///
    /// @param delivery which one this is, counted from 1
    /// @param asked when the member's fetch was sent to the partition's leader; [#NEVER] if another
    ///   broker answered it
    void given(Place place, int delivery, long asked, ShareMember member) {
        Long over = settled.get(place);
        if (over != null && over < asked) {
            throw new BrokenPromise(
                    Invariant.SETTLED_IS_NOT_SHARED_AGAIN,
                    "The record at %s is given to %s, which asked after its end was stored."
                            .formatted(place, member));
        }
        deliveries.merge(place, delivery, Math::max);
    }

    /// A member was told that it is stored that the record is accepted or rejected.
    void settled(Place place) {
        settled.putIfAbsent(place, moment());
    }

    /// A member has asked for it, and does not know whether that is stored.
    void perhapsSettled(Place place) {
        perhapsSettled.add(place);
    }

    /// A fetch was not answered: records may have been delivered with nobody hearing of it.
    void notHeard(int partition) {
        unheard.merge(partition, 1, Integer::sum);
    }

    int settled() {
        return settled.size();
    }

    /// A record that was not delivered often enough to be given up.
    Optional<Place> skipped() {
        return written.stream()
                .filter(
                        place ->
                                !settled.containsKey(place)
                                        && !perhapsSettled.contains(place)
                                        && !isWornOut(place))
                .findFirst();
    }

    private boolean isWornOut(Place place) {
        return deliveries.getOrDefault(place, 0) + unheard.getOrDefault(place.partition(), 0)
                >= deliveryLimit;
    }

    @Override
    public String toString() {
        return "%d records are written, %d settled and perhaps %d; the last settled of each partition: %s"
                .formatted(
                        written.size(),
                        settled.size(),
                        perhapsSettled.size(),
                        settled.keySet().stream()
                                .collect(
                                        Collectors.toMap(
                                                Place::partition, Place::offset, Math::max)));
    }
}

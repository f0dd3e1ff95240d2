package io.zurau.tests.simulation;

import java.util.Comparator;

/// Where a record lies.
record Place(int partition, long offset) implements Comparable<Place> {
    private static final Comparator<Place> ORDER =
            Comparator.comparingInt(Place::partition).thenComparingLong(Place::offset);

    @Override
    public int compareTo(Place other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return "partition " + partition + ", offset " + offset;
    }
}

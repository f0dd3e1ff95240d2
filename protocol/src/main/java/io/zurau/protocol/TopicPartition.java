package io.zurau.protocol;

import java.util.Comparator;

/// A partition of a topic, by name. Ordered by topic, then by number.
public record TopicPartition(String topic, int partition) implements Comparable<TopicPartition> {
    private static final Comparator<TopicPartition> ORDER =
            Comparator.comparing(TopicPartition::topic).thenComparingInt(TopicPartition::partition);

    @Override
    public int compareTo(TopicPartition other) {
        return ORDER.compare(this, other);
    }

    /// As its directory is called.
    @Override
    public String toString() {
        return topic + "-" + partition;
    }
}

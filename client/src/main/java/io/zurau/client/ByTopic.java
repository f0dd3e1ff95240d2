package io.zurau.client;

import io.zurau.protocol.TopicPartition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/// Partitions as requests name them: the numbers under each topic, in order.
final class ByTopic {
    private ByTopic() {}

    static SortedMap<String, List<Integer>> of(Collection<TopicPartition> partitions) {
        SortedMap<String, List<Integer>> numbers = new TreeMap<>();
        for (TopicPartition partition : new TreeSet<>(partitions)) {
            numbers.computeIfAbsent(partition.topic(), topic -> new ArrayList<>())
                    .add(partition.partition());
        }
        return numbers;
    }
}

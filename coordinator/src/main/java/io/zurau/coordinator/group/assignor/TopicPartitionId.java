package io.zurau.coordinator.group.assignor;

import io.zurau.protocol.Uuid;

/// One partition.
record TopicPartitionId(Uuid topic, int partition) implements Comparable<TopicPartitionId> {
    @Override
    public int compareTo(TopicPartitionId other) {
        int byTopic = topic.compareTo(other.topic);
        return byTopic != 0 ? byTopic : Integer.compare(partition, other.partition);
    }
}

package io.zurau.metadata.image;

import io.zurau.protocol.Uuid;
import java.util.List;
import java.util.Optional;

/// One topic. Its partitions have the numbers 0 to `partitions.size() - 1`.
public record TopicImage(String name, Uuid id, List<PartitionImage> partitions) {
    public TopicImage {
        partitions = List.copyOf(partitions);
    }

    public Optional<PartitionImage> partition(int index) {
        return index >= 0 && index < partitions.size()
                ? Optional.of(partitions.get(index))
                : Optional.empty();
    }

    /// How many replicas its first partition has, which is what Kafka reports for the topic.
    public int replicationFactor() {
        return partitions.isEmpty() ? 0 : partitions.getFirst().replicas().size();
    }
}

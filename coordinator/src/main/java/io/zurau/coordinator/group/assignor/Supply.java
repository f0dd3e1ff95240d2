package io.zurau.coordinator.group.assignor;

import io.zurau.protocol.Uuid;
import java.util.List;

/// What there is of partitions.
public interface Supply {
    /// How many partitions a topic has, one that some member subscribes to.
    int partitions(Uuid topic);

    /// The racks of those that hold a partition; empty if none is known.
    List<String> racks(Uuid topic, int partition);
}

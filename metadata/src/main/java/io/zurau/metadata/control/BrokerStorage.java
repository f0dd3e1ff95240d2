package io.zurau.metadata.control;

import io.zurau.metadata.image.TopicImage;
import io.zurau.protocol.Uuid;
import java.util.List;

/// What a broker that registers knows about its disks.
///
/// @param complete whether every log directory that it should have works: if not, a replica whose
///   directory is missing may come back with it
/// @param cleanlyStopped whether nothing is missing of what the broker acknowledged with
///   `durability=memory`: its process lives, or the one before had time to store it
/// @param logs finds its logs
public record BrokerStorage(boolean complete, boolean cleanlyStopped, Logs logs) {
    /// A log that is there.
    ///
    /// @param directory the id of its directory
    /// @param durable whether it was `durability=disk` when the broker stopped, whatever the topic
    ///   says by now
    public record Log(Uuid directory, boolean durable) {}

    /// The logs of a broker.
    @FunctionalInterface
    public interface Logs {
        /// Those of a partition, in directories that work; more than one if it was being moved.
        List<Log> of(TopicImage topic, int partition);
    }
}

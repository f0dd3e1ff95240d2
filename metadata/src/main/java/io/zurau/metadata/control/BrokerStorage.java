package io.zurau.metadata.control;

import io.zurau.metadata.image.TopicImage;
import io.zurau.protocol.Uuid;
import java.util.Optional;

/// What a broker that registers knows about its disks.
///
/// @param complete whether every log directory that it should have works: if not, a replica whose
///   directory is missing may come back with it
/// @param cleanlyStopped whether the earlier incarnation had time to store what it acknowledged
///   with `durability=memory`
/// @param logs finds logs whose directory the metadata does not know
public record BrokerStorage(boolean complete, boolean cleanlyStopped, Logs logs) {
    /// The logs of a broker.
    @FunctionalInterface
    public interface Logs {
        /// The id of the directory that has the log of a partition.
        Optional<Uuid> directoryOf(TopicImage topic, int partition);
    }
}

package io.zurau.metadata.control;

import io.zurau.metadata.image.BrokerImage;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.image.PartitionImage;
import io.zurau.metadata.image.TopicImage;
import io.zurau.protocol.Uuid;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Which of a broker's log directories gets a new replica: the one that has the fewest, and of
/// equals the first, as in Kafka.
///
/// Differs from Kafka, whose brokers choose and tell the controller afterwards: here whoever makes
/// the replica chooses, so that no replica is ever in a directory that the metadata does not know.
///
/// **Owner:** the thread that decides.
final class NewDirectories {
    private final ClusterImage cluster;
    private @Nullable Map<Uuid, Integer> replicas; // Asked, never walked. Null until needed.

    /// @param cluster with the brokers as they will be
    NewDirectories(ClusterImage cluster) {
        this.cluster = cluster;
    }

    /// Where the broker puts one more replica; zero if nobody knows its directories.
    Uuid of(int nodeId) {
        List<Uuid> directories =
                cluster.broker(nodeId).map(BrokerImage::logDirectories).orElse(List.of());
        if (directories.size() < 2) {
            return directories.isEmpty() ? Uuid.ZERO : directories.getFirst();
        }
        Map<Uuid, Integer> known = counted();
        Uuid best = directories.getFirst();
        for (Uuid directory : directories) {
            if (known.getOrDefault(directory, 0) < known.getOrDefault(best, 0)) {
                best = directory;
            }
        }
        known.merge(best, 1, Integer::sum);
        return best;
    }

    private Map<Uuid, Integer> counted() {
        Map<Uuid, Integer> known = replicas;
        if (known == null) {
            known = new HashMap<>();
            for (TopicImage topic : cluster.topics().all()) {
                for (PartitionImage partition : topic.partitions()) {
                    for (Uuid directory : partition.directories()) {
                        known.merge(directory, 1, Integer::sum);
                    }
                }
            }
            replicas = known;
        }
        return known;
    }
}

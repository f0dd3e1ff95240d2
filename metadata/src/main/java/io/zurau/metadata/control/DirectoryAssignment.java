package io.zurau.metadata.control;

import io.zurau.metadata.config.ClusterConfigs;
import io.zurau.metadata.image.BrokerImage;
import io.zurau.metadata.image.PartitionImage;
import io.zurau.metadata.image.TopicImage;
import io.zurau.protocol.Uuid;
import java.util.Optional;

/// One decision that a broker's replica is in another of its log directories from now on: Kafka's
/// AssignReplicasToDirs (KIP-858).
///
/// Differs from Kafka: it says of which state of the partition it holds. Whoever is elected since
/// may have appended what the new directory does not have.
///
/// @param partitionEpoch of the partition when its replica there was complete
/// @param directory of the replica from now on
public record DirectoryAssignment(Uuid topicId, int partition, int partitionEpoch, Uuid directory) {

    /// The answer is false if it cannot be.
    static Command<Boolean> command(
            int nodeId, long brokerEpoch, DirectoryAssignment asked, ClusterConfigs configs) {
        return image -> {
            PartitionChanges changes = PartitionChanges.of(image, configs);
            Optional<TopicImage> topic = image.topics().withId(asked.topicId);
            Optional<PartitionImage> partition = topic.flatMap(t -> t.partition(asked.partition));
            Optional<BrokerImage> broker = image.broker(nodeId);
            boolean can =
                    broker.filter(b -> b.epoch() == brokerEpoch)
                                    .filter(b -> b.logDirectories().contains(asked.directory))
                                    .isPresent()
                            && partition
                                    .filter(p -> p.epoch() == asked.partitionEpoch)
                                    .filter(p -> p.replicas().contains(nodeId))
                                    .isPresent();
            if (!can) {
                return Decision.answer(false);
            }
            changes.add(
                    topic.orElseThrow(),
                    asked.partition,
                    changes.change(topic.orElseThrow(), asked.partition)
                            .directory(nodeId, asked.directory)
                            .decided());
            return changes.answering(true);
        };
    }
}

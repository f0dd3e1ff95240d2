package io.zurau.metadata.control;

import io.zurau.metadata.config.ClusterConfigs;
import io.zurau.metadata.control.PartitionChange.Election;
import io.zurau.metadata.image.PartitionImage;
import io.zurau.metadata.image.TopicImage;
import io.zurau.protocol.Uuid;
import java.util.List;

/// A broker's replica whose log is damaged, although its directory works.
///
/// @param directory that it is in
public record ReplicaLoss(Uuid topicId, int partition, Uuid directory) {

    /// One decision that others lead, and acknowledge without, such replicas. Where nobody else has
    /// everything, nothing changes: the log may be mended before the next start.
    static Command<Boolean> command(
            int nodeId, long brokerEpoch, List<ReplicaLoss> losses, ClusterConfigs configs) {
        return BrokerCommands.ofPresent(
                nodeId,
                brokerEpoch,
                (image, _) -> {
                    PartitionChanges changes = PartitionChanges.of(image, configs);
                    for (ReplicaLoss loss : losses) {
                        image.topics()
                                .withId(loss.topicId)
                                .ifPresent(topic -> loss.follow(topic, nodeId, changes));
                    }
                    return changes.answering(true);
                });
    }

    private void follow(TopicImage topic, int nodeId, PartitionChanges changes) {
        if (topic.partition(partition)
                .filter(known -> known.directoryOf(nodeId).equals(directory))
                .isEmpty()) {
            return;
        }
        PartitionImage after =
                changes.change(topic, partition).lost(nodeId).electing(Election.CLEAN).decided();
        if (after.hasLeader()) {
            changes.add(topic, partition, after);
        }
    }
}

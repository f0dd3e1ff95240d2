package io.zurau.metadata.control;

import io.zurau.metadata.config.ClusterConfigs;
import io.zurau.metadata.config.TopicPolicy;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.image.ConfigResource;
import io.zurau.protocol.message.ConfigRecord;
import io.zurau.protocol.message.MetadataRecord;
import java.util.Set;
import java.util.stream.Collectors;

/// What follows for partitions when settings change that say who may lead them.
///
/// Where `min.insync.replicas` falls so far that enough are in sync, the high watermark moves
/// again, and nobody out of sync is eligible any more (KIP-966). Where unclean elections are
/// enabled, partitions without a leader get one.
final class PolicyChange {
    private PolicyChange() {}

    /// The decision with what follows from its records.
    static <A> Decision<A> following(
            Decision<A> decision, ClusterImage image, ClusterConfigs configs) {
        Set<String> topics =
                decision.records().stream()
                        .filter(PolicyChange::matters)
                        .map(PolicyChange::topic)
                        .collect(Collectors.toSet());
        if (topics.isEmpty()) {
            return decision;
        }
        boolean all = topics.contains("");
        PartitionChanges changes = PartitionChanges.after(decision.records(), image, configs);
        changes.visit(
                (topic, index, partition) -> {
                    boolean waits =
                            !partition.hasLeader() || !partition.eligibleLeaders().isEmpty();
                    if (waits && (all || topics.contains(topic.name()))) {
                        changes.add(topic, index, changes.change(topic, index).decided());
                    }
                });
        return changes.answering(decision.answer());
    }

    private static boolean matters(MetadataRecord record) {
        return record instanceof ConfigRecord config && TopicPolicy.dependsOn(config.name());
    }

    /// Empty for a broker's setting, which can hold for every topic.
    private static String topic(MetadataRecord record) {
        return record instanceof ConfigRecord config
                        && config.resourceType() == ConfigResource.Type.TOPIC.code()
                ? config.resourceName()
                : "";
    }
}

package io.zurau.metadata.control;

import io.zurau.metadata.config.ClusterConfigs;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.image.ConfigResource;
import io.zurau.protocol.message.MetadataRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The defaults of topics that say what an acknowledgement is worth. Any node decides who leads,
/// and any leader acknowledges; so all nodes must have the same ones ([ClusterConfigs#COMMON]).
///
/// The first node of a cluster of several records its own as those of all brokers, which from then
/// on win over what is in a node's file. Kafka does that with `min.insync.replicas` once it keeps
/// eligible leader replicas (KIP-966).
final class CommonDefaults {
    private CommonDefaults() {}

    /// Records what is not recorded yet, and takes away what single brokers were set to.
    static List<MetadataRecord> missing(ClusterImage image, ClusterConfigs configs) {
        List<MetadataRecord> records = new ArrayList<>();
        for (String key : ClusterConfigs.COMMON) {
            if (isRecorded(image, key)) {
                continue;
            }
            configs.text(image, ConfigResource.broker(configs.nodeId()), key)
                    .ifPresent(
                            value -> records.add(ConfigResource.everyBroker().record(key, value)));
            for (ConfigResource resource : image.configs().resources()) {
                if (resource.type() == ConfigResource.Type.BROKER
                        && image.configs().of(resource).containsKey(key)) {
                    records.add(resource.record(key, null));
                }
            }
        }
        return records;
    }

    private static boolean isRecorded(ClusterImage image, String key) {
        return image.configs().of(ConfigResource.everyBroker()).containsKey(key);
    }

    /// Why a broker's setting cannot be changed so; empty if it can. A node alone may do as it
    /// likes.
    static Optional<String> problem(
            ClusterImage image, ConfigResource resource, ConfigChange change) {
        String key = change.key();
        if (resource.type() != ConfigResource.Type.BROKER
                || !ClusterConfigs.COMMON.contains(key)
                || !isRecorded(image, key)) {
            return Optional.empty();
        }
        boolean removes = change instanceof ConfigChange.Remove;
        if (!resource.equals(ConfigResource.everyBroker())) {
            return removes
                    ? Optional.empty()
                    : Optional.of(
                            "%s is the same for all brokers; set it for all of them (--entity-default) or for a topic."
                                    .formatted(key));
        }
        return removes
                ? Optional.of(
                        "%s must stay set for all brokers, so that it is the same for them; set another value."
                                .formatted(key))
                : Optional.empty();
    }
}

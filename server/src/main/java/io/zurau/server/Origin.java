package io.zurau.server;

import io.zurau.metadata.SupportedFeatures;
import io.zurau.metadata.kafka.KafkaDirectory;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.message.FeatureLevelRecord;
import io.zurau.protocol.message.MetadataRecord;
import io.zurau.runtime.Disk;
import java.util.ArrayList;
import java.util.List;

/// The first records of a new cluster's metadata, with the topics that an Apache Kafka left in the
/// directory.
final class Origin {
    private Origin() {}

    /// @param disk the node's directory, which an Apache Kafka may have written
    static List<MetadataRecord> records(Disk disk, int nodeId, Uuid directoryId) {
        List<MetadataRecord> records = new ArrayList<>();
        records.add(
                FeatureLevelRecord.builder()
                        .name(SupportedFeatures.METADATA_VERSION)
                        .featureLevel(SupportedFeatures.NEWEST_METADATA_VERSION)
                        .build());
        records.addAll(KafkaDirectory.topics(disk, nodeId, directoryId));
        return records;
    }
}

package io.zurau.server;

import io.zurau.metadata.SupportedFeatures;
import io.zurau.metadata.kafka.KafkaDirectory;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.message.FeatureLevelRecord;
import io.zurau.protocol.message.MetadataRecord;
import io.zurau.runtime.Disk;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;

/// The first records of a new cluster's metadata, with the topics that an Apache Kafka left in the
/// directories.
final class Origin {
    private Origin() {}

    /// @param disks of the node's directories, which an Apache Kafka may have written, by id
    static List<MetadataRecord> records(SequencedMap<Uuid, Disk> disks, int nodeId) {
        List<MetadataRecord> records = new ArrayList<>();
        records.add(
                FeatureLevelRecord.builder()
                        .name(SupportedFeatures.METADATA_VERSION)
                        .featureLevel(SupportedFeatures.NEWEST_METADATA_VERSION)
                        .build());
        records.add(
                FeatureLevelRecord.builder()
                        .name(SupportedFeatures.TRANSACTION_VERSION)
                        .featureLevel(SupportedFeatures.NEWEST_TRANSACTION_VERSION)
                        .build());
        records.add(
                FeatureLevelRecord.builder()
                        .name(SupportedFeatures.SHARE_VERSION)
                        .featureLevel(SupportedFeatures.NEWEST_SHARE_VERSION)
                        .build());
        records.add(
                FeatureLevelRecord.builder()
                        .name(SupportedFeatures.GROUP_VERSION)
                        .featureLevel(SupportedFeatures.NEWEST_GROUP_VERSION)
                        .build());
        records.add(
                FeatureLevelRecord.builder()
                        .name(SupportedFeatures.STREAMS_VERSION)
                        .featureLevel(SupportedFeatures.NEWEST_STREAMS_VERSION)
                        .build());
        records.addAll(KafkaDirectory.topics(disks, nodeId));
        return records;
    }
}

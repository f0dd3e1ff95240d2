package io.zurau.server;

import io.zurau.protocol.message.FeatureLevelRecord;
import io.zurau.protocol.message.MetadataRecord;
import java.util.List;

/// The first records of a new cluster's metadata.
final class Origin {
    /// Kafka's 4.0-IV3: what its clients and tools expect of a broker without newer features.
    private static final short METADATA_VERSION = 25;

    private Origin() {}

    static List<MetadataRecord> records() {
        return List.of(
                FeatureLevelRecord.builder()
                        .name("metadata.version")
                        .featureLevel(METADATA_VERSION)
                        .build());
    }
}

package io.zurau.coordinator.group.streams;

import io.zurau.protocol.message.StreamsGroupMemberMetadataValue;
import org.jspecify.annotations.Nullable;

/// A member of a streams group: one thread of the application.
///
/// @param metadata what it says of itself, as it is stored
record StreamsMember(String id, StreamsGroupMemberMetadataValue metadata, Progress progress) {
    private static final StreamsGroupMemberMetadataValue UNKNOWN =
            StreamsGroupMemberMetadataValue.builder()
                    .instanceId(null)
                    .rackId(null)
                    .rebalanceTimeoutMs(-1)
                    .topologyEpoch(-1)
                    .build();

    /// One that has said nothing yet.
    static StreamsMember fresh(String id) {
        return new StreamsMember(id, UNKNOWN, Progress.JOINING);
    }

    String processId() {
        return metadata.processId();
    }

    @Nullable String instanceId() {
        return metadata.instanceId();
    }

    StreamsMember with(StreamsGroupMemberMetadataValue newMetadata) {
        return new StreamsMember(id, newMetadata, progress);
    }

    StreamsMember with(Progress newProgress) {
        return new StreamsMember(id, metadata, newProgress);
    }
}

package io.zurau.coordinator.group.streams;

import io.zurau.protocol.message.StreamsGroupHeartbeatResponse.Status;

/// What is the matter with a streams group, by Kafka's names; its members are told with each
/// answer.
enum GroupStatus {
    STALE_TOPOLOGY(0),
    MISSING_SOURCE_TOPICS(1),
    INCORRECTLY_PARTITIONED_TOPICS(2),
    MISSING_INTERNAL_TOPICS(3),
    SHUTDOWN_APPLICATION(4),
    ASSIGNMENT_DELAYED(5),
    MISSING_CLIENT_TAGS(6);

    private final byte code;

    GroupStatus(int code) {
        this.code = (byte) code;
    }

    Status because(String detail) {
        return Status.builder().statusCode(code).statusDetail(detail).build();
    }
}

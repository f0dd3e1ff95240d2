package io.zurau.coordinator.share;

import io.zurau.runtime.settings.ByteSize;
import io.zurau.runtime.settings.Setting;
import io.zurau.runtime.settings.Settings;
import java.time.Duration;
import java.util.List;

/// What can be set about the memory of share groups.
///
/// @param maxSessions how many share sessions a broker keeps
/// @param topicReplicationFactor wanted; with fewer brokers there are fewer replicas
/// @param topicMinInSync of the topic, wanted; never more than it has replicas
/// @param updatesPerSnapshot after so many updates of a share partition comes a snapshot
/// @param pruneIntervalMs how often what no longer counts is deleted
/// @param coldSnapshotIntervalMs after so long a share partition that stands still gets a snapshot
public record ShareCoordinatorConfig(
        int maxSessions,
        int topicPartitions,
        int topicReplicationFactor,
        int topicMinInSync,
        long topicSegmentBytes,
        int updatesPerSnapshot,
        long pruneIntervalMs,
        long coldSnapshotIntervalMs) {
    private static final Setting<Integer> MAX_SESSIONS =
            Setting.integer(
                            "group.share.max.share.sessions",
                            2_000,
                            "How many share sessions, of one member each, the broker keeps.")
                    .atLeast(1);

    private static final Setting<Integer> TOPIC_PARTITIONS =
            Setting.integer(
                            "share.coordinator.state.topic.num.partitions",
                            50,
                            "How many partitions __share_group_state gets when it is created.")
                    .atLeast(1);

    private static final Setting<Integer> TOPIC_REPLICATION_FACTOR =
            Setting.integer(
                            "share.coordinator.state.topic.replication.factor",
                            3,
                            "How many replicas __share_group_state gets, if there are as many"
                                    + " brokers.")
                    .between(1, (int) Short.MAX_VALUE);

    private static final Setting<Integer> TOPIC_MIN_IN_SYNC =
            Setting.integer(
                            "share.coordinator.state.topic.min.isr",
                            2,
                            "min.insync.replicas of __share_group_state when it is created, if it"
                                    + " gets as many replicas.")
                    .atLeast(1);

    private static final Setting<ByteSize> TOPIC_SEGMENT_BYTES =
            Setting.bytes(
                            "share.coordinator.state.topic.segment.bytes",
                            new ByteSize(104_857_600),
                            "How large the segments of __share_group_state become.")
                    .atLeast(new ByteSize(1))
                    .asInt();

    private static final Setting<Integer> UPDATES_PER_SNAPSHOT =
            Setting.integer(
                            "share.coordinator.snapshot.update.records.per.snapshot",
                            500,
                            "After so many updates of a share partition its state is written as a"
                                    + " whole.")
                    .between(0, 500);

    /// Neither can be set in Kafka, but for its own tests.
    private static final Duration PRUNE_INTERVAL = Duration.ofMinutes(5);

    private static final Duration COLD_SNAPSHOT_INTERVAL = Duration.ofMinutes(5);

    public static final List<Setting<?>> SETTINGS =
            List.of(
                    MAX_SESSIONS,
                    TOPIC_PARTITIONS,
                    TOPIC_REPLICATION_FACTOR,
                    TOPIC_MIN_IN_SYNC,
                    TOPIC_SEGMENT_BYTES,
                    UPDATES_PER_SNAPSHOT);

    public static ShareCoordinatorConfig from(Settings settings) {
        return new ShareCoordinatorConfig(
                settings.value(MAX_SESSIONS),
                settings.value(TOPIC_PARTITIONS),
                settings.value(TOPIC_REPLICATION_FACTOR),
                settings.value(TOPIC_MIN_IN_SYNC),
                settings.value(TOPIC_SEGMENT_BYTES).bytes(),
                settings.value(UPDATES_PER_SNAPSHOT),
                PRUNE_INTERVAL.toMillis(),
                COLD_SNAPSHOT_INTERVAL.toMillis());
    }
}

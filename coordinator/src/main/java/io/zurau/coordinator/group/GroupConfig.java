package io.zurau.coordinator.group;

import io.zurau.runtime.settings.ByteSize;
import io.zurau.runtime.settings.Setting;
import io.zurau.runtime.settings.Settings;
import java.time.Duration;
import java.util.List;

/// What can be set about groups and committed offsets.
///
/// @param maxSize members that a group may have
/// @param offsetMetadataMaxBytes in characters, as Kafka counts them
/// @param offsetsTopicReplicationFactor wanted; with fewer brokers there are fewer replicas
public record GroupConfig(
        int minSessionTimeoutMs,
        int maxSessionTimeoutMs,
        int initialRebalanceDelayMs,
        int maxSize,
        int offsetMetadataMaxBytes,
        long offsetsRetentionMs,
        long offsetsRetentionCheckIntervalMs,
        int offsetsTopicPartitions,
        int offsetsTopicReplicationFactor,
        long offsetsTopicSegmentBytes) {

    private static final Setting<Duration> MIN_SESSION_TIMEOUT =
            Setting.duration(
                            "group.min.session.timeout.ms",
                            Duration.ofSeconds(6),
                            "The shortest session timeout that a member may ask for.")
                    .atLeast(Duration.ofMillis(1))
                    .asInt();

    private static final Setting<Duration> MAX_SESSION_TIMEOUT =
            Setting.duration(
                            "group.max.session.timeout.ms",
                            Duration.ofMinutes(30),
                            "The longest session timeout that a member may ask for.")
                    .atLeast(Duration.ofMillis(1))
                    .asInt();

    private static final Setting<Duration> INITIAL_REBALANCE_DELAY =
            Setting.duration(
                            "group.initial.rebalance.delay.ms",
                            Duration.ofSeconds(3),
                            "How long an empty group waits for further members after the first.")
                    .atLeast(Duration.ZERO)
                    .asInt();

    private static final Setting<Integer> MAX_SIZE =
            Setting.integer(
                            "group.max.size",
                            Integer.MAX_VALUE,
                            "How many members a group may have.")
                    .atLeast(1);

    private static final Setting<Integer> OFFSET_METADATA_MAX =
            Setting.integer(
                            "offset.metadata.max.bytes",
                            4096,
                            "The longest text that may be committed with an offset.")
                    .atLeast(0);

    private static final Setting<Duration> OFFSETS_RETENTION =
            Setting.duration(
                            "offsets.retention.minutes",
                            Duration.ofDays(7),
                            "How long the offsets of a group without members are kept.")
                    .atLeast(Duration.ofMinutes(1))
                    .asInt();

    private static final Setting<Duration> OFFSETS_RETENTION_CHECK_INTERVAL =
            Setting.duration(
                            "offsets.retention.check.interval.ms",
                            Duration.ofMinutes(10),
                            "How often the broker looks for expired offsets.")
                    .atLeast(Duration.ofMillis(1));

    private static final Setting<Integer> OFFSETS_TOPIC_PARTITIONS =
            Setting.integer(
                            "offsets.topic.num.partitions",
                            50,
                            "How many partitions __consumer_offsets gets when it is created.")
                    .atLeast(1);

    private static final Setting<Integer> OFFSETS_TOPIC_REPLICATION_FACTOR =
            Setting.integer(
                            "offsets.topic.replication.factor",
                            3,
                            "How many replicas __consumer_offsets gets, if there are as many brokers.")
                    .between(1, (int) Short.MAX_VALUE);

    private static final Setting<ByteSize> OFFSETS_TOPIC_SEGMENT_BYTES =
            Setting.bytes(
                            "offsets.topic.segment.bytes",
                            new ByteSize(104_857_600),
                            "How large the segments of __consumer_offsets become.")
                    .atLeast(new ByteSize(1))
                    .asInt();

    public static final List<Setting<?>> SETTINGS =
            List.of(
                    MIN_SESSION_TIMEOUT,
                    MAX_SESSION_TIMEOUT,
                    INITIAL_REBALANCE_DELAY,
                    MAX_SIZE,
                    OFFSET_METADATA_MAX,
                    OFFSETS_RETENTION,
                    OFFSETS_RETENTION_CHECK_INTERVAL,
                    OFFSETS_TOPIC_PARTITIONS,
                    OFFSETS_TOPIC_REPLICATION_FACTOR,
                    OFFSETS_TOPIC_SEGMENT_BYTES);

    public static GroupConfig from(Settings settings) {
        return new GroupConfig(
                Math.toIntExact(settings.value(MIN_SESSION_TIMEOUT).toMillis()),
                Math.toIntExact(settings.value(MAX_SESSION_TIMEOUT).toMillis()),
                Math.toIntExact(settings.value(INITIAL_REBALANCE_DELAY).toMillis()),
                settings.value(MAX_SIZE),
                settings.value(OFFSET_METADATA_MAX),
                settings.value(OFFSETS_RETENTION).toMillis(),
                settings.value(OFFSETS_RETENTION_CHECK_INTERVAL).toMillis(),
                settings.value(OFFSETS_TOPIC_PARTITIONS),
                settings.value(OFFSETS_TOPIC_REPLICATION_FACTOR),
                settings.value(OFFSETS_TOPIC_SEGMENT_BYTES).bytes());
    }
}

package io.zurau.coordinator.group.config;

import static io.zurau.coordinator.group.config.SettingForms.millis;
import static io.zurau.coordinator.group.config.SettingForms.offload;

import io.zurau.runtime.settings.Setting;
import io.zurau.runtime.settings.Settings;
import java.time.Duration;
import java.util.List;

/// What holds for one share group (KIP-932): what it is set to, and what its broker says of all of
/// them.
///
/// @param heartbeatIntervalIsSet whether somebody chose it, for the group or on the broker
/// @param assignmentIntervalMs the least time between two assignments; 0 for none
/// @param deliveryCountLimit how often a record is tried to be delivered at most
/// @param recordLockDurationMs for how long a record belongs to the consumer that has it
/// @param partitionMaxRecordLocks how many records of a partition may be with consumers at a time
/// @param readCommitted whether records of transactions are delivered only once those are committed
/// @param renewEnabled whether a consumer may renew its locks
public record ShareGroupConfig(
        int sessionTimeoutMs,
        int heartbeatIntervalMs,
        boolean heartbeatIntervalIsSet,
        int assignmentIntervalMs,
        int maxSize,
        int deliveryCountLimit,
        int recordLockDurationMs,
        int partitionMaxRecordLocks,
        AutoOffsetReset autoOffsetReset,
        boolean readCommitted,
        boolean renewEnabled) {
    private static final String COMMITTED = "read_committed";
    private static final String UNCOMMITTED = "read_uncommitted";
    private static final String NO_DEAD_LETTERS =
            "Accepted without effect: there are no dead-letter queues yet.";

    private static final Setting<Duration> SESSION_TIMEOUT =
            millis(
                    "group.share.session.timeout.ms",
                    45_000,
                    1,
                    "After how long without a heartbeat a consumer is out of its share group.");
    private static final Setting<Duration> MIN_SESSION_TIMEOUT =
            millis(
                    "group.share.min.session.timeout.ms",
                    45_000,
                    1,
                    "The least that a group's share.session.timeout.ms may be.");
    private static final Setting<Duration> MAX_SESSION_TIMEOUT =
            millis(
                    "group.share.max.session.timeout.ms",
                    60_000,
                    1,
                    "The most that a group's share.session.timeout.ms may be.");
    private static final Setting<Duration> HEARTBEAT_INTERVAL =
            millis(
                    "group.share.heartbeat.interval.ms",
                    5_000,
                    1,
                    "How often a consumer of a share group shall send heartbeats.");
    private static final Setting<Duration> MIN_HEARTBEAT_INTERVAL =
            millis(
                    "group.share.min.heartbeat.interval.ms",
                    5_000,
                    1,
                    "The least that a group's share.heartbeat.interval.ms may be.");
    private static final Setting<Duration> MAX_HEARTBEAT_INTERVAL =
            millis(
                    "group.share.max.heartbeat.interval.ms",
                    15_000,
                    1,
                    "The most that a group's share.heartbeat.interval.ms may be.");
    private static final Setting<Duration> ASSIGNMENT_INTERVAL =
            millis(
                            "group.share.assignment.interval.ms",
                            1_000,
                            0,
                            "The least time between two assignments of a share group.")
                    .dynamic();
    private static final Setting<Duration> MIN_ASSIGNMENT_INTERVAL =
            millis(
                    "group.share.min.assignment.interval.ms",
                    0,
                    0,
                    "The least that a group's share.assignment.interval.ms may be.");
    private static final Setting<Duration> MAX_ASSIGNMENT_INTERVAL =
            millis(
                    "group.share.max.assignment.interval.ms",
                    15_000,
                    0,
                    "The most that a group's share.assignment.interval.ms may be.");
    private static final Setting<Boolean> OFFLOAD = offload("group.share.assignor.offload.enable");
    private static final Setting<Integer> MAX_SIZE =
            Setting.integer("group.share.max.size", 200, "How many members a share group may have.")
                    .between(1, 1000);
    private static final Setting<Integer> DELIVERY_COUNT_LIMIT =
            Setting.integer(
                            "group.share.delivery.count.limit",
                            5,
                            "How often a record is delivered to a share group at most.")
                    .between(2, 10);
    private static final Setting<Integer> MIN_DELIVERY_COUNT_LIMIT =
            Setting.integer(
                            "group.share.min.delivery.count.limit",
                            2,
                            "The least that a group's share.delivery.count.limit may be.")
                    .between(2, 5);
    private static final Setting<Integer> MAX_DELIVERY_COUNT_LIMIT =
            Setting.integer(
                            "group.share.max.delivery.count.limit",
                            10,
                            "The most that a group's share.delivery.count.limit may be.")
                    .between(5, 25);
    private static final Setting<Duration> RECORD_LOCK_DURATION =
            millis(
                            "group.share.record.lock.duration.ms",
                            30_000,
                            1_000,
                            "For how long a record belongs to the consumer that has it.")
                    .atMost(Duration.ofHours(1));
    private static final Setting<Duration> MIN_RECORD_LOCK_DURATION =
            millis(
                            "group.share.min.record.lock.duration.ms",
                            15_000,
                            1_000,
                            "The least that a group's share.record.lock.duration.ms may be.")
                    .atMost(Duration.ofSeconds(30));
    private static final Setting<Duration> MAX_RECORD_LOCK_DURATION =
            millis(
                            "group.share.max.record.lock.duration.ms",
                            60_000,
                            30_000,
                            "The most that a group's share.record.lock.duration.ms may be.")
                    .atMost(Duration.ofHours(1));
    private static final Setting<Integer> RECORD_LOCKS =
            Setting.integer(
                            "group.share.partition.max.record.locks",
                            2_000,
                            "How many records of a partition may be with a share group's consumers"
                                    + " at a time.")
                    .between(100, 10_000);
    private static final Setting<Integer> MIN_RECORD_LOCKS =
            Setting.integer(
                            "group.share.min.partition.max.record.locks",
                            100,
                            "The least that a group's share.partition.max.record.locks may be.")
                    .between(100, 2_000);
    private static final Setting<Integer> MAX_RECORD_LOCKS =
            Setting.integer(
                            "group.share.max.partition.max.record.locks",
                            4_000,
                            "The most that a group's share.partition.max.record.locks may be.")
                    .between(2_000, 10_000);

    private static final BoundedSetting GROUPS_SESSION_TIMEOUT =
            new BoundedSetting(
                    Setting.onGroup("share.session.timeout.ms", SESSION_TIMEOUT),
                    MIN_SESSION_TIMEOUT,
                    MAX_SESSION_TIMEOUT);
    private static final BoundedSetting GROUPS_HEARTBEAT_INTERVAL =
            new BoundedSetting(
                    Setting.onGroup("share.heartbeat.interval.ms", HEARTBEAT_INTERVAL),
                    MIN_HEARTBEAT_INTERVAL,
                    MAX_HEARTBEAT_INTERVAL);
    private static final BoundedSetting GROUPS_ASSIGNMENT_INTERVAL =
            new BoundedSetting(
                    Setting.onGroup("share.assignment.interval.ms", ASSIGNMENT_INTERVAL),
                    MIN_ASSIGNMENT_INTERVAL,
                    MAX_ASSIGNMENT_INTERVAL);
    private static final BoundedSetting GROUPS_DELIVERY_COUNT_LIMIT =
            new BoundedSetting(
                    Setting.onGroup("share.delivery.count.limit", DELIVERY_COUNT_LIMIT),
                    MIN_DELIVERY_COUNT_LIMIT,
                    MAX_DELIVERY_COUNT_LIMIT);
    private static final BoundedSetting GROUPS_RECORD_LOCK_DURATION =
            new BoundedSetting(
                    Setting.onGroup("share.record.lock.duration.ms", RECORD_LOCK_DURATION),
                    MIN_RECORD_LOCK_DURATION,
                    MAX_RECORD_LOCK_DURATION);
    private static final BoundedSetting GROUPS_RECORD_LOCKS =
            new BoundedSetting(
                    Setting.onGroup("share.partition.max.record.locks", RECORD_LOCKS),
                    MIN_RECORD_LOCKS,
                    MAX_RECORD_LOCKS);
    private static final Setting<String> AUTO_OFFSET_RESET =
            Setting.text(
                            "share.auto.offset.reset",
                            "latest",
                            "Where the group begins to read a partition.")
                    .limited(
                            "earliest, latest or by_duration:ISO-8601",
                            text -> AutoOffsetReset.parse(text).isPresent());
    private static final Setting<String> ISOLATION_LEVEL =
            Setting.text(
                            "share.isolation.level",
                            UNCOMMITTED,
                            "Whether records of transactions are delivered before they are"
                                    + " committed.")
                    .oneOf(COMMITTED, UNCOMMITTED);
    private static final Setting<Boolean> RENEW =
            Setting.bool(
                    "share.renew.acknowledge.enable",
                    true,
                    "Whether consumers may renew the locks of their records.");
    private static final Setting<String> DEAD_LETTER_TOPIC =
            Setting.text("errors.deadletterqueue.topic.name", "", NO_DEAD_LETTERS)
                    .limited("no name that begins with __", name -> !name.startsWith("__"));
    private static final Setting<Boolean> DEAD_LETTER_COPY =
            Setting.bool("errors.deadletterqueue.copy.record.enable", false, NO_DEAD_LETTERS);

    /// Of a broker, for all its groups.
    public static final List<Setting<?>> SETTINGS =
            List.of(
                    SESSION_TIMEOUT,
                    MIN_SESSION_TIMEOUT,
                    MAX_SESSION_TIMEOUT,
                    HEARTBEAT_INTERVAL,
                    MIN_HEARTBEAT_INTERVAL,
                    MAX_HEARTBEAT_INTERVAL,
                    ASSIGNMENT_INTERVAL,
                    MIN_ASSIGNMENT_INTERVAL,
                    MAX_ASSIGNMENT_INTERVAL,
                    OFFLOAD,
                    MAX_SIZE,
                    DELIVERY_COUNT_LIMIT,
                    MIN_DELIVERY_COUNT_LIMIT,
                    MAX_DELIVERY_COUNT_LIMIT,
                    RECORD_LOCK_DURATION,
                    MIN_RECORD_LOCK_DURATION,
                    MAX_RECORD_LOCK_DURATION,
                    RECORD_LOCKS,
                    MIN_RECORD_LOCKS,
                    MAX_RECORD_LOCKS);

    static final KindOfGroup KIND =
            new KindOfGroup(
                    List.of(
                            GROUPS_SESSION_TIMEOUT,
                            GROUPS_HEARTBEAT_INTERVAL,
                            GROUPS_ASSIGNMENT_INTERVAL,
                            GROUPS_DELIVERY_COUNT_LIMIT,
                            GROUPS_RECORD_LOCK_DURATION,
                            GROUPS_RECORD_LOCKS),
                    List.of(
                            Setting.onGroup("share.assignor.offload.enable", OFFLOAD),
                            AUTO_OFFSET_RESET,
                            ISOLATION_LEVEL,
                            RENEW,
                            DEAD_LETTER_TOPIC,
                            DEAD_LETTER_COPY),
                    GROUPS_SESSION_TIMEOUT,
                    GROUPS_HEARTBEAT_INTERVAL);

    /// @param group with the broker's settings behind it
    /// @param broker those settings
    public static ShareGroupConfig from(Settings group, Settings broker) {
        return new ShareGroupConfig(
                GROUPS_SESSION_TIMEOUT.value(group, broker),
                GROUPS_HEARTBEAT_INTERVAL.value(group, broker),
                group.isGiven(GROUPS_HEARTBEAT_INTERVAL.group())
                        || broker.isGiven(HEARTBEAT_INTERVAL),
                GROUPS_ASSIGNMENT_INTERVAL.value(group, broker),
                broker.value(MAX_SIZE),
                GROUPS_DELIVERY_COUNT_LIMIT.value(group, broker),
                GROUPS_RECORD_LOCK_DURATION.value(group, broker),
                GROUPS_RECORD_LOCKS.value(group, broker),
                AutoOffsetReset.parse(group.value(AUTO_OFFSET_RESET)).orElseThrow(),
                group.value(ISOLATION_LEVEL).equals(COMMITTED),
                group.value(RENEW));
    }
}

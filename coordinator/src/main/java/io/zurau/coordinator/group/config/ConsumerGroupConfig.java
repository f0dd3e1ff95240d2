package io.zurau.coordinator.group.config;

import static io.zurau.coordinator.group.config.SettingForms.millis;
import static io.zurau.coordinator.group.config.SettingForms.offload;

import io.zurau.runtime.settings.Setting;
import io.zurau.runtime.settings.Settings;
import java.time.Duration;
import java.util.List;

/// What holds for one consumer group of the new protocol (KIP-848): what it is set to, and what its
/// broker says of all of them.
///
/// @param heartbeatIntervalIsSet whether somebody chose it, for the group or on the broker
/// @param assignmentIntervalMs the least time between two assignments; 0 for none
/// @param assignors that members may ask for, the default first
/// @param regexRefreshIntervalMs how old the topics of a regular expression may become
public record ConsumerGroupConfig(
        int sessionTimeoutMs,
        int heartbeatIntervalMs,
        boolean heartbeatIntervalIsSet,
        int assignmentIntervalMs,
        int maxSize,
        List<String> assignors,
        MigrationPolicy migrationPolicy,
        int regexRefreshIntervalMs) {
    private static final Setting<Duration> SESSION_TIMEOUT =
            millis(
                    "group.consumer.session.timeout.ms",
                    45_000,
                    1,
                    "After how long without a heartbeat a consumer is out of its group.");
    private static final Setting<Duration> MIN_SESSION_TIMEOUT =
            millis(
                    "group.consumer.min.session.timeout.ms",
                    45_000,
                    1,
                    "The least that a group's consumer.session.timeout.ms may be.");
    private static final Setting<Duration> MAX_SESSION_TIMEOUT =
            millis(
                    "group.consumer.max.session.timeout.ms",
                    60_000,
                    1,
                    "The most that a group's consumer.session.timeout.ms may be.");
    private static final Setting<Duration> HEARTBEAT_INTERVAL =
            millis(
                    "group.consumer.heartbeat.interval.ms",
                    5_000,
                    1,
                    "How often a consumer shall send heartbeats.");
    private static final Setting<Duration> MIN_HEARTBEAT_INTERVAL =
            millis(
                    "group.consumer.min.heartbeat.interval.ms",
                    5_000,
                    1,
                    "The least that a group's consumer.heartbeat.interval.ms may be.");
    private static final Setting<Duration> MAX_HEARTBEAT_INTERVAL =
            millis(
                    "group.consumer.max.heartbeat.interval.ms",
                    15_000,
                    1,
                    "The most that a group's consumer.heartbeat.interval.ms may be.");
    private static final Setting<Duration> ASSIGNMENT_INTERVAL =
            millis(
                            "group.consumer.assignment.interval.ms",
                            1_000,
                            0,
                            "The least time between two assignments of a consumer group.")
                    .dynamic();
    private static final Setting<Duration> MIN_ASSIGNMENT_INTERVAL =
            millis(
                    "group.consumer.min.assignment.interval.ms",
                    0,
                    0,
                    "The least that a group's consumer.assignment.interval.ms may be.");
    private static final Setting<Duration> MAX_ASSIGNMENT_INTERVAL =
            millis(
                    "group.consumer.max.assignment.interval.ms",
                    15_000,
                    0,
                    "The most that a group's consumer.assignment.interval.ms may be.");
    private static final Setting<Boolean> OFFLOAD =
            offload("group.consumer.assignor.offload.enable");
    private static final Setting<Integer> MAX_SIZE =
            Setting.integer(
                            "group.consumer.max.size",
                            Integer.MAX_VALUE,
                            "How many members a consumer group of the new protocol may have.")
                    .atLeast(1);
    private static final Setting<List<String>> ASSIGNORS =
            Setting.list(
                            "group.consumer.assignors",
                            List.of("uniform", "range"),
                            "The assignors that consumers may ask for; the first serves those that"
                                    + " do not ask.")
                    .oneOf("uniform", "range")
                    .limited("at least one", assignors -> !assignors.isEmpty());
    private static final Setting<String> MIGRATION_POLICY =
            Setting.text(
                            "group.consumer.migration.policy",
                            "bidirectional",
                            "Between which protocols a group with members may change.")
                    .limited(
                            "one of disabled, upgrade, downgrade, bidirectional",
                            name -> MigrationPolicy.named(name).isPresent());
    private static final Setting<Duration> REGEX_REFRESH_INTERVAL =
            millis(
                    "group.consumer.regex.refresh.interval.ms",
                    600_000,
                    10_000,
                    "How often it is looked anew which topics a regular expression means.");

    private static final BoundedSetting GROUPS_SESSION_TIMEOUT =
            new BoundedSetting(
                    Setting.onGroup("consumer.session.timeout.ms", SESSION_TIMEOUT),
                    MIN_SESSION_TIMEOUT,
                    MAX_SESSION_TIMEOUT);
    private static final BoundedSetting GROUPS_HEARTBEAT_INTERVAL =
            new BoundedSetting(
                    Setting.onGroup("consumer.heartbeat.interval.ms", HEARTBEAT_INTERVAL),
                    MIN_HEARTBEAT_INTERVAL,
                    MAX_HEARTBEAT_INTERVAL);
    private static final BoundedSetting GROUPS_ASSIGNMENT_INTERVAL =
            new BoundedSetting(
                    Setting.onGroup("consumer.assignment.interval.ms", ASSIGNMENT_INTERVAL),
                    MIN_ASSIGNMENT_INTERVAL,
                    MAX_ASSIGNMENT_INTERVAL);

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
                    ASSIGNORS,
                    MIGRATION_POLICY,
                    REGEX_REFRESH_INTERVAL);

    static final KindOfGroup KIND =
            new KindOfGroup(
                    List.of(
                            GROUPS_SESSION_TIMEOUT,
                            GROUPS_HEARTBEAT_INTERVAL,
                            GROUPS_ASSIGNMENT_INTERVAL),
                    List.of(Setting.onGroup("consumer.assignor.offload.enable", OFFLOAD)),
                    GROUPS_SESSION_TIMEOUT,
                    GROUPS_HEARTBEAT_INTERVAL);

    /// @param group with the broker's settings behind it
    /// @param broker those settings
    public static ConsumerGroupConfig from(Settings group, Settings broker) {
        return new ConsumerGroupConfig(
                GROUPS_SESSION_TIMEOUT.value(group, broker),
                GROUPS_HEARTBEAT_INTERVAL.value(group, broker),
                group.isGiven(GROUPS_HEARTBEAT_INTERVAL.group())
                        || broker.isGiven(HEARTBEAT_INTERVAL),
                GROUPS_ASSIGNMENT_INTERVAL.value(group, broker),
                broker.value(MAX_SIZE),
                broker.value(ASSIGNORS),
                MigrationPolicy.named(broker.value(MIGRATION_POLICY)).orElseThrow(),
                Math.toIntExact(broker.value(REGEX_REFRESH_INTERVAL).toMillis()));
    }
}

package io.zurau.coordinator.group.config;

import static io.zurau.coordinator.group.config.SettingForms.millis;
import static io.zurau.coordinator.group.config.SettingForms.offload;

import io.zurau.runtime.settings.Setting;
import io.zurau.runtime.settings.Settings;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What holds for one streams group (KIP-1071): what it is set to, and what its broker says of all
/// of them.
///
/// @param initialRebalanceDelayMs how long a new group waits for further clients
/// @param assignmentIntervalMs the least time between two assignments; 0 for none
/// @param taskOffsetIntervalMs how often clients tell how far their warm-up tasks are
/// @param acceptableRecoveryLag how many offsets a client may be behind to be given a task
/// @param assignor the task assignor
/// @param rackAwareAssignmentTags the clients' tags that standby tasks are spread over
public record StreamsGroupConfig(
        int sessionTimeoutMs,
        int heartbeatIntervalMs,
        int initialRebalanceDelayMs,
        int assignmentIntervalMs,
        int taskOffsetIntervalMs,
        int maxSize,
        int numStandbyReplicas,
        int numWarmupReplicas,
        long acceptableRecoveryLag,
        String assignor,
        List<String> rackAwareAssignmentTags) {
    private static final Setting<Duration> SESSION_TIMEOUT =
            millis(
                    "group.streams.session.timeout.ms",
                    45_000,
                    1,
                    "After how long without a heartbeat a client is out of its streams group.");
    private static final Setting<Duration> MIN_SESSION_TIMEOUT =
            millis(
                    "group.streams.min.session.timeout.ms",
                    45_000,
                    1,
                    "The least that a group's streams.session.timeout.ms may be.");
    private static final Setting<Duration> MAX_SESSION_TIMEOUT =
            millis(
                    "group.streams.max.session.timeout.ms",
                    60_000,
                    1,
                    "The most that a group's streams.session.timeout.ms may be.");
    private static final Setting<Duration> HEARTBEAT_INTERVAL =
            millis(
                    "group.streams.heartbeat.interval.ms",
                    5_000,
                    1,
                    "How often a client of a streams group shall send heartbeats.");
    private static final Setting<Duration> MIN_HEARTBEAT_INTERVAL =
            millis(
                    "group.streams.min.heartbeat.interval.ms",
                    5_000,
                    1,
                    "The least that a group's streams.heartbeat.interval.ms may be.");
    private static final Setting<Duration> MAX_HEARTBEAT_INTERVAL =
            millis(
                    "group.streams.max.heartbeat.interval.ms",
                    15_000,
                    1,
                    "The most that a group's streams.heartbeat.interval.ms may be.");
    private static final Setting<Duration> INITIAL_REBALANCE_DELAY =
            millis(
                    "group.streams.initial.rebalance.delay.ms",
                    3_000,
                    0,
                    "How long a new streams group waits for further clients after the first.");
    private static final Setting<Duration> ASSIGNMENT_INTERVAL =
            millis(
                            "group.streams.assignment.interval.ms",
                            1_000,
                            0,
                            "The least time between two assignments of a streams group.")
                    .dynamic();
    private static final Setting<Duration> MIN_ASSIGNMENT_INTERVAL =
            millis(
                    "group.streams.min.assignment.interval.ms",
                    0,
                    0,
                    "The least that a group's streams.assignment.interval.ms may be.");
    private static final Setting<Duration> MAX_ASSIGNMENT_INTERVAL =
            millis(
                    "group.streams.max.assignment.interval.ms",
                    15_000,
                    0,
                    "The most that a group's streams.assignment.interval.ms may be.");
    private static final Setting<Boolean> OFFLOAD =
            offload("group.streams.assignor.offload.enable");
    private static final Setting<Duration> TASK_OFFSET_INTERVAL =
            millis(
                    "group.streams.task.offset.interval.ms",
                    60_000,
                    1,
                    "How often a client tells how far its warm-up tasks are.");
    private static final Setting<Duration> MIN_TASK_OFFSET_INTERVAL =
            millis(
                    "group.streams.min.task.offset.interval.ms",
                    15_000,
                    1,
                    "The least that a group's streams.task.offset.interval.ms may be.");
    private static final Setting<Integer> MAX_SIZE =
            Setting.integer(
                            "group.streams.max.size",
                            Integer.MAX_VALUE,
                            "How many clients a streams group may have.")
                    .atLeast(1);
    private static final Setting<Integer> STANDBY_REPLICAS =
            Setting.integer(
                            "group.streams.num.standby.replicas",
                            0,
                            "How many standby replicas each task has.")
                    .atLeast(0);
    private static final Setting<Integer> MAX_STANDBY_REPLICAS =
            Setting.integer(
                            "group.streams.max.standby.replicas",
                            2,
                            "The most that a group's streams.num.standby.replicas may be.")
                    .atLeast(0);
    private static final Setting<Integer> WARMUP_REPLICAS =
            Setting.integer(
                            "group.streams.num.warmup.replicas",
                            2,
                            "How many tasks may be warmed up at a time.")
                    .atLeast(0);
    private static final Setting<Integer> MAX_WARMUP_REPLICAS =
            Setting.integer(
                            "group.streams.max.warmup.replicas",
                            20,
                            "The most that a group's streams.num.warmup.replicas may be.")
                    .atLeast(0);
    private static final Setting<Long> RECOVERY_LAG =
            Setting.number(
                            "group.streams.acceptable.recovery.lag",
                            10_000,
                            "How many offsets a client may be behind to be given a task.")
                    .atLeast(0L);
    private static final Setting<List<String>> ASSIGNORS =
            Setting.list(
                            "group.streams.assignors",
                            List.of("sticky"),
                            "The task assignors that groups may ask for; the first serves those"
                                    + " that do not ask.")
                    .oneOf("sticky")
                    .limited("at least one", assignors -> !assignors.isEmpty());
    private static final Setting<List<String>> TAGS =
            distinct(
                    Setting.list(
                            "group.streams.rack.aware.assignment.tags",
                            List.of(),
                            "The clients' tags that standby tasks are spread over."));

    private static final BoundedSetting GROUPS_SESSION_TIMEOUT =
            new BoundedSetting(
                    Setting.onGroup("streams.session.timeout.ms", SESSION_TIMEOUT),
                    MIN_SESSION_TIMEOUT,
                    MAX_SESSION_TIMEOUT);
    private static final BoundedSetting GROUPS_HEARTBEAT_INTERVAL =
            new BoundedSetting(
                    Setting.onGroup("streams.heartbeat.interval.ms", HEARTBEAT_INTERVAL),
                    MIN_HEARTBEAT_INTERVAL,
                    MAX_HEARTBEAT_INTERVAL);
    private static final BoundedSetting GROUPS_ASSIGNMENT_INTERVAL =
            new BoundedSetting(
                    Setting.onGroup("streams.assignment.interval.ms", ASSIGNMENT_INTERVAL),
                    MIN_ASSIGNMENT_INTERVAL,
                    MAX_ASSIGNMENT_INTERVAL);
    private static final BoundedSetting GROUPS_TASK_OFFSET_INTERVAL =
            new BoundedSetting(
                    Setting.onGroup("streams.task.offset.interval.ms", TASK_OFFSET_INTERVAL)
                            .asInt(),
                    MIN_TASK_OFFSET_INTERVAL,
                    null);
    private static final BoundedSetting GROUPS_STANDBY_REPLICAS =
            new BoundedSetting(
                    Setting.onGroup("streams.num.standby.replicas", STANDBY_REPLICAS),
                    null,
                    MAX_STANDBY_REPLICAS);
    private static final BoundedSetting GROUPS_WARMUP_REPLICAS =
            new BoundedSetting(
                    Setting.onGroup("streams.num.warmup.replicas", WARMUP_REPLICAS),
                    null,
                    MAX_WARMUP_REPLICAS);
    private static final Setting<Duration> GROUPS_INITIAL_DELAY =
            Setting.onGroup("streams.initial.rebalance.delay.ms", INITIAL_REBALANCE_DELAY)
                    .atLeast(Duration.ZERO)
                    .asInt();
    private static final Setting<Long> GROUPS_RECOVERY_LAG =
            Setting.onGroup("streams.acceptable.recovery.lag", RECOVERY_LAG).atLeast(0L);
    private static final Setting<List<String>> GROUPS_TAGS =
            distinct(Setting.onGroup("streams.rack.aware.assignment.tags", TAGS));
    private static final Setting<String> ASSIGNOR =
            Setting.text(
                    "streams.assignor.name",
                    "sticky",
                    "The task assignor, one of the broker's group.streams.assignors; the first of"
                            + " them if none is set.");

    /// Of a broker, for all its groups.
    public static final List<Setting<?>> SETTINGS =
            List.of(
                    SESSION_TIMEOUT,
                    MIN_SESSION_TIMEOUT,
                    MAX_SESSION_TIMEOUT,
                    HEARTBEAT_INTERVAL,
                    MIN_HEARTBEAT_INTERVAL,
                    MAX_HEARTBEAT_INTERVAL,
                    INITIAL_REBALANCE_DELAY,
                    ASSIGNMENT_INTERVAL,
                    MIN_ASSIGNMENT_INTERVAL,
                    MAX_ASSIGNMENT_INTERVAL,
                    OFFLOAD,
                    TASK_OFFSET_INTERVAL,
                    MIN_TASK_OFFSET_INTERVAL,
                    MAX_SIZE,
                    STANDBY_REPLICAS,
                    MAX_STANDBY_REPLICAS,
                    WARMUP_REPLICAS,
                    MAX_WARMUP_REPLICAS,
                    RECOVERY_LAG,
                    ASSIGNORS,
                    TAGS);

    static final KindOfGroup KIND =
            new KindOfGroup(
                    List.of(
                            GROUPS_SESSION_TIMEOUT,
                            GROUPS_HEARTBEAT_INTERVAL,
                            GROUPS_ASSIGNMENT_INTERVAL,
                            GROUPS_TASK_OFFSET_INTERVAL,
                            GROUPS_STANDBY_REPLICAS,
                            GROUPS_WARMUP_REPLICAS),
                    List.of(
                            Setting.onGroup("streams.assignor.offload.enable", OFFLOAD),
                            GROUPS_INITIAL_DELAY,
                            GROUPS_RECOVERY_LAG,
                            GROUPS_TAGS,
                            ASSIGNOR),
                    GROUPS_SESSION_TIMEOUT,
                    GROUPS_HEARTBEAT_INTERVAL);

    private static Setting<List<String>> distinct(Setting<List<String>> tags) {
        return tags.limited(
                "without duplicates", items -> items.stream().distinct().count() == items.size());
    }

    /// Why a group cannot have its assignor; empty if it can.
    static Optional<String> assignorProblem(Settings group, Settings broker) {
        return group.find(ASSIGNOR)
                .filter(name -> !broker.value(ASSIGNORS).contains(name))
                .map(
                        name ->
                                "%s is %s, but must be one of %s (%s)."
                                        .formatted(
                                                ASSIGNOR.key(),
                                                name,
                                                String.join(", ", broker.value(ASSIGNORS)),
                                                ASSIGNORS.key()));
    }

    /// @param group with the broker's settings behind it
    /// @param broker those settings
    public static StreamsGroupConfig from(Settings group, Settings broker) {
        return new StreamsGroupConfig(
                GROUPS_SESSION_TIMEOUT.value(group, broker),
                GROUPS_HEARTBEAT_INTERVAL.value(group, broker),
                Math.toIntExact(group.value(GROUPS_INITIAL_DELAY).toMillis()),
                GROUPS_ASSIGNMENT_INTERVAL.value(group, broker),
                GROUPS_TASK_OFFSET_INTERVAL.value(group, broker),
                broker.value(MAX_SIZE),
                GROUPS_STANDBY_REPLICAS.value(group, broker),
                GROUPS_WARMUP_REPLICAS.value(group, broker),
                group.value(GROUPS_RECOVERY_LAG),
                group.find(ASSIGNOR)
                        .filter(broker.value(ASSIGNORS)::contains)
                        .orElseGet(() -> broker.value(ASSIGNORS).getFirst()),
                group.value(GROUPS_TAGS));
    }
}

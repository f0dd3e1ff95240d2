package io.zurau.log;

import io.zurau.runtime.settings.Setting;
import io.zurau.runtime.settings.Settings;
import java.time.Duration;
import java.util.List;

/// What a topic says of the compaction of its logs.
///
/// @param minDirtyRatio a log is compacted when more than this part of it is new since the last
///   time
/// @param minLagMs a record stays as it is at least so long
/// @param maxLagMs a log is compacted when a record has waited for so long
/// @param deleteRetentionMs how long a tombstone stays
public record CompactionConfig(
        double minDirtyRatio, long minLagMs, long maxLagMs, long deleteRetentionMs) {
    private static final Setting<Double> BROKERS_DIRTY_RATIO =
            Setting.decimal(
                            "log.cleaner.min.cleanable.ratio",
                            0.5,
                            "A log is compacted when more than this part of it is new.")
                    .between(0.0, 1.0);
    private static final Setting<Duration> BROKERS_MIN_LAG =
            Setting.duration(
                            "log.cleaner.min.compaction.lag.ms",
                            Duration.ZERO,
                            "How long a record is safe from compaction.")
                    .atLeast(Duration.ZERO);
    private static final Setting<Duration> BROKERS_MAX_LAG =
            Setting.duration(
                            "log.cleaner.max.compaction.lag.ms",
                            Duration.ofMillis(Long.MAX_VALUE),
                            "How long a closed segment waits for compaction at most.")
                    .atLeast(Duration.ofMillis(1));
    private static final Setting<Duration> BROKERS_DELETE_RETENTION =
            Setting.duration(
                            "log.cleaner.delete.retention.ms",
                            Duration.ofDays(1),
                            "How long compaction keeps a record without a value, which deletes its"
                                    + " key.")
                    .atLeast(Duration.ZERO);

    private static final Setting<Double> DIRTY_RATIO =
            Setting.onTopic("min.cleanable.dirty.ratio", BROKERS_DIRTY_RATIO);
    private static final Setting<Duration> MIN_LAG =
            Setting.onTopic("min.compaction.lag.ms", BROKERS_MIN_LAG);
    private static final Setting<Duration> MAX_LAG =
            Setting.onTopic("max.compaction.lag.ms", BROKERS_MAX_LAG);
    private static final Setting<Duration> DELETE_RETENTION =
            Setting.onTopic("delete.retention.ms", BROKERS_DELETE_RETENTION);

    /// The broker's settings for topics that do not say otherwise.
    static final List<Setting<?>> ON_BROKER =
            List.of(
                    BROKERS_DIRTY_RATIO,
                    BROKERS_MIN_LAG,
                    BROKERS_MAX_LAG,
                    BROKERS_DELETE_RETENTION);

    /// What can be set for a topic.
    static final List<Setting<?>> ON_TOPIC =
            List.of(DIRTY_RATIO, MIN_LAG, MAX_LAG, DELETE_RETENTION);

    static CompactionConfig from(Settings topic) {
        return new CompactionConfig(
                topic.value(DIRTY_RATIO),
                topic.value(MIN_LAG).toMillis(),
                topic.value(MAX_LAG).toMillis(),
                topic.value(DELETE_RETENTION).toMillis());
    }
}

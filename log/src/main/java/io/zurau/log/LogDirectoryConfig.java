package io.zurau.log;

import io.zurau.log.journal.Journal;
import io.zurau.runtime.settings.ByteSize;
import io.zurau.runtime.settings.Setting;
import io.zurau.runtime.settings.Settings;
import java.time.Duration;
import java.util.List;

/// What the broker says of its log directories.
///
/// @param journalSize of all files of the journal of one directory
/// @param retentionCheckInterval how often old segments are looked for
/// @param producerExpiration a producer silent for so long is forgotten
/// @param dedupeBuffer memory for the keys of a log while it is compacted
/// @param compactionBytesPerSecond that compaction reads and writes, together
/// @param compactionBackoff how often logs to be compacted are looked for
/// @param openFiles how many segment files a directory keeps open
public record LogDirectoryConfig(
        ByteSize journalSize,
        Duration retentionCheckInterval,
        Duration producerExpiration,
        ByteSize dedupeBuffer,
        double compactionBytesPerSecond,
        Duration compactionBackoff,
        int openFiles) {
    /// The journal consists of so many files at most.
    private static final int JOURNAL_FILES = 32;

    private static final int OPEN_FILES = 1000;
    private static final int FEWEST_OPEN_FILES = 100;

    private static final Setting<ByteSize> JOURNAL_SIZE =
            Setting.bytes(
                            "journal.size",
                            ByteSize.ofMiB(256),
                            "How large the journal of a log directory may become. A larger one"
                                    + " needs fewer checkpoints, a smaller one recovers faster.")
                    .atLeast(ByteSize.ofMiB(8));
    private static final Setting<Duration> RETENTION_CHECK_INTERVAL =
            Setting.duration(
                            "log.retention.check.interval.ms",
                            Duration.ofMinutes(5),
                            "How often old segments are looked for.")
                    .atLeast(Duration.ofMillis(1));
    private static final Setting<Duration> PRODUCER_EXPIRATION =
            Setting.duration(
                            "producer.id.expiration.ms",
                            Duration.ofDays(1),
                            "An idempotent producer silent for so long is forgotten.")
                    .atLeast(Duration.ofMillis(1));

    private static final Setting<ByteSize> DEDUPE_BUFFER =
            Setting.bytes(
                            "log.cleaner.dedupe.buffer.size",
                            ByteSize.ofMiB(64),
                            "Memory for the keys of a log while it is compacted, in each log"
                                    + " directory: 32 bytes per key. More keys take more rounds.")
                    .between(ByteSize.ofKiB(1), new ByteSize(64L << 30));
    private static final Setting<Double> COMPACTION_RATE =
            Setting.decimal(
                            "log.cleaner.io.max.bytes.per.second",
                            Double.MAX_VALUE,
                            "How many bytes compaction reads and writes per second, in each log"
                                    + " directory.")
                    .atLeast(1.0);
    private static final Setting<Duration> COMPACTION_BACKOFF =
            Setting.duration(
                            "log.cleaner.backoff.ms",
                            Duration.ofSeconds(15),
                            "How often logs to be compacted are looked for.")
                    .atLeast(Duration.ofMillis(1));

    public static final List<Setting<?>> SETTINGS =
            List.of(
                    JOURNAL_SIZE,
                    RETENTION_CHECK_INTERVAL,
                    PRODUCER_EXPIRATION,
                    DEDUPE_BUFFER,
                    COMPACTION_RATE,
                    COMPACTION_BACKOFF);

    /// With the defaults for compaction.
    public LogDirectoryConfig(
            ByteSize journalSize,
            Duration retentionCheckInterval,
            Duration producerExpiration,
            int openFiles) {
        this(
                journalSize,
                retentionCheckInterval,
                producerExpiration,
                DEDUPE_BUFFER.defaultValue().orElseThrow(),
                COMPACTION_RATE.defaultValue().orElseThrow(),
                COMPACTION_BACKOFF.defaultValue().orElseThrow(),
                openFiles);
    }

    public static LogDirectoryConfig from(Settings settings) {
        return new LogDirectoryConfig(
                settings.value(JOURNAL_SIZE),
                settings.value(RETENTION_CHECK_INTERVAL),
                settings.value(PRODUCER_EXPIRATION),
                settings.value(DEDUPE_BUFFER),
                settings.value(COMPACTION_RATE),
                settings.value(COMPACTION_BACKOFF),
                OPEN_FILES);
    }

    /// The same for one of several directories, which share the number of open files.
    public LogDirectoryConfig forOneOf(int directories) {
        return new LogDirectoryConfig(
                journalSize,
                retentionCheckInterval,
                producerExpiration,
                dedupeBuffer,
                compactionBytesPerSecond,
                compactionBackoff,
                Math.max(FEWEST_OPEN_FILES, openFiles / directories));
    }

    /// One file of the journal: small enough that the first costs no time at the first start.
    long journalFileBytes() {
        return Math.max(Journal.MIN_SLOT_BYTES, journalSize.bytes() / JOURNAL_FILES);
    }
}

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
/// @param openFiles how many segment files a directory keeps open
public record LogDirectoryConfig(
        ByteSize journalSize,
        Duration retentionCheckInterval,
        Duration producerExpiration,
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

    public static final List<Setting<?>> SETTINGS =
            List.of(JOURNAL_SIZE, RETENTION_CHECK_INTERVAL, PRODUCER_EXPIRATION);

    public static LogDirectoryConfig from(Settings settings) {
        return new LogDirectoryConfig(
                settings.value(JOURNAL_SIZE),
                settings.value(RETENTION_CHECK_INTERVAL),
                settings.value(PRODUCER_EXPIRATION),
                OPEN_FILES);
    }

    /// The same for one of several directories, which share the number of open files.
    public LogDirectoryConfig forOneOf(int directories) {
        return new LogDirectoryConfig(
                journalSize,
                retentionCheckInterval,
                producerExpiration,
                Math.max(FEWEST_OPEN_FILES, openFiles / directories));
    }

    /// One file of the journal: small enough that the first costs no time at the first start.
    long journalFileBytes() {
        return Math.max(Journal.MIN_SLOT_BYTES, journalSize.bytes() / JOURNAL_FILES);
    }
}

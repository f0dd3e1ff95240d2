package io.zurau.log;

import io.zurau.protocol.compression.Compression;
import io.zurau.protocol.record.TimestampType;
import io.zurau.protocol.record.ValidationRules;
import io.zurau.runtime.settings.ByteSize;
import io.zurau.runtime.settings.Setting;
import io.zurau.runtime.settings.Settings;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What a topic says of its logs.
///
/// @param retentionMs -1 for ever
/// @param retentionBytes of one partition; -1 for any number
/// @param segmentMs a segment that is older than this is sealed at the next append
/// @param indexBytes an offset index does not grow beyond this; a fuller segment is sealed
/// @param indexIntervalBytes there is an index entry about every so many bytes
/// @param codec that all batches get, or null to leave each as its producer made it
/// @param deletes whether old segments are deleted
/// @param compacts whether records need keys, and only the newest of each key is kept
/// @param compaction when that is done
/// @param durable whether "stored" means on disk (`disk`) or in the page cache (`memory`)
public record LogConfig(
        long retentionMs,
        long retentionBytes,
        int segmentBytes,
        long segmentMs,
        int indexBytes,
        int indexIntervalBytes,
        int maxMessageBytes,
        @Nullable Compression codec,
        int codecLevel,
        TimestampType timestampType,
        long timestampBeforeMaxMs,
        long timestampAfterMaxMs,
        boolean deletes,
        boolean compacts,
        CompactionConfig compaction,
        boolean durable) {

    /// The same, but for when records are called stored.
    public LogConfig withDurable(boolean isDurable) {
        return new LogConfig(
                retentionMs,
                retentionBytes,
                segmentBytes,
                segmentMs,
                indexBytes,
                indexIntervalBytes,
                maxMessageBytes,
                codec,
                codecLevel,
                timestampType,
                timestampBeforeMaxMs,
                timestampAfterMaxMs,
                deletes,
                compacts,
                compaction,
                isDurable);
    }

    /// When a log calls its records stored.
    public enum Durability {
        /// When the journal is on disk.
        DISK,
        /// At once.
        MEMORY
    }

    /// The broker's settings for topics that do not say otherwise.
    public static final class OnBroker {
        private static final Duration FOR_EVER = Duration.ofMillis(-1);

        static final Setting<Duration> RETENTION =
                Setting.duration(
                                "log.retention.ms",
                                Duration.ofDays(7),
                                "How long records are kept; -1 for ever.")
                        .orElse("log.retention.minutes", "log.retention.hours")
                        .atLeast(FOR_EVER);
        static final Setting<Long> RETENTION_BYTES =
                Setting.number(
                                "log.retention.bytes",
                                -1,
                                "How many bytes of a partition are kept; -1 for any number.")
                        .atLeast(-1L);
        static final Setting<ByteSize> SEGMENT_BYTES =
                Setting.bytes(
                                "log.segment.bytes",
                                ByteSize.ofGiB(1),
                                "A segment file does not grow beyond this.")
                        .atLeast(new ByteSize(14))
                        .asInt();
        static final Setting<Duration> SEGMENT_AGE =
                Setting.duration(
                                "log.roll.ms",
                                Duration.ofDays(7),
                                "A segment older than this is closed, so that it can be deleted.")
                        .orElse("log.roll.hours")
                        .atLeast(Duration.ofMillis(1));
        static final Setting<ByteSize> INDEX_BYTES =
                Setting.bytes(
                                "log.index.size.max.bytes",
                                ByteSize.ofMiB(10),
                                "An index file does not grow beyond this.")
                        .atLeast(new ByteSize(4))
                        .asInt();
        static final Setting<ByteSize> INDEX_INTERVAL =
                Setting.bytes(
                                "log.index.interval.bytes",
                                ByteSize.ofKiB(4),
                                "There is an index entry about every so many bytes.")
                        .asInt();
        static final Setting<ByteSize> MAX_MESSAGE_BYTES =
                Setting.bytes(
                                "message.max.bytes",
                                new ByteSize(1_048_588),
                                "The largest record batch that is accepted.")
                        .asInt();
        static final Setting<String> COMPRESSION =
                Setting.text(
                                "compression.type",
                                "producer",
                                "The codec of stored batches; producer leaves each as it comes.")
                        .oneOf("uncompressed", "zstd", "lz4", "snappy", "gzip", "producer");
        static final Setting<Integer> GZIP_LEVEL =
                level("compression.gzip.level", Compression.GZIP);
        static final Setting<Integer> LZ4_LEVEL = level("compression.lz4.level", Compression.LZ4);
        static final Setting<Integer> ZSTD_LEVEL =
                level("compression.zstd.level", Compression.ZSTD);
        static final Setting<String> TIMESTAMP_TYPE =
                Setting.text(
                                "log.message.timestamp.type",
                                "CreateTime",
                                "Whether records keep their time or get that of their appending.")
                        .oneOf("CreateTime", "LogAppendTime");
        static final Setting<Duration> TIMESTAMP_BEFORE =
                Setting.duration(
                                "log.message.timestamp.before.max.ms",
                                Duration.ofMillis(Long.MAX_VALUE),
                                "How far a record's time may lie behind the broker's.")
                        .atLeast(Duration.ZERO);
        static final Setting<Duration> TIMESTAMP_AFTER =
                Setting.duration(
                                "log.message.timestamp.after.max.ms",
                                Duration.ofHours(1),
                                "How far a record's time may lie ahead of the broker's.")
                        .atLeast(Duration.ZERO);
        static final Setting<List<String>> CLEANUP_POLICY =
                Setting.list(
                                "log.cleanup.policy",
                                List.of("delete"),
                                "What is done with old records.")
                        .oneOf("delete", "compact");
        static final Setting<Durability> DURABILITY =
                Setting.choice(
                        "log.durability",
                        Durability.DISK,
                        "Where a record must be before it is acknowledged: disk survives a power"
                                + " failure, memory is Kafka's way.");

        private static final List<Setting<?>> OWN =
                List.of(
                        RETENTION,
                        RETENTION_BYTES,
                        SEGMENT_BYTES,
                        SEGMENT_AGE,
                        INDEX_BYTES,
                        INDEX_INTERVAL,
                        MAX_MESSAGE_BYTES,
                        COMPRESSION,
                        GZIP_LEVEL,
                        LZ4_LEVEL,
                        ZSTD_LEVEL,
                        TIMESTAMP_TYPE,
                        TIMESTAMP_BEFORE,
                        TIMESTAMP_AFTER,
                        CLEANUP_POLICY,
                        DURABILITY);

        public static final List<Setting<?>> SETTINGS = both(OWN, CompactionConfig.ON_BROKER);

        private OnBroker() {}

        private static Setting<Integer> level(String key, Compression codec) {
            return Setting.integer(key, codec.defaultLevel(), "The level if that is the codec.")
                    .limited("a level of " + codec.kafkaName(), codec::accepts);
        }
    }

    private static final Setting<Duration> RETENTION =
            Setting.onTopic("retention.ms", OnBroker.RETENTION);
    private static final Setting<Long> RETENTION_BYTES =
            Setting.onTopic("retention.bytes", OnBroker.RETENTION_BYTES);
    private static final Setting<ByteSize> SEGMENT_BYTES =
            Setting.onTopic("segment.bytes", OnBroker.SEGMENT_BYTES);
    private static final Setting<Duration> SEGMENT_AGE =
            Setting.onTopic("segment.ms", OnBroker.SEGMENT_AGE);
    private static final Setting<ByteSize> INDEX_BYTES =
            Setting.onTopic("segment.index.bytes", OnBroker.INDEX_BYTES);
    private static final Setting<ByteSize> INDEX_INTERVAL =
            Setting.onTopic("index.interval.bytes", OnBroker.INDEX_INTERVAL);
    private static final Setting<ByteSize> MAX_MESSAGE_BYTES =
            Setting.onTopic("max.message.bytes", OnBroker.MAX_MESSAGE_BYTES);
    private static final Setting<String> COMPRESSION =
            Setting.onTopic("compression.type", OnBroker.COMPRESSION);
    private static final Setting<Integer> GZIP_LEVEL =
            Setting.onTopic("compression.gzip.level", OnBroker.GZIP_LEVEL);
    private static final Setting<Integer> LZ4_LEVEL =
            Setting.onTopic("compression.lz4.level", OnBroker.LZ4_LEVEL);
    private static final Setting<Integer> ZSTD_LEVEL =
            Setting.onTopic("compression.zstd.level", OnBroker.ZSTD_LEVEL);
    private static final Setting<String> TIMESTAMP_TYPE =
            Setting.onTopic("message.timestamp.type", OnBroker.TIMESTAMP_TYPE);
    private static final Setting<Duration> TIMESTAMP_BEFORE =
            Setting.onTopic("message.timestamp.before.max.ms", OnBroker.TIMESTAMP_BEFORE);
    private static final Setting<Duration> TIMESTAMP_AFTER =
            Setting.onTopic("message.timestamp.after.max.ms", OnBroker.TIMESTAMP_AFTER);
    private static final Setting<List<String>> CLEANUP_POLICY =
            Setting.onTopic("cleanup.policy", OnBroker.CLEANUP_POLICY);
    private static final Setting<Durability> DURABILITY =
            Setting.onTopic("durability", OnBroker.DURABILITY);

    private static final List<Setting<?>> OWN =
            List.of(
                    RETENTION,
                    RETENTION_BYTES,
                    SEGMENT_BYTES,
                    SEGMENT_AGE,
                    INDEX_BYTES,
                    INDEX_INTERVAL,
                    MAX_MESSAGE_BYTES,
                    COMPRESSION,
                    GZIP_LEVEL,
                    LZ4_LEVEL,
                    ZSTD_LEVEL,
                    TIMESTAMP_TYPE,
                    TIMESTAMP_BEFORE,
                    TIMESTAMP_AFTER,
                    CLEANUP_POLICY,
                    DURABILITY);

    /// What can be set for a topic.
    public static final List<Setting<?>> SETTINGS = both(OWN, CompactionConfig.ON_TOPIC);

    private static List<Setting<?>> both(List<Setting<?>> some, List<Setting<?>> more) {
        return Stream.<Setting<?>>concat(some.stream(), more.stream()).toList();
    }

    /// @param topic with the broker's settings behind it
    public static LogConfig from(Settings topic) {
        Compression codec =
                switch (topic.value(COMPRESSION)) {
                    case "producer" -> null;
                    case "uncompressed" -> Compression.NONE;
                    case String name -> Compression.ofName(name).orElseThrow();
                };
        return new LogConfig(
                topic.value(RETENTION).toMillis(),
                topic.value(RETENTION_BYTES),
                topic.value(SEGMENT_BYTES).toInt(),
                topic.value(SEGMENT_AGE).toMillis(),
                topic.value(INDEX_BYTES).toInt(),
                topic.value(INDEX_INTERVAL).toInt(),
                topic.value(MAX_MESSAGE_BYTES).toInt(),
                codec,
                codec == null ? 0 : levelOf(codec, topic),
                topic.value(TIMESTAMP_TYPE).equals("LogAppendTime")
                        ? TimestampType.LOG_APPEND_TIME
                        : TimestampType.CREATE_TIME,
                topic.value(TIMESTAMP_BEFORE).toMillis(),
                topic.value(TIMESTAMP_AFTER).toMillis(),
                topic.value(CLEANUP_POLICY).contains("delete"),
                topic.value(CLEANUP_POLICY).contains("compact"),
                CompactionConfig.from(topic),
                topic.value(DURABILITY) == Durability.DISK);
    }

    private static int levelOf(Compression codec, Settings topic) {
        return switch (codec) {
            case GZIP -> topic.value(GZIP_LEVEL);
            case LZ4 -> topic.value(LZ4_LEVEL);
            case ZSTD -> topic.value(ZSTD_LEVEL);
            case NONE, SNAPPY -> codec.defaultLevel();
        };
    }

    /// A segment older than this is sealed at the next append; a compacted one early enough to be
    /// compacted in time.
    long segmentAgeMs() {
        return compacts ? Math.min(segmentMs, compaction.maxLagMs()) : segmentMs;
    }

    /// What one batch may make us unpack: a bound on the time that a hostile one costs, and far
    /// above what records compress to.
    int maxUnpackedBytes() {
        return Math.clamp(100L * maxMessageBytes, 64 << 20, 1 << 30);
    }

    ValidationRules rules(boolean fromClient) {
        return new ValidationRules(
                timestampType,
                timestampBeforeMaxMs,
                timestampAfterMaxMs,
                compacts && fromClient,
                fromClient,
                maxUnpackedBytes());
    }
}

package io.zurau.broker.replica;

import io.zurau.runtime.settings.ByteSize;
import io.zurau.runtime.settings.Setting;
import io.zurau.runtime.settings.Settings;
import java.time.Duration;
import java.util.List;

/// How followers fetch.
///
/// @param maxLag how long a follower may have less than everything and stay in sync
/// @param maxWait how long a leader may keep a fetch waiting for records
/// @param backoff after a fetch that failed
/// @param maxPartitionBytes of one partition in one fetch
/// @param maxResponseBytes of all of them
/// @param servesFromFollowers whether consumers are sent to a follower in their rack (KIP-392)
public record ReplicationConfig(
        Duration maxLag,
        Duration maxWait,
        Duration backoff,
        int maxPartitionBytes,
        int maxResponseBytes,
        boolean servesFromFollowers) {
    private static final String RACK_AWARE =
            "org.apache.kafka.common.replica.RackAwareReplicaSelector";
    private static final String LEADER = "org.apache.kafka.common.replica.LeaderSelector";

    private static final Setting<Duration> MAX_LAG =
            Setting.duration(
                    "replica.lag.time.max.ms",
                    Duration.ofSeconds(10),
                    "How long a follower may have less than everything before it is out of sync.");
    // Shorter than Kafka's 500 ms: so long a follower may take to notice that a leader has more
    // partitions for it.
    private static final Setting<Duration> MAX_WAIT =
            Setting.duration(
                    "replica.fetch.wait.max.ms",
                    Duration.ofMillis(100),
                    "How long a leader may keep a follower waiting when there are no new records.");
    private static final Setting<Duration> BACKOFF =
            Setting.duration(
                    "replica.fetch.backoff.ms",
                    Duration.ofMillis(100),
                    "How long a follower waits after a fetch that failed.");
    private static final Setting<ByteSize> PARTITION_BYTES =
            Setting.bytes(
                            "replica.fetch.max.bytes",
                            ByteSize.ofMiB(1),
                            "How much a follower fetches of a partition at a time.")
                    .atLeast(new ByteSize(1024))
                    .asInt();
    private static final Setting<ByteSize> RESPONSE_BYTES =
            Setting.bytes(
                            "replica.fetch.response.max.bytes",
                            ByteSize.ofMiB(10),
                            "How much a follower fetches at a time.")
                    .atLeast(new ByteSize(1024))
                    .asInt();

    // Kafka's classes by their names; there are no others, for none are loaded.
    private static final Setting<String> SELECTOR =
            Setting.text(
                            "replica.selector.class",
                            "Which replica a consumer is told to read from: with Kafka's"
                                    + " RackAwareReplicaSelector one in its rack (client.rack),"
                                    + " else the leader.")
                    .oneOf(RACK_AWARE, LEADER);

    private static final Setting<Long> MOVE_RATE =
            Setting.number(
                            "replica.alter.log.dirs.io.max.bytes.per.second",
                            Long.MAX_VALUE,
                            "How many bytes per second are copied from one log directory into"
                                    + " another. Set while the node runs.")
                    .atLeast(1L)
                    .dynamic();

    public static final List<Setting<?>> SETTINGS =
            List.of(
                    MAX_LAG,
                    MAX_WAIT,
                    BACKOFF,
                    PARTITION_BYTES,
                    RESPONSE_BYTES,
                    SELECTOR,
                    MOVE_RATE);

    /// How many bytes per second may be copied between log directories.
    public static long bytesMovedPerSecond(Settings settings) {
        return settings.value(MOVE_RATE);
    }

    public static ReplicationConfig from(Settings settings) {
        return new ReplicationConfig(
                settings.value(MAX_LAG),
                settings.value(MAX_WAIT),
                settings.value(BACKOFF),
                settings.value(PARTITION_BYTES).toInt(),
                settings.value(RESPONSE_BYTES).toInt(),
                settings.find(SELECTOR).filter(RACK_AWARE::equals).isPresent());
    }
}

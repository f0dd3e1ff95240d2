package io.zurau.client;

import io.zurau.runtime.settings.ByteSize;
import io.zurau.runtime.settings.Setting;
import io.zurau.runtime.settings.SettingCatalog;
import io.zurau.runtime.settings.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// How a consumer reads, and how it takes part in its group.
///
/// @param groupId empty for a consumer without a group
/// @param instanceId of a static member (KIP-345)
/// @param reset where to begin where the group has committed nothing
/// @param autoCommitInterval empty if only [Consumer#commit()] commits
record ConsumerConfig(
        ClientConfig client,
        Optional<String> groupId,
        Optional<String> instanceId,
        Reset reset,
        Optional<Duration> autoCommitInterval,
        int maxPollRecords,
        int fetchMinBytes,
        int fetchMaxBytes,
        int partitionMaxBytes,
        Duration fetchMaxWait,
        Duration sessionTimeout,
        Duration heartbeatInterval,
        Duration maxPollInterval,
        boolean readCommitted) {

    /// Where to begin.
    enum Reset {
        EARLIEST,
        LATEST,
        NONE
    }

    private static final Setting<String> GROUP_ID =
            Setting.text("group.id", "The group whose members share the partitions.");
    private static final Setting<String> INSTANCE_ID =
            Setting.text("group.instance.id", "The name that a member keeps through restarts.");
    private static final Setting<Reset> RESET =
            Setting.choice(
                    "auto.offset.reset",
                    Reset.LATEST,
                    "Where to begin where the group has committed nothing.");
    private static final Setting<Boolean> AUTO_COMMIT =
            Setting.bool("enable.auto.commit", true, "Whether polling commits now and then.");
    private static final Setting<Duration> AUTO_COMMIT_INTERVAL =
            Setting.duration(
                    "auto.commit.interval.ms", Duration.ofSeconds(5), "How often polling commits.");
    private static final Setting<Integer> MAX_POLL_RECORDS =
            Setting.integer("max.poll.records", 500, "The most records of one poll.").atLeast(1);
    private static final Setting<Integer> FETCH_MIN_BYTES =
            Setting.integer(
                            "fetch.min.bytes",
                            1,
                            "What a broker gathers before it answers, while its time lasts.")
                    .atLeast(0);
    private static final Setting<ByteSize> FETCH_MAX_BYTES =
            Setting.bytes("fetch.max.bytes", ByteSize.ofMiB(50), "What one answer may take.")
                    .between(ByteSize.ofKiB(1), ByteSize.ofMiB(200));
    private static final Setting<ByteSize> PARTITION_MAX_BYTES =
            Setting.bytes(
                            "max.partition.fetch.bytes",
                            ByteSize.ofMiB(1),
                            "What one partition may take of an answer.")
                    .between(ByteSize.ofKiB(1), ByteSize.ofMiB(200));
    private static final Setting<Duration> FETCH_MAX_WAIT =
            Setting.duration(
                    "fetch.max.wait.ms", Duration.ofMillis(500), "How long a broker may gather.");
    private static final Setting<Duration> SESSION_TIMEOUT =
            Setting.duration(
                    "session.timeout.ms",
                    Duration.ofSeconds(45),
                    "After which a member that is silent is taken for dead.");
    private static final Setting<Duration> HEARTBEAT_INTERVAL =
            Setting.duration(
                    "heartbeat.interval.ms",
                    Duration.ofSeconds(3),
                    "How often a member says that it is alive.");
    private static final Setting<Duration> MAX_POLL_INTERVAL =
            Setting.duration(
                    "max.poll.interval.ms",
                    Duration.ofMinutes(5),
                    "How long a member may take to join again.");
    private static final Setting<String> ISOLATION_LEVEL =
            Setting.text(
                            "isolation.level",
                            "read_uncommitted",
                            "Whether records of unfinished and aborted transactions are read.")
                    .oneOf("read_uncommitted", "read_committed");

    private static final SettingCatalog CATALOG = catalog();

    private static SettingCatalog catalog() {
        List<Setting<?>> all = new ArrayList<>(ClientConfig.SETTINGS);
        all.addAll(
                List.of(
                        GROUP_ID,
                        INSTANCE_ID,
                        RESET,
                        AUTO_COMMIT,
                        AUTO_COMMIT_INTERVAL,
                        MAX_POLL_RECORDS,
                        FETCH_MIN_BYTES,
                        FETCH_MAX_BYTES,
                        PARTITION_MAX_BYTES,
                        FETCH_MAX_WAIT,
                        SESSION_TIMEOUT,
                        HEARTBEAT_INTERVAL,
                        MAX_POLL_INTERVAL,
                        ISOLATION_LEVEL));
        return SettingCatalog.of(all);
    }

    static ConsumerConfig from(Map<String, String> given) {
        Settings settings = Settings.parse(given, CATALOG);
        Optional<String> groupId = settings.find(GROUP_ID).filter(id -> !id.isEmpty());
        return new ConsumerConfig(
                ClientConfig.from(settings),
                groupId,
                settings.find(INSTANCE_ID),
                settings.value(RESET),
                settings.value(AUTO_COMMIT) && groupId.isPresent()
                        ? settings.find(AUTO_COMMIT_INTERVAL)
                        : Optional.empty(),
                settings.value(MAX_POLL_RECORDS),
                settings.value(FETCH_MIN_BYTES),
                (int) settings.value(FETCH_MAX_BYTES).bytes(),
                (int) settings.value(PARTITION_MAX_BYTES).bytes(),
                settings.value(FETCH_MAX_WAIT),
                settings.value(SESSION_TIMEOUT),
                settings.value(HEARTBEAT_INTERVAL),
                settings.value(MAX_POLL_INTERVAL),
                settings.value(ISOLATION_LEVEL).equals("read_committed"));
    }
}

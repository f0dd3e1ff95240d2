package io.zurau.metadata.config;

import io.zurau.runtime.settings.ByteSize;
import io.zurau.runtime.settings.Setting;
import io.zurau.runtime.settings.SettingCatalog;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/// The settings that Kafka has for topics and that belong to no log: accepted and shown, so that
/// tools and scripts written for Kafka work. Those without effect say so.
public final class TopicSettings {
    private static final Duration NEVER = Duration.ofMillis(Long.MAX_VALUE);
    private static final Pattern REPLICA = Pattern.compile("[0-9]+:[0-9]+");

    /// How many replicas must be in sync for a producer that waits for all of them.
    public static final Setting<Integer> MIN_IN_SYNC_REPLICAS =
            Setting.integer(
                            "min.insync.replicas",
                            1,
                            "How many replicas must be in sync for a write with acks=all.")
                    .atLeast(1);

    /// The broker's setting for topics that do not say otherwise.
    public static final Setting<Boolean> BROKERS_UNCLEAN_ELECTION =
            Setting.bool(
                    "unclean.leader.election.enable",
                    false,
                    "Whether a replica that lacks acknowledged records may lead if no other can;"
                            + " they are lost then.");

    private static final Setting<Boolean> UNCLEAN_ELECTION =
            Setting.onTopic("unclean.leader.election.enable", BROKERS_UNCLEAN_ELECTION);

    /// Replicas whose out-of-sync followers the leader gives no more than its rate (KIP-73).
    public static final Setting<List<String>> LEADER_THROTTLED =
            throttled(
                    "leader.replication.throttled.replicas",
                    "The replicas that leader.replication.throttled.rate is for.");

    /// Replicas that fetch no more than their broker's rate while they are out of sync (KIP-73).
    public static final Setting<List<String>> FOLLOWER_THROTTLED =
            throttled(
                    "follower.replication.throttled.replicas",
                    "The replicas that follower.replication.throttled.rate is for.");

    private static final Setting<Boolean> REMOTE_STORAGE =
            Setting.bool(
                            "remote.storage.enable",
                            false,
                            "Zurau has no tiered storage; only false is accepted.")
                    .limited("false, because Zurau has no tiered storage", enabled -> !enabled);

    private static final List<Setting<?>> ALL =
            List.of(
                    MIN_IN_SYNC_REPLICAS,
                    REMOTE_STORAGE,
                    UNCLEAN_ELECTION,
                    LEADER_THROTTLED,
                    FOLLOWER_THROTTLED,
                    Setting.number(
                                    "flush.messages",
                                    Long.MAX_VALUE,
                                    noEffect("durability=disk stores records before acknowledging"))
                            .atLeast(1L),
                    Setting.duration(
                                    "flush.ms",
                                    NEVER,
                                    noEffect("durability=disk stores records before acknowledging"))
                            .atLeast(Duration.ZERO),
                    Setting.bool("preallocate", false, noEffect("the journal is preallocated")),
                    Setting.duration(
                                    "file.delete.delay.ms",
                                    Duration.ofMinutes(1),
                                    noEffect("a deleted file is readable while it is in use"))
                            .atLeast(Duration.ZERO),
                    Setting.duration(
                                    "segment.jitter.ms",
                                    Duration.ZERO,
                                    noEffect("sealing a segment costs nothing to be spread"))
                            .atLeast(Duration.ZERO),
                    Setting.bytes(
                                    "max.decompressed.message.bytes",
                                    new ByteSize(Integer.MAX_VALUE - 8),
                                    noEffect("decompression is bounded for each batch"))
                            .between(new ByteSize(1), new ByteSize(Integer.MAX_VALUE - 8))
                            .asInt(),
                    Setting.bool(
                            "errors.deadletterqueue.group.enable",
                            false,
                            noEffect("there are no dead-letter queues yet")),
                    tieredBytes("local.retention.bytes", -2),
                    tieredMs("local.retention.ms", -2),
                    tieredBytes("remote.copy.lag.bytes", -1),
                    tieredMs("remote.copy.lag.ms", 0),
                    Setting.bool("remote.log.copy.disable", false, noTiers()),
                    Setting.bool("remote.log.delete.on.disable", false, noTiers()));

    private TopicSettings() {}

    /// The catalog with whatever Kafka's topics have beyond it.
    public static SettingCatalog completing(SettingCatalog topics) {
        List<Setting<?>> missing =
                ALL.stream().filter(setting -> topics.find(setting.key()).isEmpty()).toList();
        return topics.plus(SettingCatalog.of(missing));
    }

    private static String noEffect(String reason) {
        return "Accepted without effect: " + reason + ".";
    }

    private static String noTiers() {
        return noEffect("Zurau has no tiered storage");
    }

    private static Setting<Long> tieredBytes(String key, long byDefault) {
        return Setting.number(key, byDefault, noTiers()).atLeast(Math.min(byDefault, -1));
    }

    /// Not a duration: -2 has a meaning of its own.
    private static Setting<Long> tieredMs(String key, long byDefault) {
        return Setting.number(key, byDefault, noTiers()).atLeast(Math.min(byDefault, -1));
    }

    private static Setting<List<String>> throttled(String key, String documentation) {
        return Setting.list(key, List.of(), documentation)
                .limited(
                        "* or a list of PARTITION:BROKER",
                        items ->
                                items.equals(List.of("*"))
                                        || items.stream().allMatch(REPLICA.asMatchPredicate()));
    }
}

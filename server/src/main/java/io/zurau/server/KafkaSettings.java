package io.zurau.server;

import java.util.Map;

/// Settings of Apache Kafka that a file may have and that Zurau has no use for.
final class KafkaSettings {
    private static final String ONE_THREAD_PER_CONNECTION =
            "each connection has a virtual thread of its own.";
    private static final String SYSTEM_SIZES = "the operating system sizes socket buffers itself.";
    private static final String QUORUMS_LOG = "the metadata log cleans itself up.";
    private static final String VOTERS =
            "controller.quorum.voters names the nodes of the quorum and their addresses.";
    private static final String QUORUMS_OWN = "the quorum has its own time-outs.";
    private static final String JOURNALED =
            "the journal makes records durable and bounds recovery.";
    private static final String NO_TWO_PHASES =
            "transactions of two-phase commit are not supported yet.";
    private static final String GROUPS =
            "groups of all protocols are coordinated in the same way, as the features say.";
    private static final String ONE_FETCHER = "there is one fetcher for each leading broker.";
    private static final String BUCKET = "the rate holds second by second.";
    private static final String COMPACTION =
            "each log directory has one task that compacts, with memory for one log.";
    private static final String NO_TIERS = "there is no tiered storage.";
    private static final String NO_SECURITY = "only PLAINTEXT is supported yet.";
    private static final String NO_QUOTAS = "quotas are not supported yet.";
    private static final String OTHER_METRICS = "metrics are not Kafka's.";

    /// By key, or by the beginning of keys; each completes "… has no effect: ".
    static final Map<String, String> WITHOUT_EFFECT =
            Map.ofEntries(
                    Map.entry("num.network.threads", ONE_THREAD_PER_CONNECTION),
                    Map.entry("num.io.threads", ONE_THREAD_PER_CONNECTION),
                    Map.entry("background.threads", ONE_THREAD_PER_CONNECTION),
                    Map.entry("queued.max.requests", ONE_THREAD_PER_CONNECTION),
                    Map.entry("num.recovery.threads.per.data.dir", JOURNALED),
                    Map.entry("log.flush.*", JOURNALED),
                    Map.entry("socket.send.buffer.bytes", SYSTEM_SIZES),
                    Map.entry("socket.receive.buffer.bytes", SYSTEM_SIZES),
                    Map.entry("socket.listen.backlog.size", SYSTEM_SIZES),
                    Map.entry("controller.quorum.bootstrap.servers", VOTERS),
                    Map.entry("controller.quorum.election.*", QUORUMS_OWN),
                    Map.entry("controller.quorum.fetch.*", QUORUMS_OWN),
                    Map.entry("controller.quorum.request.*", QUORUMS_OWN),
                    Map.entry("controller.quorum.retry.*", QUORUMS_OWN),
                    Map.entry("controller.quorum.append.*", QUORUMS_OWN),
                    Map.entry("controller.quorum.auto.*", QUORUMS_OWN),
                    Map.entry("controller.listener.*", VOTERS),
                    Map.entry("replica.fetch.min.bytes", "followers fetch what there is."),
                    Map.entry("replica.socket.*", SYSTEM_SIZES),
                    Map.entry("replica.high.watermark.*", JOURNALED),
                    Map.entry(
                            "leader.imbalance.per.broker.percentage", "every imbalance is mended."),
                    Map.entry("metadata.log.*", QUORUMS_LOG),
                    Map.entry("metadata.max.*", QUORUMS_LOG),
                    Map.entry(
                            "initial.broker.registration.timeout.ms",
                            "a node tries to join for as long as it runs."),
                    Map.entry("controlled.shutdown.*", "every stop is a controlled one."),
                    Map.entry(
                            "transaction.abort.timed.out.transaction.cleanup.interval.ms",
                            "a transaction is aborted as soon as its time is up."),
                    Map.entry(
                            "transaction.state.log.load.buffer.size",
                            "transactions are loaded in pieces of a fixed size."),
                    Map.entry("transaction.two.phase.commit.enable", NO_TWO_PHASES),
                    Map.entry(
                            "share.coordinator.*",
                            "states of share groups are loaded and stored as other coordinators'"
                                    + " are."),
                    Map.entry(
                            "share.fetch.purgatory.purge.interval.requests",
                            "a fetch that waits is forgotten as soon as it is answered."),
                    Map.entry(
                            "group.share.*", "there is one assignor, and one way to keep states."),
                    Map.entry("errors.deadletterqueue.*", "there are no dead-letter queues yet."),
                    Map.entry("group.consumer.*", GROUPS),
                    Map.entry("group.coordinator.*", GROUPS),
                    Map.entry(
                            "group.coordinator.threads",
                            "each partition of __consumer_offsets has a thread of its own."),
                    Map.entry(
                            "group.coordinator.append.linger.ms",
                            "commits are gathered while earlier ones are being stored."),
                    Map.entry(
                            "offsets.commit.timeout.ms",
                            "a commit waits until it is stored or refused."),
                    Map.entry(
                            "offsets.load.buffer.size",
                            "offsets are loaded in pieces of a fixed size."),
                    Map.entry(
                            "offsets.topic.compression.codec",
                            "__consumer_offsets is not compressed."),
                    Map.entry("num.replica.*", ONE_FETCHER),
                    Map.entry(
                            "unclean.leader.election.interval.ms",
                            "an election that is enabled is held at once."),
                    Map.entry("log.cleaner.*", COMPACTION),
                    Map.entry("log.cleaner.enable", "compacted topics are always compacted."),
                    Map.entry("remote.*", NO_TIERS),
                    Map.entry("log.local.*", NO_TIERS),
                    Map.entry("ssl.*", NO_SECURITY),
                    Map.entry("sasl.*", NO_SECURITY),
                    Map.entry("security.inter.broker.protocol", NO_SECURITY),
                    Map.entry("quota.*", NO_QUOTAS),
                    Map.entry("replication.quota.*", BUCKET),
                    Map.entry("metric.reporters", OTHER_METRICS),
                    Map.entry("metrics.*", OTHER_METRICS),
                    Map.entry("kafka.metrics.*", OTHER_METRICS),
                    Map.entry("auto.include.jmx.reporter", OTHER_METRICS),
                    Map.entry("log.preallocate", JOURNALED),
                    Map.entry("log.segment.delete.delay.ms", "a deleted file stays readable."),
                    Map.entry("log.roll.jitter.*", "sealing a segment costs nothing to spread."),
                    Map.entry("log.message.downconversion.enable", "no version needs it."),
                    Map.entry("log.message.format.version", "there is one format."),
                    Map.entry("inter.broker.protocol.version", "there is one format."));

    private KafkaSettings() {}
}

package io.zurau.coordinator.transaction;

import io.zurau.runtime.settings.ByteSize;
import io.zurau.runtime.settings.Setting;
import io.zurau.runtime.settings.Settings;
import java.time.Duration;
import java.util.List;

/// What can be set about transactions.
///
/// @param maxTimeoutMs of a transaction
/// @param expiryMs after so long without a transaction a transactional id is forgotten
/// @param topicReplicationFactor wanted; with fewer brokers there are fewer replicas
/// @param topicMinInSync of the topic, wanted; never more than it has replicas
/// @param verifies whether a client's records are refused if the transaction is not known to be
///   open
/// @param retryBackoffMs how long a partition waits before it asks a coordinator again that was
///   busy with the transaction before
/// @param retryForMs how long it does so
public record TransactionConfig(
        int maxTimeoutMs,
        long expiryMs,
        long expiryCheckMs,
        int topicPartitions,
        int topicReplicationFactor,
        int topicMinInSync,
        long topicSegmentBytes,
        boolean verifies,
        int retryBackoffMs,
        int retryForMs) {

    private static final Setting<Duration> MAX_TIMEOUT =
            Setting.duration(
                            "transaction.max.timeout.ms",
                            Duration.ofMinutes(15),
                            "The longest time-out of transactions that a producer may ask for.")
                    .atLeast(Duration.ofMillis(1))
                    .asInt();

    private static final Setting<Duration> EXPIRY =
            Setting.duration(
                            "transactional.id.expiration.ms",
                            Duration.ofDays(7),
                            "How long a transactional id is remembered after its last transaction.")
                    .atLeast(Duration.ofMillis(1))
                    .asInt();

    private static final Setting<Duration> EXPIRY_CHECK =
            Setting.duration(
                            "transaction.remove.expired.transaction.cleanup.interval.ms",
                            Duration.ofHours(1),
                            "How often the broker looks for expired transactional ids.")
                    .atLeast(Duration.ofMillis(1))
                    .asInt();

    private static final Setting<Integer> TOPIC_PARTITIONS =
            Setting.integer(
                            "transaction.state.log.num.partitions",
                            50,
                            "How many partitions __transaction_state gets when it is created.")
                    .atLeast(1);

    private static final Setting<Integer> TOPIC_REPLICATION_FACTOR =
            Setting.integer(
                            "transaction.state.log.replication.factor",
                            3,
                            "How many replicas __transaction_state gets, if there are as many"
                                    + " brokers.")
                    .between(1, (int) Short.MAX_VALUE);

    private static final Setting<Integer> TOPIC_MIN_IN_SYNC =
            Setting.integer(
                            "transaction.state.log.min.isr",
                            2,
                            "min.insync.replicas of __transaction_state when it is created, if it"
                                    + " gets as many replicas.")
                    .atLeast(1);

    private static final Setting<ByteSize> TOPIC_SEGMENT_BYTES =
            Setting.bytes(
                            "transaction.state.log.segment.bytes",
                            new ByteSize(104_857_600),
                            "How large the segments of __transaction_state become.")
                    .atLeast(new ByteSize(1))
                    .asInt();

    private static final Setting<Boolean> VERIFIES =
            Setting.bool(
                    "transaction.partition.verification.enable",
                    true,
                    "Whether a partition asks the coordinator of a transaction before it takes its"
                            + " first records.");

    private static final Setting<Duration> RETRY_BACKOFF =
            Setting.duration(
                            "add.partitions.to.txn.retry.backoff.ms",
                            Duration.ofMillis(20),
                            "How long a partition waits before it asks a coordinator again that"
                                    + " was busy with the transaction before.")
                    .atLeast(Duration.ofMillis(1))
                    .asInt();

    private static final Setting<Duration> RETRY_FOR =
            Setting.duration(
                            "add.partitions.to.txn.retry.backoff.max.ms",
                            Duration.ofMillis(100),
                            "How long it asks again before the client is told to.")
                    .atLeast(Duration.ZERO)
                    .asInt();

    public static final List<Setting<?>> SETTINGS =
            List.of(
                    MAX_TIMEOUT,
                    EXPIRY,
                    EXPIRY_CHECK,
                    TOPIC_PARTITIONS,
                    TOPIC_REPLICATION_FACTOR,
                    TOPIC_MIN_IN_SYNC,
                    TOPIC_SEGMENT_BYTES,
                    VERIFIES,
                    RETRY_BACKOFF,
                    RETRY_FOR);

    public static TransactionConfig from(Settings settings) {
        return new TransactionConfig(
                Math.toIntExact(settings.value(MAX_TIMEOUT).toMillis()),
                settings.value(EXPIRY).toMillis(),
                settings.value(EXPIRY_CHECK).toMillis(),
                settings.value(TOPIC_PARTITIONS),
                settings.value(TOPIC_REPLICATION_FACTOR),
                settings.value(TOPIC_MIN_IN_SYNC),
                settings.value(TOPIC_SEGMENT_BYTES).bytes(),
                settings.value(VERIFIES),
                Math.toIntExact(settings.value(RETRY_BACKOFF).toMillis()),
                Math.toIntExact(settings.value(RETRY_FOR).toMillis()));
    }
}

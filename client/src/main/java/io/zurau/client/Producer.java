package io.zurau.client;

import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.record.RecordBatchBuilder;
import io.zurau.runtime.Seams;
import io.zurau.runtime.Tasks;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/// Sends records to topics: in batches, idempotently, in order per partition.
///
/// ```java
/// try (Producer producer = Producer.of(Map.of("bootstrap.servers", "localhost:9092"), seams)) {
///     producer.send(new OutgoingRecord("orders", key, value)).join();
/// }
/// ```
///
/// May be used by many threads; the records of one thread keep their order in a partition.
public final class Producer implements AutoCloseable {
    private final ProducerConfig config;
    private final Cluster cluster;
    private final Accumulator accumulator;
    private final Partitioner partitioner;
    private final Tasks.Task sending;

    private Producer(ProducerConfig config, Seams seams) {
        this.config = config;
        this.cluster = new Cluster(config.client(), seams);
        this.accumulator = new Accumulator(config, seams.clock());
        this.partitioner = new Partitioner(seams.randomness(), config.batchBytes());
        Sender sender = new Sender(config, cluster, accumulator);
        this.sending = seams.tasks().start("producer", sender::run);
    }

    /// Nothing is connected before the first record.
    ///
    /// @param settings by Kafka's names (`acks`, `linger.ms` …), with Kafka's defaults
    /// @throws io.zurau.runtime.settings.InvalidSetting for a name or value that is not known
    public static Producer of(Map<String, String> settings, Seams seams) {
        return new Producer(ProducerConfig.from(settings), seams);
    }

    /// Hands a record over to be sent. Blocks while the buffer is full or the topic's partitions
    /// are not known, at most for `max.block.ms`.
    ///
    /// Goes on trying to learn about the partitions while the brokers are away, unless none was
    /// ever reached.
    ///
    /// @return completes when the record is acknowledged, or with the [ClientFailure] that kept it
    ///   from being
    /// @throws ClientFailure if the record was not taken: there is no room in time, it is too
    ///   large, the topic or partition does not exist, or the producer is closed
    public CompletableFuture<RecordPosition> send(OutgoingRecord outgoing) {
        int size = sizeAtMost(outgoing);
        if (size > config.maxRequestBytes()) {
            throw new ClientFailure.Refused(
                    "Sending a record of about %d bytes".formatted(size),
                    ErrorCode.MESSAGE_TOO_LARGE,
                    "one may take %d (max.request.size).".formatted(config.maxRequestBytes()));
        }
        TopicPartition partition =
                new TopicPartition(outgoing.topic(), partitionOf(outgoing, size));
        return accumulator.add(partition, outgoing, size);
    }

    private static int sizeAtMost(OutgoingRecord outgoing) {
        return RecordBatchBuilder.sizeAtMost(
                outgoing.key() == null ? 0 : outgoing.key().remaining(),
                outgoing.value() == null ? 0 : outgoing.value().remaining(),
                outgoing.headers());
    }

    private int partitionOf(OutgoingRecord outgoing, int size) {
        int count = partitionCount(outgoing.topic());
        Integer chosen = outgoing.partition();
        if (chosen != null) {
            if (chosen < 0 || chosen >= count) {
                throw new ClientFailure.Refused(
                        "Sending to partition %d of \"%s\"".formatted(chosen, outgoing.topic()),
                        ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
                        "the topic has %d partitions.".formatted(count));
            }
            return chosen;
        }
        return outgoing.key() == null
                ? partitioner.withoutKey(outgoing.topic(), size, count)
                : Partitioner.byKey(outgoing.key(), count);
    }

    private int partitionCount(String topic) {
        long deadline = cluster.seams().clock().deadline(config.maxBlock());
        for (int attempt = 1; ; attempt++) {
            Integer known = cluster.view().partitionCounts().get(topic);
            if (known != null) {
                return known;
            }
            try {
                return cluster.refresh(List.of(topic), true).partitionCount(topic);
            } catch (ClientFailure.Unreachable | ClientFailure.TimedOut e) {
                if (!cluster.wasReached() || !cluster.seams().clock().isAhead(deadline)) {
                    throw e;
                }
                cluster.pause(config.client().backoffAfter(attempt));
            }
        }
    }

    /// Sends what waits at once, and waits until all of it is acknowledged or has failed.
    public void flush() {
        accumulator.flush();
    }

    /// Takes nothing more, sends what waits, and returns when all of it is acknowledged or has
    /// failed, at the latest after `delivery.timeout.ms`.
    @Override
    public void close() {
        accumulator.close();
        try {
            sending.join();
        } catch (InterruptedException e) {
            sending.interrupt();
            Thread.currentThread().interrupt();
        }
        cluster.close();
    }
}

package io.zurau.log;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.server.storage.log.FetchIsolation;
import org.apache.kafka.server.util.KafkaScheduler;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.apache.kafka.storage.internals.log.LogDirFailureChannel;
import org.apache.kafka.storage.internals.log.ProducerStateManagerConfig;
import org.apache.kafka.storage.internals.log.UnifiedLog;
import org.apache.kafka.storage.log.metrics.BrokerTopicStats;

/// Apache Kafka's own log, as the oracle.
final class KafkaLog implements AutoCloseable {
    private final KafkaScheduler scheduler = new KafkaScheduler(1);
    final UnifiedLog log;

    KafkaLog(File directory, boolean clean, Map<String, String> config) throws IOException {
        scheduler.startup();
        Properties properties = new Properties();
        properties.putAll(config);
        log =
                UnifiedLog.create(
                        directory,
                        new LogConfig(properties),
                        0,
                        0,
                        scheduler,
                        new BrokerTopicStats(),
                        Time.SYSTEM,
                        300_000,
                        new ProducerStateManagerConfig(86_400_000, false),
                        600_000,
                        new LogDirFailureChannel(10),
                        clean,
                        Optional.<Uuid>empty());
    }

    void append(String... values) throws IOException {
        SimpleRecord[] records = new SimpleRecord[values.length];
        for (int i = 0; i < values.length; i++) {
            records[i] =
                    new SimpleRecord(
                            System.currentTimeMillis(), values[i].getBytes(StandardCharsets.UTF_8));
        }
        log.appendAsLeader(MemoryRecords.withRecords(Compression.NONE, records), 0);
    }

    void appendIdempotent(long producerId, int sequence, boolean transactional, String value)
            throws IOException {
        SimpleRecord record =
                new SimpleRecord(
                        System.currentTimeMillis(), value.getBytes(StandardCharsets.UTF_8));
        MemoryRecords records =
                transactional
                        ? MemoryRecords.withTransactionalRecords(
                                Compression.NONE, producerId, (short) 0, sequence, record)
                        : MemoryRecords.withIdempotentRecords(
                                Compression.NONE, producerId, (short) 0, sequence, record);
        log.appendAsLeader(records, 0);
    }

    /// All values, each as `offset=value`.
    List<String> read(long from) throws IOException {
        List<String> values = new ArrayList<>();
        long next = from;
        while (next < log.logEndOffset()) {
            for (Record record :
                    log.read(next, 1 << 20, FetchIsolation.LOG_END, true).records.records()) {
                if (record.offset() >= next) {
                    byte[] bytes = new byte[record.valueSize()];
                    record.value().get(bytes);
                    values.add(record.offset() + "=" + new String(bytes, StandardCharsets.UTF_8));
                    next = record.offset() + 1;
                }
            }
        }
        return values;
    }

    @Override
    public void close() {
        log.close();
        try {
            scheduler.shutdown();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

package io.zurau.log;

import io.zurau.protocol.TopicPartition;
import io.zurau.runtime.Disk;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// Kafka's own notes of offsets in the root of a log directory: read when Kafka has been here, and
/// written so that it can come back. Of what we wrote here ourselves we rely on how far logs are
/// compacted only.
///
/// A file has the version 0, the number of entries, then a line with topic, partition and offset
/// for each.
enum KafkaCheckpoints {
    /// Below is synced.
    RECOVERY_POINT("recovery-point-offset-checkpoint"),
    LOG_START("log-start-offset-checkpoint"),
    HIGH_WATERMARK("replication-offset-checkpoint"),
    /// Below is compacted.
    CLEANED("cleaner-offset-checkpoint");

    /// Kafka leaves this when it has stopped cleanly, and takes it away when it starts.
    static final String CLEAN_SHUTDOWN = ".kafka_cleanshutdown";

    private final String file;

    KafkaCheckpoints(String file) {
        this.file = file;
    }

    /// Lines that make no sense are left out.
    Map<TopicPartition, Long> read(Disk disk) {
        Map<TopicPartition, Long> offsets = new TreeMap<>();
        for (String line : WholeFile.readText(disk, file).orElse("").lines().skip(2).toList()) {
            String[] words = line.split(" ");
            if (words.length == 3
                    && words[1].matches("\\d{1,9}")
                    && words[2].matches("\\d{1,18}")) {
                offsets.put(
                        new TopicPartition(words[0], Integer.parseInt(words[1])),
                        Long.parseLong(words[2]));
            }
        }
        return offsets;
    }

    void write(Disk disk, SortedMap<TopicPartition, Long> offsets) {
        StringBuilder text = new StringBuilder("0\n").append(offsets.size()).append('\n');
        offsets.forEach(
                (partition, offset) ->
                        text.append(partition.topic())
                                .append(' ')
                                .append(partition.partition())
                                .append(' ')
                                .append(offset)
                                .append('\n'));
        WholeFile.replace(disk, file, text.toString());
    }
}

package io.zurau.metadata.kafka;

import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.log.MetadataBatches;
import io.zurau.protocol.message.AbortTransactionRecord;
import io.zurau.protocol.message.BeginTransactionRecord;
import io.zurau.protocol.message.EndTransactionRecord;
import io.zurau.protocol.message.MetadataRecord;
import io.zurau.protocol.record.CorruptRecords;
import io.zurau.protocol.record.RecordBatch;
import io.zurau.protocol.record.RecordBatches;
import io.zurau.runtime.Disk;
import io.zurau.runtime.DiskFile;
import io.zurau.runtime.StorageFailure;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads Kafka's own log of metadata: its newest snapshot, and the segments behind it.
///
/// **Owner:** the thread that reads.
final class KafkaMetadataLog {
    private static final Logger log = LoggerFactory.getLogger(KafkaMetadataLog.class);

    private static final String DIRECTORY = "__cluster_metadata-0";
    private static final String SNAPSHOT = ".checkpoint";
    private static final String SEGMENT = ".log";
    private static final int OFFSET_DIGITS = 20;

    private final Disk disk;
    private final List<MetadataRecord> records = new ArrayList<>();
    private final List<MetadataRecord> open = new ArrayList<>(); // Of a transaction not ended yet.
    private boolean inTransaction;
    private long endOffset; // Exclusive: what has been read.

    private KafkaMetadataLog(Disk disk) {
        this.disk = disk;
    }

    static boolean exists(Disk disk) {
        return disk.list(DIRECTORY).stream().anyMatch(KafkaMetadataLog::isSegmentOrSnapshot);
    }

    private static boolean isSegmentOrSnapshot(String name) {
        return name.length() > OFFSET_DIGITS && (name.endsWith(SNAPSHOT) || name.endsWith(SEGMENT));
    }

    static ClusterImage read(Disk disk) {
        KafkaMetadataLog reading = new KafkaMetadataLog(disk);
        try {
            reading.readAll();
            return ClusterImage.empty("").replay(reading.records, reading.endOffset);
        } catch (CorruptRecords | IllegalStateException e) {
            throw new StorageFailure(
                    disk.name(),
                    "Apache Kafka's metadata in %s/%s cannot be read: %s"
                            .formatted(disk.name(), DIRECTORY, e.getMessage()),
                    e);
        }
    }

    private void readAll() {
        List<String> names = disk.list(DIRECTORY);
        names.stream()
                .filter(name -> name.length() > OFFSET_DIGITS && name.endsWith(SNAPSHOT))
                .reduce((_, later) -> later)
                .ifPresent(this::readSnapshot);
        List<String> segments =
                names.stream()
                        .filter(name -> name.length() > OFFSET_DIGITS && name.endsWith(SEGMENT))
                        .toList();
        for (int i = 0; i < segments.size(); i++) {
            readSegment(segments.get(i), i == segments.size() - 1);
        }
    }

    private void readSnapshot(String name) {
        for (RecordBatch batch : RecordBatches.whole(contents(name))) {
            requireValid(batch);
            MetadataBatches.records(batch).forEach(this::add);
        }
        endOffset = Long.parseLong(name.substring(0, OFFSET_DIGITS));
    }

    /// What is damaged in the last segment was being written when Kafka stopped, and counts as not
    /// written, as in Kafka.
    private void readSegment(String name, boolean last) {
        try {
            for (RecordBatch batch : RecordBatches.cut(contents(name))) {
                readBatch(batch);
            }
        } catch (CorruptRecords e) {
            if (!last) {
                throw e;
            }
            log.atWarn()
                    .addKeyValue("segment", name)
                    .addKeyValue("endOffset", endOffset)
                    .addKeyValue("reason", e.getMessage())
                    .log("The end of Apache Kafka's metadata is damaged and counts as not written");
        }
    }

    private void readBatch(RecordBatch batch) {
        requireValid(batch);
        if (batch.nextOffset() <= endOffset) {
            return; // It is in the snapshot.
        }
        if (batch.baseOffset() > endOffset) {
            throw new IllegalStateException(
                    "The records from offset %d to %d are missing."
                            .formatted(endOffset, batch.baseOffset()));
        }
        MetadataBatches.records(batch).forEach(this::add);
        endOffset = batch.nextOffset();
    }

    private static void requireValid(RecordBatch batch) {
        if (!batch.crcIsValid()) {
            throw new CorruptRecords("The batch at offset " + batch.baseOffset() + " is damaged.");
        }
    }

    private void add(MetadataRecord record) {
        switch (record) {
            case BeginTransactionRecord _ -> inTransaction = true;
            case EndTransactionRecord _ -> {
                records.addAll(open);
                endTransaction();
            }
            case AbortTransactionRecord _ -> endTransaction();
            default -> (inTransaction ? open : records).add(record);
        }
    }

    private void endTransaction() {
        open.clear();
        inTransaction = false;
    }

    private ByteBuffer contents(String name) {
        try (DiskFile file = disk.openReadOnly(DIRECTORY + "/" + name)) {
            ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(file.size()));
            file.read(bytes, 0);
            return bytes.flip();
        }
    }
}

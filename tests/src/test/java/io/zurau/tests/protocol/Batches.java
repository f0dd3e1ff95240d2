package io.zurau.tests.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceDataCollection;
import org.apache.kafka.common.record.internal.BaseRecords;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.record.internal.Records;
import org.apache.kafka.common.record.internal.SimpleRecord;

/// Record batches with fixed contents, and produce requests around them.
final class Batches {
    /// When the first of [#records] happened; the others follow a second apart.
    static final long FIRST_TIMESTAMP = 1_700_000_000_000L;

    private Batches() {}

    static SimpleRecord[] records(int count) {
        SimpleRecord[] records = new SimpleRecord[count];
        for (int i = 0; i < count; i++) {
            records[i] =
                    new SimpleRecord(
                            FIRST_TIMESTAMP + 1000L * i,
                            ("key-" + i).getBytes(UTF_8),
                            ("value-" + i).getBytes(UTF_8));
        }
        return records;
    }

    static MemoryRecords plain(int count) {
        return MemoryRecords.withRecords(Compression.NONE, records(count));
    }

    static MemoryRecords idempotent(long producerId, int epoch, int sequence, int count) {
        return MemoryRecords.withIdempotentRecords(
                Compression.NONE, producerId, (short) epoch, sequence, records(count));
    }

    /// A request for one partition of a topic that is named by both its name and its id.
    static ProduceRequestData produce(
            String topic, Uuid id, int version, int partition, BaseRecords records) {
        TopicProduceData data =
                new TopicProduceData()
                        .setPartitionData(
                                List.of(
                                        new PartitionProduceData()
                                                .setIndex(partition)
                                                .setRecords(records)));
        if (version >= 13) {
            data.setTopicId(id);
        } else {
            data.setName(topic);
        }
        TopicProduceDataCollection topics = new TopicProduceDataCollection();
        topics.add(data);
        return new ProduceRequestData()
                .setAcks((short) -1)
                .setTimeoutMs(10_000)
                .setTopicData(topics);
    }

    /// What a fetch brought, one text per batch.
    static List<String> describe(BaseRecords fetched) {
        List<String> lines = new ArrayList<>();
        for (RecordBatch batch : ((Records) fetched).batches()) {
            StringBuilder line = new StringBuilder("    batch ");
            line.append(batch.baseOffset()).append('-').append(batch.lastOffset());
            line.append(" epoch ").append(batch.partitionLeaderEpoch());
            line.append(' ').append(batch.compressionType()).append(' ');
            line.append(batch.timestampType());
            line.append(" sequence ").append(batch.baseSequence());
            batch.forEach(
                    record ->
                            line.append(' ')
                                    .append(record.offset())
                                    .append('@')
                                    .append(record.timestamp())
                                    .append(record.key() == null ? "" : " " + record.keySize())
                                    .append("+" + record.valueSize()));
            lines.add(line.toString());
        }
        return lines;
    }
}

package io.zurau.tests.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.zurau.tests.conformance.Shared;
import io.zurau.tests.servers.ServerUnderTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsPartition;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsTopic;
import org.apache.kafka.common.message.ListOffsetsResponseData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.ProduceResponseData.PartitionProduceResponse;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Batches that lie about themselves: Zurau gives the error code that Apache Kafka gives, and
/// stores nothing.
class BadBatchesTest {
    // Where a batch's fields are.
    private static final int BASE_OFFSET = 0;
    private static final int LENGTH = 8;
    private static final int MAGIC = 16;
    private static final int CRC = 17;
    private static final int ATTRIBUTES = 21;
    private static final int LAST_OFFSET_DELTA = 23;
    private static final int FIRST_TIMESTAMP = 27;
    private static final int MAX_TIMESTAMP = 35;
    private static final int PRODUCER_ID = 43;
    private static final int EPOCH = 51;
    private static final int SEQUENCE = 53;
    private static final int COUNT = 57;
    private static final int RECORDS = 61;

    private static final int UNKNOWN_SERVER_ERROR = -1;

    /// What Apache Kafka stores although it is not right, or refuses for a reason of its own; we
    /// refuse it.
    private static final Set<String> STRICTER =
            Set.of(
                    "half a second batch",
                    "a few bytes more",
                    "unused attribute",
                    "sequence without epoch",
                    "log append time",
                    "first record's offset 1",
                    "transactional");

    /// Refused by both, with the other one of CORRUPT_MESSAGE and INVALID_RECORD.
    private static final Set<String> REFUSED_IN_OTHER_WORDS =
            Set.of("length too small", "magic 3", "negative magic", "cut inside the header");

    private static final Map<String, UnaryOperator<ByteBuffer>> DAMAGES = new LinkedHashMap<>();

    static {
        DAMAGES.put("nothing wrong", batch -> batch);
        DAMAGES.put("wrong CRC", batch -> batch.putInt(CRC, batch.getInt(CRC) + 1));
        DAMAGES.put(
                "a changed byte",
                batch -> batch.put(batch.limit() - 3, (byte) ~batch.get(batch.limit() - 3)));
        DAMAGES.put("length too small", batch -> batch.putInt(LENGTH, batch.getInt(LENGTH) - 5));
        DAMAGES.put("length too large", batch -> batch.putInt(LENGTH, batch.getInt(LENGTH) + 5));
        DAMAGES.put("length below the header", batch -> batch.putInt(LENGTH, 10));
        DAMAGES.put("negative length", batch -> batch.putInt(LENGTH, -10));
        DAMAGES.put("magic 3", batch -> batch.put(MAGIC, (byte) 3));
        DAMAGES.put("magic 1", batch -> batch.put(MAGIC, (byte) 1));
        DAMAGES.put("negative magic", batch -> batch.put(MAGIC, (byte) -1));
        DAMAGES.put("cut inside the header", batch -> batch.limit(40));
        DAMAGES.put("cut inside the records", batch -> batch.limit(batch.limit() - 4));
        DAMAGES.put("empty", batch -> batch.limit(0));
        DAMAGES.put("more records counted", sealed(batch -> batch.putInt(COUNT, 4)));
        DAMAGES.put("fewer records counted", sealed(batch -> batch.putInt(COUNT, 2)));
        DAMAGES.put("no records counted", sealed(batch -> batch.putInt(COUNT, 0)));
        DAMAGES.put("a negative count", sealed(batch -> batch.putInt(COUNT, -1)));
        DAMAGES.put(
                "count and last offset 4",
                sealed(batch -> batch.putInt(COUNT, 4).putInt(LAST_OFFSET_DELTA, 3)));
        DAMAGES.put("last offset too small", sealed(batch -> batch.putInt(LAST_OFFSET_DELTA, 1)));
        DAMAGES.put("last offset too large", sealed(batch -> batch.putInt(LAST_OFFSET_DELTA, 9)));
        DAMAGES.put("last offset negative", sealed(batch -> batch.putInt(LAST_OFFSET_DELTA, -1)));
        DAMAGES.put("base offset 5", batch -> batch.putLong(BASE_OFFSET, 5));
        DAMAGES.put("control batch", sealed(batch -> batch.putShort(ATTRIBUTES, (short) 0x20)));
        DAMAGES.put("transactional", sealed(batch -> batch.putShort(ATTRIBUTES, (short) 0x10)));
        DAMAGES.put("log append time", sealed(batch -> batch.putShort(ATTRIBUTES, (short) 0x08)));
        DAMAGES.put("unused attribute", sealed(batch -> batch.putShort(ATTRIBUTES, (short) 0x80)));
        for (int codec = 1; codec < 8; codec++) {
            short attributes = (short) codec;
            DAMAGES.put(
                    "plain records called codec " + codec,
                    sealed(batch -> batch.putShort(ATTRIBUTES, attributes)));
        }
        DAMAGES.put(
                "max timestamp far in the future",
                sealed(batch -> batch.putLong(MAX_TIMESTAMP, Long.MAX_VALUE / 2)));
        DAMAGES.put(
                "first timestamp far in the future",
                sealed(batch -> batch.putLong(FIRST_TIMESTAMP, Long.MAX_VALUE / 2)));
        DAMAGES.put("no max timestamp", sealed(batch -> batch.putLong(MAX_TIMESTAMP, -1)));
        DAMAGES.put("negative timestamp", sealed(batch -> batch.putLong(FIRST_TIMESTAMP, -5000)));
        DAMAGES.put(
                "producer without sequence", sealed(batch -> batch.putLong(PRODUCER_ID, 12345)));
        DAMAGES.put(
                "producer with epoch, without sequence",
                sealed(batch -> batch.putLong(PRODUCER_ID, 12345).putShort(EPOCH, (short) 0)));
        DAMAGES.put(
                "sequence without epoch",
                sealed(batch -> batch.putLong(PRODUCER_ID, 12345).putInt(SEQUENCE, 0)));
        DAMAGES.put("sequence without producer", sealed(batch -> batch.putInt(SEQUENCE, 0)));
        DAMAGES.put(
                "first record's length too large",
                sealed(batch -> batch.put(RECORDS, (byte) (batch.get(RECORDS) + 8))));
        DAMAGES.put(
                "first record's length too small",
                sealed(batch -> batch.put(RECORDS, (byte) (batch.get(RECORDS) - 8))));
        DAMAGES.put(
                "first record's length negative", sealed(batch -> batch.put(RECORDS, (byte) 5)));
        DAMAGES.put("first record's offset 1", sealed(batch -> batch.put(RECORDS + 3, (byte) 2)));
        DAMAGES.put(
                "first record's key longer than the batch",
                sealed(batch -> batch.put(RECORDS + 4, (byte) 126)));
    }

    /// The change with a right CRC after it.
    private static UnaryOperator<ByteBuffer> sealed(UnaryOperator<ByteBuffer> change) {
        return batch -> {
            ByteBuffer changed = change.apply(batch);
            CRC32C crc = new CRC32C();
            crc.update(changed.duplicate().position(ATTRIBUTES));
            return changed.putInt(CRC, (int) crc.getValue());
        };
    }

    @TestFactory
    Stream<DynamicTest> isRefusedAsApacheKafkaRefuses() {
        Stream<DynamicTest> plain =
                DAMAGES.entrySet().stream()
                        .map(damage -> compared(damage.getKey(), Batches.plain(3), damage));
        Stream<DynamicTest> compressed =
                Stream.of(
                                Compression.gzip().build(),
                                Compression.snappy().build(),
                                Compression.lz4().build(),
                                Compression.zstd().build())
                        .flatMap(
                                codec ->
                                        Stream.of(
                                                        "nothing wrong",
                                                        "more records counted",
                                                        "fewer records counted",
                                                        "first record's length negative",
                                                        "cut inside the records")
                                                .map(
                                                        damage ->
                                                                compared(
                                                                        codec.type()
                                                                                + ", "
                                                                                + damage,
                                                                        MemoryRecords.withRecords(
                                                                                codec,
                                                                                Batches.records(3)),
                                                                        Map.entry(
                                                                                damage,
                                                                                DAMAGES.get(
                                                                                        damage)))));
        return Stream.concat(plain, compressed);
    }

    @TestFactory
    Stream<DynamicTest> isRefusedInACompactedTopicAsApacheKafkaRefuses() {
        SimpleRecord[] withoutKeys = {
            new SimpleRecord(Batches.FIRST_TIMESTAMP, null, new byte[] {1})
        };
        return Stream.of(Compression.NONE, Compression.gzip().build(), Compression.zstd().build())
                .map(
                        codec ->
                                dynamicTest(
                                        "records without keys, " + codec.type(),
                                        () ->
                                                assertSame(
                                                        MemoryRecords.withRecords(
                                                                        codec, withoutKeys)
                                                                .buffer(),
                                                        "nokey-" + codec.type(),
                                                        "cleanup.policy",
                                                        "compact")));
    }

    @TestFactory
    Stream<DynamicTest> severalBatchesAreRefusedAsApacheKafkaRefuses() {
        ByteBuffer one = Batches.plain(3).buffer();
        ByteBuffer two = ByteBuffer.allocate(one.remaining() * 2);
        two.put(one.duplicate()).put(one.duplicate()).flip();
        ByteBuffer halfASecond = two.duplicate().limit(one.remaining() + 70);
        ByteBuffer aFewBytesMore = two.duplicate().limit(one.remaining() + 7);
        return Stream.of(
                dynamicTest("two batches", () -> assertSame(two, "two batches")),
                dynamicTest(
                        "half a second batch",
                        () -> assertSame(halfASecond, "half a second batch")),
                dynamicTest(
                        "a few bytes more", () -> assertSame(aFewBytesMore, "a few bytes more")));
    }

    @TestFactory
    Stream<DynamicTest> timestampsAreHeldToTheTopicsLimitsAsApacheKafkaDoes() {
        long now = System.currentTimeMillis();
        return Stream.of(-7_200_000L, 0L, 7_200_000L)
                .map(
                        shift ->
                                dynamicTest(
                                        shift / 60_000 + " minutes from now",
                                        () ->
                                                assertSame(
                                                        MemoryRecords.withRecords(
                                                                        Compression.NONE,
                                                                        new SimpleRecord(
                                                                                now + shift,
                                                                                new byte[] {1}))
                                                                .buffer(),
                                                        "time" + shift,
                                                        "message.timestamp.before.max.ms",
                                                        "3600000",
                                                        "message.timestamp.after.max.ms",
                                                        "3600000")));
    }

    private static DynamicTest compared(
            String name, MemoryRecords good, Map.Entry<String, UnaryOperator<ByteBuffer>> damage) {
        return dynamicTest(
                name,
                () -> {
                    ByteBuffer copy = ByteBuffer.allocate(good.sizeInBytes());
                    copy.put(good.buffer().duplicate()).flip();
                    assertSame(damage.getValue().apply(copy), name);
                });
    }

    private static void assertSame(ByteBuffer batch, String name, String... settings)
            throws IOException {
        Outcome theirs = play(Shared.reference(), name, batch, settings);
        Outcome ours = play(Shared.server(), name, batch, settings);
        if (STRICTER.contains(name)
                || REFUSED_IN_OTHER_WORDS.contains(name)
                || theirs.errorCode() == UNKNOWN_SERVER_ERROR) {
            assertThat(ours.errorCode() != 0 || ServerUnderTest.kafkaChosen()).isTrue();
        } else {
            assertThat(ours).isEqualTo(theirs);
        }
        assertThat(ours.errorCode() == 0 || ours.stored() == 0)
                .as("refused, and nothing stored")
                .isTrue();
    }

    /// What came of writing a batch.
    ///
    /// @param stored how many offsets the partition has now
    private record Outcome(int errorCode, long baseOffset, long stored) {}

    private static Outcome play(
            ServerUnderTest server, String name, ByteBuffer batch, String... settings)
            throws IOException {
        String subject = "bad-" + name.replaceAll("[^a-z0-9A-Z]+", "-");
        try (Conversation c = new Conversation(server, subject)) {
            String topic = c.topic(1, settings);
            ProduceResponseData produced =
                    c.ask(
                            ProduceResponseData.class,
                            Batches.produce(
                                    topic,
                                    c.id(topic),
                                    12,
                                    0,
                                    MemoryRecords.readableRecords(batch.duplicate())),
                            12);
            PartitionProduceResponse answer =
                    produced.responses().iterator().next().partitionResponses().getFirst();
            ListOffsetsPartition end =
                    new ListOffsetsPartition().setPartitionIndex(0).setTimestamp(-1);
            ListOffsetsTopic asked =
                    new ListOffsetsTopic().setName(topic).setPartitions(List.of(end));
            ListOffsetsResponseData offsets =
                    c.ask(
                            ListOffsetsResponseData.class,
                            new ListOffsetsRequestData().setReplicaId(-1).setTopics(List.of(asked)),
                            5);
            long stored = offsets.topics().getFirst().partitions().getFirst().offset();
            return new Outcome(answer.errorCode(), answer.baseOffset(), stored);
        }
    }
}

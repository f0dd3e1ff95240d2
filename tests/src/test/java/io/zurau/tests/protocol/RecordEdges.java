package io.zurau.tests.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.DeleteRecordsRequestData;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsPartition;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsTopic;
import org.apache.kafka.common.message.DeleteRecordsResponseData;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchRequestData.ForgottenTopic;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.InitProducerIdRequestData;
import org.apache.kafka.common.message.InitProducerIdResponseData;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsPartition;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsTopic;
import org.apache.kafka.common.message.ListOffsetsResponseData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceDataCollection;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.BaseRecords;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;

/// Odd requests to write, read and find records.
final class RecordEdges {
    private static final Uuid NOBODY = new Uuid(1234567, 7654321);

    private RecordEdges() {}

    private static TopicProduceData data(String topic, PartitionProduceData... partitions) {
        return new TopicProduceData().setName(topic).setPartitionData(List.of(partitions));
    }

    private static PartitionProduceData partition(int index, BaseRecords records) {
        return new PartitionProduceData().setIndex(index).setRecords(records);
    }

    private static ProduceRequestData produce(TopicProduceData... topics) {
        TopicProduceDataCollection all = new TopicProduceDataCollection();
        for (TopicProduceData topic : topics) {
            all.add(topic);
        }
        return new ProduceRequestData().setAcks((short) -1).setTimeoutMs(10_000).setTopicData(all);
    }

    private static void write(Conversation c, String topic, MemoryRecords records)
            throws IOException {
        c.ask(ProduceResponseData.class, produce(data(topic, partition(0, records))), 9);
    }

    static void produce(Conversation c) throws IOException {
        String topic = c.topic(3);
        c.note("several at once");
        c.ask(
                ProduceResponseData.class,
                produce(
                        data(topic, partition(0, Batches.plain(1)), partition(2, Batches.plain(2))),
                        data("no-such-topic", partition(0, Batches.plain(1))),
                        data("", partition(0, Batches.plain(1))),
                        data("what?", partition(-1, Batches.plain(1)))),
                9);
        c.note("nothing");
        for (int version : new int[] {3, 9, 12}) {
            c.ask(ProduceResponseData.class, produce(), version);
            c.ask(ProduceResponseData.class, produce(data(topic)), version);
            c.askAlone(produce(data(topic, partition(0, MemoryRecords.EMPTY))), version);
        }
        c.note("no time to wait");
        c.ask(
                ProduceResponseData.class,
                produce(data(topic, partition(0, Batches.plain(1))))
                        .setAcks((short) 1)
                        .setTimeoutMs(0),
                9);
        c.note("acks nobody knows");
        for (int acks : new int[] {-2, 2, 3}) {
            c.ask(
                    ProduceResponseData.class,
                    produce(data(topic, partition(0, Batches.plain(1)))).setAcks((short) acks),
                    9);
        }
        c.note("ids");
        for (Uuid id : List.of(c.id(topic), NOBODY, Uuid.ZERO_UUID)) {
            c.ask(
                    ProduceResponseData.class,
                    produce(data("", partition(1, Batches.plain(1))).setTopicId(id)),
                    13);
        }
        c.note("a transactional id without a transaction");
        c.ask(
                ProduceResponseData.class,
                produce(data(topic, partition(0, Batches.plain(1)))).setTransactionalId("t"),
                9);
    }

    static void refusedRecords(Conversation c) throws IOException {
        c.note("without a key");
        String compacted = c.topic(1, "cleanup.policy", "compact");
        SimpleRecord keyless = new SimpleRecord(1L, "v".getBytes(UTF_8));
        SimpleRecord keyed = new SimpleRecord(2L, "k".getBytes(UTF_8), "v".getBytes(UTF_8));
        write(c, compacted, MemoryRecords.withRecords(Compression.NONE, keyless));
        write(
                c,
                compacted,
                MemoryRecords.withRecords(Compression.NONE, keyed, keyless, keyed, keyless));
        write(c, compacted, MemoryRecords.withRecords(Compression.gzip().build(), keyed, keyless));
        write(c, compacted, MemoryRecords.withRecords(Compression.NONE, keyed));
        c.note("too large");
        String small = c.topic(1, "max.message.bytes", "200");
        write(c, small, Batches.plain(1));
        write(c, small, Batches.plain(50));
        c.note("timestamps");
        String strict =
                c.topic(
                        1,
                        "message.timestamp.before.max.ms",
                        "3600000",
                        "message.timestamp.after.max.ms",
                        "3600000");
        long now = System.currentTimeMillis();
        for (long time : new long[] {now, now - 7_200_000, now + 7_200_000, -1}) {
            c.note(time == now ? "now" : time < 0 ? "none" : time < now ? "before" : "after");
            write(
                    c,
                    strict,
                    MemoryRecords.withRecords(
                            Compression.NONE, new SimpleRecord(time, "v".getBytes(UTF_8))));
        }
        c.note("some of many");
        write(
                c,
                strict,
                MemoryRecords.withRecords(
                        Compression.lz4().build(),
                        new SimpleRecord(now, "v".getBytes(UTF_8)),
                        new SimpleRecord(5, "v".getBytes(UTF_8)),
                        new SimpleRecord(now, "v".getBytes(UTF_8)),
                        new SimpleRecord(6, "v".getBytes(UTF_8))));
        c.note("in sync");
        String demanding = c.topic(1, "min.insync.replicas", "2");
        write(c, demanding, Batches.plain(1));
        c.note("the offsets topic");
        c.group();
        c.ask(
                ProduceResponseData.class,
                produce(data("__consumer_offsets", partition(0, Batches.plain(1)))),
                9);
    }

    static void storedAsTheTopicSays(Conversation c) throws IOException {
        for (String codec : List.of("gzip", "snappy", "lz4", "zstd", "uncompressed", "producer")) {
            c.note(codec);
            String topic = c.topic(1, "compression.type", codec);
            write(c, topic, Batches.plain(3));
            write(
                    c,
                    topic,
                    MemoryRecords.withRecords(Compression.lz4().build(), Batches.records(3)));
            FetchResponseData answer =
                    c.prepare(FetchResponseData.class, fetch(wanted(topic, 0, 0)), 11);
            c.note(text(answer.responses().getFirst().partitions().getFirst()));
        }
        c.note("the broker's time");
        String topic = c.topic(1, "message.timestamp.type", "LogAppendTime");
        write(c, topic, MemoryRecords.withRecords(Compression.gzip().build(), Batches.records(3)));
        FetchResponseData answer =
                c.prepare(FetchResponseData.class, fetch(wanted(topic, 0, 0)), 11);
        Batches.describe(answer.responses().getFirst().partitions().getFirst().records())
                .forEach(line -> c.note(line.replaceAll("@\\d+", "@")));
    }

    static void idempotence(Conversation c) throws IOException {
        String topic = c.topic(1);
        long id =
                c.prepareUntil(
                                InitProducerIdResponseData.class,
                                new InitProducerIdRequestData()
                                        .setTransactionalId(null)
                                        .setTransactionTimeoutMs(60_000),
                                4,
                                answer -> answer.errorCode() == 0)
                        .producerId();
        for (int sequence = 0; sequence < 7; sequence++) {
            write(c, topic, Batches.idempotent(id, 0, sequence, 1));
        }
        c.note("the last five are remembered");
        for (int sequence : new int[] {6, 2, 1, 0}) {
            ProduceResponseData answer =
                    c.prepare(
                            ProduceResponseData.class,
                            produce(
                                    data(
                                            topic,
                                            partition(0, Batches.idempotent(id, 0, sequence, 1)))),
                            9);
            c.note(
                    sequence
                            + " error "
                            + answer.responses()
                                    .iterator()
                                    .next()
                                    .partitionResponses()
                                    .getFirst()
                                    .errorCode());
        }
        c.note("overlapping");
        write(c, topic, Batches.idempotent(id, 0, 6, 2));
        c.note("the last sequence number, and the first again");
        String wraps = c.topic(1);
        write(c, wraps, Batches.idempotent(id, 0, Integer.MAX_VALUE, 1));
        write(c, wraps, Batches.idempotent(id, 1, 0, 1));
        c.note("a producer without state");
        write(c, c.topic(1), Batches.idempotent(id + 100_000, 0, 5, 2));
        write(c, c.topic(1), Batches.idempotent(id + 100_000, 3, 0, 2));
    }

    private static FetchTopic wanted(String topic, int partition, long offset) {
        return new FetchTopic()
                .setTopic(topic)
                .setPartitions(List.of(wanted(partition, offset, 1_000_000)));
    }

    private static FetchPartition wanted(int partition, long offset, int maxBytes) {
        return new FetchPartition()
                .setPartition(partition)
                .setFetchOffset(offset)
                .setPartitionMaxBytes(maxBytes);
    }

    private static FetchRequestData fetch(FetchTopic... topics) {
        return new FetchRequestData()
                .setMaxWaitMs(0)
                .setMinBytes(0)
                .setMaxBytes(1_000_000)
                .setSessionEpoch(-1)
                .setTopics(List.of(topics));
    }

    private static FetchResponseData fetched(Conversation c, FetchRequestData request, int version)
            throws IOException {
        FetchResponseData answer = c.ask(FetchResponseData.class, request, version);
        c.note(
                answer.responses().stream()
                        .flatMap(topic -> topic.partitions().stream())
                        // Apache Kafka names topics that it does not know last.
                        .sorted(Comparator.comparing(RecordEdges::isUnknown))
                        .map(RecordEdges::text)
                        .collect(Collectors.joining("\n", "records\n", "")));
        return answer;
    }

    private static boolean isUnknown(FetchResponseData.PartitionData partition) {
        return partition.errorCode() == Errors.UNKNOWN_TOPIC_OR_PARTITION.code()
                || partition.errorCode() == Errors.UNKNOWN_TOPIC_ID.code();
    }

    private static String text(FetchResponseData.PartitionData partition) {
        BaseRecords records = partition.records();
        return "    "
                + partition.partitionIndex()
                + " error "
                + partition.errorCode()
                + (partition.errorCode() == 0 ? " aborted " + partition.abortedTransactions() : "")
                + (records == null ? " null" : " " + Batches.describe(records));
    }

    static void fetchLimits(Conversation c) throws IOException {
        String topic = c.topic(3);
        for (int partition : new int[] {1, 2}) {
            for (int i = 0; i < 3; i++) {
                c.prepare(
                        ProduceResponseData.class,
                        produce(data(topic, partition(partition, Batches.plain(5)))),
                        9);
            }
        }
        for (int version : new int[] {4, 11, 12}) {
            for (int ofPartition : new int[] {0, 1, 160, 320, 1000}) {
                for (int ofAll : new int[] {-1, 0, 1, 160, 320, 480, 800}) {
                    c.note(ofPartition + " bytes of each, " + ofAll + " of all");
                    FetchTopic all =
                            new FetchTopic()
                                    .setTopic(topic)
                                    .setPartitions(
                                            List.of(
                                                    wanted(0, 0, ofPartition),
                                                    wanted(1, 6, ofPartition),
                                                    wanted(2, 0, ofPartition)));
                    fetched(c, fetch(all).setMaxBytes(ofAll), version);
                }
            }
        }
    }

    static void oddFetches(Conversation c) throws IOException {
        String topic = c.topic(2);
        write(c, topic, Batches.plain(5));
        c.note("nothing");
        for (int version : new int[] {4, 7, 12, 13}) {
            fetched(c, fetch(), version);
        }
        c.note("nothing, patiently");
        fetched(c, fetch().setMaxWaitMs(100).setMinBytes(1), 12);
        c.note("the same twice");
        fetched(c, fetch(wanted(topic, 0, 0), wanted(topic, 0, 3)), 12);
        c.note("errors do not wait");
        fetched(
                c,
                fetch(wanted(topic, 0, 99), wanted(topic, 1, 0))
                        .setMaxWaitMs(15_000)
                        .setMinBytes(1_000_000),
                12);
        c.note("nor do unknown topics");
        fetched(c, fetch(wanted("no-such-topic", 0, 0)).setMaxWaitMs(15_000).setMinBytes(1), 12);
        c.note("negative offsets, negative waits");
        fetched(c, fetch(wanted(topic, 0, -1)).setMaxWaitMs(-1).setMinBytes(-1), 12);
        c.note("before the start");
        c.ask(
                DeleteRecordsResponseData.class,
                delete(topic, new DeleteRecordsPartition().setPartitionIndex(0).setOffset(3)),
                2);
        fetched(c, fetch(wanted(topic, 0, 2)), 12);
        fetched(c, fetch(wanted(topic, 0, 3)), 12);
        c.note("who asks");
        for (int replica : new int[] {-1, -2}) {
            fetched(c, fetch(wanted(topic, 0, 4)).setReplicaId(replica), 12);
        }
        c.note("isolation levels");
        for (int level : new int[] {0, 1}) {
            fetched(c, fetch(wanted(topic, 0, 3)).setIsolationLevel((byte) level), 12);
            fetched(c, fetch(wanted(topic, 1, 0)).setIsolationLevel((byte) level), 12);
            fetched(c, fetch(wanted(topic, 1, 9)).setIsolationLevel((byte) level), 12);
        }
        c.note("epochs");
        for (int epoch : new int[] {-1, 0, 1}) {
            FetchTopic asked = wanted(topic, 0, 3);
            asked.partitions().getFirst().setCurrentLeaderEpoch(epoch);
            fetched(c, fetch(asked), 12);
            FetchTopic last = wanted(topic, 0, 4);
            last.partitions().getFirst().setLastFetchedEpoch(epoch);
            fetched(c, fetch(last), 12);
        }
        c.note("another cluster");
        fetched(c, fetch(wanted(topic, 0, 3)).setClusterId("another"), 12);
        c.note("a rack");
        fetched(c, fetch(wanted(topic, 0, 3)).setRackId("r"), 12);
        c.note("the id of nothing");
        FetchTopic byId =
                new FetchTopic()
                        .setTopicId(Uuid.ZERO_UUID)
                        .setPartitions(List.of(wanted(0, 3, 1000)));
        fetched(c, fetch(byId), 13);
        c.note("waits for what comes");
        Conversation.Peer reader = c.peer("reader");
        reader.send(fetch(wanted(topic, 0, 5)).setMaxWaitMs(15_000).setMinBytes(1), 12);
        write(c, topic, Batches.plain(1));
        reader.answer(FetchResponseData.class, ApiKeys.FETCH, 12);
    }

    static void fetchSessions(Conversation c) throws IOException {
        for (int version : new int[] {7, 12, 13}) {
            session(c, version);
        }
    }

    private static FetchTopic wanted(
            Conversation c, int version, String topic, int partition, long offset) {
        FetchTopic asked = wanted(version >= 13 ? "" : topic, partition, offset);
        return version >= 13
                ? asked.setTopicId(topic.equals("no-such-topic") ? NOBODY : c.id(topic))
                : asked;
    }

    private static void session(Conversation c, int version) throws IOException {
        String topic = c.topic(3);
        String other = c.topic(1);
        write(c, topic, Batches.plain(5));
        c.note("begins");
        FetchRequestData first =
                fetch(
                                wanted(c, version, topic, 0, 0),
                                wanted(c, version, topic, 1, 0),
                                wanted(c, version, "no-such-topic", 0, 0))
                        .setSessionEpoch(0);
        int id = fetched(c, first, version).sessionId();
        c.note("goes on: news and errors only");
        int epoch = 1;
        fetched(c, fetch().setSessionId(id).setSessionEpoch(epoch++), version);
        fetched(c, fetch().setSessionId(id).setSessionEpoch(epoch++), version);
        c.note("moves, adds and forgets");
        ForgottenTopic forgotten = new ForgottenTopic().setPartitions(List.of(1, 2));
        if (version >= 13) {
            forgotten.setTopicId(c.id(topic));
        } else {
            forgotten.setTopic(topic);
        }
        fetched(
                c,
                fetch(wanted(c, version, topic, 0, 5), wanted(c, version, other, 0, 0))
                        .setForgottenTopicsData(List.of(forgotten))
                        .setSessionId(id)
                        .setSessionEpoch(epoch++),
                version);
        c.note("something new");
        write(c, other, Batches.plain(1));
        fetched(c, fetch().setSessionId(id).setSessionEpoch(epoch++), version);
        c.note("the high watermark moved, the position did not");
        write(c, topic, Batches.plain(1));
        fetched(c, fetch().setSessionId(id).setSessionEpoch(epoch++), version);
        c.note("a partition that is out of range, twice");
        for (int i = 0; i < 2; i++) {
            fetched(
                    c,
                    fetch(wanted(c, version, topic, 2, 7))
                            .setSessionId(id)
                            .setSessionEpoch(epoch++),
                    version);
        }
        c.note("an old epoch, then the right one");
        fetched(c, fetch().setSessionId(id).setSessionEpoch(1), version);
        fetched(c, fetch().setSessionId(id).setSessionEpoch(epoch++), version);
        c.note("begins anew");
        int next =
                fetched(
                                c,
                                fetch(wanted(c, version, topic, 0, 6))
                                        .setSessionId(id)
                                        .setSessionEpoch(0),
                                version)
                        .sessionId();
        fetched(c, fetch().setSessionId(id).setSessionEpoch(epoch), version);
        c.note("forgets all");
        fetched(
                c,
                fetch().setForgottenTopicsData(
                                List.of(forgotten.duplicate().setPartitions(List.of(0))))
                        .setSessionId(next)
                        .setSessionEpoch(1),
                version);
        fetched(c, fetch().setSessionId(next).setSessionEpoch(2), version);
        c.note("no session, but an epoch; begins with nothing");
        fetched(c, fetch().setSessionEpoch(5), version);
        fetched(c, fetch().setSessionEpoch(0), version);
        c.note("ids and names in one session");
        if (version == 12) {
            int named =
                    fetched(c, fetch(wanted(c, 12, topic, 0, 6)).setSessionEpoch(0), 12)
                            .sessionId();
            fetched(c, fetch().setSessionId(named).setSessionEpoch(1), 13);
        }
    }

    private static void find(Conversation c, ListOffsetsTopic... topics) throws IOException {
        c.ask(
                ListOffsetsResponseData.class,
                new ListOffsetsRequestData().setReplicaId(-1).setTopics(List.of(topics)),
                7);
    }

    private static ListOffsetsTopic at(String topic, ListOffsetsPartition... partitions) {
        return new ListOffsetsTopic().setName(topic).setPartitions(List.of(partitions));
    }

    private static ListOffsetsPartition at(int partition, long time) {
        return new ListOffsetsPartition().setPartitionIndex(partition).setTimestamp(time);
    }

    static void listOffsets(Conversation c) throws IOException {
        String topic = c.topic(2);
        long[] times = {5000, 1000, 9000, 9000, 3000};
        List<SimpleRecord> records = new ArrayList<>();
        for (long time : times) {
            records.add(new SimpleRecord(time, "k".getBytes(UTF_8), "v".getBytes(UTF_8)));
        }
        SimpleRecord[] all = records.toArray(new SimpleRecord[0]);
        write(c, topic, MemoryRecords.withRecords(Compression.NONE, all));
        write(c, topic, MemoryRecords.withRecords(Compression.gzip().build(), all));
        write(
                c,
                topic,
                MemoryRecords.withRecords(
                        Compression.NONE, new SimpleRecord(-1L, "v".getBytes(UTF_8))));
        for (long time : new long[] {0, 1000, 1001, 5000, 6000, 9000, 9001, -1, -2, -3, -4}) {
            c.note("at " + time);
            find(c, at(topic, at(0, time)));
        }
        c.note("after records were deleted");
        c.ask(
                DeleteRecordsResponseData.class,
                delete(topic, new DeleteRecordsPartition().setPartitionIndex(0).setOffset(3)),
                2);
        for (long time : new long[] {0, 9000, -2, -4}) {
            c.note("at " + time);
            find(c, at(topic, at(0, time)));
        }
        c.note("several, twice, none");
        find(c, at(topic, at(0, -1), at(1, -1), at(0, -2)), at("no-such-topic", at(0, -1)));
        find(c, at(topic), at("what?", at(0, -1)), at("", at(-1, -1)));
        find(c);
        c.note("times that nobody knows");
        for (long time : new long[] {-7, -100, Long.MIN_VALUE, Long.MAX_VALUE}) {
            find(c, at(topic, at(0, time)));
        }
        c.note("who asks, and how carefully");
        for (int replica : new int[] {-1, -2}) {
            for (int level : new int[] {0, 1}) {
                c.ask(
                        ListOffsetsResponseData.class,
                        new ListOffsetsRequestData()
                                .setReplicaId(replica)
                                .setIsolationLevel((byte) level)
                                .setTopics(List.of(at(topic, at(0, -1), at(1, -3)))),
                        8);
            }
        }
    }

    private static DeleteRecordsRequestData delete(
            String topic, DeleteRecordsPartition... partitions) {
        return new DeleteRecordsRequestData()
                .setTimeoutMs(10_000)
                .setTopics(
                        List.of(
                                new DeleteRecordsTopic()
                                        .setName(topic)
                                        .setPartitions(List.of(partitions))));
    }

    static void deleteRecords(Conversation c) throws IOException {
        String topic = c.topic(2);
        write(c, topic, Batches.plain(5));
        c.ask(
                DeleteRecordsResponseData.class,
                delete(
                        topic,
                        new DeleteRecordsPartition().setPartitionIndex(0).setOffset(0),
                        new DeleteRecordsPartition().setPartitionIndex(1).setOffset(-1),
                        new DeleteRecordsPartition().setPartitionIndex(5).setOffset(0)),
                2);
        c.note("compacted, both, internal, unknown");
        String compacted = c.topic(1, "cleanup.policy", "compact");
        String both = c.topic(1, "cleanup.policy", "compact,delete");
        c.group();
        for (String name : List.of(compacted, both, "__consumer_offsets", "what?", "")) {
            c.ask(
                    DeleteRecordsResponseData.class,
                    delete(name, new DeleteRecordsPartition().setPartitionIndex(0).setOffset(0)),
                    2);
        }
        c.ask(DeleteRecordsResponseData.class, new DeleteRecordsRequestData(), 2);
        c.note("no time");
        c.ask(
                DeleteRecordsResponseData.class,
                delete(topic, new DeleteRecordsPartition().setPartitionIndex(0).setOffset(-1))
                        .setTimeoutMs(0),
                2);
    }

    static void producerIds(Conversation c) throws IOException {
        InitProducerIdRequestData request =
                new InitProducerIdRequestData()
                        .setTransactionalId(null)
                        .setTransactionTimeoutMs(60_000);
        c.prepareUntil(
                InitProducerIdResponseData.class, request, 4, answer -> answer.errorCode() == 0);
        long[][] known = {{5, 3}, {5, -1}, {-1, 3}, {-7, -7}, {5, Short.MAX_VALUE}};
        for (long[] one : known) {
            c.note("id " + one[0] + ", epoch " + one[1]);
            InitProducerIdResponseData answer =
                    c.ask(
                            InitProducerIdResponseData.class,
                            request.duplicate()
                                    .setProducerId(one[0])
                                    .setProducerEpoch((short) one[1]),
                            4);
            c.note(answer.producerId() == one[0] ? "the same" : "another");
        }
        c.note("time-outs");
        for (int timeoutMs : new int[] {0, -1, Integer.MAX_VALUE}) {
            c.ask(
                    InitProducerIdResponseData.class,
                    request.duplicate().setTransactionTimeoutMs(timeoutMs),
                    4);
        }
        c.note("an empty transactional id");
        c.ask(InitProducerIdResponseData.class, request.duplicate().setTransactionalId(""), 4);
    }
}

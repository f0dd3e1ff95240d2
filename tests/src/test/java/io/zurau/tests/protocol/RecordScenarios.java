package io.zurau.tests.protocol;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.DeleteRecordsRequestData;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsPartition;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsTopic;
import org.apache.kafka.common.message.DeleteRecordsResponseData;
import org.apache.kafka.common.message.DescribeProducersRequestData;
import org.apache.kafka.common.message.DescribeProducersResponseData;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.InitProducerIdRequestData;
import org.apache.kafka.common.message.InitProducerIdResponseData;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsPartition;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsTopic;
import org.apache.kafka.common.message.ListOffsetsResponseData;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData.OffsetForLeaderPartition;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData.OffsetForLeaderTopic;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData.OffsetForLeaderTopicCollection;
import org.apache.kafka.common.message.OffsetForLeaderEpochResponseData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.record.internal.BaseRecords;

/// What is asked about records: writing, reading, looking offsets up, deleting, producer ids.
final class RecordScenarios {
    private static final Uuid NOBODY = new Uuid(1234567, 7654321);

    private RecordScenarios() {}

    static void produce(Conversation c, int version) throws IOException {
        String topic = c.topic(2);
        ask(c, version, topic, c.id(topic), 0, Batches.plain(3));
        ask(c, version, topic, c.id(topic), 0, Batches.plain(2));
        ask(c, version, topic, c.id(topic), 7, Batches.plain(1));
        ask(c, version, "no-such-topic", NOBODY, 0, Batches.plain(1));
        ProduceRequestData fewerAcks =
                Batches.produce(topic, c.id(topic), version, 1, Batches.plain(1));
        c.ask(ProduceResponseData.class, fewerAcks.setAcks((short) 1), version);
        ProduceRequestData strangeAcks =
                Batches.produce(topic, c.id(topic), version, 1, Batches.plain(1));
        c.ask(ProduceResponseData.class, strangeAcks.setAcks((short) 2), version);
        long producer = newProducer(c);
        ask(c, version, topic, c.id(topic), 1, Batches.idempotent(producer, 0, 0, 2));
        ask(c, version, topic, c.id(topic), 1, Batches.idempotent(producer, 0, 2, 1));
        c.note("again");
        c.note(answeredAgain(c, version, topic, Batches.idempotent(producer, 0, 0, 2)));
        c.note("gap");
        ask(c, version, topic, c.id(topic), 1, Batches.idempotent(producer, 0, 9, 1));
        c.note("new epoch in the middle of its sequence");
        ask(c, version, topic, c.id(topic), 1, Batches.idempotent(producer, 1, 5, 1));
        ask(c, version, topic, c.id(topic), 1, Batches.idempotent(producer, 1, 0, 1));
        c.note("old epoch");
        ask(c, version, topic, c.id(topic), 1, Batches.idempotent(producer, 0, 3, 1));
        c.note("unknown producer in the middle of its sequence");
        ask(c, version, topic, c.id(topic), 0, Batches.idempotent(987_654, 0, 4, 1));
        c.note("log append time");
        String logAppendTime = c.topic(1, "message.timestamp.type", "LogAppendTime");
        ask(c, version, logAppendTime, c.id(logAppendTime), 0, Batches.plain(1));
    }

    /// Apache Kafka tells the time of the first attempt as the log append time; we tell none.
    private static String answeredAgain(
            Conversation c, int version, String topic, BaseRecords records) throws IOException {
        ProduceResponseData answer =
                c.prepare(
                        ProduceResponseData.class,
                        Batches.produce(topic, c.id(topic), version, 1, records),
                        version);
        ProduceResponseData.PartitionProduceResponse partition =
                answer.responses().iterator().next().partitionResponses().getFirst();
        return "error " + partition.errorCode() + ", offset " + partition.baseOffset();
    }

    private static void ask(
            Conversation c, int version, String topic, Uuid id, int partition, BaseRecords records)
            throws IOException {
        c.ask(
                ProduceResponseData.class,
                Batches.produce(topic, id, version, partition, records),
                version);
    }

    private static void fill(Conversation c, String topic, BaseRecords records) throws IOException {
        c.prepare(
                ProduceResponseData.class, Batches.produce(topic, c.id(topic), 12, 0, records), 12);
    }

    private static long newProducer(Conversation c) throws IOException {
        return c.prepareUntil(
                        InitProducerIdResponseData.class,
                        new InitProducerIdRequestData()
                                .setTransactionalId(null)
                                .setTransactionTimeoutMs(60_000),
                        4,
                        answer -> answer.errorCode() == 0)
                .producerId();
    }

    static void initProducerId(Conversation c, int version) throws IOException {
        newProducer(c); // The first producer ids may need a moment.
        InitProducerIdRequestData request =
                new InitProducerIdRequestData()
                        .setTransactionalId(null)
                        .setTransactionTimeoutMs(60_000);
        c.ask(InitProducerIdResponseData.class, request, version);
        TransactionScenarios.initProducerId(c, version);
    }

    static void fetch(Conversation c, int version) throws IOException {
        String topic = c.topic(2);
        fill(c, topic, Batches.plain(3));
        fill(c, topic, Batches.idempotent(newProducer(c), 0, 0, 2));
        for (long offset : new long[] {0, 1, 4, 5, 6, 99}) {
            c.note("from " + offset);
            fetched(c, version, oneShot(version, topic, c.id(topic), 0, offset));
        }
        c.note("unknown partition and topic");
        fetched(c, version, oneShot(version, topic, c.id(topic), 9, 0));
        fetched(c, version, oneShot(version, "no-such-topic", NOBODY, 0, 0));
        c.note("one byte at most");
        fetched(c, version, oneShot(version, topic, c.id(topic), 0, 0).setMaxBytes(1));
        c.note("read committed");
        fetched(c, version, oneShot(version, topic, c.id(topic), 0, 0).setIsolationLevel((byte) 1));
        if (version >= 9) {
            c.note("epochs");
            for (int epoch : new int[] {0, 5}) {
                FetchRequestData request = oneShot(version, topic, c.id(topic), 0, 0);
                request.topics().getFirst().partitions().getFirst().setCurrentLeaderEpoch(epoch);
                fetched(c, version, request);
            }
        }
        if (version >= 12) {
            c.note("diverging");
            FetchRequestData request = oneShot(version, topic, c.id(topic), 0, 1);
            request.topics().getFirst().partitions().getFirst().setLastFetchedEpoch(0);
            fetched(c, version, request);
        }
        if (version >= 7) {
            fetchSession(c, version, topic);
        }
    }

    private static void fetchSession(Conversation c, int version, String topic) throws IOException {
        c.note("session");
        FetchRequestData first =
                oneShot(version, topic, c.id(topic), 0, 0).setSessionEpoch(0).setSessionId(0);
        int session = fetched(c, version, first).sessionId();
        FetchRequestData nothingChanged =
                new FetchRequestData()
                        .setMaxWaitMs(0)
                        .setMinBytes(0)
                        .setReplicaId(-1)
                        .setSessionId(session)
                        .setSessionEpoch(1);
        if (version >= 15) {
            nothingChanged.setReplicaId(-1);
        }
        fetched(c, version, nothingChanged);
        c.note("moved on");
        fetched(
                c,
                version,
                oneShot(version, topic, c.id(topic), 0, 5)
                        .setSessionId(session)
                        .setSessionEpoch(2));
        c.note("wrong epoch, unknown session");
        fetched(c, version, nothingChanged.duplicate().setSessionEpoch(9));
        fetched(c, version, nothingChanged.duplicate().setSessionId(12345));
        c.note("closed");
        fetched(c, version, nothingChanged.duplicate().setSessionEpoch(-1));
        fetched(c, version, nothingChanged.duplicate().setSessionEpoch(3));
    }

    private static FetchRequestData oneShot(
            int version, String topic, Uuid id, int partition, long offset) {
        FetchTopic fetchTopic =
                new FetchTopic()
                        .setPartitions(
                                List.of(
                                        new FetchPartition()
                                                .setPartition(partition)
                                                .setFetchOffset(offset)
                                                .setPartitionMaxBytes(1_000_000)));
        if (version >= 13) {
            fetchTopic.setTopicId(id);
        } else {
            fetchTopic.setTopic(topic);
        }
        FetchRequestData request =
                new FetchRequestData()
                        .setMaxWaitMs(0)
                        .setMinBytes(0)
                        .setMaxBytes(1_000_000)
                        .setTopics(List.of(fetchTopic));
        if (version >= 7) {
            request.setSessionEpoch(-1);
        }
        return request;
    }

    private static FetchResponseData fetched(Conversation c, int version, FetchRequestData request)
            throws IOException {
        FetchResponseData answer = c.ask(FetchResponseData.class, request, version);
        answer.responses()
                .forEach(
                        topic ->
                                topic.partitions()
                                        .forEach(
                                                partition -> {
                                                    if (partition.records() != null) {
                                                        Batches.describe(partition.records())
                                                                .forEach(c::note);
                                                    }
                                                }));
        return answer;
    }

    static void listOffsets(Conversation c, int version) throws IOException {
        String topic = c.topic(2);
        fill(c, topic, Batches.plain(3));
        List<Long> times = new ArrayList<>(List.of(-1L, -2L, 0L));
        times.add(Batches.FIRST_TIMESTAMP);
        times.add(Batches.FIRST_TIMESTAMP + 1);
        times.add(Batches.FIRST_TIMESTAMP + 2000);
        times.add(Batches.FIRST_TIMESTAMP + 2001);
        times.addAll(List.of(-3L, -4L, -5L, -6L));
        for (long time : times) {
            for (int partition = 0; partition < 3; partition++) {
                c.note("partition " + partition + " at " + time);
                ListOffsetsRequestData request =
                        listOffsets(topic, partition, time).setTimeoutMs(version >= 10 ? 5000 : 0);
                c.ask(ListOffsetsResponseData.class, request, version);
            }
        }
        c.note("unknown topic");
        c.ask(ListOffsetsResponseData.class, listOffsets("no-such-topic", 0, -1), version);
        if (version >= 2) {
            c.note("read committed");
            c.ask(
                    ListOffsetsResponseData.class,
                    listOffsets(topic, 0, -1).setIsolationLevel((byte) 1),
                    version);
        }
        if (version >= 4) {
            c.note("epochs");
            for (int epoch : new int[] {0, 3}) {
                ListOffsetsRequestData request = listOffsets(topic, 0, -1);
                request.topics().getFirst().partitions().getFirst().setCurrentLeaderEpoch(epoch);
                c.ask(ListOffsetsResponseData.class, request, version);
            }
        }
    }

    private static ListOffsetsRequestData listOffsets(String topic, int partition, long time) {
        return new ListOffsetsRequestData()
                .setReplicaId(-1)
                .setTopics(
                        List.of(
                                new ListOffsetsTopic()
                                        .setName(topic)
                                        .setPartitions(
                                                List.of(
                                                        new ListOffsetsPartition()
                                                                .setPartitionIndex(partition)
                                                                .setTimestamp(time)))));
    }

    static void deleteRecords(Conversation c, int version) throws IOException {
        String topic = c.topic(1);
        fill(c, topic, Batches.plain(5));
        for (long offset : new long[] {2, 1, 6, -2, -1}) {
            c.note("before " + offset);
            c.ask(DeleteRecordsResponseData.class, deleteRecords(topic, 0, offset), version);
        }
        c.ask(DeleteRecordsResponseData.class, deleteRecords(topic, 4, 0), version);
        c.ask(DeleteRecordsResponseData.class, deleteRecords("no-such-topic", 0, 0), version);
        c.note("deleted");
        fetched(c, 12, oneShot(12, topic, Uuid.ZERO_UUID, 0, 1));
    }

    private static DeleteRecordsRequestData deleteRecords(
            String topic, int partition, long offset) {
        DeleteRecordsPartition asked =
                new DeleteRecordsPartition().setPartitionIndex(partition).setOffset(offset);
        return new DeleteRecordsRequestData()
                .setTimeoutMs(10_000)
                .setTopics(
                        List.of(
                                new DeleteRecordsTopic()
                                        .setName(topic)
                                        .setPartitions(List.of(asked))));
    }

    static void offsetForLeaderEpoch(Conversation c, int version) throws IOException {
        String topic = c.topic(1);
        fill(c, topic, Batches.plain(3));
        for (int epoch : new int[] {0, 1, -1}) {
            c.ask(
                    OffsetForLeaderEpochResponseData.class,
                    leaderEpoch(version, topic, 0, -1, epoch),
                    version);
        }
        c.ask(
                OffsetForLeaderEpochResponseData.class,
                leaderEpoch(version, topic, 0, 4, 0),
                version);
        c.ask(
                OffsetForLeaderEpochResponseData.class,
                leaderEpoch(version, topic, 3, -1, 0),
                version);
        c.ask(
                OffsetForLeaderEpochResponseData.class,
                leaderEpoch(version, "no-such-topic", 0, -1, 0),
                version);
    }

    private static OffsetForLeaderEpochRequestData leaderEpoch(
            int version, String topic, int partition, int currentEpoch, int epoch) {
        OffsetForLeaderPartition asked =
                new OffsetForLeaderPartition()
                        .setPartition(partition)
                        .setCurrentLeaderEpoch(currentEpoch)
                        .setLeaderEpoch(epoch);
        OffsetForLeaderTopicCollection topics = new OffsetForLeaderTopicCollection();
        topics.add(new OffsetForLeaderTopic().setTopic(topic).setPartitions(List.of(asked)));
        OffsetForLeaderEpochRequestData request =
                new OffsetForLeaderEpochRequestData().setTopics(topics);
        if (version >= 3) {
            request.setReplicaId(-1);
        }
        return request;
    }

    static void describeProducers(Conversation c, int version) throws IOException {
        String topic = c.topic(2);
        fill(c, topic, Batches.idempotent(newProducer(c), 0, 0, 3));
        DescribeProducersRequestData.TopicRequestCollection topics =
                new DescribeProducersRequestData.TopicRequestCollection();
        topics.add(
                new DescribeProducersRequestData.TopicRequest()
                        .setName(topic)
                        .setPartitionIndexes(List.of(0, 1, 2)));
        topics.add(
                new DescribeProducersRequestData.TopicRequest()
                        .setName("no-such-topic")
                        .setPartitionIndexes(List.of(0)));
        c.ask(
                DescribeProducersResponseData.class,
                new DescribeProducersRequestData().setTopics(topics),
                version);
    }
}

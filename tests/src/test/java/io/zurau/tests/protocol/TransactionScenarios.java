package io.zurau.tests.protocol;

import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.AddOffsetsToTxnRequestData;
import org.apache.kafka.common.message.AddOffsetsToTxnResponseData;
import org.apache.kafka.common.message.AddPartitionsToTxnRequestData;
import org.apache.kafka.common.message.AddPartitionsToTxnRequestData.AddPartitionsToTxnTopic;
import org.apache.kafka.common.message.AddPartitionsToTxnRequestData.AddPartitionsToTxnTopicCollection;
import org.apache.kafka.common.message.AddPartitionsToTxnRequestData.AddPartitionsToTxnTransaction;
import org.apache.kafka.common.message.AddPartitionsToTxnRequestData.AddPartitionsToTxnTransactionCollection;
import org.apache.kafka.common.message.AddPartitionsToTxnResponseData;
import org.apache.kafka.common.message.DescribeTransactionsRequestData;
import org.apache.kafka.common.message.DescribeTransactionsResponseData;
import org.apache.kafka.common.message.EndTxnRequestData;
import org.apache.kafka.common.message.EndTxnResponseData;
import org.apache.kafka.common.message.FindCoordinatorRequestData;
import org.apache.kafka.common.message.FindCoordinatorResponseData;
import org.apache.kafka.common.message.InitProducerIdRequestData;
import org.apache.kafka.common.message.InitProducerIdResponseData;
import org.apache.kafka.common.message.ListTransactionsRequestData;
import org.apache.kafka.common.message.ListTransactionsResponseData;
import org.apache.kafka.common.message.OffsetFetchResponseData;
import org.apache.kafka.common.message.TxnOffsetCommitRequestData;
import org.apache.kafka.common.message.TxnOffsetCommitRequestData.TxnOffsetCommitRequestPartition;
import org.apache.kafka.common.message.TxnOffsetCommitRequestData.TxnOffsetCommitRequestTopic;
import org.apache.kafka.common.message.TxnOffsetCommitResponseData;
import org.apache.kafka.common.message.WriteTxnMarkersRequestData;
import org.apache.kafka.common.message.WriteTxnMarkersRequestData.WritableTxnMarker;
import org.apache.kafka.common.message.WriteTxnMarkersRequestData.WritableTxnMarkerTopic;
import org.apache.kafka.common.message.WriteTxnMarkersResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;

/// What producers with transactions ask.
final class TransactionScenarios {
    private static final Uuid NOBODY = new Uuid(1234567, 7654321);
    private static final int INIT = 5;
    private static final int ADD = 3;
    private static final int PRODUCE = 11;

    private TransactionScenarios() {}

    /// A transactional id, and the producer that has it.
    private record Producer(String id, long producerId, short epoch) {
        Producer next() {
            return new Producer(id, producerId, (short) (epoch + 1));
        }
    }

    private static Producer producer(Conversation c) throws IOException {
        String id = c.name("transactional");
        c.prepareUntil(
                FindCoordinatorResponseData.class,
                new FindCoordinatorRequestData().setKeyType((byte) 1).setKey(id),
                1,
                answer -> answer.errorCode() == 0);
        InitProducerIdResponseData answer =
                c.prepareUntil(
                        InitProducerIdResponseData.class,
                        init(id),
                        INIT,
                        one -> one.errorCode() == 0);
        return new Producer(id, answer.producerId(), answer.producerEpoch());
    }

    private static InitProducerIdRequestData init(String id) {
        return new InitProducerIdRequestData()
                .setTransactionalId(id)
                .setTransactionTimeoutMs(60_000);
    }

    static void initProducerId(Conversation c, int version) throws IOException {
        Producer producer = producer(c);
        c.note("again");
        c.ask(InitProducerIdResponseData.class, init(producer.id), version);
        c.note("without a name");
        c.ask(InitProducerIdResponseData.class, init(""), version);
        c.note("time-outs that are too long and too short");
        for (int timeoutMs : new int[] {900_001, 0, -1}) {
            c.ask(
                    InitProducerIdResponseData.class,
                    init(producer.id).setTransactionTimeoutMs(timeoutMs),
                    version);
        }
        c.note("while a transaction is open");
        Producer open = producer(c);
        c.prepare(AddPartitionsToTxnResponseData.class, add(ADD, open, topics(c.topic(1), 0)), ADD);
        c.ask(InitProducerIdResponseData.class, init(open.id), version);
        if (version >= 3) {
            c.note("as who it is");
            Producer known = producer(c);
            c.ask(InitProducerIdResponseData.class, as(known, known.epoch), version);
            c.ask(InitProducerIdResponseData.class, as(known, known.epoch), version);
            c.ask(InitProducerIdResponseData.class, as(known, known.epoch + 5), version);
            Producer another = new Producer(known.id, known.producerId + 1_000_000, (short) 0);
            c.ask(InitProducerIdResponseData.class, as(another, 0), version);
        }
    }

    private static InitProducerIdRequestData as(Producer producer, int epoch) {
        return init(producer.id).setProducerId(producer.producerId).setProducerEpoch((short) epoch);
    }

    private static AddPartitionsToTxnTopicCollection topics(String topic, Integer... partitions) {
        AddPartitionsToTxnTopicCollection topics = new AddPartitionsToTxnTopicCollection();
        topics.add(new AddPartitionsToTxnTopic().setName(topic).setPartitions(List.of(partitions)));
        return topics;
    }

    private static AddPartitionsToTxnRequestData add(
            int version, Producer producer, AddPartitionsToTxnTopicCollection topics) {
        return add(version, producer, topics, false);
    }

    private static AddPartitionsToTxnRequestData add(
            int version,
            Producer producer,
            AddPartitionsToTxnTopicCollection topics,
            boolean verifies) {
        AddPartitionsToTxnRequestData request = new AddPartitionsToTxnRequestData();
        if (version <= 3) {
            return request.setV3AndBelowTransactionalId(producer.id)
                    .setV3AndBelowProducerId(producer.producerId)
                    .setV3AndBelowProducerEpoch(producer.epoch)
                    .setV3AndBelowTopics(topics);
        }
        AddPartitionsToTxnTransactionCollection all = new AddPartitionsToTxnTransactionCollection();
        all.add(
                new AddPartitionsToTxnTransaction()
                        .setTransactionalId(producer.id)
                        .setProducerId(producer.producerId)
                        .setProducerEpoch(producer.epoch)
                        .setVerifyOnly(verifies)
                        .setTopics(topics));
        return request.setTransactions(all);
    }

    private static void added(
            Conversation c, int version, Producer producer, String topic, Integer... partitions)
            throws IOException {
        c.ask(
                AddPartitionsToTxnResponseData.class,
                add(version, producer, topics(topic, partitions)),
                version);
    }

    static void addPartitionsToTxn(Conversation c, int version) throws IOException {
        String topic = c.topic(3);
        Producer producer = producer(c);
        added(c, version, producer, topic, 0, 1);
        c.note("again");
        added(c, version, producer, topic, 1);
        c.note("one that is missing");
        added(c, version, producer, topic, 2, 7);
        added(c, version, producer, "no-such-topic", 0);
        c.note("as another one");
        added(c, version, producer.next(), topic, 0);
        added(c, version, new Producer(producer.id, 987_654, (short) 0), topic, 0);
        added(c, version, new Producer(c.name("nobody"), 1, (short) 0), topic, 0);
        added(c, version, new Producer("", 1, (short) 0), topic, 0);
        if (version >= 4) {
            c.note("only to know");
            for (Producer one :
                    List.of(producer, producer.next(), new Producer("", 1, (short) 0))) {
                c.ask(
                        AddPartitionsToTxnResponseData.class,
                        add(version, one, topics(topic, 0, 2), true),
                        version);
            }
        }
        described(c, producer.id);
    }

    /// Once the transaction is not on its way to an end any more.
    private static void described(Conversation c, String id) throws IOException {
        DescribeTransactionsResponseData answer =
                c.prepareUntil(
                        DescribeTransactionsResponseData.class,
                        new DescribeTransactionsRequestData().setTransactionalIds(List.of(id)),
                        0,
                        one ->
                                !one.transactionStates()
                                        .getFirst()
                                        .transactionState()
                                        .startsWith("Prepare"));
        var state = answer.transactionStates().getFirst();
        long partitions =
                state.topics().stream().mapToLong(topic -> topic.partitions().size()).sum();
        c.note(state.transactionState() + " with " + partitions + " partitions");
    }

    static void addOffsetsToTxn(Conversation c, int version) throws IOException {
        String group = c.group();
        Producer producer = producer(c);
        for (Producer one :
                List.of(
                        producer,
                        producer,
                        producer.next(),
                        new Producer(producer.id, 987_654, (short) 0),
                        new Producer(c.name("nobody"), 1, (short) 0),
                        new Producer("", 1, (short) 0))) {
            c.ask(
                    AddOffsetsToTxnResponseData.class,
                    new AddOffsetsToTxnRequestData()
                            .setTransactionalId(one.id)
                            .setProducerId(one.producerId)
                            .setProducerEpoch(one.epoch)
                            .setGroupId(group),
                    version);
        }
        described(c, producer.id);
    }

    private static EndTxnRequestData end(Producer producer, boolean committed) {
        return new EndTxnRequestData()
                .setTransactionalId(producer.id)
                .setProducerId(producer.producerId)
                .setProducerEpoch(producer.epoch)
                .setCommitted(committed);
    }

    private static void ended(Conversation c, int version, Producer producer, boolean committed)
            throws IOException {
        EndTxnResponseData answer =
                c.prepareUntil(
                        EndTxnResponseData.class,
                        end(producer, committed),
                        version,
                        one -> one.errorCode() != Errors.CONCURRENT_TRANSACTIONS.code());
        c.note(
                (committed ? "commit: " : "abort: ")
                        + Errors.forCode(answer.errorCode())
                        + (answer.producerEpoch() < 0 ? "" : " epoch " + answer.producerEpoch()));
    }

    static void endTxn(Conversation c, int version) throws IOException {
        String topic = c.topic(1);
        Producer producer = producer(c);
        c.note("nothing");
        ended(c, version, producer, true);
        ended(c, version, producer, false);
        for (boolean committed : new boolean[] {true, false}) {
            Producer open = producer(c);
            c.prepare(AddPartitionsToTxnResponseData.class, add(ADD, open, topics(topic, 0)), ADD);
            c.note("as another one");
            ended(c, version, new Producer(open.id, 987_654, (short) 0), committed);
            ended(c, version, open.next(), committed);
            ended(c, version, new Producer(c.name("nobody"), 1, (short) 0), committed);
            ended(c, version, new Producer("", 1, (short) 0), committed);
            c.note("as itself, twice, and otherwise");
            ended(c, version, open, committed);
            ended(c, version, open, committed);
            ended(c, version, open, !committed);
            c.note("with the next epoch");
            ended(c, version, open.next(), committed);
            ended(c, version, open.next(), false);
            described(c, open.id);
        }
    }

    static void txnOffsetCommit(Conversation c, int version) throws IOException {
        String topic = c.topic(2);
        String group = c.group();
        Producer producer = producer(c);
        c.note("of nobody's transaction");
        committed(
                c,
                version,
                commit(
                        version,
                        new Producer(c.name("nobody"), 1, (short) 0),
                        group,
                        c,
                        topic,
                        0,
                        "m"));
        c.note("not part of it yet");
        committed(c, version, commit(version, producer, group, c, topic, 0, "m"));
        c.prepareUntil(
                AddOffsetsToTxnResponseData.class,
                new AddOffsetsToTxnRequestData()
                        .setTransactionalId(producer.id)
                        .setProducerId(producer.producerId)
                        .setProducerEpoch(producer.epoch)
                        .setGroupId(group),
                3,
                answer -> answer.errorCode() == 0);
        c.note("part of it");
        committed(c, version, commit(version, producer, group, c, topic, 0, "m"));
        committed(c, version, commit(version, producer, group, c, topic, 7, "m"));
        committed(c, version, commit(version, producer, group, c, topic, 1, "x".repeat(5000)));
        if (version >= 3) {
            c.note("as a member that nobody knows");
            committed(
                    c,
                    version,
                    commit(version, producer, group, c, topic, 0, "m")
                            .setMemberId("nobody")
                            .setGenerationIdOrMemberEpoch(3));
        }
        c.note("before and after the end");
        fetched(c, group);
        ended(c, 4, producer, true);
        c.prepareUntil(
                EndTxnResponseData.class,
                end(producer, true),
                4,
                answer -> answer.errorCode() == 0);
        fetched(c, group);
    }

    private static void fetched(Conversation c, String group) throws IOException {
        c.ask(
                OffsetFetchResponseData.class,
                new org.apache.kafka.common.message.OffsetFetchRequestData()
                        .setGroupId(group)
                        .setTopics(null)
                        .setRequireStable(true),
                7);
    }

    private static void committed(Conversation c, int version, TxnOffsetCommitRequestData request)
            throws IOException {
        c.ask(TxnOffsetCommitResponseData.class, request, version);
    }

    private static TxnOffsetCommitRequestData commit(
            int version,
            Producer producer,
            String group,
            Conversation c,
            String topic,
            int partition,
            String metadata) {
        TxnOffsetCommitRequestTopic committed =
                new TxnOffsetCommitRequestTopic()
                        .setPartitions(
                                List.of(
                                        new TxnOffsetCommitRequestPartition()
                                                .setPartitionIndex(partition)
                                                .setCommittedOffset(42)
                                                .setCommittedMetadata(metadata)));
        if (version >= 6) {
            committed.setTopicId(c.id(topic));
        } else {
            committed.setName(topic);
        }
        return new TxnOffsetCommitRequestData()
                .setTransactionalId(producer.id)
                .setProducerId(producer.producerId)
                .setProducerEpoch(producer.epoch)
                .setGroupId(group)
                .setTopics(List.of(committed));
    }

    private static MemoryRecords records(Producer producer, int sequence) {
        return MemoryRecords.withTransactionalRecords(
                Compression.NONE,
                producer.producerId,
                producer.epoch,
                sequence,
                Batches.records(1));
    }

    static void writeTxnMarkers(Conversation c, int version) throws IOException {
        String topic = c.topic(2);
        Producer producer = producer(c);
        c.prepare(AddPartitionsToTxnResponseData.class, add(ADD, producer, topics(topic, 0)), ADD);
        c.prepare(
                org.apache.kafka.common.message.ProduceResponseData.class,
                Batches.produce(topic, NOBODY, PRODUCE, 0, records(producer, 0))
                        .setTransactionalId(producer.id),
                PRODUCE);
        c.note("where a transaction is open, where none is, and where there is nothing");
        marked(c, version, producer, 5, topic, 0, 1, 9);
        c.note("again, of an older coordinator and of an older producer");
        marked(c, version, producer, 5, topic, 0);
        marked(c, version, producer, 4, topic, 0);
        marked(c, version, producer.next(), 5, topic, 0);
        marked(c, version, producer, 5, topic, 0);
        c.note("nowhere");
        marked(c, version, producer, 5, "no-such-topic", 0);
    }

    private static void marked(
            Conversation c,
            int version,
            Producer producer,
            int coordinatorEpoch,
            String topic,
            Integer... partitions)
            throws IOException {
        WriteTxnMarkersResponseData answer =
                c.prepare(
                        WriteTxnMarkersResponseData.class,
                        new WriteTxnMarkersRequestData()
                                .setMarkers(
                                        List.of(
                                                new WritableTxnMarker()
                                                        .setProducerId(producer.producerId)
                                                        .setProducerEpoch(producer.epoch)
                                                        .setCoordinatorEpoch(coordinatorEpoch)
                                                        .setTransactionResult(true)
                                                        .setTopics(
                                                                List.of(
                                                                        new WritableTxnMarkerTopic()
                                                                                .setName(topic)
                                                                                .setPartitionIndexes(
                                                                                        List.of(
                                                                                                partitions)))))),
                        version);
        for (var marker : answer.markers()) {
            for (var one : marker.topics()) {
                one.partitions().stream()
                        .sorted(Comparator.comparingInt(partition -> partition.partitionIndex()))
                        .forEach(
                                partition ->
                                        c.note(
                                                partition.partitionIndex()
                                                        + ": "
                                                        + Errors.forCode(partition.errorCode())));
            }
        }
    }

    static void describeTransactions(Conversation c, int version) throws IOException {
        String topic = c.topic(2);
        Producer producer = producer(c);
        c.prepare(
                AddPartitionsToTxnResponseData.class, add(ADD, producer, topics(topic, 0, 1)), ADD);
        DescribeTransactionsResponseData answer =
                c.prepare(
                        DescribeTransactionsResponseData.class,
                        new DescribeTransactionsRequestData()
                                .setTransactionalIds(List.of(producer.id, "", c.name("nobody"))),
                        version);
        for (var state : answer.transactionStates()) {
            c.note(
                    "%s: %s %s %d %d %s"
                            .formatted(
                                    state.transactionalId(),
                                    Errors.forCode(state.errorCode()),
                                    state.transactionState(),
                                    state.transactionTimeoutMs(),
                                    state.producerEpoch(),
                                    state.topics()));
        }
    }

    static void listTransactions(Conversation c, int version) throws IOException {
        Producer producer = producer(c);
        ListTransactionsRequestData request =
                new ListTransactionsRequestData()
                        .setProducerIdFilters(List.of(producer.producerId));
        listed(c, version, request);
        listed(c, version, request.duplicate().setStateFilters(List.of("Empty", "Nonsense")));
        listed(c, version, request.duplicate().setStateFilters(List.of("Ongoing")));
        if (version >= 1) {
            listed(c, version, request.duplicate().setDurationFilter(1_000_000_000_000_000L));
        }
        if (version >= 2) {
            for (String pattern : List.of(".*transactional.*", "transactional", "", "[")) {
                listed(c, version, request.duplicate().setTransactionalIdPattern(pattern));
            }
        }
    }

    private static void listed(Conversation c, int version, ListTransactionsRequestData request)
            throws IOException {
        ListTransactionsResponseData answer =
                c.prepare(ListTransactionsResponseData.class, request, version);
        c.note(
                Errors.forCode(answer.errorCode())
                        + " "
                        + answer.unknownStateFilters()
                        + " "
                        + answer.transactionStates().stream()
                                .map(one -> one.transactionalId() + " " + one.transactionState())
                                .toList());
    }
}

package io.zurau.tests.protocol;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.AlterShareGroupOffsetsRequestData;
import org.apache.kafka.common.message.AlterShareGroupOffsetsRequestData.AlterShareGroupOffsetsRequestPartition;
import org.apache.kafka.common.message.AlterShareGroupOffsetsRequestData.AlterShareGroupOffsetsRequestTopic;
import org.apache.kafka.common.message.AlterShareGroupOffsetsRequestData.AlterShareGroupOffsetsRequestTopicCollection;
import org.apache.kafka.common.message.AlterShareGroupOffsetsResponseData;
import org.apache.kafka.common.message.DeleteShareGroupOffsetsRequestData;
import org.apache.kafka.common.message.DeleteShareGroupOffsetsRequestData.DeleteShareGroupOffsetsRequestTopic;
import org.apache.kafka.common.message.DeleteShareGroupOffsetsResponseData;
import org.apache.kafka.common.message.DeleteShareGroupStateRequestData;
import org.apache.kafka.common.message.DeleteShareGroupStateResponseData;
import org.apache.kafka.common.message.DescribeShareGroupOffsetsRequestData;
import org.apache.kafka.common.message.DescribeShareGroupOffsetsRequestData.DescribeShareGroupOffsetsRequestGroup;
import org.apache.kafka.common.message.DescribeShareGroupOffsetsRequestData.DescribeShareGroupOffsetsRequestTopic;
import org.apache.kafka.common.message.DescribeShareGroupOffsetsResponseData;
import org.apache.kafka.common.message.FindCoordinatorRequestData;
import org.apache.kafka.common.message.FindCoordinatorResponseData;
import org.apache.kafka.common.message.InitializeShareGroupStateRequestData;
import org.apache.kafka.common.message.InitializeShareGroupStateResponseData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceDataCollection;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.ReadShareGroupStateRequestData;
import org.apache.kafka.common.message.ReadShareGroupStateResponseData;
import org.apache.kafka.common.message.ReadShareGroupStateSummaryRequestData;
import org.apache.kafka.common.message.ReadShareGroupStateSummaryResponseData;
import org.apache.kafka.common.message.ShareAcknowledgeRequestData;
import org.apache.kafka.common.message.ShareAcknowledgeResponseData;
import org.apache.kafka.common.message.ShareFetchRequestData;
import org.apache.kafka.common.message.ShareFetchResponseData;
import org.apache.kafka.common.message.ShareGroupDescribeRequestData;
import org.apache.kafka.common.message.ShareGroupDescribeResponseData;
import org.apache.kafka.common.message.ShareGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ShareGroupHeartbeatResponseData;
import org.apache.kafka.common.message.WriteShareGroupStateRequestData;
import org.apache.kafka.common.message.WriteShareGroupStateResponseData;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;

/// What share groups and their members ask (KIP-932).
final class ShareScenarios {
    private static final Uuid NOWHERE = new Uuid(1234567, 7654321);
    private static final String MEMBER = "member";

    private ShareScenarios() {}

    /// A share partition whose coordinator is ready; of a topic with two partitions.
    private record Shared(Conversation c, String group, String topic) {
        Uuid id() {
            return c.id(topic);
        }
    }

    private static Shared shared(Conversation c) throws IOException {
        String topic = c.topic(2);
        String group = c.group();
        for (int partition = 0; partition < 2; partition++) {
            c.prepareUntil(
                    FindCoordinatorResponseData.class,
                    new FindCoordinatorRequestData()
                            .setKeyType((byte) 2)
                            .setCoordinatorKeys(
                                    List.of(group + ":" + c.id(topic) + ":" + partition)),
                    6,
                    answer -> answer.coordinators().getFirst().errorCode() == 0);
            c.prepareUntil(
                    ReadShareGroupStateSummaryResponseData.class,
                    summary(group, c.id(topic), partition),
                    0,
                    answer -> answer.results().getFirst().partitions().getFirst().errorCode() == 0);
        }
        return new Shared(c, group, topic);
    }

    private static InitializeShareGroupStateRequestData initialize(
            String group, Uuid topic, int partition, int epoch, long start) {
        return new InitializeShareGroupStateRequestData()
                .setGroupId(group)
                .setTopics(
                        List.of(
                                new InitializeShareGroupStateRequestData.InitializeStateData()
                                        .setTopicId(topic)
                                        .setPartitions(
                                                List.of(
                                                        new InitializeShareGroupStateRequestData
                                                                        .PartitionData()
                                                                .setPartition(partition)
                                                                .setStateEpoch(epoch)
                                                                .setStartOffset(start)))));
    }

    private static ReadShareGroupStateRequestData read(
            String group, Uuid topic, int partition, int leaderEpoch) {
        return new ReadShareGroupStateRequestData()
                .setGroupId(group)
                .setTopics(
                        List.of(
                                new ReadShareGroupStateRequestData.ReadStateData()
                                        .setTopicId(topic)
                                        .setPartitions(
                                                List.of(
                                                        new ReadShareGroupStateRequestData
                                                                        .PartitionData()
                                                                .setPartition(partition)
                                                                .setLeaderEpoch(leaderEpoch)))));
    }

    private static WriteShareGroupStateRequestData write(
            Shared shared, int epoch, int leaderEpoch, long start, long... acknowledged) {
        List<WriteShareGroupStateRequestData.StateBatch> batches = new ArrayList<>();
        for (long offset : acknowledged) {
            batches.add(
                    new WriteShareGroupStateRequestData.StateBatch()
                            .setFirstOffset(offset)
                            .setLastOffset(offset)
                            .setDeliveryState((byte) 2)
                            .setDeliveryCount((short) 1));
        }
        return new WriteShareGroupStateRequestData()
                .setGroupId(shared.group)
                .setTopics(
                        List.of(
                                new WriteShareGroupStateRequestData.WriteStateData()
                                        .setTopicId(shared.id())
                                        .setPartitions(
                                                List.of(
                                                        new WriteShareGroupStateRequestData
                                                                        .PartitionData()
                                                                .setPartition(0)
                                                                .setStateEpoch(epoch)
                                                                .setLeaderEpoch(leaderEpoch)
                                                                .setStartOffset(start)
                                                                .setStateBatches(batches)))));
    }

    private static DeleteShareGroupStateRequestData delete(
            String group, Uuid topic, int partition) {
        return new DeleteShareGroupStateRequestData()
                .setGroupId(group)
                .setTopics(
                        List.of(
                                new DeleteShareGroupStateRequestData.DeleteStateData()
                                        .setTopicId(topic)
                                        .setPartitions(
                                                List.of(
                                                        new DeleteShareGroupStateRequestData
                                                                        .PartitionData()
                                                                .setPartition(partition)))));
    }

    private static ReadShareGroupStateSummaryRequestData summary(
            String group, Uuid topic, int partition) {
        return new ReadShareGroupStateSummaryRequestData()
                .setGroupId(group)
                .setTopics(
                        List.of(
                                new ReadShareGroupStateSummaryRequestData.ReadStateSummaryData()
                                        .setTopicId(topic)
                                        .setPartitions(
                                                List.of(
                                                        new ReadShareGroupStateSummaryRequestData
                                                                        .PartitionData()
                                                                .setPartition(partition)
                                                                .setLeaderEpoch(-1)))));
    }

    static void initializeState(Conversation c, int version) throws IOException {
        Shared shared = shared(c);
        Class<InitializeShareGroupStateResponseData> type =
                InitializeShareGroupStateResponseData.class;
        c.ask(type, initialize(shared.group, shared.id(), 0, 3, -1), version);
        c.note("again, in a later and in an earlier epoch");
        c.ask(type, initialize(shared.group, shared.id(), 0, 4, 7), version);
        c.ask(type, initialize(shared.group, shared.id(), 0, 2, 9), version);
        c.note("of partitions that there are not");
        c.ask(type, initialize(shared.group, shared.id(), 2, 0, 0), version);
        c.ask(type, initialize(shared.group, shared.id(), -1, 0, 0), version);
        c.ask(type, initialize(shared.group, NOWHERE, 0, 0, 0), version);
        c.note("of no group, and of nothing");
        c.ask(type, initialize("", shared.id(), 0, 0, 0), version);
        c.ask(type, new InitializeShareGroupStateRequestData().setGroupId(shared.group), version);
    }

    static void readState(Conversation c, int version) throws IOException {
        Shared shared = shared(c);
        Class<ReadShareGroupStateResponseData> type = ReadShareGroupStateResponseData.class;
        c.note("before it is initialized");
        c.ask(type, read(shared.group, shared.id(), 0, 0), version);
        c.prepare(
                InitializeShareGroupStateResponseData.class,
                initialize(shared.group, shared.id(), 0, 3, 5),
                0);
        c.ask(type, read(shared.group, shared.id(), 0, 4), version);
        c.prepare(WriteShareGroupStateResponseData.class, write(shared, 3, 4, 5, 5, 6, 9), 0);
        c.ask(type, read(shared.group, shared.id(), 0, 4), version);
        c.note("as a leader before, and as nobody");
        c.ask(type, read(shared.group, shared.id(), 0, 3), version);
        c.ask(type, read(shared.group, shared.id(), 0, -1), version);
        c.note("of partitions that there are not");
        c.ask(type, read(shared.group, shared.id(), -1, 0), version);
        c.ask(type, read(shared.group, NOWHERE, 0, 0), version);
        c.note("of no group");
        c.ask(type, read("", shared.id(), 0, 0), version);
    }

    static void writeState(Conversation c, int version) throws IOException {
        Shared shared = shared(c);
        Class<WriteShareGroupStateResponseData> type = WriteShareGroupStateResponseData.class;
        c.note("before it is initialized");
        c.ask(type, write(shared, 0, 0, 0, 1), version);
        c.prepare(
                InitializeShareGroupStateResponseData.class,
                initialize(shared.group, shared.id(), 0, 3, 5),
                0);
        c.prepare(ReadShareGroupStateResponseData.class, read(shared.group, shared.id(), 0, 4), 0);
        c.ask(type, write(shared, 3, 4, 5, 6, 7), version);
        c.note("in an earlier epoch, and as a leader before");
        c.ask(type, write(shared, 2, 4, 5, 8), version);
        c.ask(type, write(shared, 3, 3, 5, 8), version);
        c.note("with a later start");
        c.ask(type, write(shared, 3, 4, 7), version);
        c.ask(ReadShareGroupStateResponseData.class, read(shared.group, shared.id(), 0, 4), 0);
    }

    static void deleteState(Conversation c, int version) throws IOException {
        Shared shared = shared(c);
        Class<DeleteShareGroupStateResponseData> type = DeleteShareGroupStateResponseData.class;
        c.note("that there is not");
        c.ask(type, delete(shared.group, shared.id(), 0), version);
        c.prepare(
                InitializeShareGroupStateResponseData.class,
                initialize(shared.group, shared.id(), 0, 3, 5),
                0);
        c.ask(type, delete(shared.group, shared.id(), 0), version);
        c.ask(ReadShareGroupStateResponseData.class, read(shared.group, shared.id(), 0, 0), 0);
        c.note("of partitions that there are not");
        c.ask(type, delete(shared.group, shared.id(), -1), version);
        c.ask(type, delete(shared.group, NOWHERE, 0), version);
    }

    static void readSummary(Conversation c, int version) throws IOException {
        Shared shared = shared(c);
        Class<ReadShareGroupStateSummaryResponseData> type =
                ReadShareGroupStateSummaryResponseData.class;
        c.ask(type, summary(shared.group, shared.id(), 0), version);
        c.prepare(
                InitializeShareGroupStateResponseData.class,
                initialize(shared.group, shared.id(), 0, 3, 5),
                0);
        c.prepare(ReadShareGroupStateResponseData.class, read(shared.group, shared.id(), 0, 4), 0);
        c.prepare(WriteShareGroupStateResponseData.class, write(shared, 3, 4, 5, 6, 7), 1);
        c.ask(type, summary(shared.group, shared.id(), 0), version);
        c.note("of partitions that there are not");
        c.ask(type, summary(shared.group, shared.id(), -1), version);
        c.ask(type, summary(shared.group, NOWHERE, 0), version);
    }

    private static ShareGroupHeartbeatRequestData heartbeat(String group, int epoch) {
        return new ShareGroupHeartbeatRequestData()
                .setGroupId(group)
                .setMemberId(MEMBER)
                .setMemberEpoch(epoch);
    }

    /// A group with one member that has its partitions.
    ///
    /// @return the member's epoch
    private static int join(Shared shared) throws IOException {
        Conversation c = shared.c;
        ShareGroupHeartbeatRequestData join =
                heartbeat(shared.group, 0).setSubscribedTopicNames(List.of(shared.topic));
        return c.prepareUntil(
                        ShareGroupHeartbeatResponseData.class,
                        join,
                        1,
                        answer ->
                                answer.errorCode() == 0
                                        && answer.assignment() != null
                                        && !answer.assignment().topicPartitions().isEmpty())
                .memberEpoch();
    }

    static void heartbeat(Conversation c, int version) throws IOException {
        Shared shared = shared(c);
        Class<ShareGroupHeartbeatResponseData> type = ShareGroupHeartbeatResponseData.class;
        c.note("of nobody, and of nothing");
        c.ask(type, heartbeat(shared.group, 0).setMemberId(""), version);
        c.ask(type, heartbeat(shared.group, 0), version);
        c.ask(
                type,
                heartbeat(shared.group, 0)
                        .setSubscribedTopicNames(List.of(shared.topic))
                        .setRackId(""),
                version);
        c.note("of a group that there is not");
        c.ask(type, heartbeat(shared.group, 1), version);
        c.ask(type, heartbeat(shared.group, -1), version);
        c.note("in an epoch that there is not");
        c.ask(type, heartbeat(shared.group, -2), version);
        int epoch = join(shared);
        c.note("as a member");
        note(c, epoch, c.prepare(type, heartbeat(shared.group, epoch), version));
        note(
                c,
                epoch,
                c.prepare(
                        type,
                        heartbeat(shared.group, epoch)
                                .setSubscribedTopicNames(List.of(shared.topic)),
                        version));
        c.note("in a later epoch, and as somebody else");
        c.ask(type, heartbeat(shared.group, epoch + 1), version);
        c.ask(type, heartbeat(shared.group, epoch).setMemberId("another"), version);
        c.note("leaving");
        c.ask(type, heartbeat(shared.group, -1), version);
        c.ask(type, heartbeat(shared.group, -1), version);
    }

    /// How many epochs it took until a member had its partitions is left to the server, and how
    /// soon it shall say something again.
    private static void note(Conversation c, int epoch, ShareGroupHeartbeatResponseData answer) {
        ShareGroupHeartbeatResponseData.Assignment assignment = answer.assignment();
        c.note(
                "error %d, epoch as before: %s, partitions %s"
                        .formatted(
                                answer.errorCode(),
                                answer.memberEpoch() == epoch,
                                assignment == null
                                        ? "as before"
                                        : assignment.topicPartitions().stream()
                                                .map(one -> one.partitions().toString())
                                                .toList()));
    }

    private static void note(Conversation c, ShareGroupDescribeResponseData answer) {
        for (ShareGroupDescribeResponseData.DescribedGroup group : answer.groups()) {
            c.note(
                    "%s, assigned in its epoch: %s by %s, operations %d"
                            .formatted(
                                    group.groupState(),
                                    group.assignmentEpoch() == group.groupEpoch(),
                                    group.assignorName(),
                                    group.authorizedOperations()));
            group.members()
                    .forEach(
                            member ->
                                    c.note(
                                            "%s in its epoch: %s, %s at %s, %s, %s"
                                                    .formatted(
                                                            member.memberId(),
                                                            member.memberEpoch()
                                                                    == group.groupEpoch(),
                                                            member.clientId(),
                                                            member.clientHost(),
                                                            member.subscribedTopicNames(),
                                                            member
                                                                    .assignment()
                                                                    .topicPartitions()
                                                                    .stream()
                                                                    .map(
                                                                            one ->
                                                                                    one.topicName()
                                                                                            + one
                                                                                                    .partitions())
                                                                    .toList())));
        }
    }

    static void describe(Conversation c, int version) throws IOException {
        Shared shared = shared(c);
        Class<ShareGroupDescribeResponseData> type = ShareGroupDescribeResponseData.class;
        ShareGroupDescribeRequestData request =
                new ShareGroupDescribeRequestData().setGroupIds(List.of(shared.group));
        c.note("that there is not");
        c.ask(type, request, version);
        c.ask(type, new ShareGroupDescribeRequestData().setGroupIds(List.of("")), version);
        join(shared);
        note(c, c.prepare(type, request.setIncludeAuthorizedOperations(true), version));
        c.prepare(ShareGroupHeartbeatResponseData.class, heartbeat(shared.group, -1), 1);
        c.note("without members");
        note(c, c.prepare(type, request.setIncludeAuthorizedOperations(false), version));
    }

    private static AlterShareGroupOffsetsRequestData alter(
            String group, String topic, int partition, long start) {
        AlterShareGroupOffsetsRequestTopicCollection topics =
                new AlterShareGroupOffsetsRequestTopicCollection();
        topics.add(
                new AlterShareGroupOffsetsRequestTopic()
                        .setTopicName(topic)
                        .setPartitions(
                                List.of(
                                        new AlterShareGroupOffsetsRequestPartition()
                                                .setPartitionIndex(partition)
                                                .setStartOffset(start))));
        return new AlterShareGroupOffsetsRequestData().setGroupId(group).setTopics(topics);
    }

    private static DescribeShareGroupOffsetsRequestData offsets(String group) {
        return new DescribeShareGroupOffsetsRequestData()
                .setGroups(
                        List.of(
                                new DescribeShareGroupOffsetsRequestGroup()
                                        .setGroupId(group)
                                        .setTopics(null)));
    }

    private static DescribeShareGroupOffsetsRequestData offsets(
            String group, String topic, Integer... partitions) {
        return new DescribeShareGroupOffsetsRequestData()
                .setGroups(
                        List.of(
                                new DescribeShareGroupOffsetsRequestGroup()
                                        .setGroupId(group)
                                        .setTopics(
                                                List.of(
                                                        new DescribeShareGroupOffsetsRequestTopic()
                                                                .setTopicName(topic)
                                                                .setPartitions(
                                                                        List.of(partitions))))));
    }

    static void describeOffsets(Conversation c, int version) throws IOException {
        Shared shared = shared(c);
        Class<DescribeShareGroupOffsetsResponseData> type =
                DescribeShareGroupOffsetsResponseData.class;
        c.note("of a group that there is not");
        c.ask(type, offsets(shared.group), version);
        c.ask(type, offsets(shared.group, shared.topic, 0), version);
        c.prepare(
                AlterShareGroupOffsetsResponseData.class,
                alter(shared.group, shared.topic, 0, 0),
                0);
        c.prepareUntil(
                DescribeShareGroupOffsetsResponseData.class,
                offsets(shared.group),
                1,
                answer -> !answer.groups().getFirst().topics().isEmpty());
        c.ask(type, offsets(shared.group), version);
        c.ask(type, offsets(shared.group, shared.topic, 0, 1), version);
        c.note("of a topic that there is not");
        c.ask(type, offsets(shared.group, "nowhere", 0), version);
    }

    static void alterOffsets(Conversation c, int version) throws IOException {
        Shared shared = shared(c);
        Class<AlterShareGroupOffsetsResponseData> type = AlterShareGroupOffsetsResponseData.class;
        c.ask(type, alter(shared.group, shared.topic, 0, 7), version);
        c.ask(type, alter(shared.group, shared.topic, 0, 3), version);
        c.note("of partitions that there are not");
        c.ask(type, alter(shared.group, shared.topic, 2, 0), version);
        c.ask(type, alter(shared.group, "nowhere", 0, 0), version);
        c.note("with a member");
        join(shared);
        c.ask(type, alter(shared.group, shared.topic, 0, 0), version);
    }

    private static DeleteShareGroupOffsetsRequestData deleteOffsets(String group, String topic) {
        return new DeleteShareGroupOffsetsRequestData()
                .setGroupId(group)
                .setTopics(List.of(new DeleteShareGroupOffsetsRequestTopic().setTopicName(topic)));
    }

    static void deleteOffsets(Conversation c, int version) throws IOException {
        Shared shared = shared(c);
        Class<DeleteShareGroupOffsetsResponseData> type = DeleteShareGroupOffsetsResponseData.class;
        c.note("of a group that there is not");
        c.ask(type, deleteOffsets(shared.group, shared.topic), version);
        c.ask(type, deleteOffsets("", shared.topic), version);
        int epoch = join(shared);
        c.note("with a member");
        c.ask(type, deleteOffsets(shared.group, shared.topic), version);
        c.prepare(ShareGroupHeartbeatResponseData.class, heartbeat(shared.group, -1), 1);
        c.note("without, " + (epoch > 0));
        c.ask(type, deleteOffsets(shared.group, "nowhere"), version);
        c.ask(type, deleteOffsets(shared.group, shared.topic), version);
        c.note("again");
        c.ask(type, deleteOffsets(shared.group, shared.topic), version);
    }

    private static void produce(Shared shared, int count) throws IOException {
        SimpleRecord[] records = new SimpleRecord[count];
        for (int i = 0; i < count; i++) {
            records[i] = new SimpleRecord(1_000, null, new byte[] {(byte) i});
        }
        TopicProduceDataCollection topics = new TopicProduceDataCollection();
        topics.add(
                new TopicProduceData()
                        .setTopicId(shared.id())
                        .setPartitionData(
                                List.of(
                                        new PartitionProduceData()
                                                .setIndex(0)
                                                .setRecords(
                                                        MemoryRecords.withRecords(
                                                                Compression.NONE, records)))));
        shared.c.prepare(
                ProduceResponseData.class,
                new ProduceRequestData()
                        .setAcks((short) -1)
                        .setTimeoutMs(30_000)
                        .setTopicData(topics),
                13);
    }

    private static ShareFetchRequestData fetch(
            Shared shared, int epoch, ShareFetchRequestData.AcknowledgementBatch... batches) {
        ShareFetchRequestData.FetchPartition partition =
                new ShareFetchRequestData.FetchPartition()
                        .setPartitionIndex(0)
                        .setAcknowledgementBatches(List.of(batches));
        ShareFetchRequestData.FetchPartitionCollection partitions =
                new ShareFetchRequestData.FetchPartitionCollection();
        partitions.add(partition);
        ShareFetchRequestData.FetchTopicCollection topics =
                new ShareFetchRequestData.FetchTopicCollection();
        topics.add(
                new ShareFetchRequestData.FetchTopic()
                        .setTopicId(shared.id())
                        .setPartitions(partitions));
        return new ShareFetchRequestData()
                .setGroupId(shared.group)
                .setMemberId(MEMBER)
                .setShareSessionEpoch(epoch)
                .setMaxWaitMs(200)
                .setMinBytes(1)
                .setMaxBytes(1_000_000)
                .setMaxRecords(500)
                .setBatchSize(500)
                .setTopics(topics);
    }

    private static ShareFetchRequestData.AcknowledgementBatch said(
            long first, long last, Byte... types) {
        return new ShareFetchRequestData.AcknowledgementBatch()
                .setFirstOffset(first)
                .setLastOffset(last)
                .setAcknowledgeTypes(List.of(types));
    }

    /// With ten records, and a group that begins with the first.
    private static Shared filled(Conversation c) throws IOException {
        Shared shared = shared(c);
        produce(shared, 10);
        c.prepare(
                InitializeShareGroupStateResponseData.class,
                initialize(shared.group, shared.id(), 0, 0, 0),
                0);
        return shared;
    }

    static void fetch(Conversation c, int version) throws IOException {
        Shared shared = filled(c);
        Class<ShareFetchResponseData> type = ShareFetchResponseData.class;
        c.note("without a session, of nobody and of no group");
        c.ask(type, fetch(shared, 3), version);
        c.ask(type, fetch(shared, -1), version);
        c.ask(type, fetch(shared, 0).setMemberId(""), version);
        c.ask(type, fetch(shared, 0).setGroupId(null), version);
        c.note("a session that acknowledges at once");
        c.ask(type, fetch(shared, 0, said(0, 0, (byte) 1)), version);
        c.note("a session");
        c.prepareUntil(
                type,
                fetch(shared, 0).setMaxRecords(0),
                version,
                answer -> answer.errorCode() == 0);
        c.ask(type, fetch(shared, 1), version);
        c.note("its epoch again");
        c.ask(type, fetch(shared, 1), version);
        c.note("acknowledging");
        c.ask(
                type,
                fetch(shared, 2, said(0, 4, (byte) 1), said(5, 6, (byte) 3, (byte) 2)),
                version);
        c.note("what is not acquired, what was never delivered, what overlaps, what is no type");
        c.ask(type, fetch(shared, 3, said(0, 9, (byte) 1)).setMaxRecords(0), version);
        c.ask(type, fetch(shared, 4, said(20, 21, (byte) 1)).setMaxRecords(0), version);
        c.ask(
                type,
                fetch(shared, 5, said(7, 8, (byte) 1), said(7, 9, (byte) 1)).setMaxRecords(0),
                version);
        c.ask(type, fetch(shared, 6, said(7, 8, (byte) 9)).setMaxRecords(0), version);
        c.ask(type, fetch(shared, 7, said(7, 9, (byte) 1, (byte) 1)).setMaxRecords(0), version);
        c.ask(type, fetch(shared, 8, said(9, 8, (byte) 1)).setMaxRecords(0), version);
        if (version >= 2) {
            c.note("more time");
            c.ask(type, fetch(shared, 9, said(7, 8, (byte) 4)).setIsRenewAck(true), version);
            c.ask(
                    type,
                    fetch(shared, 9, said(7, 8, (byte) 4))
                            .setIsRenewAck(true)
                            .setMaxBytes(0)
                            .setMinBytes(0)
                            .setMaxRecords(0)
                            .setMaxWaitMs(0),
                    version);
        }
        c.note("the last request");
        c.ask(type, fetch(shared, -1, said(7, 9, (byte) 1)), version);
        c.ask(type, fetch(shared, -1), version);
    }

    private static ShareAcknowledgeRequestData acknowledge(
            Shared shared, int epoch, long first, long last, Byte... types) {
        ShareAcknowledgeRequestData.AcknowledgePartitionCollection partitions =
                new ShareAcknowledgeRequestData.AcknowledgePartitionCollection();
        partitions.add(
                new ShareAcknowledgeRequestData.AcknowledgePartition()
                        .setPartitionIndex(0)
                        .setAcknowledgementBatches(
                                List.of(
                                        new ShareAcknowledgeRequestData.AcknowledgementBatch()
                                                .setFirstOffset(first)
                                                .setLastOffset(last)
                                                .setAcknowledgeTypes(List.of(types)))));
        ShareAcknowledgeRequestData.AcknowledgeTopicCollection topics =
                new ShareAcknowledgeRequestData.AcknowledgeTopicCollection();
        topics.add(
                new ShareAcknowledgeRequestData.AcknowledgeTopic()
                        .setTopicId(shared.id())
                        .setPartitions(partitions));
        return new ShareAcknowledgeRequestData()
                .setGroupId(shared.group)
                .setMemberId(MEMBER)
                .setShareSessionEpoch(epoch)
                .setTopics(topics);
    }

    static void acknowledge(Conversation c, int version) throws IOException {
        Shared shared = filled(c);
        Class<ShareAcknowledgeResponseData> type = ShareAcknowledgeResponseData.class;
        c.note("without a session");
        c.ask(type, acknowledge(shared, 1, 0, 1, (byte) 1), version);
        c.ask(type, acknowledge(shared, 0, 0, 1, (byte) 1), version);
        c.prepare(ShareFetchResponseData.class, fetch(shared, 0).setMaxRecords(0), version);
        c.prepareUntil(
                ShareFetchResponseData.class,
                fetch(shared, 0).setMaxWaitMs(5_000),
                version,
                answer -> !answer.responses().isEmpty());
        c.ask(type, acknowledge(shared, 1, 0, 1, (byte) 1), version);
        c.note("its epoch again");
        c.ask(type, acknowledge(shared, 1, 2, 3, (byte) 1), version);
        c.note("again, and past the end");
        c.ask(type, acknowledge(shared, 2, 0, 1, (byte) 1), version);
        c.ask(type, acknowledge(shared, 3, 5, 12, (byte) 1), version);
        c.note("of no type, and of a bad one");
        c.ask(type, acknowledge(shared, 4, 5, 6), version);
        c.ask(type, acknowledge(shared, 5, 5, 6, (byte) 5), version);
        c.note("more time, without saying so");
        c.ask(type, acknowledge(shared, 6, 5, 6, (byte) 4), version);
        if (version >= 2) {
            c.ask(type, acknowledge(shared, 7, 5, 6, (byte) 4).setIsRenewAck(true), version);
        }
        c.note("the last request");
        c.ask(type, acknowledge(shared, -1, 5, 9, (byte) 1), version);
        c.ask(type, acknowledge(shared, -1, 5, 9, (byte) 1), version);
    }
}

package io.zurau.tests.protocol;

import io.zurau.tests.conformance.Clients;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchResponseData;
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
import org.awaitility.Awaitility;

/// What is asked of a partition that node 1 leads and nodes 2 and 3 follow, each in its own rack:
/// KIP-951 and KIP-392.
///
/// @param epoch of the leader; there was another one before
record SeveralNodesScenario(Uuid id, int epoch) {
    private static final String TOPIC = "replicated";
    private static final int RECORDS = 10;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    static SeveralNodesScenario prepare(String bootstrap) throws Exception {
        TopicPartition partition = new TopicPartition(TOPIC, 0);
        try (Admin admin = Clients.admin(bootstrap);
                Producer<String, String> producer =
                        Clients.producer(Map.of("bootstrap.servers", bootstrap))) {
            admin.createTopics(List.of(new NewTopic(TOPIC, Map.of(0, List.of(2, 1, 3)))))
                    .all()
                    .get();
            for (int i = 0; i < RECORDS; i++) {
                producer.send(
                                new ProducerRecord<>(
                                        TOPIC, 0, 1_700_000_000_000L, null, "value " + i))
                        .get();
            }
            admin.alterPartitionReassignments(
                            Map.of(
                                    partition,
                                    Optional.of(new NewPartitionReassignment(List.of(1, 2, 3)))))
                    .all()
                    .get();
            Awaitility.await()
                    .atMost(LIMIT)
                    .until(
                            () ->
                                    admin.listPartitionReassignments()
                                            .reassignments()
                                            .get()
                                            .isEmpty());
            admin.electLeaders(ElectionType.PREFERRED, Set.of(partition)).all().get();
            Awaitility.await().atMost(LIMIT).until(() -> isReady(admin));
            Uuid id = description(admin).topicId();
            return new SeveralNodesScenario(id, epoch(admin));
        }
    }

    private static boolean isReady(Admin admin) throws Exception {
        TopicPartitionInfo found = description(admin).partitions().getFirst();
        return found.leader() != null && found.leader().id() == 1 && found.isr().size() == 3;
    }

    private static TopicDescription description(Admin admin) throws Exception {
        return Objects.requireNonNull(
                admin.describeTopics(List.of(TOPIC)).allTopicNames().get().get(TOPIC));
    }

    private static int epoch(Admin admin) throws Exception {
        var latest = org.apache.kafka.clients.admin.OffsetSpec.latest();
        return admin.listOffsets(Map.of(new TopicPartition(TOPIC, 0), latest))
                .partitionResult(new TopicPartition(TOPIC, 0))
                .get()
                .leaderEpoch()
                .orElseThrow();
    }

    void atFollower(Conversation c) throws IOException {
        c.nameId(id, TOPIC);
        // It has heard of the high watermark and of the epoch.
        c.prepareUntil(
                FetchResponseData.class,
                fetch(12, 0, partition -> partition.setCurrentLeaderEpoch(epoch)),
                12,
                answer ->
                        answer.responses().getFirst().partitions().getFirst().highWatermark()
                                == RECORDS);
        c.note("node 2: produce");
        for (int version : new int[] {9, 10, 12, 13}) {
            ProduceRequestData request = Batches.produce(TOPIC, id, version, 0, Batches.plain(1));
            c.ask(ProduceResponseData.class, request, version);
        }
        c.note("fetch");
        for (int version : new int[] {10, 11, 12, 13, 15, 16, 17}) {
            ask(c, version, fetch(version, 0));
        }
        for (long offset : new long[] {9, 10, 11}) {
            c.note("from " + offset);
            ask(c, 12, fetch(12, offset, partition -> partition.setCurrentLeaderEpoch(epoch)));
        }
        c.note("read committed");
        ask(c, 12, fetch(12, 0).setIsolationLevel((byte) 1));
        c.note("in a rack");
        ask(c, 17, fetch(17, 0).setRackId("rack-3"));
        epochs(c);
        c.note("list offsets");
        for (long timestamp : new long[] {-1, -2}) {
            ListOffsetsTopic topic = new ListOffsetsTopic().setName(TOPIC);
            topic.partitions()
                    .add(new ListOffsetsPartition().setPartitionIndex(0).setTimestamp(timestamp));
            c.ask(
                    ListOffsetsResponseData.class,
                    new ListOffsetsRequestData().setReplicaId(-1).setTopics(List.of(topic)),
                    7);
        }
        c.note("offset for leader epoch");
        OffsetForLeaderTopicCollection topics = new OffsetForLeaderTopicCollection();
        topics.add(
                new OffsetForLeaderTopic()
                        .setTopic(TOPIC)
                        .setPartitions(
                                List.of(
                                        new OffsetForLeaderPartition()
                                                .setPartition(0)
                                                .setLeaderEpoch(0))));
        c.ask(
                OffsetForLeaderEpochResponseData.class,
                new OffsetForLeaderEpochRequestData().setReplicaId(-1).setTopics(topics),
                4);
    }

    void atLeader(Conversation c) throws IOException {
        c.nameId(id, TOPIC);
        c.note("node 1: fetch in racks");
        for (String rack : List.of("", "rack-1", "rack-2", "rack-3", "rack-4")) {
            c.note(rack);
            for (int version : new int[] {11, 12, 17}) {
                ask(c, version, fetch(version, 0).setRackId(rack));
            }
        }
        for (long offset : new long[] {10, 11}) {
            c.note("from " + offset);
            ask(c, 12, fetch(12, offset).setRackId("rack-2"));
        }
        c.note("in a session");
        FetchRequestData first = fetch(12, 0).setRackId("rack-2").setSessionEpoch(0);
        int session = ask(c, 12, first).sessionId();
        for (int i = 1; i <= 2; i++) {
            FetchRequestData next =
                    new FetchRequestData()
                            .setReplicaId(-1)
                            .setMaxWaitMs(0)
                            .setMaxBytes(1_000_000)
                            .setRackId("rack-2")
                            .setSessionId(session)
                            .setSessionEpoch(i);
            ask(c, 12, next);
        }
        epochs(c);
    }

    private void epochs(Conversation c) throws IOException {
        for (int version : new int[] {12, 16, 17}) {
            c.note("an older epoch, a newer one");
            ask(c, version, fetch(version, 0, p -> p.setCurrentLeaderEpoch(epoch - 1)));
            ask(c, version, fetch(version, 0, p -> p.setCurrentLeaderEpoch(epoch + 1)));
        }
        c.note("an older epoch in a rack");
        ask(c, 16, fetch(16, 0, p -> p.setCurrentLeaderEpoch(epoch - 1)).setRackId("rack-2"));
        c.note("diverging");
        for (int fetched : new int[] {0, epoch, epoch + 1}) {
            for (long offset : new long[] {10, 11}) {
                ask(
                        c,
                        12,
                        fetch(
                                12,
                                offset,
                                partition ->
                                        partition
                                                .setCurrentLeaderEpoch(epoch)
                                                .setLastFetchedEpoch(fetched)));
            }
        }
    }

    private static FetchResponseData ask(Conversation c, int version, FetchRequestData request)
            throws IOException {
        return c.ask(FetchResponseData.class, request, version);
    }

    private FetchRequestData fetch(int version, long offset) {
        return fetch(version, offset, partition -> partition);
    }

    private FetchRequestData fetch(int version, long offset, UnaryOperator<FetchPartition> how) {
        FetchPartition partition =
                how.apply(
                        new FetchPartition()
                                .setPartition(0)
                                .setFetchOffset(offset)
                                .setPartitionMaxBytes(1_000_000));
        FetchTopic topic = new FetchTopic().setPartitions(List.of(partition));
        if (version >= 13) {
            topic.setTopicId(id);
        } else {
            topic.setTopic(TOPIC);
        }
        return new FetchRequestData()
                .setReplicaId(-1)
                .setMaxWaitMs(0)
                .setMinBytes(0)
                .setMaxBytes(1_000_000)
                .setSessionEpoch(-1)
                .setTopics(List.of(topic));
    }
}

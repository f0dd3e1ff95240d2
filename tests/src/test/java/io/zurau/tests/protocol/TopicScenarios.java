package io.zurau.tests.protocol;

import java.io.IOException;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.CreatePartitionsRequestData;
import org.apache.kafka.common.message.CreatePartitionsRequestData.CreatePartitionsAssignment;
import org.apache.kafka.common.message.CreatePartitionsRequestData.CreatePartitionsTopic;
import org.apache.kafka.common.message.CreatePartitionsRequestData.CreatePartitionsTopicCollection;
import org.apache.kafka.common.message.CreatePartitionsResponseData;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableReplicaAssignment;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableReplicaAssignmentCollection;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopicCollection;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopicConfig;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopicConfigCollection;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.message.DeleteTopicsRequestData;
import org.apache.kafka.common.message.DeleteTopicsRequestData.DeleteTopicState;
import org.apache.kafka.common.message.DeleteTopicsResponseData;
import org.apache.kafka.common.message.DescribeClusterRequestData;
import org.apache.kafka.common.message.DescribeClusterResponseData;
import org.apache.kafka.common.message.DescribeLogDirsRequestData;
import org.apache.kafka.common.message.DescribeLogDirsRequestData.DescribableLogDirTopic;
import org.apache.kafka.common.message.DescribeLogDirsRequestData.DescribableLogDirTopicCollection;
import org.apache.kafka.common.message.DescribeLogDirsResponseData;
import org.apache.kafka.common.message.DescribeTopicPartitionsRequestData;
import org.apache.kafka.common.message.DescribeTopicPartitionsRequestData.Cursor;
import org.apache.kafka.common.message.DescribeTopicPartitionsRequestData.TopicRequest;
import org.apache.kafka.common.message.DescribeTopicPartitionsResponseData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataRequestData.MetadataRequestTopic;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.message.ProduceResponseData;

/// What is asked about topics and the cluster.
final class TopicScenarios {
    private static final Uuid NOBODY = new Uuid(1234567, 7654321);

    private TopicScenarios() {}

    static void metadata(Conversation c, int version) throws IOException {
        String topic = c.topic(3);
        c.ask(MetadataResponseData.class, metadata(version, topic), version);
        c.note("unknown, and a bad name");
        if (version >= 4) { // Before that, asking for a topic makes it.
            c.ask(MetadataResponseData.class, metadata(version, "no-such-topic"), version);
        }
        c.ask(MetadataResponseData.class, metadata(version, "what?"), version);
        if (version >= 1) {
            c.note("no topics");
            c.ask(
                    MetadataResponseData.class,
                    metadata(version, topic).setTopics(List.of()),
                    version);
        }
        if (version >= 8) {
            c.note("authorized operations");
            MetadataRequestData request =
                    metadata(version, topic).setIncludeTopicAuthorizedOperations(true);
            if (version <= 10) {
                request.setIncludeClusterAuthorizedOperations(true);
            }
            c.ask(MetadataResponseData.class, request, version);
        }
        if (version >= 12) {
            c.note("by id");
            for (Uuid id : List.of(c.id(topic), NOBODY)) {
                MetadataRequestTopic byId = new MetadataRequestTopic().setName(null).setTopicId(id);
                c.ask(
                        MetadataResponseData.class,
                        metadata(version, topic).setTopics(List.of(byId)),
                        version);
            }
        }
        if (version >= 4) {
            c.note("auto-creation");
            String created = c.name("auto");
            c.prepareUntil(
                    MetadataResponseData.class,
                    metadata(version, created).setAllowAutoTopicCreation(true),
                    version,
                    answer -> answer.topics().iterator().next().errorCode() == 0);
            c.awaitTopic(created, 1);
            MetadataResponseData.MetadataResponseTopic found =
                    c.prepare(MetadataResponseData.class, metadata(12, created), 12)
                            .topics()
                            .find(created);
            c.nameId(found.topicId(), created);
            c.ask(MetadataResponseData.class, metadata(version, created), version);
        }
    }

    private static MetadataRequestData metadata(int version, String topic) {
        return new MetadataRequestData()
                .setTopics(List.of(new MetadataRequestTopic().setName(topic)))
                .setAllowAutoTopicCreation(version < 4);
    }

    static void createTopics(Conversation c, int version) throws IOException {
        String topic = c.name("made");
        CreateTopicsResponseData made =
                c.prepare(CreateTopicsResponseData.class, create(creatable(topic, 2, 1)), 7);
        c.nameId(made.topics().find(topic).topicId(), topic);
        c.note("again");
        c.ask(CreateTopicsResponseData.class, create(creatable(topic, 2, 1)), version);
        c.note("names");
        for (String name : List.of("", ".", "..", "what?", "x".repeat(249), "x".repeat(250))) {
            c.ask(
                    CreateTopicsResponseData.class,
                    create(creatable(name, 1, 1)).setValidateOnly(true),
                    version);
        }
        c.note("partitions and replicas");
        for (int[] counts : new int[][] {{0, 1}, {-2, 1}, {1, 0}, {1, 2}, {1, -2}}) {
            c.ask(
                    CreateTopicsResponseData.class,
                    create(creatable(c.name("bad"), counts[0], counts[1])).setValidateOnly(true),
                    version);
        }
        if (version >= 4) {
            c.note("defaults");
            c.ask(
                    CreateTopicsResponseData.class,
                    create(creatable(c.name("default"), -1, -1)).setValidateOnly(true),
                    version);
        }
        c.note("assignments");
        c.ask(CreateTopicsResponseData.class, assigned(c.name("a"), 1), version);
        c.ask(CreateTopicsResponseData.class, assigned(c.name("a"), 99), version);
        c.note("settings");
        String[][] settings = {
            {"retention.ms", "5000"},
            {"retention.ms", "soon"},
            {"no.such.setting", "1"},
            {"cleanup.policy", "shred"},
            {"max.message.bytes", "-1"},
            {"compression.type", "lzma"},
            {"min.insync.replicas", "0"},
        };
        for (String[] setting : settings) {
            CreatableTopic configured = creatable(c.name("set"), 1, 1);
            configured
                    .configs()
                    .add(new CreatableTopicConfig().setName(setting[0]).setValue(setting[1]));
            c.note(setting[0] + "=" + setting[1]);
            c.ask(
                    CreateTopicsResponseData.class,
                    create(configured).setValidateOnly(true),
                    version);
        }
        c.note("the same name twice");
        CreatableTopicCollection twice = new CreatableTopicCollection();
        twice.add(creatable(c.name("twice"), 1, 1));
        twice.add(creatable(twice.iterator().next().name(), 1, 1));
        c.ask(
                CreateTopicsResponseData.class,
                new CreateTopicsRequestData().setTopics(twice).setTimeoutMs(10_000),
                version);
    }

    private static CreateTopicsRequestData create(CreatableTopic topic) {
        CreatableTopicCollection topics = new CreatableTopicCollection();
        topics.add(topic);
        return new CreateTopicsRequestData().setTopics(topics).setTimeoutMs(10_000);
    }

    private static CreatableTopic creatable(String name, int partitions, int replicas) {
        return new CreatableTopic()
                .setName(name)
                .setNumPartitions(partitions)
                .setReplicationFactor((short) replicas)
                .setConfigs(new CreatableTopicConfigCollection());
    }

    private static CreateTopicsRequestData assigned(String name, int broker) {
        CreatableReplicaAssignmentCollection assignments =
                new CreatableReplicaAssignmentCollection();
        assignments.add(
                new CreatableReplicaAssignment()
                        .setPartitionIndex(0)
                        .setBrokerIds(List.of(broker)));
        return create(creatable(name, -1, -1).setAssignments(assignments)).setValidateOnly(true);
    }

    static void deleteTopics(Conversation c, int version) throws IOException {
        for (int round = 0; round < 2; round++) {
            String topic = c.topic(1);
            c.ask(DeleteTopicsResponseData.class, delete(version, topic), version);
            c.note("again");
            c.ask(DeleteTopicsResponseData.class, delete(version, topic), version);
        }
        c.ask(DeleteTopicsResponseData.class, delete(version, "what?"), version);
        c.ask(DeleteTopicsResponseData.class, delete(version, ""), version);
        if (version >= 6) {
            c.note("by id");
            String topic = c.topic(1);
            for (Uuid id : List.of(c.id(topic), c.id(topic), NOBODY)) {
                c.ask(
                        DeleteTopicsResponseData.class,
                        new DeleteTopicsRequestData()
                                .setTimeoutMs(10_000)
                                .setTopics(
                                        List.of(
                                                new DeleteTopicState()
                                                        .setName(null)
                                                        .setTopicId(id))),
                        version);
            }
        }
    }

    private static DeleteTopicsRequestData delete(int version, String topic) {
        DeleteTopicsRequestData request = new DeleteTopicsRequestData().setTimeoutMs(10_000);
        return version >= 6
                ? request.setTopics(List.of(new DeleteTopicState().setName(topic)))
                : request.setTopicNames(List.of(topic));
    }

    static void createPartitions(Conversation c, int version) throws IOException {
        String topic = c.topic(2);
        for (int count : new int[] {4, 4, 1, 0, -1}) {
            c.note("to " + count);
            c.ask(CreatePartitionsResponseData.class, partitions(topic, count), version);
        }
        c.ask(CreatePartitionsResponseData.class, partitions("no-such-topic", 3), version);
        c.note("assignments");
        CreatePartitionsRequestData assigned = partitions(topic, 5);
        assigned.topics()
                .iterator()
                .next()
                .setAssignments(List.of(new CreatePartitionsAssignment().setBrokerIds(List.of(1))));
        c.ask(CreatePartitionsResponseData.class, assigned, version);
        CreatePartitionsRequestData nowhere = partitions(topic, 6);
        nowhere.topics()
                .iterator()
                .next()
                .setAssignments(
                        List.of(new CreatePartitionsAssignment().setBrokerIds(List.of(42))));
        c.ask(CreatePartitionsResponseData.class, nowhere, version);
        c.note("only validated");
        c.ask(
                CreatePartitionsResponseData.class,
                partitions(topic, 9).setValidateOnly(true),
                version);
        c.awaitTopic(topic, 5);
        c.ask(MetadataResponseData.class, metadata(12, topic), 12);
    }

    private static CreatePartitionsRequestData partitions(String topic, int count) {
        CreatePartitionsTopicCollection topics = new CreatePartitionsTopicCollection();
        topics.add(new CreatePartitionsTopic().setName(topic).setCount(count).setAssignments(null));
        return new CreatePartitionsRequestData().setTopics(topics).setTimeoutMs(10_000);
    }

    static void describeTopicPartitions(Conversation c, int version) throws IOException {
        String first = c.topic(3);
        String second = c.topic(2);
        DescribeTopicPartitionsRequestData both =
                new DescribeTopicPartitionsRequestData()
                        .setTopics(
                                List.of(
                                        new TopicRequest().setName(first),
                                        new TopicRequest().setName(second),
                                        new TopicRequest().setName("no-such-topic")));
        c.ask(DescribeTopicPartitionsResponseData.class, both, version);
        c.note("four partitions at most, then from where that ended");
        both.setResponsePartitionLimit(4);
        DescribeTopicPartitionsResponseData page =
                c.ask(DescribeTopicPartitionsResponseData.class, both, version);
        both.setCursor(
                new Cursor()
                        .setTopicName(page.nextCursor().topicName())
                        .setPartitionIndex(page.nextCursor().partitionIndex()));
        c.ask(DescribeTopicPartitionsResponseData.class, both, version);
    }

    static void describeCluster(Conversation c, int version) throws IOException {
        c.ask(DescribeClusterResponseData.class, new DescribeClusterRequestData(), version);
        c.ask(
                DescribeClusterResponseData.class,
                new DescribeClusterRequestData().setIncludeClusterAuthorizedOperations(true),
                version);
        if (version >= 1) {
            c.note("the controllers' endpoint");
            c.ask(
                    DescribeClusterResponseData.class,
                    new DescribeClusterRequestData().setEndpointType((byte) 2),
                    version);
        }
    }

    static void describeLogDirs(Conversation c, int version) throws IOException {
        String topic = c.topic(2);
        c.prepare(
                ProduceResponseData.class,
                Batches.produce(topic, c.id(topic), 12, 1, Batches.plain(10)),
                12);
        DescribableLogDirTopicCollection topics = new DescribableLogDirTopicCollection();
        topics.add(new DescribableLogDirTopic().setTopic(topic).setPartitions(List.of(0, 1, 5)));
        topics.add(
                new DescribableLogDirTopic().setTopic("no-such-topic").setPartitions(List.of(0)));
        c.ask(
                DescribeLogDirsResponseData.class,
                new DescribeLogDirsRequestData().setTopics(topics),
                version);
    }
}

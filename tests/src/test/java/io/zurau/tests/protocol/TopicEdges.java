package io.zurau.tests.protocol;

import java.io.IOException;
import java.util.ArrayList;
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
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.message.DeleteTopicsRequestData;
import org.apache.kafka.common.message.DeleteTopicsRequestData.DeleteTopicState;
import org.apache.kafka.common.message.DeleteTopicsResponseData;
import org.apache.kafka.common.message.DescribeClientQuotasRequestData;
import org.apache.kafka.common.message.DescribeClientQuotasRequestData.ComponentData;
import org.apache.kafka.common.message.DescribeClientQuotasResponseData;
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
import org.apache.kafka.common.message.DescribeUserScramCredentialsRequestData;
import org.apache.kafka.common.message.DescribeUserScramCredentialsRequestData.UserName;
import org.apache.kafka.common.message.DescribeUserScramCredentialsResponseData;
import org.apache.kafka.common.message.ListPartitionReassignmentsRequestData;
import org.apache.kafka.common.message.ListPartitionReassignmentsRequestData.ListPartitionReassignmentsTopics;
import org.apache.kafka.common.message.ListPartitionReassignmentsResponseData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataRequestData.MetadataRequestTopic;
import org.apache.kafka.common.message.MetadataResponseData;
import org.jspecify.annotations.Nullable;

/// Odd requests about topics and the cluster.
final class TopicEdges {
    private static final Uuid NOBODY = new Uuid(1234567, 7654321);

    private TopicEdges() {}

    private static CreateTopicsRequestData create(CreatableTopic... topics) {
        CreatableTopicCollection all = new CreatableTopicCollection();
        for (CreatableTopic topic : topics) {
            all.add(topic);
        }
        return new CreateTopicsRequestData()
                .setTopics(all)
                .setTimeoutMs(10_000)
                .setValidateOnly(true);
    }

    private static CreatableTopic topic(String name, int partitions, int replicas) {
        return new CreatableTopic()
                .setName(name)
                .setNumPartitions(partitions)
                .setReplicationFactor((short) replicas);
    }

    private static CreatableTopic assigned(String name, int[]... indexesAndBrokers) {
        CreatableReplicaAssignmentCollection assignments =
                new CreatableReplicaAssignmentCollection();
        for (int[] one : indexesAndBrokers) {
            List<Integer> brokers = new ArrayList<>();
            for (int i = 1; i < one.length; i++) {
                brokers.add(one[i]);
            }
            assignments.add(
                    new CreatableReplicaAssignment()
                            .setPartitionIndex(one[0])
                            .setBrokerIds(brokers));
        }
        return topic(name, -1, -1).setAssignments(assignments);
    }

    private static void created(Conversation c, CreateTopicsRequestData request)
            throws IOException {
        c.ask(CreateTopicsResponseData.class, request, 7);
    }

    static void create(Conversation c) throws IOException {
        c.note("nothing");
        created(c, create());
        c.note("assignments");
        created(c, create(assigned(c.name("t"), new int[] {0, 1}, new int[] {1, 1})));
        created(c, create(assigned(c.name("t"), new int[] {0, 1}, new int[] {2, 1})));
        created(c, create(assigned(c.name("t"), new int[] {1, 1})));
        created(c, create(assigned(c.name("t"), new int[] {-1, 1})));
        created(c, create(assigned(c.name("t"), new int[] {0})));
        created(c, create(assigned(c.name("t"), new int[] {0, 1, 1})));
        created(c, create(assigned(c.name("t"), new int[] {0, 1, 2})));
        created(c, create(assigned(c.name("t"), new int[] {0, 1}, new int[] {1, 1, 2})));
        created(c, create(assigned(c.name("t"), new int[] {0, 1}).setNumPartitions(1)));
        created(c, create(assigned(c.name("t"), new int[] {0, 1}).setReplicationFactor((short) 1)));
        c.note("settings without a value, twice, unknown, and wrong beside right");
        CreatableTopic withoutValue = topic(c.name("t"), 1, 1);
        withoutValue.configs().add(config("retention.ms", null));
        created(c, create(withoutValue));
        CreatableTopic several = topic(c.name("t"), 1, 1);
        several.configs().add(config("retention.ms", "1"));
        several.configs().add(config("segment.bytes", "x"));
        created(c, create(several));
        for (String old :
                List.of("message.format.version", "message.timestamp.difference.max.ms", "", " ")) {
            CreatableTopic unknown = topic(c.name("t"), 1, 1);
            unknown.configs().add(config(old, "1"));
            created(c, create(unknown));
        }
        c.note("settings that do not go together");
        String[][] pairs = {
            {"min.compaction.lag.ms", "10", "max.compaction.lag.ms", "5"},
            {"local.retention.ms", "10", "retention.ms", "5"},
            {"local.retention.bytes", "10", "retention.bytes", "5"},
            {"remote.storage.enable", "false", "cleanup.policy", "compact"},
            {"cleanup.policy", "compact", "cleanup.policy", "delete"},
        };
        for (String[] pair : pairs) {
            CreatableTopic topic = topic(c.name("t"), 1, 1);
            topic.configs().add(config(pair[0], pair[1]));
            topic.configs().add(config(pair[2], pair[3]));
            c.note(String.join(" ", pair));
            created(c, create(topic));
        }
        c.note("many partitions");
        created(c, create(topic(c.name("t"), 10_001, 1)));
        created(c, create(topic(c.name("t"), Integer.MAX_VALUE, 1)));
        created(c, create(topic(c.name("t"), 1, Short.MAX_VALUE)));
        c.note("really");
        String name = c.name("t");
        CreateTopicsResponseData made =
                c.prepare(
                        CreateTopicsResponseData.class,
                        create(topic(name, 1, 1), topic("what?", 1, 1)).setValidateOnly(false),
                        7);
        made.topics().forEach(topic -> c.note(topic.name() + " " + topic.errorCode()));
        created(c, create(topic(name, 1, 1)));
    }

    private static CreatableTopicConfig config(String name, @Nullable String value) {
        return new CreatableTopicConfig().setName(name).setValue(value);
    }

    static void names(Conversation c) throws IOException {
        String base = c.name("n");
        c.note("differ in '.' and '_' only");
        CreateTopicsResponseData made =
                c.prepare(
                        CreateTopicsResponseData.class,
                        create(topic(base + ".a_b", 1, 1)).setValidateOnly(false),
                        7);
        made.topics().forEach(topic -> c.note(topic.name() + " " + topic.errorCode()));
        for (String other : List.of(base + "_a_b", base + ".a.b", base + ".a_b", base + "-a_b")) {
            c.note(other);
            c.ask(CreateTopicsResponseData.class, create(topic(other, 1, 1)), 6);
        }
        c.note("in one request");
        c.ask(
                CreateTopicsResponseData.class,
                create(topic(base + ".x", 1, 1), topic(base + "_x", 1, 1)),
                6);
        c.note("internal ones");
        c.group();
        for (String internal :
                List.of("__consumer_offsets", "__cluster_metadata", "__something_else")) {
            c.note(internal);
            c.ask(CreateTopicsResponseData.class, create(topic(internal, 1, 1)), 6);
        }
        c.note("letters");
        for (String odd : List.of("é", "a/b", "a b", "a\n", "-", "_", "...", "A", "0")) {
            c.ask(CreateTopicsResponseData.class, create(topic(odd, 1, 1)), 6);
        }
    }

    static void delete(Conversation c) throws IOException {
        String topic = c.topic(1);
        c.note("nothing, neither, both");
        c.ask(DeleteTopicsResponseData.class, new DeleteTopicsRequestData(), 6);
        deleted(c, new DeleteTopicState().setName(null));
        deleted(c, new DeleteTopicState().setName(topic).setTopicId(c.id(topic)));
        c.note("twice");
        deleted(
                c,
                new DeleteTopicState().setName(topic),
                new DeleteTopicState().setName(topic),
                new DeleteTopicState().setName(null).setTopicId(NOBODY),
                new DeleteTopicState().setName(null).setTopicId(NOBODY));
        deleted(
                c,
                new DeleteTopicState().setName(topic),
                new DeleteTopicState().setName(null).setTopicId(c.id(topic)));
        c.ask(MetadataResponseData.class, metadata(topic), 9);
        c.note("old versions");
        for (int version : new int[] {1, 5}) {
            String one = c.topic(1);
            c.ask(
                    DeleteTopicsResponseData.class,
                    new DeleteTopicsRequestData()
                            .setTimeoutMs(10_000)
                            .setTopicNames(List.of(one, "no-such-topic", one)),
                    version);
        }
        c.note("internal");
        deleted(c, new DeleteTopicState().setName("__cluster_metadata"));
    }

    private static void deleted(Conversation c, DeleteTopicState... topics) throws IOException {
        c.ask(
                DeleteTopicsResponseData.class,
                new DeleteTopicsRequestData().setTimeoutMs(10_000).setTopics(List.of(topics)),
                6);
    }

    static void partitions(Conversation c) throws IOException {
        String topic = c.topic(1);
        c.ask(CreatePartitionsResponseData.class, partitions(), 3);
        c.note("twice");
        c.ask(CreatePartitionsResponseData.class, partitions(more(topic, 2), more(topic, 3)), 3);
        c.note("several");
        c.ask(
                CreatePartitionsResponseData.class,
                partitions(more(topic, 2), more("no-such-topic", 2), more("what?", 1), more("", 1)),
                3);
        c.note("assignments");
        int[][][] odd = {{}, {{1}, {1}}, {{}}, {{1, 1}}, {{1, 2}}, {{-1}}};
        for (int[][] assigned : odd) {
            List<CreatePartitionsAssignment> assignments = new ArrayList<>();
            for (int[] brokers : assigned) {
                List<Integer> ids = new ArrayList<>();
                for (int broker : brokers) {
                    ids.add(broker);
                }
                assignments.add(new CreatePartitionsAssignment().setBrokerIds(ids));
            }
            c.ask(
                    CreatePartitionsResponseData.class,
                    partitions(more(topic, 3).setAssignments(assignments)),
                    3);
        }
        c.note("very many");
        c.ask(
                CreatePartitionsResponseData.class,
                partitions(more(topic, Integer.MAX_VALUE)).setValidateOnly(true),
                3);
    }

    private static CreatePartitionsTopic more(String topic, int count) {
        return new CreatePartitionsTopic().setName(topic).setCount(count).setAssignments(null);
    }

    private static CreatePartitionsRequestData partitions(CreatePartitionsTopic... topics) {
        CreatePartitionsTopicCollection all = new CreatePartitionsTopicCollection();
        for (CreatePartitionsTopic topic : topics) {
            all.add(topic);
        }
        return new CreatePartitionsRequestData().setTopics(all).setTimeoutMs(10_000);
    }

    private static MetadataRequestData metadata(String... topics) {
        List<MetadataRequestTopic> asked = new ArrayList<>();
        for (String topic : topics) {
            asked.add(new MetadataRequestTopic().setName(topic));
        }
        return new MetadataRequestData().setTopics(asked).setAllowAutoTopicCreation(false);
    }

    static void metadata(Conversation c) throws IOException {
        String topic = c.topic(2);
        c.note("twice, unknown, bad");
        for (int version : new int[] {4, 7, 9, 12, 13}) {
            c.ask(
                    MetadataResponseData.class,
                    metadata(topic, topic, "no-such-topic", "what?", "", "x".repeat(250)),
                    version);
            c.note("bad names are not made");
            c.ask(
                    MetadataResponseData.class,
                    metadata("", "what?", "x".repeat(250), ".").setAllowAutoTopicCreation(true),
                    version);
        }
        c.note("neither name nor id, both");
        for (int version : new int[] {10, 11, 12}) {
            if (version < 12) {
                c.askAlone(
                        metadata().setTopics(List.of(new MetadataRequestTopic().setName(null))),
                        version);
            }
            c.askAlone(
                    metadata()
                            .setTopics(
                                    List.of(
                                            new MetadataRequestTopic()
                                                    .setName(null)
                                                    .setTopicId(c.id(topic)))),
                    version);
            c.askAlone(
                    metadata()
                            .setTopics(
                                    List.of(
                                            new MetadataRequestTopic()
                                                    .setName(topic)
                                                    .setTopicId(c.id(topic)))),
                    version);
            c.askAlone(
                    metadata()
                            .setTopics(
                                    List.of(
                                            new MetadataRequestTopic().setName(topic),
                                            new MetadataRequestTopic()
                                                    .setName(null)
                                                    .setTopicId(NOBODY))),
                    version);
        }
        c.note("a name that collides");
        String base = c.name("auto");
        c.prepare(
                CreateTopicsResponseData.class,
                create(topic(base + ".a", 1, 1)).setValidateOnly(false),
                7);
        c.ask(MetadataResponseData.class, metadata(base + "_a"), 9);
        c.note("the offsets topic");
        c.group();
        MetadataResponseData internal =
                c.prepare(MetadataResponseData.class, metadata("__consumer_offsets"), 9);
        MetadataResponseData.MetadataResponseTopic offsets = internal.topics().iterator().next();
        c.note(offsets.isInternal() + " " + offsets.partitions().size());
    }

    static void describe(Conversation c) throws IOException {
        String first = c.topic(3);
        String second = c.topic(2);
        for (int limit : new int[] {-1, 0, 1, 3, 5}) {
            c.note("at most " + limit);
            described(c, topics(second, first, first).setResponsePartitionLimit(limit));
        }
        c.note("cursors");
        described(
                c,
                topics(first, second)
                        .setCursor(new Cursor().setTopicName(first).setPartitionIndex(2)));
        described(
                c,
                topics(first, second)
                        .setCursor(new Cursor().setTopicName(second).setPartitionIndex(-1)));
        described(
                c,
                topics(first, second)
                        .setCursor(new Cursor().setTopicName(second).setPartitionIndex(9)));
        described(
                c,
                topics(first, second)
                        .setCursor(new Cursor().setTopicName("zzz").setPartitionIndex(0)));
        described(
                c,
                topics(first, second)
                        .setCursor(new Cursor().setTopicName("").setPartitionIndex(0)));
        c.note("names");
        described(c, topics("what?", "no-such-topic"));
    }

    private static void described(Conversation c, DescribeTopicPartitionsRequestData request)
            throws IOException {
        c.ask(DescribeTopicPartitionsResponseData.class, request, 0);
    }

    private static DescribeTopicPartitionsRequestData topics(String... names) {
        List<TopicRequest> topics = new ArrayList<>();
        for (String name : names) {
            topics.add(new TopicRequest().setName(name));
        }
        return new DescribeTopicPartitionsRequestData().setTopics(topics);
    }

    static void cluster(Conversation c) throws IOException {
        String topic = c.topic(2);
        for (int type : new int[] {0, 3, -1}) {
            c.ask(
                    DescribeClusterResponseData.class,
                    new DescribeClusterRequestData().setEndpointType((byte) type),
                    2);
        }
        c.ask(
                DescribeClusterResponseData.class,
                new DescribeClusterRequestData().setIncludeFencedBrokers(true),
                2);
        c.note("log directories");
        DescribableLogDirTopicCollection some = new DescribableLogDirTopicCollection();
        c.ask(
                DescribeLogDirsResponseData.class,
                new DescribeLogDirsRequestData().setTopics(some),
                4);
        some.add(new DescribableLogDirTopic().setTopic(topic));
        c.ask(
                DescribeLogDirsResponseData.class,
                new DescribeLogDirsRequestData().setTopics(some),
                4);
        c.note("what moves");
        c.ask(
                ListPartitionReassignmentsResponseData.class,
                new ListPartitionReassignmentsRequestData().setTopics(null),
                0);
        c.ask(
                ListPartitionReassignmentsResponseData.class,
                new ListPartitionReassignmentsRequestData()
                        .setTopics(
                                List.of(
                                        new ListPartitionReassignmentsTopics()
                                                .setName(topic)
                                                .setPartitionIndexes(List.of(0, 9)),
                                        new ListPartitionReassignmentsTopics()
                                                .setName("no-such-topic")
                                                .setPartitionIndexes(List.of(0)))),
                0);
        c.note("quotas");
        c.ask(DescribeClientQuotasResponseData.class, new DescribeClientQuotasRequestData(), 1);
        for (int match : new int[] {0, 1, 2, 3}) {
            for (String entity : List.of("user", "client-id", "ip", "planet", "")) {
                c.ask(
                        DescribeClientQuotasResponseData.class,
                        new DescribeClientQuotasRequestData()
                                .setComponents(
                                        List.of(
                                                new ComponentData()
                                                        .setEntityType(entity)
                                                        .setMatchType((byte) match)
                                                        .setMatch(match == 0 ? "x" : null))),
                        1);
            }
        }
        c.note("users");
        c.ask(
                DescribeUserScramCredentialsResponseData.class,
                new DescribeUserScramCredentialsRequestData().setUsers(null),
                0);
        c.ask(
                DescribeUserScramCredentialsResponseData.class,
                new DescribeUserScramCredentialsRequestData().setUsers(List.of()),
                0);
        c.ask(
                DescribeUserScramCredentialsResponseData.class,
                new DescribeUserScramCredentialsRequestData()
                        .setUsers(
                                List.of(
                                        new UserName().setName("a"),
                                        new UserName().setName("b"),
                                        new UserName().setName("a"))),
                0);
    }
}

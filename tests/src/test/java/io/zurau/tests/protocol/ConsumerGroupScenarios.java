package io.zurau.tests.protocol;

import java.io.IOException;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ConsumerGroupDescribeRequestData;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData.TopicPartitions;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.apache.kafka.common.message.DeleteGroupsRequestData;
import org.apache.kafka.common.message.DeleteGroupsResponseData;
import org.apache.kafka.common.message.DescribeGroupsRequestData;
import org.apache.kafka.common.message.DescribeGroupsResponseData;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.HeartbeatResponseData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopics;
import org.apache.kafka.common.message.OffsetFetchResponseData;

/// What members and tools ask about consumer groups of the new protocol (KIP-848).
final class ConsumerGroupScenarios {
    private ConsumerGroupScenarios() {}

    private static ConsumerGroupHeartbeatRequestData member(String group, String id, int epoch) {
        return new ConsumerGroupHeartbeatRequestData()
                .setGroupId(group)
                .setMemberId(id)
                .setMemberEpoch(epoch);
    }

    private static ConsumerGroupHeartbeatRequestData joining(
            String group, String id, String... topics) {
        return member(group, id, 0)
                .setRebalanceTimeoutMs(30_000)
                .setSubscribedTopicNames(List.of(topics))
                .setTopicPartitions(List.of());
    }

    private static List<TopicPartitions> owned(Uuid topic, Integer... partitions) {
        return List.of(new TopicPartitions().setTopicId(topic).setPartitions(List.of(partitions)));
    }

    private static ConsumerGroupHeartbeatResponseData beat(
            Conversation c, String note, ConsumerGroupHeartbeatRequestData request, int version)
            throws IOException {
        c.note(note);
        return c.ask(ConsumerGroupHeartbeatResponseData.class, request, version);
    }

    static void heartbeat(Conversation c, int version) throws IOException {
        String group = c.group();
        String topic = c.topic(2);
        Uuid id = c.id(topic);
        refusals(c, version, group, topic);
        beat(c, "the first member", joining(group, "A", topic), version);
        beat(c, "alive", member(group, "A", 2), version);
        UnaryOperator<ConsumerGroupHeartbeatRequestData> full =
                one ->
                        one.setRebalanceTimeoutMs(30_000)
                                .setSubscribedTopicNames(List.of(topic))
                                .setTopicPartitions(owned(id, 0, 1));
        beat(c, "tells everything", full.apply(member(group, "A", 2)), version);
        beat(c, "an old epoch", member(group, "A", 1), version);
        beat(c, "a future epoch", member(group, "A", 3), version);
        beat(c, "an unknown member", member(group, "B", 2), version);
        beat(c, "an unknown one leaves", member(group, "B", -1), version);
        offsets(c, group, topic, id);
        c.prepare(ConsumerGroupHeartbeatResponseData.class, joining(group, "B", topic), version);
        ConsumerGroupHeartbeatResponseData less =
                c.prepareUntil(
                        ConsumerGroupHeartbeatResponseData.class,
                        member(group, "A", 2).setTopicPartitions(owned(id, 0, 1)),
                        version,
                        answer -> answer.assignment() != null || answer.errorCode() != 0);
        c.note("it has to give up: " + less.assignment().topicPartitions().getFirst().partitions());
        beat(c, "gave up", member(group, "A", 2).setTopicPartitions(owned(id, 0)), version);
        beat(
                c,
                "did not hear the answer",
                member(group, "A", 2).setTopicPartitions(owned(id, 0)),
                version);
        c.note("the other one gets it");
        ConsumerGroupHeartbeatResponseData more =
                c.prepareUntil(
                        ConsumerGroupHeartbeatResponseData.class,
                        member(group, "B", 2).setTopicPartitions(List.of()),
                        version,
                        answer -> answer.assignment() != null || answer.errorCode() != 0);
        c.note(
                more.memberEpoch()
                        + " "
                        + more.assignment().topicPartitions().getFirst().partitions());
        c.note("a group with members cannot be deleted");
        c.ask(
                DeleteGroupsResponseData.class,
                new DeleteGroupsRequestData().setGroupsNames(List.of(group)),
                2);
        beat(c, "leaves", member(group, "A", -1), version);
        beat(c, "has left", member(group, "A", 3), version);
        beat(c, "the last one leaves", member(group, "B", -1), version);
        c.ask(
                DeleteGroupsResponseData.class,
                new DeleteGroupsRequestData().setGroupsNames(List.of(group)),
                2);
        staticMembers(c, version, topic);
        migration(c, version, topic);
    }

    private static void refusals(Conversation c, int version, String group, String topic)
            throws IOException {
        beat(c, "without a group", joining("", "A", topic), version);
        beat(c, "an unknown group", member(group, "A", 3), version);
        beat(c, "leaving an unknown group", member(group, "A", -1), version);
        beat(c, "an epoch without meaning", member(group, "A", -3), version);
        beat(c, "away without an instance", member(group, "A", -2), version);
        beat(
                c,
                "without a time-out",
                joining(group, "A", topic).setRebalanceTimeoutMs(-1),
                version);
        beat(
                c,
                "joins with partitions",
                joining(group, "A", topic).setTopicPartitions(owned(c.id(topic), 0)),
                version);
        beat(
                c,
                "joins without partitions",
                joining(group, "A", topic).setTopicPartitions(null),
                version);
        beat(
                c,
                "without a subscription",
                joining(group, "A").setSubscribedTopicNames(null),
                version);
        beat(c, "an empty instance", joining(group, "A", topic).setInstanceId(""), version);
        beat(c, "an empty rack", joining(group, "A", topic).setRackId(" "), version);
        beat(c, "an unknown assignor", joining(group, "A", topic).setServerAssignor("no"), version);
        if (version >= 1) {
            beat(c, "without an id", joining(group, "", topic), version);
            beat(c, "no regex", joining(group, "A").setSubscribedTopicRegex("("), version);
        } else {
            String another = c.group();
            beat(c, "without an id", joining(another, "", topic), version);
        }
    }

    private static void offsets(Conversation c, String group, String topic, Uuid id)
            throws IOException {
        for (int epoch : List.of(2, 1, 3, -1)) {
            for (int version : List.of(8, 9, 10)) {
                c.note("commits in epoch " + epoch);
                c.ask(
                        OffsetCommitResponseData.class,
                        new OffsetCommitRequestData()
                                .setGroupId(group)
                                .setMemberId(epoch < 0 ? "" : "A")
                                .setGenerationIdOrMemberEpoch(epoch)
                                .setTopics(
                                        List.of(
                                                new OffsetCommitRequestTopic()
                                                        .setName(version < 10 ? topic : "")
                                                        .setTopicId(
                                                                version < 10 ? Uuid.ZERO_UUID : id)
                                                        .setPartitions(
                                                                List.of(
                                                                        new OffsetCommitRequestPartition()
                                                                                .setPartitionIndex(
                                                                                        0)
                                                                                .setCommittedOffset(
                                                                                        5))))),
                        version);
            }
            c.note("reads in epoch " + epoch);
            c.ask(
                    OffsetFetchResponseData.class,
                    new OffsetFetchRequestData()
                            .setGroups(
                                    List.of(
                                            new OffsetFetchRequestGroup()
                                                    .setGroupId(group)
                                                    .setMemberId(epoch < 0 ? null : "A")
                                                    .setMemberEpoch(epoch)
                                                    .setTopics(
                                                            List.of(
                                                                    new OffsetFetchRequestTopics()
                                                                            .setName(topic)
                                                                            .setPartitionIndexes(
                                                                                    List.of(0)))))),
                    9);
        }
    }

    private static void staticMembers(Conversation c, int version, String topic)
            throws IOException {
        String group = c.group();
        beat(c, "a static one", joining(group, "A", topic).setInstanceId("i"), version);
        beat(c, "another one", joining(group, "B", topic).setInstanceId("i"), version);
        beat(c, "goes for a while", member(group, "A", -2).setInstanceId("i"), version);
        beat(c, "comes back", joining(group, "B", topic).setInstanceId("i"), version);
        beat(c, "the old one", member(group, "A", 2).setInstanceId("i"), version);
        beat(c, "the old one leaves", member(group, "A", -1).setInstanceId("i"), version);
        beat(c, "an unknown instance", member(group, "B", 2).setInstanceId("j"), version);
        beat(c, "leaves", member(group, "B", -1).setInstanceId("i"), version);
    }

    private static void migration(Conversation c, int version, String topic) throws IOException {
        String group = c.group();
        beat(c, "a member of the new protocol", joining(group, "A", topic), version);
        c.note("a classic one without consumers' metadata");
        JoinGroupRequestData join = GroupScenarios.join(5, group, "");
        c.ask(JoinGroupResponseData.class, join, 5);
        c.ask(
                JoinGroupResponseData.class,
                GroupScenarios.join(5, group, "X").setProtocolType("other"),
                5);
        c.note("a heartbeat of the classic protocol");
        c.ask(
                HeartbeatResponseData.class,
                new HeartbeatRequestData().setGroupId(group).setMemberId("A").setGenerationId(2),
                4);
        c.note("described as a classic group");
        c.ask(
                DescribeGroupsResponseData.class,
                new DescribeGroupsRequestData().setGroups(List.of(group)),
                6);
        beat(c, "leaves", member(group, "A", -1), version);
    }

    static void describe(Conversation c, int version) throws IOException {
        String group = c.group();
        String topic = c.topic(2);
        ConsumerGroupDescribeRequestData request =
                new ConsumerGroupDescribeRequestData().setGroupIds(List.of(group, ""));
        c.note("unknown groups");
        c.ask(ConsumerGroupDescribeResponseData.class, request, version);
        c.prepare(
                ConsumerGroupHeartbeatResponseData.class,
                joining(group, "A", topic).setRackId("r").setInstanceId("i"),
                1);
        c.note("one with a member");
        request.setGroupIds(List.of(group)).setIncludeAuthorizedOperations(true);
        c.ask(ConsumerGroupDescribeResponseData.class, request, version);
        c.prepare(
                ConsumerGroupHeartbeatResponseData.class,
                member(group, "A", -1).setInstanceId("i"),
                1);
        c.note("an empty one");
        c.ask(ConsumerGroupDescribeResponseData.class, request, version);
    }
}

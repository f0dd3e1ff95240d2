package io.zurau.tests.protocol;

import java.io.IOException;
import java.util.List;
import org.apache.kafka.common.message.StreamsGroupDescribeRequestData;
import org.apache.kafka.common.message.StreamsGroupDescribeResponseData;
import org.apache.kafka.common.message.StreamsGroupHeartbeatRequestData;
import org.apache.kafka.common.message.StreamsGroupHeartbeatRequestData.CopartitionGroup;
import org.apache.kafka.common.message.StreamsGroupHeartbeatRequestData.KeyValue;
import org.apache.kafka.common.message.StreamsGroupHeartbeatRequestData.Subtopology;
import org.apache.kafka.common.message.StreamsGroupHeartbeatRequestData.TaskIds;
import org.apache.kafka.common.message.StreamsGroupHeartbeatRequestData.TaskOffset;
import org.apache.kafka.common.message.StreamsGroupHeartbeatRequestData.TopicInfo;
import org.apache.kafka.common.message.StreamsGroupHeartbeatRequestData.Topology;
import org.apache.kafka.common.message.StreamsGroupHeartbeatResponseData;
import org.jspecify.annotations.Nullable;

/// What is asked about streams groups and their members (KIP-1071).
final class StreamsScenarios {
    private StreamsScenarios() {}

    static void heartbeat(Conversation c, int version) throws IOException {
        String group = c.group();
        String orders = c.topic(2);
        String changelog = c.name("changelog");
        Topology topology = topology(orders, changelog);

        c.note("a member comes, and a topic is missing");
        ask(c, joining(group, "a", topology), version);
        c.note("once it is made there are tasks");
        StreamsGroupHeartbeatResponseData told =
                c.prepareUntil(
                        StreamsGroupHeartbeatResponseData.class,
                        joining(group, "a", topology),
                        version,
                        answer -> answer.status().isEmpty());
        ask(c, joining(group, "a", topology), version);
        StreamsGroupHeartbeatRequestData beat = beat(group, "a", told.memberEpoch());
        ask(c, owning(beat, tasks(0, 1)), version);

        c.note("a second member comes, and the first gives up a task");
        StreamsGroupHeartbeatResponseData second = ask(c, joining(group, "b", topology), version);
        ask(c, owning(beat, tasks(0, 1)), version);
        ask(c, beat(group, "b", second.memberEpoch()), version);
        ask(c, owning(beat, tasks(0)), version);
        ask(c, owning(beat(group, "b", second.memberEpoch()), List.of()), version);
        ask(c, beat(group, "a", second.memberEpoch()), version);

        c.note("epochs");
        ask(c, beat(group, "a", 77), version);
        ask(c, beat(group, "a", second.memberEpoch() - 1), version);
        ask(c, owning(beat(group, "a", second.memberEpoch() - 1), tasks(0)), version);
        ask(c, beat(group, "nobody", 1), version);
        ask(c, beat(c.name("g"), "a", 1), version);

        c.note("one leaves, and asks all to end");
        ask(c, beat(group, "b", -1).setShutdownApplication(true), version);
        ask(c, beat(group, "b", -1), version);
        ask(c, beat(group, "a", second.memberEpoch()), version);
        refusals(c, version, orders);
        staticMember(c, version, topology);
    }

    private static void staticMember(Conversation c, int version, Topology topology)
            throws IOException {
        c.note("a static member");
        String group = c.group();
        StreamsGroupHeartbeatRequestData joining =
                joining(group, "s1", topology).setInstanceId("i");
        ask(c, joining, version);
        ask(c, joining.duplicate().setMemberId("s2"), version);
        ask(c, beat(group, "s1", -2).setInstanceId("i"), version);
        ask(c, joining.duplicate().setMemberId("s2"), version);
        ask(c, beat(group, "s1", 2).setInstanceId("i"), version);
        ask(c, beat(group, "s2", -1).setInstanceId("j"), version);
        ask(c, beat(group, "s2", -1).setInstanceId("i"), version);
    }

    private static void refusals(Conversation c, int version, String orders) throws IOException {
        String group = c.group();
        Topology plain = topology(orders, null);
        c.note("what cannot be meant");
        ask(c, joining("", "a", plain), version);
        ask(c, joining(group, "", plain), version);
        ask(c, joining(group, "a", plain).setRebalanceTimeoutMs(-1), version);
        ask(c, joining(group, "a", plain).setRackId(""), version);
        ask(c, joining(group, "a", plain).setInstanceId(""), version);
        ask(c, joining(group, "a", null), version);
        ask(c, joining(group, "a", plain).setActiveTasks(tasks(0)), version);
        ask(c, joining(group, "a", plain).setStandbyTasks(null), version);
        ask(c, joining(group, "a", plain).setMemberEpoch(5), version);
        ask(c, beat(group, "a", -3), version);
        ask(c, beat(group, "a", -2), version);
        c.note("topologies");
        ask(c, joining(group, "a", topology(c.name("missing"), null)), version);
        ask(c, joining(group, "b", topology("__consumer_offsets", null)), version);
        ask(c, joining(group, "b", topology("not/a/name", null)), version);
        ask(c, joining(group, "b", plain), version);
        Topology fixed = topology(orders, c.name("c"));
        fixed.subtopologies().getFirst().stateChangelogTopics().getFirst().setPartitions(2);
        ask(c, joining(c.group(), "a", fixed), version);
        Topology pattern = topology(orders, null);
        pattern.subtopologies().getFirst().setSourceTopicRegex(List.of("o.*"));
        ask(c, joining(c.group(), "a", pattern), version);
        Topology loop = topology(orders, null);
        loop.subtopologies()
                .getFirst()
                .setSourceTopics(List.of())
                .setRepartitionSourceTopics(List.of(new TopicInfo().setName("r")))
                .setRepartitionSinkTopics(List.of("r"));
        ask(c, joining(c.group(), "a", loop), version);
        String other = c.topic(3);
        Topology uneven = topology(orders, null);
        uneven.subtopologies()
                .getFirst()
                .setSourceTopics(List.of(orders, other))
                .setCopartitionGroups(
                        List.of(
                                new CopartitionGroup()
                                        .setSourceTopics(List.of((short) 0, (short) 1))));
        ask(c, joining(c.group(), "a", uneven), version);
    }

    static void describe(Conversation c, int version) throws IOException {
        String group = c.group();
        String orders = c.topic(2);
        Topology topology = topology(orders, null);
        StreamsGroupHeartbeatResponseData joined =
                c.prepare(
                        StreamsGroupHeartbeatResponseData.class,
                        joining(group, "a", topology)
                                .setRackId("r")
                                .setClientTags(
                                        List.of(new KeyValue().setKey("zone").setValue("z"))),
                        1);
        c.prepare(
                StreamsGroupHeartbeatResponseData.class,
                beat(group, "a", joined.memberEpoch())
                        .setTaskOffsets(
                                List.of(new TaskOffset().setSubtopologyId("0").setOffset(4)))
                        .setTaskEndOffsets(
                                List.of(new TaskOffset().setSubtopologyId("0").setOffset(9))),
                1);
        String classic = c.name("classic");
        StreamsGroupDescribeRequestData request =
                new StreamsGroupDescribeRequestData()
                        .setGroupIds(List.of(group, classic, c.name("none")))
                        .setIncludeAuthorizedOperations(true);
        c.ask(StreamsGroupDescribeResponseData.class, request, version);
        if (version >= 1) {
            c.ask(
                    StreamsGroupDescribeResponseData.class,
                    request.duplicate().setIncludeTopologyDescription(true),
                    version);
        }
        c.note("without a name");
        c.ask(
                StreamsGroupDescribeResponseData.class,
                new StreamsGroupDescribeRequestData().setGroupIds(List.of("")),
                version);
        c.prepare(StreamsGroupHeartbeatResponseData.class, beat(group, "a", -1), 1);
        c.note("everybody has left");
        c.ask(
                StreamsGroupDescribeResponseData.class,
                new StreamsGroupDescribeRequestData().setGroupIds(List.of(group)),
                version);
    }

    private static StreamsGroupHeartbeatResponseData ask(
            Conversation c, StreamsGroupHeartbeatRequestData request, int version)
            throws IOException {
        return c.ask(StreamsGroupHeartbeatResponseData.class, request, version);
    }

    /// One subtopology that reads one topic.
    private static Topology topology(String source, @Nullable String changelog) {
        return new Topology()
                .setEpoch(1)
                .setSubtopologies(
                        List.of(
                                new Subtopology()
                                        .setSubtopologyId("0")
                                        .setSourceTopics(List.of(source))
                                        .setStateChangelogTopics(
                                                changelog == null
                                                        ? List.of()
                                                        : List.of(
                                                                new TopicInfo()
                                                                        .setName(changelog)))));
    }

    private static StreamsGroupHeartbeatRequestData joining(
            String group, String member, @Nullable Topology topology) {
        return new StreamsGroupHeartbeatRequestData()
                .setGroupId(group)
                .setMemberId(member)
                .setMemberEpoch(0)
                .setRebalanceTimeoutMs(60_000)
                .setProcessId(member)
                .setTopology(topology)
                .setActiveTasks(List.of())
                .setStandbyTasks(List.of())
                .setWarmupTasks(List.of());
    }

    private static StreamsGroupHeartbeatRequestData beat(String group, String member, int epoch) {
        return new StreamsGroupHeartbeatRequestData()
                .setGroupId(group)
                .setMemberId(member)
                .setMemberEpoch(epoch);
    }

    private static StreamsGroupHeartbeatRequestData owning(
            StreamsGroupHeartbeatRequestData beat, List<TaskIds> active) {
        return beat.duplicate()
                .setActiveTasks(active)
                .setStandbyTasks(List.of())
                .setWarmupTasks(List.of());
    }

    private static List<TaskIds> tasks(Integer... partitions) {
        return List.of(new TaskIds().setSubtopologyId("0").setPartitions(List.of(partitions)));
    }
}

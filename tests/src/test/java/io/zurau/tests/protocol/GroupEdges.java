package io.zurau.tests.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Subscription;
import org.apache.kafka.clients.consumer.internals.ConsumerProtocol;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.DeleteGroupsRequestData;
import org.apache.kafka.common.message.DeleteGroupsResponseData;
import org.apache.kafka.common.message.DescribeGroupsRequestData;
import org.apache.kafka.common.message.DescribeGroupsResponseData;
import org.apache.kafka.common.message.FindCoordinatorRequestData;
import org.apache.kafka.common.message.FindCoordinatorResponseData;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.HeartbeatResponseData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocol;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocolCollection;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupRequestData.MemberIdentity;
import org.apache.kafka.common.message.LeaveGroupResponseData;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.message.OffsetDeleteRequestData;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestPartition;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestTopic;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestTopicCollection;
import org.apache.kafka.common.message.OffsetDeleteResponseData;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopic;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopics;
import org.apache.kafka.common.message.OffsetFetchResponseData;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupRequestData.SyncGroupRequestAssignment;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.protocol.ApiKeys;

/// Groups of several members, and requests about groups that are odd.
final class GroupEdges {
    private GroupEdges() {}

    private static JoinGroupRequestData join(String group, String member, String... protocols) {
        JoinGroupRequestProtocolCollection known = new JoinGroupRequestProtocolCollection();
        for (String protocol : protocols) {
            known.add(
                    new JoinGroupRequestProtocol()
                            .setName(protocol)
                            .setMetadata(("metadata of " + protocol).getBytes(UTF_8)));
        }
        return new JoinGroupRequestData()
                .setGroupId(group)
                .setMemberId(member)
                .setSessionTimeoutMs(30_000)
                .setRebalanceTimeoutMs(30_000)
                .setProtocolType("consumer")
                .setProtocols(known);
    }

    private static SyncGroupRequestData sync(
            String group, int generation, String member, String... assigned) {
        List<SyncGroupRequestAssignment> assignments = new ArrayList<>();
        for (String one : assigned) {
            assignments.add(
                    new SyncGroupRequestAssignment()
                            .setMemberId(one)
                            .setAssignment("assigned".getBytes(UTF_8)));
        }
        return new SyncGroupRequestData()
                .setGroupId(group)
                .setMemberId(member)
                .setGenerationId(generation)
                .setProtocolType("consumer")
                .setProtocolName("range")
                .setAssignments(assignments);
    }

    private static HeartbeatRequestData heartbeat(String group, int generation, String member) {
        return new HeartbeatRequestData()
                .setGroupId(group)
                .setMemberId(member)
                .setGenerationId(generation);
    }

    private static LeaveGroupRequestData leave(String group, MemberIdentity... members) {
        return new LeaveGroupRequestData().setGroupId(group).setMembers(List.of(members));
    }

    private static MemberIdentity member(String id) {
        return new MemberIdentity().setMemberId(id);
    }

    private static void describe(Conversation c, String group) throws IOException {
        c.ask(
                DescribeGroupsResponseData.class,
                new DescribeGroupsRequestData().setGroups(List.of(group)),
                5);
    }

    /// A joins first, then B; both are members of generation 2, where A leads.
    private record Pair(Conversation.Peer b, String a, String bId) {}

    private static Pair pair(Conversation c, String group) throws IOException {
        String a = c.ask(JoinGroupResponseData.class, join(group, "", "range"), 3).memberId();
        c.ask(SyncGroupResponseData.class, sync(group, 1, a, a), 3);
        Conversation.Peer b = c.peer("B");
        b.send(join(group, "", "range"), 3);
        awaitRebalance(c, group, 1, a);
        c.ask(JoinGroupResponseData.class, join(group, a, "range"), 3);
        String bId = b.answer(JoinGroupResponseData.class, ApiKeys.JOIN_GROUP, 3).memberId();
        return new Pair(b, a, bId);
    }

    private static void awaitRebalance(Conversation c, String group, int generation, String member)
            throws IOException {
        c.prepareUntil(
                HeartbeatResponseData.class,
                heartbeat(group, generation, member),
                3,
                answer -> answer.errorCode() == 27);
    }

    static void twoMembers(Conversation c) throws IOException {
        String group = c.group();
        Pair pair = pair(c, group);
        c.note("the follower syncs before the leader");
        pair.b.send(sync(group, 2, pair.bId), 3);
        c.prepareUntil(
                HeartbeatResponseData.class,
                heartbeat(group, 2, pair.a),
                3,
                answer -> answer.errorCode() == 0);
        c.ask(SyncGroupResponseData.class, sync(group, 2, pair.a, pair.a, pair.bId), 3);
        pair.b.answer(SyncGroupResponseData.class, ApiKeys.SYNC_GROUP, 3);
        describe(c, group);
        c.note("the old generation");
        c.ask(HeartbeatResponseData.class, heartbeat(group, 1, pair.a), 3);
        c.ask(SyncGroupResponseData.class, sync(group, 1, pair.a, pair.a), 3);
        c.note("a follower that joins again without a change");
        c.ask(JoinGroupResponseData.class, join(group, pair.bId, "range"), 3);
        c.note("the leader leaves");
        c.ask(LeaveGroupResponseData.class, leave(group, member(pair.a), member("nobody")), 4);
        c.ask(HeartbeatResponseData.class, heartbeat(group, 2, pair.bId), 3);
        c.ask(SyncGroupResponseData.class, sync(group, 2, pair.bId), 3);
        describe(c, group);
        c.ask(JoinGroupResponseData.class, join(group, pair.bId, "range"), 3);
        c.ask(SyncGroupResponseData.class, sync(group, 3, pair.bId), 3);
        describe(c, group);
        c.note("everyone leaves");
        c.ask(LeaveGroupResponseData.class, leave(group, member(pair.bId), member(pair.bId)), 4);
        describe(c, group);
        c.note("another kind of members");
        c.ask(JoinGroupResponseData.class, join(group, "", "x").setProtocolType("connect"), 3);
    }

    static void thirdMemberDuringSync(Conversation c) throws IOException {
        String group = c.group();
        Pair pair = pair(c, group);
        pair.b.send(sync(group, 2, pair.bId), 3);
        Conversation.Peer third = c.peer("C");
        c.prepareUntil(
                HeartbeatResponseData.class,
                heartbeat(group, 2, pair.a),
                3,
                answer -> answer.errorCode() == 0);
        third.send(join(group, "", "range"), 3);
        c.note("who waits for its assignment must join again");
        pair.b.answer(SyncGroupResponseData.class, ApiKeys.SYNC_GROUP, 3);
        c.ask(SyncGroupResponseData.class, sync(group, 2, pair.a, pair.a), 3);
        pair.b.send(join(group, pair.bId, "range"), 3);
        c.ask(JoinGroupResponseData.class, join(group, pair.a, "range"), 3);
        pair.b.answer(JoinGroupResponseData.class, ApiKeys.JOIN_GROUP, 3);
        third.answer(JoinGroupResponseData.class, ApiKeys.JOIN_GROUP, 3);
        describe(c, group);
    }

    static void staticMembers(Conversation c) throws IOException {
        String group = c.group();
        JoinGroupRequestData first = join(group, "", "range").setGroupInstanceId("one");
        String id = c.ask(JoinGroupResponseData.class, first, 9).memberId();
        c.ask(SyncGroupResponseData.class, sync(group, 1, id, id).setGroupInstanceId("one"), 5);
        describe(c, group);
        c.note("comes back without its id, and keeps its assignment");
        String newId = c.ask(JoinGroupResponseData.class, first, 9).memberId();
        c.ask(SyncGroupResponseData.class, sync(group, 1, newId).setGroupInstanceId("one"), 5);
        c.note("the old id is fenced");
        c.ask(HeartbeatResponseData.class, heartbeat(group, 1, id).setGroupInstanceId("one"), 4);
        c.ask(SyncGroupResponseData.class, sync(group, 1, id).setGroupInstanceId("one"), 5);
        c.ask(LeaveGroupResponseData.class, leave(group, member(id).setGroupInstanceId("one")), 5);
        c.ask(JoinGroupResponseData.class, first.duplicate().setMemberId(id), 9);
        c.note("to an old client, the old leader leads");
        String third = c.ask(JoinGroupResponseData.class, first, 5).memberId();
        c.ask(HeartbeatResponseData.class, heartbeat(group, 1, third).setGroupInstanceId("one"), 4);
        c.note("comes back with another protocol");
        JoinGroupRequestData changed = join(group, "", "sticky").setGroupInstanceId("one");
        JoinGroupResponseData rejoined = c.ask(JoinGroupResponseData.class, changed, 9);
        c.note("generation " + rejoined.generationId());
        c.note("removed by its instance id, and one that is unknown");
        c.ask(
                LeaveGroupResponseData.class,
                leave(
                        group,
                        member("").setGroupInstanceId("one"),
                        member("").setGroupInstanceId("two"),
                        member("nobody").setGroupInstanceId("one"),
                        member("nobody")),
                5);
        describe(c, group);
    }

    static void pendingMember(Conversation c) throws IOException {
        String group = c.group();
        String id = c.ask(JoinGroupResponseData.class, join(group, "", "range"), 4).memberId();
        describe(c, group);
        c.ask(HeartbeatResponseData.class, heartbeat(group, 0, id), 3);
        c.ask(HeartbeatResponseData.class, heartbeat(group, -1, id), 3);
        c.ask(SyncGroupResponseData.class, sync(group, 0, id), 3);
        c.ask(LeaveGroupResponseData.class, leave(group, member(id)), 4);
        c.ask(JoinGroupResponseData.class, join(group, id, "range"), 4);
        describe(c, group);
    }

    static void protocols(Conversation c) throws IOException {
        String group = c.group();
        String a =
                c.ask(JoinGroupResponseData.class, join(group, "", "range", "sticky"), 7)
                        .memberId();
        c.ask(JoinGroupResponseData.class, join(group, a, "range", "sticky"), 7);
        Conversation.Peer b = c.peer("B");
        b.send(join(group, "", "sticky", "other"), 3);
        awaitRebalance(c, group, 1, a);
        c.ask(JoinGroupResponseData.class, join(group, "", "range"), 3);
        c.ask(JoinGroupResponseData.class, join(group, "", "other"), 3);
        c.ask(JoinGroupResponseData.class, join(group, a, "range", "sticky"), 7);
        b.answer(JoinGroupResponseData.class, ApiKeys.JOIN_GROUP, 3);
        c.note("a sync for the wrong protocol");
        c.ask(
                SyncGroupResponseData.class,
                sync(group, 2, a, a).setProtocolType("consumer").setProtocolName("range"),
                5);
        c.ask(
                SyncGroupResponseData.class,
                sync(group, 2, a, a).setProtocolType("connect").setProtocolName("sticky"),
                5);
        c.ask(
                SyncGroupResponseData.class,
                sync(group, 2, a, a).setProtocolType(null).setProtocolName("sticky"),
                5);
        c.ask(
                SyncGroupResponseData.class,
                sync(group, 2, a, a).setProtocolType("consumer").setProtocolName(null),
                5);
        c.ask(SyncGroupResponseData.class, sync(group, 2, a, a).setProtocolName("sticky"), 5);
        describe(c, group);
        c.note("no protocol, no type");
        c.ask(JoinGroupResponseData.class, join(c.name("g"), "", "x").setProtocolType(""), 3);
        c.ask(JoinGroupResponseData.class, join(c.name("g"), ""), 3);
        c.ask(JoinGroupResponseData.class, join(c.name("g"), ""), 7);
    }

    static void sessionTimeouts(Conversation c) throws IOException {
        for (int timeoutMs : new int[] {0, -1, 5_999, 6_000, 1_800_000, 1_800_001}) {
            c.note(timeoutMs + " ms");
            c.ask(
                    JoinGroupResponseData.class,
                    join(c.name("g"), "", "range").setSessionTimeoutMs(timeoutMs),
                    3);
        }
        c.note("rebalance timeouts");
        for (int timeoutMs : new int[] {-1, 0, 1}) {
            c.ask(
                    JoinGroupResponseData.class,
                    join(c.name("g"), "", "range").setRebalanceTimeoutMs(timeoutMs),
                    3);
        }
    }

    private static OffsetCommitRequestData commit(
            String group, int generation, String member, String topic, long offset) {
        return new OffsetCommitRequestData()
                .setGroupId(group)
                .setMemberId(member)
                .setGenerationIdOrMemberEpoch(generation)
                .setTopics(List.of(topic(topic, partition(0, offset))));
    }

    private static OffsetCommitRequestTopic topic(
            String name, OffsetCommitRequestPartition... partitions) {
        return new OffsetCommitRequestTopic().setName(name).setPartitions(List.of(partitions));
    }

    private static OffsetCommitRequestPartition partition(int index, long offset) {
        return new OffsetCommitRequestPartition()
                .setPartitionIndex(index)
                .setCommittedOffset(offset)
                .setCommittedMetadata("");
    }

    static void commitsOfMembers(Conversation c) throws IOException {
        String topic = c.topic(1);
        String group = c.group();
        String a = c.ask(JoinGroupResponseData.class, join(group, "", "range"), 3).memberId();
        c.note("while the rebalance completes");
        c.ask(OffsetCommitResponseData.class, commit(group, 1, a, topic, 5), 8);
        c.ask(SyncGroupResponseData.class, sync(group, 1, a, a), 3);
        c.note("stable");
        for (int version : new int[] {2, 5, 8, 9}) {
            c.ask(OffsetCommitResponseData.class, commit(group, 1, a, topic, 5), version);
            c.ask(OffsetCommitResponseData.class, commit(group, 2, a, topic, 5), version);
            c.ask(OffsetCommitResponseData.class, commit(group, 0, a, topic, 5), version);
            c.ask(OffsetCommitResponseData.class, commit(group, -1, a, topic, 5), version);
            c.ask(OffsetCommitResponseData.class, commit(group, -1, "", topic, 5), version);
            c.ask(OffsetCommitResponseData.class, commit(group, 1, "", topic, 5), version);
            c.ask(OffsetCommitResponseData.class, commit(group, 1, "nobody", topic, 5), version);
        }
        c.ask(
                OffsetCommitResponseData.class,
                commit(group, 1, a, topic, 5).setGroupInstanceId("unknown"),
                8);
        c.note("while a rebalance is prepared");
        Conversation.Peer b = c.peer("B");
        b.send(join(group, "", "range"), 3);
        awaitRebalance(c, group, 1, a);
        c.ask(OffsetCommitResponseData.class, commit(group, 1, a, topic, 6), 8);
        c.ask(OffsetCommitResponseData.class, commit(group, -1, "", topic, 6), 8);
        c.ask(LeaveGroupResponseData.class, leave(group, member(a)), 4);
        String bId = b.answer(JoinGroupResponseData.class, ApiKeys.JOIN_GROUP, 3).memberId();
        c.ask(LeaveGroupResponseData.class, leave(group, member(bId)), 4);
        c.note("empty again");
        c.ask(OffsetCommitResponseData.class, commit(group, 1, a, topic, 7), 8);
        c.ask(OffsetCommitResponseData.class, commit(group, 3, "", topic, 7), 8);
        c.ask(OffsetCommitResponseData.class, commit(group, -1, "", topic, 7), 8);
        c.ask(OffsetCommitResponseData.class, commit(group, -1, "someone", topic, 8), 8);
        fetchAll(c, group);
        c.note("fetched by members");
        for (int version : new int[] {8, 9}) {
            OffsetFetchRequestData request = all(group);
            if (version == 9) {
                request.groups().getFirst().setMemberId(a).setMemberEpoch(1);
            }
            c.ask(OffsetFetchResponseData.class, request, version);
        }
    }

    private static OffsetFetchRequestData all(String group) {
        return new OffsetFetchRequestData()
                .setGroups(
                        List.of(new OffsetFetchRequestGroup().setGroupId(group).setTopics(null)));
    }

    private static void fetchAll(Conversation c, String group) throws IOException {
        c.ask(OffsetFetchResponseData.class, all(group), 8);
    }

    static void oddCommits(Conversation c) throws IOException {
        String topic = c.topic(3);
        String group = c.group();
        OffsetCommitRequestData many =
                new OffsetCommitRequestData()
                        .setGroupId(group)
                        .setTopics(
                                List.of(
                                        topic(
                                                topic,
                                                partition(0, 1),
                                                partition(7, 1),
                                                partition(1, -1),
                                                partition(2, -5),
                                                partition(0, 4)),
                                        topic("no-such-topic", partition(0, 1)),
                                        topic(topic, partition(2, 9)),
                                        topic("what?", partition(0, 1)),
                                        topic("", partition(0, 1))));
        for (int version : new int[] {2, 8}) {
            c.ask(OffsetCommitResponseData.class, many, version);
            fetchAll(c, group);
        }
        c.note("nothing");
        c.ask(OffsetCommitResponseData.class, many.duplicate().setTopics(List.of()), 8);
        c.ask(
                OffsetCommitResponseData.class,
                new OffsetCommitRequestData().setGroupId(group).setTopics(List.of(topic(topic))),
                8);
        c.note("an epoch and a text");
        OffsetCommitRequestPartition detailed =
                partition(0, 11).setCommittedLeaderEpoch(3).setCommittedMetadata("x".repeat(4096));
        c.ask(
                OffsetCommitResponseData.class,
                new OffsetCommitRequestData()
                        .setGroupId(group)
                        .setTopics(List.of(topic(topic, detailed))),
                8);
        fetchAll(c, group);
        c.note("one character too many");
        detailed.setCommittedMetadata("x".repeat(4097));
        c.ask(
                OffsetCommitResponseData.class,
                new OffsetCommitRequestData()
                        .setGroupId(group)
                        .setTopics(List.of(topic(topic, detailed))),
                8);
        c.note("the group without a name");
        for (int version : new int[] {2, 8, 9}) {
            c.ask(OffsetCommitResponseData.class, commit("", -1, "", topic, 3), version);
            c.ask(OffsetCommitResponseData.class, commit("", 1, "a", topic, 3), version);
        }
        fetchAll(c, "");
        c.note("with an expiry of its own");
        c.ask(
                OffsetCommitResponseData.class,
                commit(group, -1, "", topic, 21).setRetentionTimeMs(3_600_000),
                4);
        fetchAll(c, group);
        c.note("the topic without a name or an id");
        c.ask(
                OffsetCommitResponseData.class,
                new OffsetCommitRequestData()
                        .setGroupId(group)
                        .setTopics(
                                List.of(
                                        new OffsetCommitRequestTopic()
                                                .setTopicId(Uuid.ZERO_UUID)
                                                .setPartitions(List.of(partition(0, 1))))),
                10);
    }

    static void oddFetches(Conversation c) throws IOException {
        String topic = c.topic(2);
        String group = c.group();
        c.ask(OffsetCommitResponseData.class, commit(group, -1, "", topic, 3), 8);
        for (int version : new int[] {1, 2, 5, 7}) {
            c.ask(
                    OffsetFetchResponseData.class,
                    new OffsetFetchRequestData().setGroupId(group).setTopics(List.of()),
                    version);
            c.ask(
                    OffsetFetchResponseData.class,
                    new OffsetFetchRequestData()
                            .setGroupId(group)
                            .setTopics(
                                    List.of(
                                            new OffsetFetchRequestTopic().setName(topic),
                                            new OffsetFetchRequestTopic()
                                                    .setName("")
                                                    .setPartitionIndexes(List.of(0)),
                                            new OffsetFetchRequestTopic()
                                                    .setName(topic)
                                                    .setPartitionIndexes(List.of(0, 0, -1)))),
                    version);
            c.ask(
                    OffsetFetchResponseData.class,
                    new OffsetFetchRequestData()
                            .setGroupId("")
                            .setTopics(
                                    List.of(
                                            new OffsetFetchRequestTopic()
                                                    .setName(topic)
                                                    .setPartitionIndexes(List.of(1)))),
                    version);
        }
        for (int version : new int[] {8, 9, 10}) {
            c.note("no groups, the same twice, one without a name");
            c.ask(OffsetFetchResponseData.class, new OffsetFetchRequestData(), version);
            OffsetFetchRequestGroup one =
                    new OffsetFetchRequestGroup().setGroupId(group).setTopics(List.of());
            c.ask(
                    OffsetFetchResponseData.class,
                    new OffsetFetchRequestData()
                            .setGroups(
                                    List.of(
                                            one,
                                            one.duplicate(),
                                            one.duplicate().setGroupId(""),
                                            one.duplicate().setTopics(null))),
                    version);
        }
        c.note("an id of nothing");
        c.ask(
                OffsetFetchResponseData.class,
                new OffsetFetchRequestData()
                        .setGroups(
                                List.of(
                                        new OffsetFetchRequestGroup()
                                                .setGroupId(group)
                                                .setTopics(
                                                        List.of(
                                                                new OffsetFetchRequestTopics()
                                                                        .setPartitionIndexes(
                                                                                List.of(0)))))),
                10);
    }

    static void deleting(Conversation c) throws IOException {
        String mine = c.topic(1);
        String other = c.topic(1);
        String group = c.group();
        c.ask(OffsetCommitResponseData.class, commit(group, -1, "", mine, 3), 8);
        c.ask(OffsetCommitResponseData.class, commit(group, -1, "", other, 3), 8);
        ByteBuffer subscription =
                ConsumerProtocol.serializeSubscription(new Subscription(List.of(mine)));
        JoinGroupRequestData join = join(group, "", "range");
        byte[] metadata = new byte[subscription.remaining()];
        subscription.get(metadata);
        join.protocols().find("range").setMetadata(metadata);
        String a = c.ask(JoinGroupResponseData.class, join, 3).memberId();
        c.ask(SyncGroupResponseData.class, sync(group, 1, a, a), 3);
        c.note("a topic that is subscribed to, one that is not, one that is nowhere");
        OffsetDeleteRequestData delete =
                new OffsetDeleteRequestData()
                        .setGroupId(group)
                        .setTopics(new OffsetDeleteRequestTopicCollection());
        for (String topic : List.of(mine, other, "no-such-topic")) {
            delete.topics()
                    .add(
                            new OffsetDeleteRequestTopic()
                                    .setName(topic)
                                    .setPartitions(
                                            List.of(
                                                    new OffsetDeleteRequestPartition()
                                                            .setPartitionIndex(0),
                                                    new OffsetDeleteRequestPartition()
                                                            .setPartitionIndex(3))));
        }
        c.ask(OffsetDeleteResponseData.class, delete, 0);
        fetchAll(c, group);
        c.ask(OffsetDeleteResponseData.class, new OffsetDeleteRequestData().setGroupId(group), 0);
        c.ask(OffsetDeleteResponseData.class, delete.duplicate().setGroupId(""), 0);
        c.note("members that are no consumers");
        String foreign = c.group();
        String b =
                c.ask(
                                JoinGroupResponseData.class,
                                join(foreign, "", "x").setProtocolType("connect"),
                                3)
                        .memberId();
        c.ask(OffsetDeleteResponseData.class, delete.duplicate().setGroupId(foreign), 0);
        c.ask(SyncGroupResponseData.class, sync(foreign, 1, b, b), 3);
        c.ask(OffsetDeleteResponseData.class, delete.duplicate().setGroupId(foreign), 0);
        describe(c, foreign);
        c.note("groups");
        c.ask(
                DeleteGroupsResponseData.class,
                new DeleteGroupsRequestData()
                        .setGroupsNames(List.of(group, "no-such-group", foreign, "", "")),
                2);
        c.ask(LeaveGroupResponseData.class, leave(group, member(a)), 4);
        c.ask(
                DeleteGroupsResponseData.class,
                new DeleteGroupsRequestData().setGroupsNames(List.of(group, group)),
                2);
        c.ask(DeleteGroupsResponseData.class, new DeleteGroupsRequestData(), 2);
        fetchAll(c, group);
    }

    static void oddCoordinators(Conversation c) throws IOException {
        c.group();
        c.ask(FindCoordinatorResponseData.class, new FindCoordinatorRequestData(), 4);
        c.ask(
                FindCoordinatorResponseData.class,
                new FindCoordinatorRequestData().setCoordinatorKeys(List.of("a", "a")),
                4);
        c.note("of a share group whose key is none");
        for (int version : new int[] {4, 5, 6}) {
            FindCoordinatorResponseData answer =
                    c.prepare(
                            FindCoordinatorResponseData.class,
                            new FindCoordinatorRequestData()
                                    .setKeyType((byte) 2)
                                    .setCoordinatorKeys(List.of("none")),
                            version);
            c.note("error " + answer.coordinators().getFirst().errorCode());
        }
        c.askAlone(new FindCoordinatorRequestData().setKeyType((byte) -1).setKey("a"), 2);
    }
}

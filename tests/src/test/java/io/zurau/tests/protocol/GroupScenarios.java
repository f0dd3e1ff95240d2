package io.zurau.tests.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.List;
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
import org.apache.kafka.common.message.ListGroupsRequestData;
import org.apache.kafka.common.message.ListGroupsResponseData;
import org.apache.kafka.common.message.OffsetDeleteRequestData;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestPartition;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestTopic;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestTopicCollection;
import org.apache.kafka.common.message.OffsetDeleteResponseData;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupRequestData.SyncGroupRequestAssignment;
import org.apache.kafka.common.message.SyncGroupResponseData;

/// What is asked about consumer groups and their members.
final class GroupScenarios {
    private GroupScenarios() {}

    static void findCoordinator(Conversation c, int version) throws IOException {
        String group = c.group();
        if (version < 4) {
            c.ask(
                    FindCoordinatorResponseData.class,
                    new FindCoordinatorRequestData().setKey(group),
                    version);
            if (version >= 1) {
                c.note("of an unknown kind");
                c.askAlone(
                        new FindCoordinatorRequestData().setKey(group).setKeyType((byte) 7),
                        version);
            }
            c.note("without a name");
            c.ask(
                    FindCoordinatorResponseData.class,
                    new FindCoordinatorRequestData().setKey(""),
                    version);
        } else {
            c.ask(
                    FindCoordinatorResponseData.class,
                    new FindCoordinatorRequestData().setCoordinatorKeys(List.of(group, "another")),
                    version);
            c.note("of an unknown kind");
            c.askAlone(
                    new FindCoordinatorRequestData()
                            .setCoordinatorKeys(List.of(group))
                            .setKeyType((byte) 7),
                    version);
            c.note("without a name");
            c.ask(
                    FindCoordinatorResponseData.class,
                    new FindCoordinatorRequestData().setCoordinatorKeys(List.of("")),
                    version);
        }
    }

    static void joinGroup(Conversation c, int version) throws IOException {
        String group = c.group();
        c.note("first contact");
        JoinGroupResponseData joined =
                c.ask(JoinGroupResponseData.class, join(version, group, ""), version);
        if (joined.errorCode() != 0) {
            c.note("with the member id that was given");
            joined =
                    c.ask(
                            JoinGroupResponseData.class,
                            join(version, group, joined.memberId()),
                            version);
        }
        c.note("generation " + joined.generationId());
        c.note("refused");
        c.ask(JoinGroupResponseData.class, join(version, group, "nobody"), version);
        c.ask(JoinGroupResponseData.class, join(version, "", ""), version);
        c.ask(
                JoinGroupResponseData.class,
                join(version, c.name("g"), "").setSessionTimeoutMs(1),
                version);
        c.ask(
                JoinGroupResponseData.class,
                join(version, group, "").setProtocolType("connect"),
                version);
        c.ask(
                JoinGroupResponseData.class,
                join(version, group, "").setProtocols(protocols("other", "x")),
                version);
        c.ask(
                JoinGroupResponseData.class,
                join(version, c.name("g"), "").setProtocols(protocols()),
                version);
        if (version >= 5) {
            c.note("static");
            JoinGroupRequestData first = join(version, c.group(), "").setGroupInstanceId("one");
            JoinGroupResponseData before = c.ask(JoinGroupResponseData.class, first, version);
            c.note("comes back without its id");
            JoinGroupResponseData after = c.ask(JoinGroupResponseData.class, first, version);
            c.note(before.memberId().equals(after.memberId()) ? "same id" : "new id");
            c.note("the old id is fenced");
            c.ask(
                    JoinGroupResponseData.class,
                    first.duplicate().setMemberId(before.memberId()),
                    version);
        }
    }

    static JoinGroupRequestData join(int version, String group, String member) {
        JoinGroupRequestData request =
                new JoinGroupRequestData()
                        .setGroupId(group)
                        .setMemberId(member)
                        .setSessionTimeoutMs(30_000)
                        .setProtocolType("consumer")
                        .setProtocols(protocols("range", "metadata"));
        return version >= 1 ? request.setRebalanceTimeoutMs(30_000) : request;
    }

    private static JoinGroupRequestProtocolCollection protocols(String... namesAndMetadata) {
        JoinGroupRequestProtocolCollection protocols = new JoinGroupRequestProtocolCollection();
        for (int i = 0; i < namesAndMetadata.length; i += 2) {
            protocols.add(
                    new JoinGroupRequestProtocol()
                            .setName(namesAndMetadata[i])
                            .setMetadata(namesAndMetadata[i + 1].getBytes(UTF_8)));
        }
        return protocols;
    }

    /// A group's only member in generation 1, its leader, that has not synced yet.
    private static String onlyMember(Conversation c, String group) throws IOException {
        JoinGroupRequestData request = join(3, group, "");
        JoinGroupResponseData answer = c.prepare(JoinGroupResponseData.class, request, 3);
        if (answer.errorCode() != 0 || answer.generationId() != 1) {
            throw new AssertionError("Joined with " + answer);
        }
        return answer.memberId();
    }

    /// The same, synced: the group is stable.
    private static String stableMember(Conversation c, String group) throws IOException {
        String member = onlyMember(c, group);
        c.prepare(SyncGroupResponseData.class, sync(3, group, member, 1), 3);
        return member;
    }

    static void syncGroup(Conversation c, int version) throws IOException {
        String group = c.group();
        String member = onlyMember(c, group);
        c.note("refused");
        c.ask(SyncGroupResponseData.class, sync(version, group, "nobody", 1), version);
        c.ask(SyncGroupResponseData.class, sync(version, group, member, 7), version);
        c.ask(SyncGroupResponseData.class, sync(version, c.name("g"), member, 1), version);
        c.ask(SyncGroupResponseData.class, sync(version, "", member, 1), version);
        if (version >= 5) {
            c.ask(
                    SyncGroupResponseData.class,
                    sync(version, group, member, 1).setProtocolName("other"),
                    version);
        }
        c.note("accepted, and again");
        c.ask(SyncGroupResponseData.class, sync(version, group, member, 1), version);
        c.ask(SyncGroupResponseData.class, sync(version, group, member, 1), version);
    }

    private static SyncGroupRequestData sync(
            int version, String group, String member, int generation) {
        SyncGroupRequestData request =
                new SyncGroupRequestData()
                        .setGroupId(group)
                        .setMemberId(member)
                        .setGenerationId(generation)
                        .setAssignments(
                                List.of(
                                        new SyncGroupRequestAssignment()
                                                .setMemberId(member)
                                                .setAssignment("yours".getBytes(UTF_8))));
        return version >= 5
                ? request.setProtocolType("consumer").setProtocolName("range")
                : request;
    }

    static void heartbeat(Conversation c, int version) throws IOException {
        String group = c.group();
        String member = onlyMember(c, group);
        c.note("before the sync");
        c.ask(HeartbeatResponseData.class, heartbeat(group, member, 1), version);
        c.prepare(SyncGroupResponseData.class, sync(3, group, member, 1), 3);
        c.note("after it");
        c.ask(HeartbeatResponseData.class, heartbeat(group, member, 1), version);
        c.ask(HeartbeatResponseData.class, heartbeat(group, member, 2), version);
        c.ask(HeartbeatResponseData.class, heartbeat(group, "nobody", 1), version);
        c.ask(HeartbeatResponseData.class, heartbeat(c.name("g"), member, 1), version);
        c.ask(HeartbeatResponseData.class, heartbeat("", member, 1), version);
        if (version >= 3) {
            c.ask(
                    HeartbeatResponseData.class,
                    heartbeat(group, member, 1).setGroupInstanceId("unknown"),
                    version);
        }
    }

    private static HeartbeatRequestData heartbeat(String group, String member, int generation) {
        return new HeartbeatRequestData()
                .setGroupId(group)
                .setMemberId(member)
                .setGenerationId(generation);
    }

    static void leaveGroup(Conversation c, int version) throws IOException {
        String group = c.group();
        String member = stableMember(c, group);
        c.ask(LeaveGroupResponseData.class, leave(version, group, "nobody"), version);
        c.ask(LeaveGroupResponseData.class, leave(version, c.name("g"), member), version);
        c.ask(LeaveGroupResponseData.class, leave(version, "", member), version);
        c.ask(LeaveGroupResponseData.class, leave(version, group, member), version);
        c.note("again");
        c.ask(LeaveGroupResponseData.class, leave(version, group, member), version);
        if (version >= 3) {
            c.note("by instance id");
            c.ask(
                    LeaveGroupResponseData.class,
                    new LeaveGroupRequestData()
                            .setGroupId(group)
                            .setMembers(
                                    List.of(
                                            new MemberIdentity()
                                                    .setMemberId("")
                                                    .setGroupInstanceId("unknown"))),
                    version);
        }
        c.ask(DescribeGroupsResponseData.class, describe(group), 4);
    }

    private static LeaveGroupRequestData leave(int version, String group, String member) {
        LeaveGroupRequestData request = new LeaveGroupRequestData().setGroupId(group);
        return version >= 3
                ? request.setMembers(List.of(new MemberIdentity().setMemberId(member)))
                : request.setMemberId(member);
    }

    static void describeGroups(Conversation c, int version) throws IOException {
        String group = c.group();
        String member = onlyMember(c, group);
        c.note("completing its rebalance");
        c.ask(DescribeGroupsResponseData.class, describe(group), version);
        c.prepare(SyncGroupResponseData.class, sync(3, group, member, 1), 3);
        c.note("stable");
        c.ask(DescribeGroupsResponseData.class, describe(group), version);
        if (version >= 3) {
            c.ask(
                    DescribeGroupsResponseData.class,
                    describe(group).setIncludeAuthorizedOperations(true),
                    version);
        }
        c.note("empty");
        c.prepare(LeaveGroupResponseData.class, leave(0, group, member), 0);
        c.ask(DescribeGroupsResponseData.class, describe(group), version);
        c.note("unknown");
        c.ask(DescribeGroupsResponseData.class, describe("no-such-group"), version);
        c.ask(DescribeGroupsResponseData.class, describe(""), version);
    }

    private static DescribeGroupsRequestData describe(String group) {
        return new DescribeGroupsRequestData().setGroups(List.of(group));
    }

    static void listGroups(Conversation c, int version) throws IOException {
        String group = c.group();
        stableMember(c, group);
        listed(c, version, group, new ListGroupsRequestData());
        if (version >= 4) {
            for (String state : List.of("Stable", "stable", "Empty", "nonsense")) {
                c.note(state);
                ListGroupsRequestData request = new ListGroupsRequestData();
                listed(c, version, group, request.setStatesFilter(List.of(state)));
            }
        }
        if (version >= 5) {
            for (String type : List.of("classic", "consumer", "Classic", "nonsense")) {
                c.note(type);
                ListGroupsRequestData request = new ListGroupsRequestData();
                listed(c, version, group, request.setTypesFilter(List.of(type)));
            }
        }
    }

    private static void listed(
            Conversation c, int version, String group, ListGroupsRequestData request)
            throws IOException {
        ListGroupsResponseData answer = c.prepare(ListGroupsResponseData.class, request, version);
        c.note("    error " + answer.errorCode());
        answer.groups().stream()
                .filter(listed -> listed.groupId().equals(group))
                .forEach(listed -> c.note("    " + listed));
    }

    static void deleteGroups(Conversation c, int version) throws IOException {
        String group = c.group();
        String member = stableMember(c, group);
        c.note("with a member");
        c.ask(DeleteGroupsResponseData.class, delete(group), version);
        c.prepare(LeaveGroupResponseData.class, leave(0, group, member), 0);
        c.note("empty, and again");
        c.ask(DeleteGroupsResponseData.class, delete(group), version);
        c.ask(DeleteGroupsResponseData.class, delete(group), version);
        c.ask(DeleteGroupsResponseData.class, delete(""), version);
    }

    private static DeleteGroupsRequestData delete(String group) {
        return new DeleteGroupsRequestData().setGroupsNames(List.of(group));
    }

    static void offsetDelete(Conversation c, int version) throws IOException {
        String topic = c.topic(2);
        String group = c.group();
        c.note("unknown group");
        c.ask(OffsetDeleteResponseData.class, deleteOffset(c.name("g"), topic, 0), version);
        OffsetScenarios.commit(c, group, topic, 5);
        c.note("there, and again");
        c.ask(OffsetDeleteResponseData.class, deleteOffset(group, topic, 0), version);
        c.ask(OffsetDeleteResponseData.class, deleteOffset(group, topic, 0), version);
        c.ask(OffsetDeleteResponseData.class, deleteOffset(group, topic, 9), version);
        c.ask(OffsetDeleteResponseData.class, deleteOffset(group, "no-such-topic", 0), version);
        c.note("what is left");
        OffsetScenarios.committed(c, 1, group, topic, Uuid.ZERO_UUID);
    }

    private static OffsetDeleteRequestData deleteOffset(String group, String topic, int partition) {
        OffsetDeleteRequestTopicCollection topics = new OffsetDeleteRequestTopicCollection();
        topics.add(
                new OffsetDeleteRequestTopic()
                        .setName(topic)
                        .setPartitions(
                                List.of(
                                        new OffsetDeleteRequestPartition()
                                                .setPartitionIndex(partition))));
        return new OffsetDeleteRequestData().setGroupId(group).setTopics(topics);
    }
}

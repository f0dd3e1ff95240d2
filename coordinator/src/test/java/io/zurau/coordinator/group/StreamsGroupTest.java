package io.zurau.coordinator.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.coordinator.Reply;
import io.zurau.coordinator.group.kind.Group;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.message.DeleteGroupsResponse.DeletableGroupResult;
import io.zurau.protocol.message.StreamsGroupDescribeResponse.DescribedGroup;
import io.zurau.protocol.message.StreamsGroupHeartbeatRequest;
import io.zurau.protocol.message.StreamsGroupHeartbeatRequest.Endpoint;
import io.zurau.protocol.message.StreamsGroupHeartbeatRequest.Subtopology;
import io.zurau.protocol.message.StreamsGroupHeartbeatRequest.TaskIds;
import io.zurau.protocol.message.StreamsGroupHeartbeatRequest.TaskOffset;
import io.zurau.protocol.message.StreamsGroupHeartbeatResponse;
import io.zurau.protocol.message.StreamsGroupHeartbeatResponse.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class StreamsGroupTest {
    private static List<TaskIds> tasks(String subtopology, Integer... partitions) {
        return List.of(
                TaskIds.builder()
                        .subtopologyId(subtopology)
                        .partitions(List.of(partitions))
                        .build());
    }

    @Test
    void aFirstMemberGetsTasksOnceTheInternalTopicsAreMade() {
        StreamsScript script = StreamsScript.quick(0).topic("orders", 2);

        script.join("a");
        script.topic("repartition", 2).topic("changelog", 2);
        script.obey("a");
        script.obey("a");

        assertThat(script.text())
                .isEqualTo(
                        """
                        > a joins
                          log: MemberMetadata
                          log: Topology
                          log: group at epoch 2, valid -1
                          log: target of a /
                          log: TargetAssignmentMetadata at epoch 2
                          log: a is at 2, state 1, has /, gives up /
                          epoch 2; active none, standby none; status 3 Internal topics are missing: changelog, repartition; make changelog repartition
                        > a at epoch 2, owns /
                          log: group at epoch 3, valid 1
                          log: target of a 0[0, 1] 1[0, 1]/
                          log: TargetAssignmentMetadata at epoch 3
                          log: a is at 3, state 1, has 0[0, 1] 1[0, 1]/, gives up /
                          epoch 3; active 0[0, 1] 1[0, 1], standby none
                        > a at epoch 3, owns 0[0, 1] 1[0, 1]/
                          epoch 3
                        """);
    }

    @Test
    void aSecondMemberGetsATaskWhenTheFirstHasGivenItUp() {
        StreamsScript script = StreamsScript.quick(0).allTopics(1);
        script.join("a");
        script.obey("a");
        script.quietly();

        script.join("b");
        script.obey("a");
        script.obey("b");
        script.obey("a");
        script.obey("b");

        assertThat(script.text())
                .isEqualTo(
                        """
                        > b joins
                          log: MemberMetadata
                          log: group at epoch 3, valid 1
                          log: target of a 0[0]/
                          log: target of b 1[0]/
                          log: TargetAssignmentMetadata at epoch 3
                          log: b is at 3, state 3, has /, gives up /
                          epoch 3; active none, standby none
                        > a at epoch 2, owns 0[0] 1[0]/
                          log: a is at 2, state 2, has 0[0]/, gives up 1[0]/
                          epoch 2; active 0[0], standby none
                        > b at epoch 3, owns /
                          log: b is at 3, state 3, has /, gives up /
                          epoch 3
                        > a at epoch 2, owns 0[0]/
                          log: a is at 3, state 1, has 0[0]/, gives up /
                          epoch 3
                        > b at epoch 3, owns /
                          log: b is at 3, state 1, has 1[0]/, gives up /
                          epoch 3; active 1[0], standby none
                        """);
    }

    @Test
    void aStandbyTakesOverWhatASilentMemberRan() {
        StreamsScript script = StreamsScript.quick(1).allTopics(1);
        script.join("a");
        script.join("b");
        for (int i = 0; i < 3; i++) {
            script.obey("a");
            script.obey("b");
        }
        script.pass(30_000);
        script.obey("b");
        script.quietly();

        script.pass(20_000);
        script.obey("b");

        assertThat(script.text())
                .isEqualTo(
                        """
                        > 20000 ms pass
                          log: a is removed
                          log: target of a removed
                          log: MemberMetadata removed
                          log: group at epoch 4, valid 1
                        > b at epoch 3, owns 1[0]/
                          log: target of b 0[0] 1[0]/
                          log: TargetAssignmentMetadata at epoch 4
                          log: b is at 4, state 1, has 0[0] 1[0]/, gives up /
                          epoch 4; active 0[0] 1[0], standby none
                        """);
    }

    @Test
    void whatIsStoredIsAllThatANewCoordinatorNeeds() {
        StreamsScript script = StreamsScript.quick(0).allTopics(1);
        script.join("a");
        script.join("b");
        script.obey("a");
        DescribedGroup before = script.describe();

        StreamsScript reloaded = script.reloaded();

        assertThat(reloaded.describe().toBuilder().topology(null).build())
                .isEqualTo(before.toBuilder().topology(null).build());
        reloaded.obey("a");
        reloaded.obey("b");
        assertThat(reloaded.describe()).isNotEqualTo(before);
        assertThat(reloaded.describe().groupState()).isEqualTo("Stable");
        // Silent members go, whoever coordinates.
        reloaded.pass(50_000);
        assertThat(reloaded.describe().members()).isEmpty();
        assertThat(reloaded.describe().groupState()).isEqualTo("Empty");
    }

    @Test
    void aNewGroupWaitsForFurtherMembers() {
        StreamsScript script = new StreamsScript(DefaultGroupConfigs.ALL).allTopics(2);

        script.join("a");
        script.pass(2_000);
        script.join("b");
        script.pass(1_000);
        script.obey("a");
        script.obey("b");

        assertThat(script.text())
                .contains(
                        """
                        > a joins
                          log: MemberMetadata
                          log: Topology
                          log: group at epoch 2, valid 1
                          log: a is at 1, state 1, has /, gives up /
                          epoch 1; active none, standby none; status 5 Assignment delayed due to the configured initial rebalance delay.
                        """)
                .endsWith(
                        """
                        > 1000 ms pass
                          log: target of a 0[0] 1[0]/
                          log: target of b 0[1] 1[1]/
                          log: TargetAssignmentMetadata at epoch 3
                        > a at epoch 1, owns /
                          log: a is at 3, state 1, has 0[0] 1[0]/, gives up /
                          epoch 3; active 0[0] 1[0], standby none
                        > b at epoch 1, owns /
                          log: b is at 3, state 1, has 0[1] 1[1]/, gives up /
                          epoch 3; active 0[1] 1[1], standby none
                        """);
    }

    @Test
    void targetsAreNotMadeTooOften() {
        StreamsScript script = new StreamsScript(DefaultGroupConfigs.ALL).allTopics(2);
        script.join("a");
        script.pass(3_000);
        script.quietly();

        script.join("b");
        script.pass(1_000);
        script.beat("b");

        assertThat(script.text())
                .contains("status 5 Assignment delayed due to the configured assignment interval.")
                .endsWith("epoch 3; active 0[1] 1[1], standby none\n");
    }

    @Test
    void aClockThatWentBackDelaysNoTarget() {
        StreamsScript script = new StreamsScript(DefaultGroupConfigs.ALL).allTopics(2);
        script.join("a");
        script.pass(3_000);
        script.pass(-60_000);

        script.join("b");

        assertThat(script.describe().assignmentEpoch()).isEqualTo(script.describe().groupEpoch());
    }

    @Test
    void whoWaitsIsToldToAskSoon() {
        StreamsScript script = StreamsScript.quick(0).topic("orders", 1);
        assertThat(script.join("a").heartbeatIntervalMs()).isEqualTo(200);
        script.topic("repartition", 1).topic("changelog", 1);
        assertThat(script.obey("a").heartbeatIntervalMs()).isEqualTo(500);
        assertThat(script.join("b").heartbeatIntervalMs()).isEqualTo(200);

        StreamsScript set =
                new StreamsScript(
                        DefaultGroupConfigs.with(
                                Map.of("group.streams.heartbeat.interval.ms", "7000")));
        assertThat(set.join("a").heartbeatIntervalMs()).isEqualTo(7000);
    }

    @Test
    void anAnswerThatWasLostIsGivenAgain() {
        StreamsScript script = StreamsScript.quick(0).allTopics(1);
        script.join("a");
        script.quietly();

        script.join("a");
        script.beat("a", request -> request.memberEpoch(1).activeTasks(tasks("0", 0)));

        assertThat(script.text())
                .isEqualTo(
                        """
                        > a joins
                          epoch 2; active 0[0] 1[0], standby none
                        > a at epoch 1, owns 0[0]/?
                          INVALID_REQUEST: If one task-type is non-null, all must be non-null.
                        """);
    }

    /// Who did not hear it says what it has, which is not what it was given.
    @Test
    void tasksThatAMemberDidNotHearOfAreToldAgain() {
        StreamsScript script = StreamsScript.quick(0).allTopics(1);
        script.join("a");
        script.obey("a");
        script.join("b");
        script.quietly();
        List<TaskIds> both = new ArrayList<>(tasks("0", 0));
        both.addAll(tasks("1", 0));

        for (int i = 0; i < 2; i++) {
            script.beat("a", request -> owning(request, both));
        }
        for (int i = 0; i < 2; i++) {
            script.beat("a", request -> owning(request.memberEpoch(2), tasks("0", 0)));
        }
        for (int i = 0; i < 2; i++) {
            script.beat("b", request -> owning(request, List.of()));
        }

        assertThat(script.text())
                .isEqualTo(
                        """
                        > a at epoch 2, owns 0[0] 1[0]/
                          log: a is at 2, state 2, has 0[0]/, gives up 1[0]/
                          epoch 2; active 0[0], standby none
                        > a at epoch 2, owns 0[0] 1[0]/
                          epoch 2; active 0[0], standby none
                        > a at epoch 2, owns 0[0]/
                          log: a is at 3, state 1, has 0[0]/, gives up /
                          epoch 3
                        > a at epoch 2, owns 0[0]/
                          epoch 3
                        > b at epoch 3, owns /
                          log: b is at 3, state 1, has 1[0]/, gives up /
                          epoch 3; active 1[0], standby none
                        > b at epoch 3, owns /
                          epoch 3; active 1[0], standby none
                        """);
    }

    private static StreamsGroupHeartbeatRequest.Builder owning(
            StreamsGroupHeartbeatRequest.Builder request, List<TaskIds> active) {
        return request.activeTasks(active).standbyTasks(List.of()).warmupTasks(List.of());
    }

    @Test
    void whoIsOutOfDateMustJoinAgain() {
        StreamsScript script = StreamsScript.quick(0).allTopics(1);
        script.join("a");
        script.quietly();

        script.beat("a", request -> request.memberEpoch(7));
        script.beat("a", request -> request.memberEpoch(1));
        script.beat("nobody", request -> request.memberEpoch(1));
        script.beat("nobody", request -> request.memberEpoch(-1));
        script.beat(
                "a",
                request ->
                        request.memberEpoch(2)
                                .activeTasks(tasks("0", 1))
                                .standbyTasks(List.of())
                                .warmupTasks(List.of()));
        script.beat(
                "a",
                request ->
                        request.memberEpoch(2)
                                .activeTasks(tasks("9", 0))
                                .standbyTasks(List.of())
                                .warmupTasks(List.of()));

        assertThat(script.text())
                .isEqualTo(
                        """
                        > a at epoch 7
                          FENCED_MEMBER_EPOCH: The streams group member has a greater member epoch (7) than the one known by the group coordinator (2). The member must abandon all its partitions and rejoin.
                        > a at epoch 1
                          FENCED_MEMBER_EPOCH: The streams group member has a smaller member epoch (1) than the one known by the group coordinator (2). The member must abandon all its partitions and rejoin.
                        > nobody at epoch 1
                          UNKNOWN_MEMBER_ID: Member nobody is not a member of group app.
                        > nobody at epoch -1
                          UNKNOWN_MEMBER_ID: Member nobody is not a member of group app.
                        > a at epoch 2, owns 0[1]/
                          INVALID_REQUEST: Task 1 for subtopology 0 is invalid. Number of tasks for this subtopology: 1
                        > a at epoch 2, owns 9[0]/
                          INVALID_REQUEST: Subtopology 9 does not exist in the topology.
                        """);
    }

    @Test
    void aStaticMemberGoesOnWithItsTasks() {
        StreamsScript script = StreamsScript.quick(0).allTopics(1);
        script.join("a", request -> request.instanceId("i").processId("p"));
        script.quietly();

        script.join("b", request -> request.instanceId("i").processId("p"));
        script.beat("a", request -> request.instanceId("i").memberEpoch(-2));
        script.join("b", request -> request.instanceId("i").processId("p"));
        script.beat("a", request -> request.instanceId("i").memberEpoch(2));

        assertThat(script.text())
                .isEqualTo(
                        """
                        > b joins
                          UNRELEASED_INSTANCE_ID: Static member b with instance id i cannot join the group because the instance id is owned by a member.
                        > a at epoch -2
                          log: a is at -2, state 1, has 0[0] 1[0]/, gives up /
                          epoch -2
                        > b joins
                          log: a is removed
                          log: target of a removed
                          log: MemberMetadata removed
                          log: MemberMetadata
                          log: target of b 0[0] 1[0]/
                          log: b is at 0, state 1, has 0[0] 1[0]/, gives up /
                          log: b is at 2, state 1, has 0[0] 1[0]/, gives up /
                          epoch 2; active 0[0] 1[0], standby none
                        > a at epoch 2
                          FENCED_INSTANCE_ID: Static member a with instance id i was fenced by member b.
                        """);
    }

    @Test
    void topologiesThatDoNotFitAreTold() {
        StreamsScript script = StreamsScript.quick(0);

        List<Status> missing = statuses(script.join("a"));
        script.topic("orders", 2).topic("repartition", 3);
        List<Status> misfit = statuses(script.beat("a"));
        List<Status> stale =
                statuses(
                        script.join(
                                "b",
                                request ->
                                        request.topology(
                                                StreamsScript.COUNTING.toBuilder()
                                                        .epoch(0)
                                                        .build())));
        StreamsGroupHeartbeatResponse other =
                script.join(
                        "c",
                        request ->
                                request.topology(
                                        StreamsScript.COUNTING.toBuilder().epoch(2).build()));

        assertThat(missing)
                .extracting(Status::statusDetail)
                .containsExactly("Source topics orders are missing.");
        assertThat(misfit)
                .extracting(Status::statusDetail)
                .containsExactly(
                        "Existing topic repartition has different number of partitions: expected 2,"
                                + " found 3");
        assertThat(stale.getFirst().statusCode()).isEqualTo((byte) 0);
        assertThat(stale.getFirst().statusDetail())
                .isEqualTo("The member's topology epoch 0 is behind the group's topology epoch 1.");
        assertThat(other.errorMessage()).isEqualTo("Topology updates are not supported yet.");
        assertThat(script.describe().groupState()).isEqualTo("NotReady");
    }

    private static List<Status> statuses(StreamsGroupHeartbeatResponse response) {
        return Objects.requireNonNull(response.status());
    }

    @Test
    void nobodyWaitsForAMemberThatIsAwayToGiveUpTasks() {
        StreamsScript script = StreamsScript.quick(0).allTopics(1);
        script.join("a", request -> request.instanceId("i").rebalanceTimeoutMs(10_000));
        script.join("b");
        script.quietly();
        script.beat("a", request -> request.instanceId("i"));
        assertThat(script.text()).contains("a is at 2, state 2");
        script.beat("a", request -> request.instanceId("i").memberEpoch(-2));
        script.quietly();

        script.pass(20_000);

        assertThat(script.text()).isEqualTo("> 20000 ms pass\n");
    }

    @Test
    void whoIsNoMemberCannotEndTheApplication() {
        StreamsScript script = StreamsScript.quick(0).allTopics(1);
        script.join("b");

        script.beat("a", request -> request.memberEpoch(-1).shutdownApplication(true));

        assertThat(statuses(script.beat("b"))).isEmpty();
    }

    @Test
    void oneMemberCanEndTheWholeApplication() {
        StreamsScript script = StreamsScript.quick(0).allTopics(1);
        script.join("a");
        script.join("b");

        script.beat("a", request -> request.memberEpoch(-1).shutdownApplication(true));

        assertThat(statuses(script.beat("b")))
                .extracting(Status::statusDetail)
                .containsExactly(
                        "Streams group member a encountered a fatal error and requested a shutdown"
                                + " for the entire application.");
        script.leave("b");
        assertThat(statuses(script.join("c"))).isEmpty();
    }

    @Test
    void membersLearnWhereStateCanBeAskedFor() {
        StreamsScript script = StreamsScript.quick(1).allTopics(1);
        script.join(
                "a", request -> request.userEndpoint(Endpoint.builder().host("h").port(1).build()));

        StreamsGroupHeartbeatResponse told = script.join("b");

        assertThat(told.endpointInformationEpoch()).isPositive();
        assertThat(told.partitionsByUserEndpoint()).hasSize(1);
        assertThat(
                        Objects.requireNonNull(told.partitionsByUserEndpoint())
                                .getFirst()
                                .activePartitions()
                                .stream()
                                .map(topic -> topic.topic() + topic.partitions()))
                .containsExactly("orders[0]", "repartition[0]");
        int epoch = told.endpointInformationEpoch();
        assertThat(
                        script.beat("b", request -> request.endpointInformationEpoch(epoch))
                                .partitionsByUserEndpoint())
                .isNull();
    }

    @Test
    void requestsThatCannotBeMeantAreRefused() {
        StreamsScript script = StreamsScript.quick(0).allTopics(1);

        assertThat(script.join("a", request -> request.memberId(" ")).errorMessage())
                .isEqualTo("MemberId can't be empty.");
        assertThat(script.join("a", request -> request.topology(null)).errorMessage())
                .isEqualTo("Topology must be non-null when (re-)joining.");
        assertThat(script.join("a", request -> request.activeTasks(null)).errorMessage())
                .isEqualTo("ActiveTasks must be empty when (re-)joining.");
        assertThat(script.join("a", request -> request.memberEpoch(-3)).errorMessage())
                .isEqualTo("MemberEpoch is -3, but must be greater than or equal to -2.");
        assertThat(script.join("a", request -> request.memberEpoch(-2)).errorMessage())
                .isEqualTo("InstanceId can't be null.");
        assertThat(
                        script.join(
                                        "a",
                                        request ->
                                                request.topology(
                                                        StreamsScript.COUNTING.toBuilder()
                                                                .subtopologies(
                                                                        List.of(
                                                                                Subtopology
                                                                                        .builder()
                                                                                        .subtopologyId(
                                                                                                "0")
                                                                                        .build()))
                                                                .build()))
                                .errorCode())
                .isEqualTo(ErrorCode.STREAMS_INVALID_TOPOLOGY.code());
        TaskOffset offset = TaskOffset.builder().subtopologyId("0").build();
        assertThat(
                        script.join("a", request -> request.taskOffsets(List.of(offset, offset)))
                                .errorMessage())
                .isEqualTo(
                        "Task offsets contain a duplicate entry for subtopology 0 and partition 0.");
        script.takesRecordsUpTo(100);
        assertThat(script.join("a").errorCode())
                .isEqualTo(ErrorCode.STREAMS_INVALID_TOPOLOGY.code());
        assertThat(script.groups().find(StreamsScript.GROUP)).as("nothing is left").isNull();
    }

    @Test
    void offsetsOfTasksThatDoNotExistAreNotKept() {
        StreamsScript script = StreamsScript.quick(0).allTopics(1);
        TaskOffset known = TaskOffset.builder().subtopologyId("1").offset(5).build();
        TaskOffset unknown = TaskOffset.builder().subtopologyId("1").partition(4).build();

        script.join("a", request -> request.taskOffsets(List.of(known, unknown)));

        assertThat(script.describe().members().getFirst().taskOffsets())
                .extracting(offset -> offset.subtopologyId() + offset.partition() + offset.offset())
                .containsExactly("105");
    }

    @Test
    void aTaskWithStateMovesWhenItsNextMemberHasCaughtUp() {
        StreamsScript script = StreamsScript.quick(0).allTopics(1);
        script.join("a");
        script.obey("a");
        script.quietly();

        script.join("b", request -> request.taskOffsets(List.of()).taskEndOffsets(List.of()));
        script.obey("a");
        script.beat("b", request -> request.taskOffsets(at(5)).taskEndOffsets(at(50_000)));
        script.beat("b", request -> request.taskOffsets(at(49_000)));
        script.obey("a");
        script.obey("a");
        script.obey("b");

        assertThat(script.text())
                .isEqualTo(
                        """
                        > b joins
                          log: MemberMetadata
                          log: group at epoch 3, valid 1
                          log: target of a 0[0]/
                          log: target of b 1[0]/
                          log: TargetAssignmentMetadata at epoch 3
                          log: b is at 3, state 1, has /, gives up /, warms up 1[0]
                          epoch 3; active none, standby none, warm-up 1[0]
                        > a at epoch 2, owns 0[0] 1[0]/
                          log: a is at 3, state 1, has 0[0] 1[0]/, gives up /
                          epoch 3
                        > b at epoch 3
                          epoch 3
                        > b at epoch 3
                          log: group at epoch 4, valid 1
                          log: TargetAssignmentMetadata at epoch 4
                          log: b is at 4, state 3, has /, gives up /, warms up 1[0]
                          epoch 4
                        > a at epoch 3, owns 0[0] 1[0]/
                          log: a is at 3, state 2, has 0[0]/, gives up 1[0]/
                          epoch 3; active 0[0], standby none
                        > a at epoch 3, owns 0[0]/
                          log: a is at 4, state 1, has 0[0]/, gives up /
                          epoch 4
                        > b at epoch 4, owns /
                          log: b is at 4, state 1, has 1[0]/, gives up /
                          epoch 4; active 1[0], standby none
                        """);
    }

    /// A coordinator does not know what the one before it held back.
    @Test
    void aTaskWithStateMovesAlsoIfTheGroupIsLoadedInBetween() {
        StreamsScript before = StreamsScript.quick(0).allTopics(2);
        before.join("a");
        before.obey("a");
        before.join("b", request -> request.taskOffsets(List.of()).taskEndOffsets(List.of()));
        before.obey("a");
        before.obey("a");
        StreamsScript script = before.reloaded();

        script.beat("b", request -> request.taskOffsets(ends()).taskEndOffsets(ends()));
        for (int i = 0; i < 3; i++) {
            script.obey("a");
            script.obey("b");
        }

        assertThat(script.describe().groupState()).isEqualTo("Stable");
    }

    private static List<TaskOffset> ends() {
        TaskOffset.Builder end = TaskOffset.builder().subtopologyId("1").offset(50_000);
        return List.of(end.partition(0).build(), end.partition(1).build());
    }

    private static List<TaskOffset> at(long offset) {
        return List.of(TaskOffset.builder().subtopologyId("1").offset(offset).build());
    }

    @Test
    void onlyMembersOfTheTimeCommit() {
        StreamsScript script = StreamsScript.quick(0).allTopics(1);
        script.join("a");
        script.join("b");
        script.obey("a");
        script.obey("a");
        Group group = Objects.requireNonNull(script.groups().find(StreamsScript.GROUP));

        assertThat(commit(group, "a", 3, "orders")).isEqualTo(ErrorCode.NONE);
        assertThat(commit(group, "a", 2, "orders")).as("given then").isEqualTo(ErrorCode.NONE);
        assertThat(commit(group, "a", 1, "orders")).isEqualTo(ErrorCode.STALE_MEMBER_EPOCH);
        assertThat(commit(group, "a", 2, "repartition")).isEqualTo(ErrorCode.STALE_MEMBER_EPOCH);
        assertThat(commit(group, "a", 4, "orders")).isEqualTo(ErrorCode.STALE_MEMBER_EPOCH);
        assertThat(commit(group, "x", 3, "orders")).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        assertThat(commit(group, "", -1, "orders")).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        assertThat(group.mayFetch("a", 3)).isEqualTo(ErrorCode.NONE);
        assertThat(group.mayFetch("a", 2)).isEqualTo(ErrorCode.STALE_MEMBER_EPOCH);
        assertThat(group.mayFetch(null, -1)).isEqualTo(ErrorCode.NONE);
        assertThat(group.isSubscribedTo("orders")).isTrue();
    }

    private static ErrorCode commit(Group group, String member, int epoch, String topic) {
        Group.Committer who = new Group.Committer(member, null, epoch);
        ErrorCode code = group.mayCommit(who, false, 9);
        return code == ErrorCode.NONE ? group.mayCommit(who, topic, Uuid.ZERO, 0) : code;
    }

    @Test
    void aGroupThatEverybodyHasLeftCanBeDeleted() {
        StreamsScript script = StreamsScript.quick(0).allTopics(1);
        script.join("a");
        assertThat(delete(script)).isEqualTo(ErrorCode.NON_EMPTY_GROUP.code());

        script.leave("a");

        assertThat(delete(script)).isEqualTo(ErrorCode.NONE.code());
        assertThat(script.reloaded().groups().find(StreamsScript.GROUP)).isNull();
    }

    private static short delete(StreamsScript script) {
        Reply<DeletableGroupResult> reply =
                new Reply<>(code -> DeletableGroupResult.builder().errorCode(code).build());
        return script.ask(new GroupCommand.Delete(StreamsScript.GROUP, reply), reply).errorCode();
    }
}

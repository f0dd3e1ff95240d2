package io.zurau.coordinator.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.zurau.coordinator.MemoryLog;
import io.zurau.coordinator.group.kind.ClientContext;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.DescribeGroupsResponse.DescribedGroup;
import io.zurau.protocol.message.HeartbeatRequest;
import io.zurau.protocol.message.JoinGroupRequest;
import io.zurau.protocol.message.JoinGroupRequest.JoinGroupRequestProtocol;
import io.zurau.protocol.message.JoinGroupResponse;
import io.zurau.protocol.message.LeaveGroupRequest;
import io.zurau.protocol.message.ListGroupsRequest;
import io.zurau.protocol.message.ListGroupsResponse.ListedGroup;
import io.zurau.protocol.message.OffsetCommitRequest;
import io.zurau.protocol.message.OffsetCommitRequest.OffsetCommitRequestPartition;
import io.zurau.protocol.message.OffsetCommitRequest.OffsetCommitRequestTopic;
import io.zurau.protocol.message.OffsetCommitResponse;
import io.zurau.protocol.message.OffsetFetchRequest.OffsetFetchRequestGroup;
import io.zurau.protocol.message.OffsetFetchRequest.OffsetFetchRequestTopics;
import io.zurau.protocol.message.OffsetFetchResponse.OffsetFetchResponseGroup;
import io.zurau.protocol.message.SyncGroupRequest;
import io.zurau.protocol.message.SyncGroupRequest.SyncGroupRequestAssignment;
import io.zurau.protocol.message.SyncGroupResponse;
import io.zurau.runtime.Clock;
import io.zurau.runtime.Seams;
import io.zurau.runtime.Tasks;
import io.zurau.simulation.Simulation;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The coordinator as its clients see it, with many of them at once.
final class GroupCoordinatorTest {
    private static final String GROUP = "g";
    private static final long COMMITS = 100;
    private static final ClientContext CLIENT = new ClientContext("c", "/10.0.0.1", 9);

    /// A consumer that joins, syncs, commits and starts over whenever it is told so.
    private record Consumer(GroupCoordinator groups, Clock clock, Map<Integer, Long> acknowledged) {
        void run(int partition, long commits) {
            try {
                String memberId = "";
                long offset = 0;
                while (offset < commits) {
                    JoinGroupResponse joined = groups.join(joining(memberId), CLIENT).await();
                    memberId =
                            joined.errorCode() == code("UNKNOWN_MEMBER_ID")
                                    ? ""
                                    : joined.memberId();
                    if (joined.errorCode() != 0) {
                        pause(20);
                        continue;
                    }
                    SyncGroupResponse synced = groups.sync(syncing(joined), 3).await();
                    while (synced.errorCode() == 0 && offset < commits) {
                        short code = commit(memberId, joined.generationId(), partition, offset + 1);
                        if (code == 0) {
                            offset++;
                            acknowledged.put(partition, offset);
                        } else if (ErrorCode.forCode(code).retriable()) {
                            pause(20);
                            continue; // The same offset again: it may have been stored.
                        } else {
                            break;
                        }
                        pause(40);
                        assertThat(fetchPatiently(partition)).isGreaterThanOrEqualTo(offset);
                        if (beat(memberId, joined.generationId()) != 0) {
                            break;
                        }
                    }
                    pause(10);
                }
                groups.leave(leaving(memberId), 4).await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private long fetchPatiently(int partition) throws InterruptedException {
            Long fetched = fetch(groups, partition);
            while (fetched == null) {
                pause(20);
                fetched = fetch(groups, partition);
            }
            return fetched;
        }

        private static short code(String name) {
            return ErrorCode.valueOf(name).code();
        }

        private void pause(long ms) throws InterruptedException {
            clock.sleepUntil(clock.deadline(Duration.ofMillis(ms)));
        }

        private static JoinGroupRequest joining(String memberId) {
            return JoinGroupRequest.builder()
                    .groupId(GROUP)
                    .memberId(memberId)
                    .sessionTimeoutMs(10_000)
                    .rebalanceTimeoutMs(10_000)
                    .protocolType("test")
                    .protocols(
                            List.of(
                                    JoinGroupRequestProtocol.builder()
                                            .name("one")
                                            .metadata(ByteBuffer.allocate(0))
                                            .build()))
                    .build();
        }

        private static SyncGroupRequest syncing(JoinGroupResponse joined) {
            return SyncGroupRequest.builder()
                    .groupId(GROUP)
                    .memberId(joined.memberId())
                    .generationId(joined.generationId())
                    .assignments(
                            joined.members().stream()
                                    .map(
                                            member ->
                                                    SyncGroupRequestAssignment.builder()
                                                            .memberId(member.memberId())
                                                            .assignment(GroupScript.bytes("mine"))
                                                            .build())
                                    .toList())
                    .build();
        }

        private short beat(String memberId, int generation) throws InterruptedException {
            return groups.heartbeat(
                            HeartbeatRequest.builder()
                                    .groupId(GROUP)
                                    .memberId(memberId)
                                    .generationId(generation)
                                    .build())
                    .await()
                    .errorCode();
        }

        private short commit(String memberId, int generation, int partition, long offset)
                throws InterruptedException {
            OffsetCommitResponse response =
                    groups.commitOffsets(committing(memberId, generation, partition, offset), 8)
                            .await();
            return response.topics().getFirst().partitions().getFirst().errorCode();
        }

        private static LeaveGroupRequest leaving(String memberId) {
            return LeaveGroupRequest.builder()
                    .groupId(GROUP)
                    .members(List.of(GroupScript.member(memberId)))
                    .build();
        }
    }

    private static OffsetCommitRequest committing(
            String memberId, int generation, int partition, long offset) {
        return OffsetCommitRequest.builder()
                .groupId(GROUP)
                .memberId(memberId)
                .generationIdOrMemberEpoch(generation)
                .topics(
                        List.of(
                                OffsetCommitRequestTopic.builder()
                                        .name("orders")
                                        .partitions(
                                                List.of(
                                                        OffsetCommitRequestPartition.builder()
                                                                .partitionIndex(partition)
                                                                .committedOffset(offset)
                                                                .build()))
                                        .build()))
                .build();
    }

    /// @return null if the coordinator does not answer at the moment
    private static @Nullable Long fetch(GroupCoordinator groups, int partition)
            throws InterruptedException {
        OffsetFetchResponseGroup fetched =
                groups.fetchOffsets(
                                OffsetFetchRequestGroup.builder()
                                        .groupId(GROUP)
                                        .topics(
                                                List.of(
                                                        OffsetFetchRequestTopics.builder()
                                                                .name("orders")
                                                                .partitionIndexes(
                                                                        List.of(partition))
                                                                .build()))
                                        .build(),
                                false)
                        .await();
        if (fetched.errorCode() != 0) {
            return null;
        }
        return fetched.topics().getFirst().partitions().getFirst().committedOffset();
    }

    private static final int GROUPS_PARTITION = 3; // "g".hashCode() is 103.

    private static GroupCoordinator coordinator(MemoryLog log, Seams seams) {
        GroupCoordinator groups =
                new GroupCoordinator(
                        GroupScript.CONFIG,
                        ConsumerScript.CONFIGS,
                        log,
                        () -> 50,
                        () -> ClusterImage.empty("cluster"),
                        seams);
        assertThat(groups.partitionOf(GROUP)).isEqualTo(GROUPS_PARTITION);
        groups.load(GROUPS_PARTITION);
        return groups;
    }

    @Test
    void whatAGroupCommittedIsThereWhateverFailsMeanwhile() {
        for (long seed = 0; seed < 20; seed++) {
            Simulation simulation = new Simulation(seed);
            Random random = simulation.random("trouble");
            simulation.run(() -> consume(simulation.machine("broker").boot(), random));
        }
    }

    private static void consume(Seams seams, Random random) throws InterruptedException {
        // Given
        Clock clock = seams.clock();
        MemoryLog log = new MemoryLog(clock);
        Map<Integer, Long> acknowledged = new TreeMap<>();
        GroupCoordinator groups = coordinator(log, seams);
        List<Tasks.Task> consumers = new ArrayList<>();

        // When
        for (int i = 0; i < 3; i++) {
            int partition = i;
            Consumer consumer = new Consumer(groups, clock, acknowledged);
            consumers.add(
                    seams.tasks().start("consumer-" + i, () -> consumer.run(partition, COMMITS)));
            clock.sleepUntil(clock.deadline(Duration.ofMillis(random.nextInt(1_000))));
        }
        int trouble = 10; // While they commit; then peace, or they might never finish.
        while (consumers.stream().anyMatch(Tasks.Task::isRunning)) {
            clock.sleepUntil(clock.deadline(Duration.ofMillis(random.nextInt(60))));
            boolean calm = trouble == 0 || acknowledged.size() < 3;
            switch (calm ? 2 : random.nextInt(20)) {
                case 0 -> {
                    trouble--;
                    log.refusesOnce(ErrorCode.NOT_ENOUGH_REPLICAS, random.nextBoolean());
                }
                case 1 -> {
                    trouble--;
                    groups.unload(GROUPS_PARTITION);
                    groups.load(GROUPS_PARTITION);
                }
                default -> {}
            }
        }
        clock.sleepUntil(clock.deadline(Duration.ofSeconds(20)));

        // Then
        assertThat(acknowledged).isEqualTo(Map.of(0, COMMITS, 1, COMMITS, 2, COMMITS));
        for (int partition = 0; partition < 3; partition++) {
            assertThat(fetch(groups, partition)).isEqualTo(COMMITS);
        }
        groups.close();
        GroupCoordinator another = coordinator(log, seams);
        clock.sleepUntil(clock.deadline(Duration.ofSeconds(1)));
        assertThat(fetch(another, 1)).isEqualTo(COMMITS);
        another.close();
    }

    private interface Scenario {
        void run(GroupCoordinator groups) throws Exception;
    }

    private static void simulate(Scenario scenario) {
        Simulation simulation = new Simulation(7);
        simulation.run(
                () -> {
                    Seams seams = simulation.machine("broker").boot();
                    GroupCoordinator groups = coordinator(new MemoryLog(seams.clock()), seams);
                    seams.clock().sleepUntil(seams.clock().deadline(Duration.ofMillis(50)));
                    scenario.run(groups);
                    groups.close();
                });
    }

    @Test
    void groupsAreListedByStateAndTypeAndDescribed() {
        simulate(
                groups -> {
                    // Given
                    groups.commitOffsets(committing("", -1, 0, 17), 9).await();

                    // When
                    List<ListedGroup> all = list(groups, List.of(), List.of());
                    DescribedGroup described =
                            groups.describeGroups(List.of(GROUP), 6).await().getFirst();

                    // Then
                    assertThat(all)
                            .extracting(
                                    ListedGroup::groupId,
                                    ListedGroup::protocolType,
                                    ListedGroup::groupState,
                                    ListedGroup::groupType)
                            .containsExactly(tuple(GROUP, "", "Empty", "classic"));
                    assertThat(list(groups, List.of("EMPTY", "dead"), List.of("Classic")))
                            .isEqualTo(all);
                    assertThat(list(groups, List.of("Stable"), List.of())).isEmpty();
                    assertThat(list(groups, List.of(), List.of("consumer"))).isEmpty();
                    assertThat(described.groupState()).isEqualTo("Empty");
                });
    }

    private static List<ListedGroup> list(
            GroupCoordinator groups, List<String> states, List<String> types)
            throws InterruptedException {
        return groups.listGroups(
                        ListGroupsRequest.builder().statesFilter(states).typesFilter(types).build())
                .await()
                .groups();
    }

    @Test
    void aMissingGroupIsDeadToOldClientsAndAnErrorToNewOnes() {
        simulate(
                groups -> {
                    DescribedGroup old =
                            groups.describeGroups(List.of(GROUP), 5).await().getFirst();
                    DescribedGroup now =
                            groups.describeGroups(List.of(GROUP), 6).await().getFirst();

                    assertThat(old.groupState()).isEqualTo("Dead");
                    assertThat(old.errorCode()).isZero();
                    assertThat(now.errorCode()).isEqualTo(ErrorCode.GROUP_ID_NOT_FOUND.code());
                });
    }

    @Test
    void requestsThatCannotBeMeantAreRefusedAtTheDoor() {
        simulate(
                groups -> {
                    JoinGroupRequest joining = Consumer.joining("");
                    JoinGroupRequest nameless = joining.toBuilder().groupId("").build();
                    JoinGroupRequest hasty = joining.toBuilder().sessionTimeoutMs(5_999).build();

                    assertThat(groups.join(nameless, CLIENT).await().errorCode())
                            .isEqualTo(ErrorCode.INVALID_GROUP_ID.code());
                    assertThat(groups.join(hasty, CLIENT).await().errorCode())
                            .isEqualTo(ErrorCode.INVALID_SESSION_TIMEOUT.code());
                });
    }

    @Test
    void anOldClientLeavesWithoutAListOfMembers() {
        simulate(
                groups -> {
                    LeaveGroupRequest leaving =
                            LeaveGroupRequest.builder().groupId(GROUP).memberId("x").build();

                    assertThat(groups.leave(leaving, 2).await().errorCode())
                            .isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID.code());
                    assertThat(groups.leave(leaving, 2).await().members()).isEmpty();
                });
    }
}

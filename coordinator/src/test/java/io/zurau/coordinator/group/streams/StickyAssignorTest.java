package io.zurau.coordinator.group.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.coordinator.group.streams.StickyAssignor.Candidate;
import io.zurau.protocol.message.StreamsGroupTopologyValue.Subtopology;
import io.zurau.protocol.message.StreamsGroupTopologyValue.TopicInfo;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.coordinator.group.api.streams.assignor.GroupAssignment;
import org.apache.kafka.coordinator.group.api.streams.assignor.TopologyDescriber;
import org.apache.kafka.coordinator.group.streams.assignor.AssignmentConfigsImpl;
import org.apache.kafka.coordinator.group.streams.assignor.GroupSpecImpl;
import org.apache.kafka.coordinator.group.streams.assignor.MemberMetadataAndStateImpl;
import org.apache.kafka.coordinator.group.streams.assignor.StickyTaskAssignor;
import org.junit.jupiter.api.Test;

final class StickyAssignorTest {
    private static final int GROUPS = 500;

    private static ResolvedSubtopology subtopology(int tasks, boolean stateful) {
        List<InternalTopic> changelogs =
                stateful
                        ? List.of(InternalTopic.of(TopicInfo.builder().name("c").build(), tasks))
                        : List.of();
        return new ResolvedSubtopology(Subtopology.builder().build(), tasks, List.of(), changelogs);
    }

    private static SortedMap<String, ResolvedSubtopology> stateful(int tasks) {
        return new TreeMap<>(Map.of("0", subtopology(tasks, true)));
    }

    private static Candidate fresh(String process) {
        return new Candidate(process, Tasks.NONE, new TreeMap<>());
    }

    private static Candidate with(String process, Tasks held) {
        return new Candidate(process, held, new TreeMap<>());
    }

    private static SortedMap<String, Candidate> members(Map<String, Candidate> members) {
        return new TreeMap<>(members);
    }

    @Test
    void tasksAreSpreadOverProcessesAndThenOverTheirThreads() {
        SortedMap<String, Tasks> assigned =
                StickyAssignor.assign(
                        members(Map.of("a1", fresh("a"), "a2", fresh("a"), "b", fresh("b"))),
                        stateful(6),
                        0);

        assertThat(assigned)
                .hasToString(
                        "{a1=active [0_0, 0_3], standby [], warm-up [],"
                                + " a2=active [0_2, 0_5], standby [], warm-up [],"
                                + " b=active [0_1, 0_4], standby [], warm-up []}");
    }

    @Test
    void aNewMemberTakesOnlyItsShare() {
        SortedMap<String, Tasks> before =
                StickyAssignor.assign(
                        members(Map.of("a", fresh("a"), "b", fresh("b"))), stateful(6), 0);

        SortedMap<String, Tasks> after =
                StickyAssignor.assign(
                        members(
                                Map.of(
                                        "a", with("a", at(before, "a")),
                                        "b", with("b", at(before, "b")),
                                        "c", fresh("c"))),
                        stateful(6),
                        0);

        assertThat(at(before, "a").active()).containsAll(at(after, "a").active()).hasSize(3);
        assertThat(at(before, "b").active()).containsAll(at(after, "b").active()).hasSize(3);
        assertThat(after.values()).allMatch(tasks -> tasks.active().size() == 2);
    }

    @Test
    void aLostMembersTasksGoToWhoHasTheirState() {
        SortedMap<String, Tasks> before =
                StickyAssignor.assign(
                        members(Map.of("a", fresh("a"), "b", fresh("b"), "c", fresh("c"))),
                        stateful(3),
                        1);

        SortedMap<String, Tasks> after =
                StickyAssignor.assign(
                        members(
                                Map.of(
                                        "a", with("a", at(before, "a")),
                                        "b", with("b", at(before, "b")))),
                        stateful(3),
                        1);

        for (String member : List.of("a", "b")) {
            Tasks had = at(before, member);
            assertThat(at(after, member).active())
                    .containsAll(had.active())
                    .allMatch(task -> had.active().contains(task) || had.standby().contains(task));
        }
    }

    @Test
    void amongThoseWithStateOnDiskTheFurthestRunsTheTask() {
        Candidate behind =
                new Candidate("a", Tasks.NONE, new TreeMap<>(Map.of(new TaskId("0", 0), 10L)));
        Candidate ahead =
                new Candidate("b", Tasks.NONE, new TreeMap<>(Map.of(new TaskId("0", 0), 20L)));

        SortedMap<String, Tasks> assigned =
                StickyAssignor.assign(members(Map.of("a", behind, "b", ahead)), stateful(1), 0);

        assertThat(at(assigned, "b").active()).containsExactly(new TaskId("0", 0));
    }

    @Test
    void aStandbyIsNeverInTheProcessThatRunsTheTask() {
        SortedMap<String, Tasks> assigned =
                StickyAssignor.assign(
                        members(Map.of("a1", fresh("a"), "a2", fresh("a"))), stateful(2), 1);

        assertThat(assigned.values()).allMatch(tasks -> tasks.standby().isEmpty());
    }

    @Test
    void whoHasNoMembersAssignsNothing() {
        assertThat(StickyAssignor.assign(new TreeMap<>(), stateful(2), 1)).isEmpty();
    }

    /// Apache Kafka breaks ties by chance, so that only what it is about can be compared.
    @Test
    void randomGroupsAreAsEvenAndAsStableAsKafkas() {
        long spread = 0;
        long kafkasSpread = 0;
        long moved = 0;
        long kafkasMoved = 0;
        for (int seed = 0; seed < GROUPS; seed++) {
            Random random = new Random(seed);
            SortedMap<String, ResolvedSubtopology> topology = new TreeMap<>();
            for (int i = 0; i <= random.nextInt(3); i++) {
                topology.put("" + i, subtopology(1 + random.nextInt(6), random.nextBoolean()));
            }
            int standbys = random.nextInt(3);
            SortedMap<String, Candidate> members = new TreeMap<>();
            for (int i = 0; i <= random.nextInt(6); i++) {
                members.put("m" + i, fresh("p" + i));
            }
            SortedMap<String, Tasks> first = StickyAssignor.assign(members, topology, standbys);
            check(members, topology, first);
            spread += spread(first);
            kafkasSpread += spread(kafkas(members, topology, standbys));

            first.forEach((id, tasks) -> members.put(id, with("p" + id.substring(1), tasks)));
            if (random.nextBoolean()) {
                members.remove(members.firstKey());
            }
            members.put("n", fresh("q"));
            SortedMap<String, Tasks> second = StickyAssignor.assign(members, topology, standbys);
            check(members, topology, second);
            moved += moved(first, second);
            kafkasMoved += moved(first, kafkas(members, topology, standbys));
        }
        assertThat(spread).isLessThanOrEqualTo(kafkasSpread);
        assertThat(moved).isLessThanOrEqualTo(kafkasMoved);
    }

    private static void check(
            SortedMap<String, Candidate> members,
            SortedMap<String, ResolvedSubtopology> topology,
            SortedMap<String, Tasks> assigned) {
        int expected = topology.values().stream().mapToInt(ResolvedSubtopology::tasks).sum();
        Set<TaskId> active = new HashSet<>();
        Map<String, Set<TaskId>> ofProcess = new HashMap<>();
        assigned.forEach(
                (id, tasks) -> {
                    tasks.active().forEach(task -> assertThat(active.add(task)).isTrue());
                    Set<TaskId> all =
                            ofProcess.computeIfAbsent(
                                    at(members, id).processId(), p -> new HashSet<>());
                    tasks.active().forEach(task -> assertThat(all.add(task)).isTrue());
                    tasks.standby().forEach(task -> assertThat(all.add(task)).isTrue());
                });
        assertThat(active).hasSize(expected);
        assertThat(assigned.keySet()).isEqualTo(members.keySet());
    }

    private static int spread(SortedMap<String, Tasks> assigned) {
        IntSummaryStatistics sizes =
                assigned.values().stream()
                        .mapToInt(tasks -> tasks.active().size() + tasks.standby().size())
                        .summaryStatistics();
        return sizes.getMax() - sizes.getMin();
    }

    /// Active tasks that members had and have lost to others.
    private static long moved(SortedMap<String, Tasks> before, SortedMap<String, Tasks> after) {
        return after.entrySet().stream()
                .flatMap(
                        member ->
                                before.getOrDefault(member.getKey(), Tasks.NONE).active().stream()
                                        .filter(task -> !member.getValue().active().contains(task)))
                .count();
    }

    private static SortedMap<String, Tasks> kafkas(
            SortedMap<String, Candidate> members,
            SortedMap<String, ResolvedSubtopology> topology,
            int standbys) {
        Map<String, MemberMetadataAndStateImpl> theirs = new TreeMap<>();
        members.forEach(
                (id, member) ->
                        theirs.put(
                                id,
                                new MemberMetadataAndStateImpl(
                                        Optional.empty(),
                                        Optional.empty(),
                                        member.processId(),
                                        Map.of(),
                                        byId(member.held().active()),
                                        byId(member.held().standby()),
                                        Map.of(),
                                        Map.of(),
                                        Map.of())));
        GroupAssignment assigned =
                new StickyTaskAssignor()
                        .assign(
                                new GroupSpecImpl(
                                        theirs, new AssignmentConfigsImpl(standbys, List.of())),
                                new TopologyDescriber() {
                                    @Override
                                    public List<String> subtopologies() {
                                        return List.copyOf(topology.keySet());
                                    }

                                    @Override
                                    public int maxNumInputPartitions(String id) {
                                        return at(topology, id).tasks();
                                    }

                                    @Override
                                    public boolean isStateful(String id) {
                                        return at(topology, id).isStateful();
                                    }
                                });
        SortedMap<String, Tasks> tasks = new TreeMap<>();
        assigned.members()
                .forEach(
                        (id, member) ->
                                tasks.put(
                                        id,
                                        new Tasks(
                                                ours(member.activeTasks()),
                                                ours(member.standbyTasks()),
                                                new TreeSet<>())));
        return tasks;
    }

    private static <V> V at(Map<String, V> map, String key) {
        return Objects.requireNonNull(map.get(key));
    }

    private static Map<String, Set<Integer>> byId(Set<TaskId> tasks) {
        return tasks.stream()
                .collect(
                        Collectors.groupingBy(
                                TaskId::subtopologyId,
                                Collectors.mapping(TaskId::partition, Collectors.toSet())));
    }

    private static NavigableSet<TaskId> ours(Map<String, Set<Integer>> tasks) {
        NavigableSet<TaskId> all = new TreeSet<>();
        tasks.forEach(
                (id, partitions) ->
                        partitions.forEach(partition -> all.add(new TaskId(id, partition))));
        return all;
    }
}

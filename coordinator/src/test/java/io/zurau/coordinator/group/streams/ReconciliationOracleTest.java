package io.zurau.coordinator.group.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.coordinator.group.streams.CurrentAssignmentBuilder;
import org.apache.kafka.coordinator.group.streams.MemberState;
import org.apache.kafka.coordinator.group.streams.StreamsGroupMember;
import org.apache.kafka.coordinator.group.streams.TasksTuple;
import org.apache.kafka.coordinator.group.streams.TasksTupleWithEpochs;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Groups of random members with random targets go step by step as Apache Kafka's do, and no task
/// is ever in two places.
final class ReconciliationOracleTest {
    private static final int GROUPS = 300;
    private static final int STEPS = 80;

    private static final class Group {
        private final Random random;
        private final SortedMap<String, Progress> members = new TreeMap<>();
        private final SortedMap<String, Tasks> targets = new TreeMap<>();
        private final Map<String, Tasks> really = new HashMap<>();
        private int epoch = 1;

        Group(Random random) {
            this.random = random;
            for (int i = 0; i < 4; i++) {
                members.put("m" + i, Progress.JOINING);
                really.put("m" + i, Tasks.NONE);
            }
            retarget();
        }

        static String process(String member) {
            return member.equals("m1") ? "p0" : member.replace('m', 'p');
        }

        void retarget() {
            epoch++;
            targets.clear();
            List<String> ids = new ArrayList<>(members.keySet());
            Map<String, List<NavigableSet<TaskId>>> sets = new HashMap<>();
            ids.forEach(
                    id -> sets.put(id, List.of(new TreeSet<>(), new TreeSet<>(), new TreeSet<>())));
            for (int number = 0; number < 6; number++) {
                TaskId task = new TaskId("s" + number % 2, number / 2);
                Set<String> used = new HashSet<>();
                for (int role = 0; role < 3; role++) {
                    String id = ids.get(random.nextInt(ids.size()));
                    boolean wanted = role == 0 || random.nextInt(2) == 0;
                    if (wanted && used.add(process(id))) {
                        at(sets, id).get(role).add(task);
                    }
                }
            }
            sets.forEach(
                    (id, roles) ->
                            targets.put(id, new Tasks(roles.get(0), roles.get(1), roles.get(2))));
        }

        void step() {
            if (random.nextInt(12) == 0) {
                retarget();
            }
            String id = "m" + random.nextInt(4);
            Progress now = at(members, id);
            Tasks owned = random.nextInt(4) == 0 ? null : at(really, id);
            TaskHolders holders = new TaskHolders();
            members.forEach((other, progress) -> holders.add(process(other), progress));

            Progress next =
                    Objects.requireNonNull(
                            new Reconciliation(
                                            process(id),
                                            now,
                                            epoch,
                                            at(targets, id),
                                            holders,
                                            owned)
                                    .next());

            assertThat(next).isEqualTo(kafkas(id, now, owned));
            members.put(id, next);
            if (random.nextInt(3) > 0) { // The answer may be lost.
                really.put(id, next.held().tasks());
            }
            members.values().stream()
                    .flatMap(
                            progress ->
                                    Stream.concat(
                                            progress.held().active().keySet().stream(),
                                            progress.revoking().active().keySet().stream()))
                    .collect(Collectors.groupingBy(task -> task, Collectors.counting()))
                    .forEach((task, count) -> assertThat(count).as("%s", task).isEqualTo(1));
        }

        private Progress kafkas(String id, Progress now, @Nullable Tasks owned) {
            StreamsGroupMember member =
                    StreamsGroupMember.Builder.withDefaults(id)
                            .setProcessId(process(id))
                            .setMemberEpoch(now.epoch())
                            .setPreviousMemberEpoch(now.previousEpoch())
                            .setState(MemberState.valueOf(now.state().name()))
                            .setAssignedTasks(theirs(now.held()))
                            .setTasksPendingRevocation(theirs(now.revoking()))
                            .build();
            StreamsGroupMember next =
                    new CurrentAssignmentBuilder(member)
                            .withTargetAssignment(epoch, theirs(at(targets, id)))
                            .withCurrentActiveTaskProcessId(
                                    (subtopology, partition) ->
                                            holders(new TaskId(subtopology, partition), 0).stream()
                                                    .findFirst()
                                                    .orElse(null))
                            .withCurrentStandbyTaskProcessIds(
                                    (subtopology, partition) ->
                                            holders(new TaskId(subtopology, partition), 1))
                            .withCurrentWarmupTaskProcessIds(
                                    (subtopology, partition) ->
                                            holders(new TaskId(subtopology, partition), 2))
                            .withOwnedAssignment(owned == null ? null : theirs(owned))
                            .build();
            return new Progress(
                    next.memberEpoch(),
                    next.previousMemberEpoch(),
                    Progress.State.valueOf(next.state().name()),
                    ours(next.assignedTasks()),
                    ours(next.tasksPendingRevocation()));
        }

        private Set<String> holders(TaskId task, int role) {
            Set<String> processes = new HashSet<>();
            members.forEach(
                    (id, progress) -> {
                        for (HeldTasks tasks : List.of(progress.held(), progress.revoking())) {
                            Tasks roles = tasks.tasks();
                            if (List.of(roles.active(), roles.standby(), roles.warmup())
                                    .get(role)
                                    .contains(task)) {
                                processes.add(process(id));
                            }
                        }
                    });
            return processes;
        }
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

    private static TasksTuple theirs(Tasks tasks) {
        return new TasksTuple(byId(tasks.active()), byId(tasks.standby()), byId(tasks.warmup()));
    }

    private static TasksTupleWithEpochs theirs(HeldTasks tasks) {
        Map<String, Map<Integer, Integer>> active = new HashMap<>();
        tasks.active()
                .forEach(
                        (task, epoch) ->
                                active.computeIfAbsent(task.subtopologyId(), id -> new HashMap<>())
                                        .put(task.partition(), epoch));
        return new TasksTupleWithEpochs(active, byId(tasks.standby()), byId(tasks.warmup()));
    }

    private static HeldTasks ours(TasksTupleWithEpochs tasks) {
        TreeMap<TaskId, Integer> active = new TreeMap<>();
        tasks.activeTasksWithEpochs()
                .forEach(
                        (id, epochs) ->
                                epochs.forEach(
                                        (partition, epoch) ->
                                                active.put(new TaskId(id, partition), epoch)));
        return new HeldTasks(active, ours(tasks.standbyTasks()), ours(tasks.warmupTasks()));
    }

    private static NavigableSet<TaskId> ours(Map<String, Set<Integer>> tasks) {
        NavigableSet<TaskId> all = new TreeSet<>();
        tasks.forEach(
                (id, partitions) ->
                        partitions.forEach(partition -> all.add(new TaskId(id, partition))));
        return all;
    }

    @Test
    void membersReachTheirTargetsAsKafkasDo() {
        for (int seed = 0; seed < GROUPS; seed++) {
            Group group = new Group(new Random(seed));
            for (int step = 0; step < STEPS; step++) {
                group.step();
            }
        }
    }
}

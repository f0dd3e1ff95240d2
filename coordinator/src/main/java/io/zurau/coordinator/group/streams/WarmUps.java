package io.zurau.coordinator.group.streams;

import io.zurau.coordinator.group.config.StreamsGroupConfig;
import io.zurau.coordinator.group.streams.Volatiles.Refined;
import io.zurau.coordinator.group.streams.Volatiles.Resolution;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// Keeps a task that has state where it runs until the member that is to run it has caught up: that
/// one has it as a warm-up task meanwhile, so that the application does not stand still while it
/// restores the state. So many warm up at a time as the group's `streams.num.warmup.replicas` says;
/// further tasks wait.
///
/// Nothing is held back for a member that does not tell how far its state has come, as clients
/// before Kafka 4.4.
///
/// Differs from Kafka: the coordinator of 4.4 has the place for this step and does nothing there
/// yet, so that tasks move at once.
final class WarmUps {
    private final StreamsGroup group;
    private final Resolution resolution;
    private final StreamsGroupConfig config;
    private final Map<TaskId, StreamsMember> runners = new HashMap<>();

    private record Move(TaskId task, StreamsMember from, StreamsMember to) {
        boolean isWarmingUp() {
            return to.progress().held().warmup().contains(task);
        }
    }

    private WarmUps(StreamsGroup group, Resolution resolution, StreamsGroupConfig config) {
        this.group = group;
        this.resolution = resolution;
        this.config = config;
        for (StreamsMember member : group.members().values()) {
            member.progress().held().active().keySet().forEach(task -> runners.put(task, member));
        }
    }

    /// What the member is to have next, on the way to its target. The same as long as the epoch is,
    /// and the coordinator.
    static Tasks next(
            StreamsGroup group, String memberId, Resolution resolution, StreamsGroupConfig config) {
        return refined(group, resolution, config)
                .tasks()
                .getOrDefault(memberId, group.target(memberId));
    }

    private static Refined refined(
            StreamsGroup group, Resolution resolution, StreamsGroupConfig config) {
        Refined known = group.volatiles().refined();
        if (known == null || known.epoch() != group.assignmentEpoch()) {
            known =
                    new Refined(
                            group.assignmentEpoch(),
                            new WarmUps(group, resolution, config).heldBack());
            group.volatiles().refined(known);
        }
        return known;
    }

    /// Whether a member that has all that it was to have could go on by now: the group has come to
    /// rest and somebody has caught up; or others wait for what this one has, since the coordinator
    /// before this one held back other tasks.
    static boolean canGoOn(
            StreamsGroup group, String memberId, Resolution resolution, StreamsGroupConfig config) {
        StreamsMember member = group.member(memberId);
        if (member == null
                || group.epoch() > group.assignmentEpoch()
                || !member.progress().isAt(group.assignmentEpoch())) {
            return false;
        }
        SortedMap<String, Tasks> now = refined(group, resolution, config).tasks();
        if (!now.isEmpty() && group.isAtRest()) {
            now = new WarmUps(group, resolution, config).heldBack();
        }
        Tasks next = now.getOrDefault(memberId, group.target(memberId));
        return !next.equals(member.progress().held().tasks());
    }

    /// The tasks of all members, if any is held back.
    private SortedMap<String, Tasks> heldBack() {
        SortedMap<String, Tasks> tasks = new TreeMap<>();
        List<Move> moves = moves();
        if (moves.isEmpty()) {
            return tasks;
        }
        group.members().keySet().forEach(id -> tasks.put(id, group.target(id)));
        int budget = config.numWarmupReplicas();
        for (Move move : moves) {
            hold(move, budget > 0, tasks);
            budget--;
        }
        return tasks;
    }

    /// Those that warm up already come first.
    private List<Move> moves() {
        List<Move> moves = new ArrayList<>();
        if (config.numWarmupReplicas() > 0) {
            for (StreamsMember to : group.members().values()) {
                for (TaskId task : group.target(to.id()).active()) {
                    StreamsMember from = runners.get(task);
                    if (from != null && mustWait(task, from, to)) {
                        moves.add(new Move(task, from, to));
                    }
                }
            }
        }
        moves.sort(
                Comparator.comparing((Move move) -> !move.isWarmingUp()).thenComparing(Move::task));
        return moves;
    }

    private boolean mustWait(TaskId task, StreamsMember from, StreamsMember to) {
        Volatiles volatiles = group.volatiles();
        ResolvedSubtopology subtopology = resolution.subtopologies().get(task.subtopologyId());
        boolean restoresThere = volatiles.offsets(from.id()).offsets().containsKey(task);
        boolean tells =
                volatiles.hasReported(to.id()) || to.progress().held().warmup().contains(task);
        return subtopology != null
                && subtopology.isStateful()
                && !from.processId().equals(to.processId())
                && !restoresThere
                && tells
                && !isCaughtUp(task, to.processId());
    }

    /// A process shares its state among its threads.
    private boolean isCaughtUp(TaskId task, String processId) {
        return group.members().values().stream()
                .filter(member -> member.processId().equals(processId))
                .map(member -> group.volatiles().offsets(member.id()))
                .anyMatch(reported -> isCaughtUp(task, reported));
    }

    private boolean isCaughtUp(TaskId task, ReportedOffsets reported) {
        Long offset = reported.offsets().get(task);
        Long end = reported.ends().get(task);
        return offset != null && end != null && end - offset <= config.acceptableRecoveryLag();
    }

    /// Nobody in the process that runs the task has it besides.
    private void hold(Move move, boolean warmUp, SortedMap<String, Tasks> tasks) {
        TaskId task = move.task();
        for (StreamsMember member : group.members().values()) {
            if (member.processId().equals(move.from().processId())) {
                tasks.computeIfPresent(member.id(), (id, its) -> its.without(task));
            }
        }
        tasks.computeIfPresent(
                move.to().id(),
                (id, its) -> warmUp ? its.without(task).plusWarmup(task) : its.without(task));
        tasks.computeIfPresent(move.from().id(), (id, its) -> its.plusActive(task));
    }
}

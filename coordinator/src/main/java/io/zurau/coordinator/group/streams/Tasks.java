package io.zurau.coordinator.group.streams;

import io.zurau.protocol.message.StreamsGroupTargetAssignmentMemberValue;
import io.zurau.protocol.message.StreamsGroupTargetAssignmentMemberValue.TaskIds;
import java.util.Collections;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;

/// The tasks of one member, by the role that it has for each.
///
/// @param warmup tasks whose state the member restores, to run them later
record Tasks(
        NavigableSet<TaskId> active, NavigableSet<TaskId> standby, NavigableSet<TaskId> warmup) {
    static final Tasks NONE = new Tasks(new TreeSet<>(), new TreeSet<>(), new TreeSet<>());

    Tasks {
        active = Collections.unmodifiableNavigableSet(active);
        standby = Collections.unmodifiableNavigableSet(standby);
        warmup = Collections.unmodifiableNavigableSet(warmup);
    }

    boolean isEmpty() {
        return active.isEmpty() && standby.isEmpty() && warmup.isEmpty();
    }

    /// Whether one of the others is among these, in the same role.
    boolean containsAny(Tasks others) {
        return others.active.stream().anyMatch(active::contains)
                || others.standby.stream().anyMatch(standby::contains)
                || others.warmup.stream().anyMatch(warmup::contains);
    }

    /// In no role.
    Tasks without(TaskId task) {
        return new Tasks(without(active, task), without(standby, task), without(warmup, task));
    }

    private static NavigableSet<TaskId> without(NavigableSet<TaskId> tasks, TaskId task) {
        NavigableSet<TaskId> others = new TreeSet<>(tasks);
        others.remove(task);
        return others;
    }

    Tasks plusActive(TaskId task) {
        NavigableSet<TaskId> more = new TreeSet<>(active);
        more.add(task);
        return new Tasks(more, standby, warmup);
    }

    Tasks plusWarmup(TaskId task) {
        NavigableSet<TaskId> more = new TreeSet<>(warmup);
        more.add(task);
        return new Tasks(active, standby, more);
    }

    static Tasks of(StreamsGroupTargetAssignmentMemberValue value) {
        return new Tasks(
                read(value.activeTasks()), read(value.standbyTasks()), read(value.warmupTasks()));
    }

    StreamsGroupTargetAssignmentMemberValue asTarget() {
        return StreamsGroupTargetAssignmentMemberValue.builder()
                .activeTasks(TaskId.listed(active, Tasks::list))
                .standbyTasks(TaskId.listed(standby, Tasks::list))
                .warmupTasks(TaskId.listed(warmup, Tasks::list))
                .build();
    }

    private static NavigableSet<TaskId> read(List<TaskIds> lists) {
        return TaskId.read(lists, TaskIds::subtopologyId, TaskIds::partitions);
    }

    private static TaskIds list(String subtopologyId, List<Integer> partitions) {
        return TaskIds.builder().subtopologyId(subtopologyId).partitions(partitions).build();
    }

    @Override
    public String toString() {
        return "active " + active + ", standby " + standby + ", warm-up " + warmup;
    }
}

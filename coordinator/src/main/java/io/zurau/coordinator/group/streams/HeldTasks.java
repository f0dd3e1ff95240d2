package io.zurau.coordinator.group.streams;

import io.zurau.protocol.message.StreamsGroupCurrentMemberAssignmentValue.TaskIds;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// The tasks that a member holds.
///
/// @param active each with the epoch in which it was given; offsets of its topics that are
///   committed with an older epoch are refused
record HeldTasks(
        NavigableMap<TaskId, Integer> active,
        NavigableSet<TaskId> standby,
        NavigableSet<TaskId> warmup) {
    static final HeldTasks NONE = new HeldTasks(new TreeMap<>(), new TreeSet<>(), new TreeSet<>());

    HeldTasks {
        active = Collections.unmodifiableNavigableMap(active);
        standby = Collections.unmodifiableNavigableSet(standby);
        warmup = Collections.unmodifiableNavigableSet(warmup);
    }

    boolean isEmpty() {
        return active.isEmpty() && standby.isEmpty() && warmup.isEmpty();
    }

    /// Without epochs.
    Tasks tasks() {
        return new Tasks(active.navigableKeySet(), standby, warmup);
    }

    HeldTasks plus(HeldTasks more) {
        NavigableMap<TaskId, Integer> moreActive = new TreeMap<>(active);
        moreActive.putAll(more.active);
        return new HeldTasks(moreActive, union(standby, more.standby), union(warmup, more.warmup));
    }

    private static NavigableSet<TaskId> union(
            NavigableSet<TaskId> some, NavigableSet<TaskId> others) {
        NavigableSet<TaskId> all = new TreeSet<>(some);
        all.addAll(others);
        return all;
    }

    /// A member that has left for a while is to run them in any epoch.
    HeldTasks withEpochsOfZero() {
        NavigableMap<TaskId, Integer> zeros = new TreeMap<>();
        active.keySet().forEach(task -> zeros.put(task, 0));
        return new HeldTasks(zeros, standby, warmup);
    }

    /// @param memberEpoch of tasks that are stored without one
    static HeldTasks read(
            List<TaskIds> active, List<TaskIds> standby, List<TaskIds> warmup, int memberEpoch) {
        NavigableMap<TaskId, Integer> epochs = new TreeMap<>();
        for (TaskIds list : active) {
            List<Integer> partitions = list.partitions();
            List<Integer> stored = list.assignmentEpochs();
            for (int i = 0; i < partitions.size(); i++) {
                epochs.put(
                        new TaskId(list.subtopologyId(), partitions.get(i)),
                        stored != null && stored.size() == partitions.size()
                                ? stored.get(i)
                                : memberEpoch);
            }
        }
        return new HeldTasks(
                epochs,
                TaskId.read(standby, TaskIds::subtopologyId, TaskIds::partitions),
                TaskId.read(warmup, TaskIds::subtopologyId, TaskIds::partitions));
    }

    List<TaskIds> activeLists() {
        return TaskId.listed(
                active.keySet(),
                (id, partitions) ->
                        TaskIds.builder()
                                .subtopologyId(id)
                                .partitions(partitions)
                                .assignmentEpochs(
                                        partitions.stream()
                                                .map(
                                                        partition ->
                                                                active.getOrDefault(
                                                                        new TaskId(id, partition),
                                                                        0))
                                                .toList())
                                .build());
    }

    static List<TaskIds> lists(NavigableSet<TaskId> tasks) {
        return TaskId.listed(
                tasks,
                (id, partitions) ->
                        TaskIds.builder().subtopologyId(id).partitions(partitions).build());
    }

    @Override
    public String toString() {
        return "active " + active + ", standby " + standby + ", warm-up " + warmup;
    }
}

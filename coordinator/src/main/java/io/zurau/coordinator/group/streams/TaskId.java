package io.zurau.coordinator.group.streams;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A task: one partition of a subtopology. Ordered by subtopology, then by partition.
record TaskId(String subtopologyId, int partition) implements Comparable<TaskId> {
    private static final Comparator<TaskId> ORDER =
            Comparator.comparing(TaskId::subtopologyId).thenComparingInt(TaskId::partition);

    /// The order that spreads neighbouring partitions of one subtopology.
    static final Comparator<TaskId> BY_PARTITION =
            Comparator.comparingInt(TaskId::partition).thenComparing(TaskId::subtopologyId);

    @Override
    public int compareTo(TaskId other) {
        return ORDER.compare(this, other);
    }

    /// Tasks as messages and records list them: the partitions of each subtopology, both sorted.
    static <L> List<L> listed(
            Collection<TaskId> tasks, BiFunction<String, List<Integer>, L> ofSubtopology) {
        NavigableMap<String, List<Integer>> bySubtopology = new TreeMap<>();
        for (TaskId task : new TreeSet<>(tasks)) {
            bySubtopology
                    .computeIfAbsent(task.subtopologyId, id -> new ArrayList<>())
                    .add(task.partition);
        }
        List<L> lists = new ArrayList<>();
        bySubtopology.forEach((id, partitions) -> lists.add(ofSubtopology.apply(id, partitions)));
        return lists;
    }

    /// The opposite.
    static <L> NavigableSet<TaskId> read(
            @Nullable List<L> lists,
            Function<L, String> subtopologyId,
            Function<L, List<Integer>> partitions) {
        NavigableSet<TaskId> tasks = new TreeSet<>();
        if (lists != null) {
            for (L list : lists) {
                String id = subtopologyId.apply(list);
                partitions.apply(list).forEach(partition -> tasks.add(new TaskId(id, partition)));
            }
        }
        return tasks;
    }

    @Override
    public String toString() {
        return subtopologyId + "_" + partition;
    }
}

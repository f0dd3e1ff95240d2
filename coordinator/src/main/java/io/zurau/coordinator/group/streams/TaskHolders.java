package io.zurau.coordinator.group.streams;

import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;

/// Which processes have which tasks, those included that they are to give up. Members of one
/// process share its disk, so that a task must not be there twice.
final class TaskHolders {
    private final Map<TaskId, Map<String, Integer>> active = new HashMap<>();
    private final Map<TaskId, Map<String, Integer>> standby = new HashMap<>();
    private final Map<TaskId, Map<String, Integer>> warmup = new HashMap<>();

    boolean anyRuns(TaskId task) {
        return active.containsKey(task);
    }

    boolean runs(String processId, TaskId task) {
        return has(active, processId, task);
    }

    boolean follows(String processId, TaskId task) {
        return has(standby, processId, task);
    }

    boolean warmsUp(String processId, TaskId task) {
        return has(warmup, processId, task);
    }

    void add(String processId, Progress progress) {
        count(processId, progress, 1);
    }

    void remove(String processId, Progress progress) {
        count(processId, progress, -1);
    }

    private void count(String processId, Progress progress, int by) {
        for (HeldTasks tasks : new HeldTasks[] {progress.held(), progress.revoking()}) {
            count(active, tasks.active().navigableKeySet(), processId, by);
            count(standby, tasks.standby(), processId, by);
            count(warmup, tasks.warmup(), processId, by);
        }
    }

    private static void count(
            Map<TaskId, Map<String, Integer>> holders,
            NavigableSet<TaskId> tasks,
            String processId,
            int by) {
        for (TaskId task : tasks) {
            Map<String, Integer> counts = holders.computeIfAbsent(task, t -> new HashMap<>());
            if (counts.merge(processId, by, Integer::sum) == 0) {
                counts.remove(processId);
            }
            if (counts.isEmpty()) {
                holders.remove(task);
            }
        }
    }

    private static boolean has(
            Map<TaskId, Map<String, Integer>> holders, String processId, TaskId task) {
        return holders.getOrDefault(task, Map.of()).containsKey(processId);
    }
}

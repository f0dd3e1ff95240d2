package io.zurau.coordinator.group.streams;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// One process of the application, while an assignment is in the making: its threads are the
/// members, and they share its disk.
final class Instance {
    private final String id;
    private final List<Share> shares = new ArrayList<>(); // In the order of the members' ids.
    private final Set<TaskId> tasks = new HashSet<>();

    Instance(String id) {
        this.id = id;
    }

    String id() {
        return id;
    }

    void add(Share share) {
        shares.add(share);
    }

    /// Tasks for each member.
    double load() {
        return (double) tasks.size() / shares.size();
    }

    boolean has(TaskId task) {
        return tasks.contains(task);
    }

    void gets(TaskId task) {
        tasks.add(task);
    }

    Share leastLoaded() {
        return shares.stream().min(Comparator.comparingInt(Share::count)).orElseThrow();
    }
}

package io.zurau.coordinator.group.streams;

import java.util.NavigableSet;
import java.util.TreeSet;

/// The tasks that one member gets, while an assignment is in the making.
final class Share {
    private final Process process;
    private final NavigableSet<TaskId> active = new TreeSet<>();
    private final NavigableSet<TaskId> standby = new TreeSet<>();

    Share(Process process) {
        this.process = process;
    }

    Process process() {
        return process;
    }

    int count() {
        return active.size() + standby.size();
    }

    boolean hasLessThan(Share other) {
        return process.load() < other.process.load() && count() < other.count();
    }

    void giveActive(TaskId task) {
        active.add(task);
        process.gets(task);
    }

    void giveStandby(TaskId task) {
        standby.add(task);
        process.gets(task);
    }

    Tasks tasks() {
        return new Tasks(active, standby, new TreeSet<>());
    }
}

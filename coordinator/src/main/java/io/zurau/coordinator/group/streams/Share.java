package io.zurau.coordinator.group.streams;

import java.util.NavigableSet;
import java.util.TreeSet;

/// The tasks that one member gets, while an assignment is in the making.
final class Share {
    private final Instance instance;
    private final NavigableSet<TaskId> active = new TreeSet<>();
    private final NavigableSet<TaskId> standby = new TreeSet<>();

    Share(Instance instance) {
        this.instance = instance;
    }

    Instance instance() {
        return instance;
    }

    int count() {
        return active.size() + standby.size();
    }

    boolean hasLessThan(Share other) {
        return instance.load() < other.instance.load() && count() < other.count();
    }

    void giveActive(TaskId task) {
        active.add(task);
        instance.gets(task);
    }

    void giveStandby(TaskId task) {
        standby.add(task);
        instance.gets(task);
    }

    Tasks tasks() {
        return new Tasks(active, standby, new TreeSet<>());
    }
}

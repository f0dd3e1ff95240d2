package io.zurau.simulation;

import io.zurau.runtime.Tasks;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// What runs on a machine between two crashes: its tasks.
///
/// **Guard:** the driver thread, see [Scheduler].
final class SimProcess implements Tasks {
    private final Scheduler scheduler;
    private final String name;
    private final Set<SimTask> running = new LinkedHashSet<>();
    private final List<Runnable> held = new ArrayList<>(); // What was due while suspended.
    private boolean alive = true;
    private boolean suspended;
    private int tasksStarted;

    SimProcess(Scheduler scheduler, String name) {
        this.scheduler = scheduler;
        this.name = name;
    }

    String name() {
        return name;
    }

    boolean isAlive() {
        return alive;
    }

    @Override
    public SimTask start(String taskName, Runnable body) {
        String unique = name + "/" + taskName + "#" + tasksStarted++;
        SimTask task = new SimTask(scheduler, this, unique, body);
        running.add(task);
        task.start();
        return task;
    }

    @Override
    public SimTask startDedicated(String taskName, Runnable body) {
        return start(taskName, body);
    }

    void ended(SimTask task) {
        running.remove(task);
    }

    /// Freezes all tasks where they are.
    void kill() {
        alive = false;
        suspended = false;
        held.clear();
        running.clear();
    }

    boolean isSuspended() {
        return suspended;
    }

    void suspend() {
        suspended = true;
    }

    /// @param due makes a step runnable that cannot run now
    void hold(Runnable due) {
        held.add(due);
    }

    void resume() {
        suspended = false;
        held.forEach(Runnable::run);
        held.clear();
    }

    List<SimTask> running() {
        return List.copyOf(running);
    }
}

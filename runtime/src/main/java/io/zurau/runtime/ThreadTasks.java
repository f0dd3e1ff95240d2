package io.zurau.runtime;

import java.lang.Thread.UncaughtExceptionHandler;

/// Tasks on threads of the JVM: virtual ones, and platform threads for the dedicated.
///
/// None of them keeps the process alive.
public final class ThreadTasks implements Tasks {
    private final UncaughtExceptionHandler onBug;

    /// @param onBug is told what a task's body threw, on the task's own thread
    public ThreadTasks(UncaughtExceptionHandler onBug) {
        this.onBug = onBug;
    }

    @Override
    public Task start(String name, Runnable body) {
        return ThreadTask.start(
                Thread.ofVirtual().name(name).uncaughtExceptionHandler(onBug), body);
    }

    @Override
    public Task startDedicated(String name, Runnable body) {
        return ThreadTask.start(
                Thread.ofPlatform().daemon().name(name).uncaughtExceptionHandler(onBug), body);
    }
}

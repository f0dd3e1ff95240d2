package io.zurau.runtime;

/// Threads. Whatever runs beside its caller is started here, so that the simulator can schedule it.
///
/// A task ends when its body returns. To end one from outside, close what it waits for or
/// [Task#interrupt()] it. What a body throws is a bug: it is given to the handler that the tasks
/// were made with.
public interface Tasks {
    /// Starts a virtual thread. For anything that waits: connections, timers, coordinators.
    Task start(String name, Runnable body);

    /// Starts a thread of its own. For the few loops that keep a device or a core busy: the
    /// journal's writer.
    Task startDedicated(String name, Runnable body);

    /// One running or ended task.
    interface Task {
        /// Interrupts what the task waits for: it sees an [InterruptedException].
        void interrupt();

        /// Waits until the task has ended.
        void join() throws InterruptedException;

        boolean isRunning();
    }
}

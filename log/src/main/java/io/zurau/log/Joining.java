package io.zurau.log;

import io.zurau.runtime.Tasks;

/// Waits for the end of tasks that were told to end.
final class Joining {
    private Joining() {}

    /// An interrupt does not cut the wait short, but is kept.
    static void join(Tasks.Task task) {
        boolean interrupted = false;
        while (true) {
            try {
                task.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

package io.zurau.client;

import io.zurau.runtime.Tasks;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;

/// Sees to the answers of one broker, one after the other, on a task of its own.
///
/// Bounded by the requests that may be in flight to a broker.
final class AnswerQueue {
    private final LinkedBlockingQueue<Optional<Runnable>> steps = new LinkedBlockingQueue<>();

    AnswerQueue(Tasks tasks, int node) {
        tasks.start("produced to node " + node, this::run);
    }

    void add(Runnable step) {
        steps.add(Optional.of(step));
    }

    /// Ends the task behind what is queued.
    void close() {
        steps.add(Optional.empty());
    }

    private void run() {
        try {
            for (Optional<Runnable> step = steps.take(); step.isPresent(); step = steps.take()) {
                step.get().run();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

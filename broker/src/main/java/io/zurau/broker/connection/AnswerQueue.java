package io.zurau.broker.connection;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The answers of one connection that could not be sent at once, in the order of their requests.
///
/// The reading thread adds, the writing thread takes. An answer stays at the head until it has been
/// sent, so that an empty queue tells the reading thread that nobody else writes.
///
/// **Guard:** `answersLock`.
final class AnswerQueue<T> {
    private final int capacity;
    private final ReentrantLock answersLock = new ReentrantLock();
    private final Condition changed = answersLock.newCondition();

    @GuardedBy("answersLock")
    private final ArrayDeque<T> answers = new ArrayDeque<>(0);

    @GuardedBy("answersLock")
    private boolean closed;

    AnswerQueue(int capacity) {
        this.capacity = capacity;
    }

    boolean isEmpty() {
        answersLock.lock();
        try {
            return answers.isEmpty();
        } finally {
            answersLock.unlock();
        }
    }

    /// Waits for a place. Nothing happens once the queue is closed.
    void add(T answer) throws InterruptedException {
        answersLock.lock();
        try {
            while (answers.size() >= capacity && !closed) {
                changed.await();
            }
            if (!closed) {
                answers.add(answer);
                changed.signalAll();
            }
        } finally {
            answersLock.unlock();
        }
    }

    /// Waits for the first answer and leaves it there; null once the queue is closed and empty.
    @Nullable T head() throws InterruptedException {
        answersLock.lock();
        try {
            while (answers.isEmpty()) {
                if (closed) {
                    return null;
                }
                changed.await();
            }
            return answers.element();
        } finally {
            answersLock.unlock();
        }
    }

    void removeHead() {
        answersLock.lock();
        try {
            answers.poll(); // Empty if abandoned meanwhile.
            changed.signalAll();
        } finally {
            answersLock.unlock();
        }
    }

    /// Forgets all answers and takes no more.
    void abandon() {
        answersLock.lock();
        try {
            closed = true;
            answers.clear();
            changed.signalAll();
        } finally {
            answersLock.unlock();
        }
    }

    /// Takes no more answers; those that wait may still be sent.
    void close() {
        answersLock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            answersLock.unlock();
        }
    }
}

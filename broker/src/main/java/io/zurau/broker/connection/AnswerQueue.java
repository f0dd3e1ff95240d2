package io.zurau.broker.connection;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.List;
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
    private boolean headIsBeingSent;

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

    /// Waits for a place.
    ///
    /// @return false if the queue is closed
    boolean add(T answer) throws InterruptedException {
        answersLock.lock();
        try {
            while (answers.size() >= capacity && !closed) {
                changed.await();
            }
            if (closed) {
                return false;
            }
            answers.add(answer);
            changed.signalAll();
            return true;
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
            headIsBeingSent = true;
            return answers.element();
        } finally {
            answersLock.unlock();
        }
    }

    void removeHead() {
        answersLock.lock();
        try {
            headIsBeingSent = false;
            answers.poll(); // Empty if abandoned meanwhile.
            changed.signalAll();
        } finally {
            answersLock.unlock();
        }
    }

    /// Takes no more answers and gives up those that wait.
    ///
    /// @return what will not be sent
    List<T> abandon() {
        answersLock.lock();
        try {
            closed = true;
            if (headIsBeingSent) {
                answers.poll(); // Its sender sees to it.
            }
            List<T> abandoned = List.copyOf(answers);
            answers.clear();
            changed.signalAll();
            return abandoned;
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

package io.zurau.runtime;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A task on a thread of its own, whose interrupts wait while it is inside a file.
///
/// The JDK closes a `FileChannel`, for everybody, when the thread inside it is interrupted. So one
/// impatient task would take a whole log down. Tasks are interrupted only through [#interrupt()],
/// and file access goes through [#undisturbed]: an interrupt that arrives meanwhile is kept and
/// delivered when the task has left the file.
///
/// **Guard:** `interruptLock`.
final class ThreadTask implements Tasks.Task {
    private static final ThreadLocal<@Nullable ThreadTask> CURRENT = new ThreadLocal<>();

    private final ReentrantLock interruptLock = new ReentrantLock();
    private final Thread thread;

    @GuardedBy("interruptLock")
    private boolean insideFile;

    @GuardedBy("interruptLock")
    private boolean interruptIsDue;

    private ThreadTask(Thread.Builder builder, Runnable body) {
        this.thread =
                builder.unstarted(
                        () -> {
                            CURRENT.set(this);
                            body.run();
                        });
    }

    static ThreadTask start(Thread.Builder builder, Runnable body) {
        ThreadTask task = new ThreadTask(builder, body);
        task.thread.start();
        return task;
    }

    @Override
    public void interrupt() {
        interruptLock.lock();
        try {
            if (insideFile) {
                interruptIsDue = true;
            } else {
                thread.interrupt();
            }
        } finally {
            interruptLock.unlock();
        }
    }

    @Override
    public void join() throws InterruptedException {
        thread.join();
    }

    @Override
    public boolean isRunning() {
        return thread.isAlive();
    }

    /// Does something to a file and delivers interrupts afterwards.
    ///
    /// On threads that are no tasks (the main thread, tests) only an interrupt from before is kept
    /// away.
    static <T> T undisturbed(FileAccess<T> access) throws IOException {
        ThreadTask task = CURRENT.get();
        if (task != null) {
            task.enterFile();
        }
        boolean interrupted = Thread.interrupted();
        try {
            return access.run();
        } finally {
            if (task != null) {
                interrupted |= task.leaveFile();
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void enterFile() {
        interruptLock.lock();
        try {
            insideFile = true;
        } finally {
            interruptLock.unlock();
        }
    }

    private boolean leaveFile() {
        interruptLock.lock();
        try {
            boolean due = interruptIsDue;
            insideFile = false;
            interruptIsDue = false;
            return due;
        } finally {
            interruptLock.unlock();
        }
    }

    /// Something done to a file.
    @FunctionalInterface
    interface FileAccess<T> {
        T run() throws IOException;
    }
}

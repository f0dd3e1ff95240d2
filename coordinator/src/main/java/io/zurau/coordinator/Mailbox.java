package io.zurau.coordinator;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zurau.protocol.ErrorCode;
import io.zurau.runtime.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// The commands that wait for a shard's thread, and whether the shard takes any.
///
/// **Guard:** `mailboxLock`, a leaf: nothing is called under it.
final class Mailbox<C> {
    /// Beyond it the shard is hopelessly behind: clients shall back off.
    private static final int MOST_COMMANDS = 10_000;

    record Command<C>(C command, Reply<?> reply) {}

    private enum Phase {
        LOADING,
        OPEN,
        CLOSED
    }

    private final Clock clock;
    private final ReentrantLock mailboxLock = new ReentrantLock();
    private final Condition changed = mailboxLock.newCondition();

    @GuardedBy("mailboxLock")
    private final ArrayDeque<Command<C>> commands = new ArrayDeque<>();

    @GuardedBy("mailboxLock")
    private Phase phase = Phase.LOADING;

    Mailbox(Clock clock) {
        this.clock = clock;
    }

    /// @return `NONE` if the command was taken; otherwise why not
    ErrorCode put(Command<C> command) {
        mailboxLock.lock();
        try {
            return switch (phase) {
                case LOADING -> ErrorCode.COORDINATOR_LOAD_IN_PROGRESS;
                case CLOSED -> ErrorCode.NOT_COORDINATOR;
                case OPEN -> {
                    if (commands.size() >= MOST_COMMANDS) {
                        yield ErrorCode.COORDINATOR_NOT_AVAILABLE;
                    }
                    commands.add(command);
                    changed.signal();
                    yield ErrorCode.NONE;
                }
            };
        } finally {
            mailboxLock.unlock();
        }
    }

    /// Waits for commands, for the deadline or for the end.
    ///
    /// @return all that came; empty if the deadline passed or the mailbox was closed
    List<Command<C>> take(OptionalLong deadlineNanos) throws InterruptedException {
        mailboxLock.lockInterruptibly();
        try {
            while (commands.isEmpty() && phase != Phase.CLOSED) {
                if (deadlineNanos.isEmpty()) {
                    changed.await();
                } else if (!clock.isAhead(deadlineNanos.getAsLong())) {
                    break;
                } else {
                    var _ = clock.await(mailboxLock, changed, deadlineNanos.getAsLong());
                }
            }
            return takeAll();
        } finally {
            mailboxLock.unlock();
        }
    }

    /// All that came, without waiting.
    List<Command<C>> takeAll() {
        mailboxLock.lock();
        try {
            List<Command<C>> taken = new ArrayList<>(commands);
            commands.clear();
            return taken;
        } finally {
            mailboxLock.unlock();
        }
    }

    /// Waits until the deadline or the end.
    void pause(long deadlineNanos) throws InterruptedException {
        mailboxLock.lockInterruptibly();
        try {
            while (phase != Phase.CLOSED && clock.isAhead(deadlineNanos)) {
                var _ = clock.await(mailboxLock, changed, deadlineNanos);
            }
        } finally {
            mailboxLock.unlock();
        }
    }

    /// Takes commands from now on, unless closed.
    void open() {
        become(Phase.OPEN);
    }

    /// Takes no commands for the time being.
    void refuseWhileLoading() {
        become(Phase.LOADING);
    }

    void close() {
        become(Phase.CLOSED);
    }

    boolean isClosed() {
        mailboxLock.lock();
        try {
            return phase == Phase.CLOSED;
        } finally {
            mailboxLock.unlock();
        }
    }

    private void become(Phase next) {
        mailboxLock.lock();
        try {
            if (phase != Phase.CLOSED) {
                phase = next;
            }
            changed.signalAll();
        } finally {
            mailboxLock.unlock();
        }
    }
}

package io.zurau.metadata.control;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zurau.metadata.Metadata;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.log.MetadataLog;
import io.zurau.metadata.log.ProposeOutcome;
import io.zurau.protocol.message.MetadataRecord;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Decides commands one after the other, and commits what they decide, many in one proposal.
///
/// There is no thread for it. Of the threads that wait for an answer, one has the *turn*: it
/// decides all that waits, its own command included, each on the image that the one before it
/// makes, and proposes the records of all together. What comes meanwhile waits for the next turn.
///
/// **Guard:** `queueLock`, which is not held while deciding. The queue is bounded by the threads
/// that wait in it, so by the number of connections.
final class Deciding {
    /// More in one proposal gain nothing: the sync is paid for.
    private static final int MOST_PER_TURN = 100;

    /// A conflict means that another node's controller committed; it must not take this node's
    /// place for ever.
    private static final int MOST_ATTEMPTS = 20;

    private final ReentrantLock queueLock = new ReentrantLock();
    private final Condition turnEnded = queueLock.newCondition();
    private final MetadataLog log;
    private final Metadata metadata;

    @GuardedBy("queueLock")
    private final Queue<Waiting<?>> queue = new ArrayDeque<>();

    @GuardedBy("queueLock")
    private boolean turnTaken;

    Deciding(MetadataLog log, Metadata metadata) {
        this.log = log;
        this.metadata = metadata;
    }

    /// One command in the queue. Its fields belong to the turn until `done`, which `queueLock`
    /// guards.
    private static final class Waiting<A> {
        final Command<A> command;
        @Nullable A answer; // As decided last; it counts once that is committed.
        boolean committed;
        @Nullable RuntimeException trouble;
        boolean done;

        Waiting(Command<A> command) {
            this.command = command;
        }

        ClusterImage decide(ClusterImage image, List<MetadataRecord> records) {
            trouble = null; // Of an earlier attempt, on an image that was overtaken.
            try {
                Decision<A> decision = command.decide(image);
                ClusterImage after = decision.applied(image);
                records.addAll(decision.records());
                answer = decision.answer();
                return after;
            } catch (RuntimeException bug) {
                trouble = bug; // Its own, not that of the others in the turn.
                return image;
            }
        }

        Optional<A> result() {
            if (trouble != null) {
                throw trouble;
            }
            return committed ? Optional.ofNullable(answer) : Optional.empty();
        }
    }

    /// Returns the answer once it is committed; empty if the log refused too often.
    ///
    /// @throws io.zurau.runtime.StorageFailure if the log failed
    <A> Optional<A> decide(Command<A> command) {
        Waiting<A> mine = new Waiting<>(command);
        List<Waiting<?>> turn = enqueue(mine);
        while (!turn.isEmpty()) {
            try {
                commit(turn);
            } finally {
                turn = endTurn(turn, mine);
            }
        }
        return mine.result();
    }

    /// The commands to decide now; none if another thread has decided `mine`.
    private List<Waiting<?>> enqueue(Waiting<?> mine) {
        queueLock.lock();
        try {
            queue.add(mine);
            return awaitTurn(mine);
        } finally {
            queueLock.unlock();
        }
    }

    @GuardedBy("queueLock")
    private List<Waiting<?>> awaitTurn(Waiting<?> mine) {
        while (turnTaken && !mine.done) {
            turnEnded.awaitUninterruptibly();
        }
        List<Waiting<?>> turn = new ArrayList<>();
        if (!mine.done) {
            turnTaken = true;
            while (turn.size() < MOST_PER_TURN && !queue.isEmpty()) {
                turn.add(queue.remove());
            }
        }
        return turn;
    }

    private List<Waiting<?>> endTurn(List<Waiting<?>> turn, Waiting<?> mine) {
        queueLock.lock();
        try {
            turn.forEach(waiting -> waiting.done = true);
            turnTaken = false;
            turnEnded.signalAll();
            return awaitTurn(mine);
        } finally {
            queueLock.unlock();
        }
    }

    /// Throws nothing: of what became of it, each in the turn is told by its own fields.
    private void commit(List<Waiting<?>> turn) {
        try {
            for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
                if (commitOnce(turn)) {
                    turn.forEach(waiting -> waiting.committed = true);
                    return;
                }
            }
        } catch (RuntimeException trouble) {
            turn.forEach(waiting -> waiting.trouble = trouble);
        } catch (Error e) {
            // Each waits for an answer of its own, so each throws it.
            IllegalStateException trouble =
                    new IllegalStateException("Nobody knows whether it was committed.", e);
            turn.forEach(waiting -> waiting.trouble = trouble);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean commitOnce(List<Waiting<?>> turn) throws InterruptedException {
        ClusterImage start = metadata.image();
        ClusterImage image = start;
        List<MetadataRecord> records = new ArrayList<>();
        for (Waiting<?> waiting : turn) {
            image = waiting.decide(image, records);
        }
        if (records.isEmpty()) {
            return true;
        }
        return switch (log.propose(start.endOffset(), records)) {
            case ProposeOutcome.Committed _ -> true;
            case ProposeOutcome.Conflict conflict -> {
                metadata.awaitEndOffset(conflict.endOffset());
                yield false;
            }
            // Whoever asked must not hear that it was not done; a client's own time-out says that.
            case ProposeOutcome.Unknown unknown -> throw new QuorumUnavailable(unknown.reason());
        };
    }
}

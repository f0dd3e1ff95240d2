package io.zurau.log;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zurau.log.CheckpointFile.Line;
import io.zurau.log.Roster.Census;
import io.zurau.log.journal.Journal;
import io.zurau.runtime.Clock;
import io.zurau.runtime.StorageFailure;
import io.zurau.runtime.Tasks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Makes the journal superfluous from behind: syncs what has changed in the logs, notes it in the
/// checkpoint file, and lets the journal's files be used again. [Journal] says why this is safe.
///
/// On a task of its own, when the journal asks for it, and now and then if anything was written.
///
/// **Guard:** `requestLock` for the requests, `checkpointLock` for making one at a time.
final class Checkpoints implements AutoCloseable {
    /// A crash after a quiet time finds little to replay.
    private static final Duration AT_LEAST_EVERY = Duration.ofSeconds(30);

    /// Syncs of different files overlap in the device.
    private static final int SYNCING_TASKS = 16;

    private final LogHome home;
    private final Tasks tasks;
    private final Roster roster;
    private final ReentrantLock requestLock = new ReentrantLock();
    private final Condition requested = requestLock.newCondition();
    private final ReentrantLock checkpointLock = new ReentrantLock();

    @GuardedBy("requestLock")
    private boolean request;

    @GuardedBy("requestLock")
    private boolean closing;

    @GuardedBy("checkpointLock")
    private long lastSequence = -1; // Of the last checkpoint.

    private Tasks.@Nullable Task task;

    Checkpoints(LogHome home, Tasks tasks, Roster roster) {
        this.home = home;
        this.tasks = tasks;
        this.roster = roster;
    }

    void start() {
        task = tasks.start("checkpoints of " + home.disk().name(), this::run);
    }

    /// Asks for a look at the journal soon. Does not wait.
    void request() {
        requestLock.lock();
        try {
            request = true;
            requested.signal();
        } finally {
            requestLock.unlock();
        }
    }

    private void run() {
        try {
            long due = home.clock().deadline(AT_LEAST_EVERY);
            while (awaitRequest(due)) {
                Journal journal = home.journal();
                journal.prepareNextFile();
                if (journal.wantsCheckpoint() || !home.clock().isAhead(due)) {
                    make();
                    due = home.clock().deadline(AT_LEAST_EVERY);
                }
            }
        } catch (StorageFailure e) {
            home.fail(e);
        } catch (RuntimeException | Error e) {
            // Without checkpoints the journal fills up, and everybody would wait for ever.
            fail(e);
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void fail(Throwable cause) {
        home.fail(
                cause instanceof StorageFailure failure
                        ? failure
                        : new StorageFailure(home.disk().name(), "The checkpoints broke.", cause));
    }

    /// @return false when it is time to end
    private boolean awaitRequest(long dueNanos) throws InterruptedException {
        Clock clock = home.clock();
        requestLock.lock();
        try {
            while (!request && !closing && home.failure() == null && clock.isAhead(dueNanos)) {
                clock.await(requestLock, requested, dueNanos);
            }
            request = false;
            return !closing && home.failure() == null;
        } finally {
            requestLock.unlock();
        }
    }

    /// Makes a checkpoint now, if anything was written since the last.
    void make() {
        checkpointLock.lock();
        try {
            Journal journal = home.journal();
            Census census = roster.census(journal::gatheringSequence);
            boolean sealed = home.takeSealedInMemory();
            if (census.sequence() != lastSequence || home.haveNamesChanged() || sealed) {
                make(journal.id(), census, false);
                journal.release(census.sequence());
            }
        } finally {
            checkpointLock.unlock();
        }
    }

    /// The first one: the journal is still to be started, and what it held is in the logs.
    void makeFirst(long journal, long sequence) {
        checkpointLock.lock();
        try {
            make(journal, roster.census(() -> sequence), false);
        } finally {
            checkpointLock.unlock();
        }
    }

    /// The last one: no change comes any more, and all there were are stored.
    void makeFinal() {
        checkpointLock.lock();
        try {
            Journal journal = home.journal();
            make(journal.id(), roster.census(journal::gatheringSequence), true);
        } finally {
            checkpointLock.unlock();
        }
    }

    /// If it fails so does the directory, whatever the reason: what a log has captured is forgotten
    /// then, and the next checkpoint would take it for synced.
    @GuardedBy("checkpointLock")
    private void make(long journal, Census census, boolean closing) {
        try {
            makeWhole(journal, census, closing);
        } catch (RuntimeException | Error e) {
            fail(e);
            throw e;
        }
    }

    @GuardedBy("checkpointLock")
    private void makeWhole(long journal, Census census, boolean closing) {
        long start = home.clock().nanos();
        List<Line> lines = checkpointAll(census.logs(), closing);
        home.syncNames(); // Last: a log whose line tells of records has its directory by then.
        new CheckpointFile(journal, census.sequence(), closing, census.nextLog(), lines)
                .write(home.disk());
        lastSequence = census.sequence();
        census.logs().forEach(PartitionLog::checkpointed);
        home.probe().checkpointed(lines.size(), home.clock().nanos() - start);
    }

    private List<Line> checkpointAll(List<PartitionLog> all, boolean closing) {
        AtomicInteger next = new AtomicInteger();
        List<Tasks.Task> helpers = new ArrayList<>();
        List<Throwable> failures = new ArrayList<>();
        ReentrantLock failuresLock = new ReentrantLock();
        Runnable work =
                () -> {
                    try {
                        int at = next.getAndIncrement();
                        while (at < all.size()) {
                            all.get(at).checkpoint(closing);
                            at = next.getAndIncrement();
                        }
                    } catch (RuntimeException | Error e) {
                        failuresLock.lock();
                        try {
                            failures.add(e);
                        } finally {
                            failuresLock.unlock();
                        }
                    }
                };
        for (int i = 1; i < Math.min(SYNCING_TASKS, all.size()); i++) {
            helpers.add(tasks.start("syncing " + home.disk().name(), work));
        }
        work.run();
        helpers.forEach(Joining::join);
        if (!failures.isEmpty()) {
            Throwable first = failures.getFirst();
            if (first instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) first;
        }
        return all.stream().map(PartitionLog::line).toList();
    }

    @Override
    public void close() {
        requestLock.lock();
        try {
            closing = true;
            requested.signal();
        } finally {
            requestLock.unlock();
        }
        Tasks.Task started = task;
        if (started != null) {
            Joining.join(started);
        }
    }
}

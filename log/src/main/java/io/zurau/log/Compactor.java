package io.zurau.log;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.record.CorruptRecords;
import io.zurau.runtime.Clock;
import io.zurau.runtime.Seams;
import io.zurau.runtime.StorageFailure;
import io.zurau.runtime.Tasks;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Compacts the logs of a directory, one at a time, the one first of which most is new.
///
/// On a task of its own, which begins with the first log that may need it. A log with a damaged
/// batch is left alone until the next start: what is in it is served as before, and stays.
///
/// **Guard:** `turnLock` for the task and its end, `compactingLock` for one compaction at a time.
final class Compactor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Compactor.class);

    private final LogHome home;
    private final LogDirectoryConfig config;
    private final Seams seams;
    private final Roster roster;
    private final CompactionPace pace;
    private final Set<TopicPartition> uncleanable = new ConcurrentSkipListSet<>();
    private final ReentrantLock compactingLock = new ReentrantLock();
    private final ReentrantLock turnLock = new ReentrantLock();
    private final Condition ending = turnLock.newCondition();

    @GuardedBy("turnLock")
    private Tasks.@Nullable Task task; // Null until there is something to do.

    private volatile boolean closing;

    Compactor(LogHome home, LogDirectoryConfig config, Seams seams, Roster roster) {
        this.home = home;
        this.config = config;
        this.seams = seams;
        this.roster = roster;
        this.pace = new CompactionPace(seams.clock(), config.compactionBytesPerSecond());
    }

    /// There is a log to be looked after. Does not wait.
    void wake() {
        turnLock.lock();
        try {
            if (task == null && !closing) {
                task = seams.tasks().start("compaction in " + home.disk().name(), this::run);
            }
        } finally {
            turnLock.unlock();
        }
    }

    private void run() {
        try {
            while (awaitTurn()) {
                compactAll();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// @return false when it is time to end
    private boolean awaitTurn() throws InterruptedException {
        Clock clock = home.clock();
        long due = clock.deadline(config.compactionBackoff());
        turnLock.lock();
        try {
            while (!closing && home.failure() == null && clock.isAhead(due)) {
                clock.await(turnLock, ending, due);
            }
            return !closing && home.failure() == null;
        } finally {
            turnLock.unlock();
        }
    }

    /// Compacts what is worth it, until nothing is.
    void compactAll() throws InterruptedException {
        compactingLock.lock();
        try {
            Set<TopicPartition> givenUp = new HashSet<>(); // Until the next turn.
            Cleanable most = dirtiest(givenUp);
            while (most != null) {
                if (!compact(most)) {
                    givenUp.add(most.log().partition());
                }
                most = dirtiest(givenUp);
            }
        } finally {
            compactingLock.unlock();
        }
    }

    private @Nullable Cleanable dirtiest(Set<TopicPartition> givenUp) {
        long nowMs = home.clock().wallMs();
        Cleanable most = null;
        for (PartitionLog log : roster.all()) {
            if (closing || home.failure() != null) {
                return null;
            }
            boolean leftAlone =
                    uncleanable.contains(log.partition()) || givenUp.contains(log.partition());
            Cleanable found = leftAlone ? null : look(log, nowMs);
            if (found != null && (most == null || found.dirtyPart() > most.dirtyPart())) {
                most = found;
            }
        }
        return most;
    }

    private static @Nullable Cleanable look(PartitionLog log, long nowMs) {
        try {
            return Cleanable.of(log, nowMs).orElse(null);
        } catch (SegmentGone e) {
            return null; // The log is being cut or deleted.
        } catch (StorageFailure e) {
            LOG.atDebug().addKeyValue("partition", log.partition()).log(e.getMessage());
            return null; // Whoever must know was told.
        }
    }

    /// @return whether it was done to its end
    private boolean compact(Cleanable what) throws InterruptedException {
        TopicPartition partition = what.log().partition();
        long start = home.clock().nanos();
        try (LogCompaction compaction =
                new LogCompaction(
                        what,
                        config.dedupeBuffer().bytes(),
                        seams.randomness(),
                        pace,
                        () -> closing || home.failure() != null)) {
            compaction.run();
            home.probe()
                    .compacted(
                            compaction.bytesBefore(),
                            compaction.bytesAfter(),
                            home.clock().nanos() - start);
            return true;
        } catch (CorruptRecords e) {
            leaveAlone(partition, e.sentence());
        } catch (ArithmeticException e) {
            leaveAlone(partition, "A segment is larger than 2 GiB.");
        } catch (LogCompaction.GivenUp | SegmentGone | StorageFailure | OutOfMemoryError e) {
            LOG.atWarn()
                    .addKeyValue("partition", partition)
                    .addKeyValue("reason", e.getMessage())
                    .log("A compaction was given up; it will be tried again.");
        }
        return false;
    }

    private void leaveAlone(TopicPartition partition, String why) {
        uncleanable.add(partition);
        home.probe().uncleanable(uncleanable.size());
        LOG.atError()
                .addKeyValue("partition", partition)
                .addKeyValue("reason", why)
                .log("The log is not compacted any more until the next start. Nothing is lost.");
    }

    @Override
    public void close() {
        Tasks.Task started;
        turnLock.lock();
        try {
            closing = true;
            ending.signalAll();
            started = task;
        } finally {
            turnLock.unlock();
        }
        if (started != null) {
            Joining.join(started);
        }
    }
}

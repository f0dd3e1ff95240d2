package io.zurau.log;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zurau.log.CheckpointFile.Line;
import io.zurau.log.CheckpointFile.Tail;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One log's part in the checkpoints of its directory: what of it is on disk.
///
/// **Guard:** `persistLock`, taken after the log's lock. Whoever deletes or cuts files takes it
/// too, so that none is written meanwhile.
final class LogPersistence {
    private final LogHome home;
    private final LogFiles files;
    private final ReentrantLock persistLock = new ReentrantLock();

    @GuardedBy("persistLock")
    private final List<Segment> condemned = new ArrayList<>(); // To go once the position is noted.

    @GuardedBy("persistLock")
    private boolean stopped;

    @GuardedBy("persistLock")
    private long cutAtChange; // The last change that took records away from the end.

    private volatile long sealedBelow; // See there. Changes under the lock.
    private final Supplier<@Nullable LogContents> contents; // Null until somebody needs them.
    private final BooleanSupplier durable; // As of the contents' last change.
    private volatile Line line; // As in the last checkpoint.
    private volatile OnDisk onDisk; // Leaves NOTHING under the log's lock, UNSYNCED under ours.

    LogPersistence(
            LogHome home,
            LogFiles files,
            Line line,
            OnDisk onDisk,
            Supplier<@Nullable LogContents> contents,
            BooleanSupplier durable) {
        this.home = home;
        this.files = files;
        this.contents = contents;
        this.durable = durable;
        this.line = line;
        this.onDisk = onDisk;
    }

    OnDisk onDisk() {
        return onDisk;
    }

    /// Makes the log's directory if there is none: its first file is about to be made. Under the
    /// log's lock.
    ///
    /// That the log is one in memory is stored first. Its records may not be there after a crash,
    /// and it must not seem then as if there had never been any.
    void makeDirectory() {
        if (onDisk == OnDisk.NOTHING) {
            if (!durable.getAsBoolean()) {
                home.awaitStored();
            }
            LogNames.create(files.disk(), files.directory(), line.log(), line.topicId());
            home.namesChanged();
            onDisk = OnDisk.UNSYNCED;
        }
    }

    /// As in the last checkpoint.
    Line line() {
        return line;
    }

    /// Whatever the power does, recovery takes segments with lower bases than this as they are:
    /// they were sealed and synced when the checkpoint that is on disk was made, and no later
    /// change cut the log that far back. All others it may cut, and write again from the journal.
    long sealedBelow() {
        return sealedBelow;
    }

    /// The log was cut: from here on, replay may have to write it again.
    void cut(LogPosition end) {
        persistLock.lock();
        try {
            cutAtChange = end.change();
            sealedBelow = Math.min(sealedBelow, end.segmentBase());
        } finally {
            persistLock.unlock();
        }
    }

    /// No file is touched from now on: the log is deleted or damaged.
    void stop() {
        persistLock.lock();
        try {
            stopped = true;
        } finally {
            persistLock.unlock();
        }
    }

    /// Deletes or cuts files while no checkpoint writes them.
    void alone(Runnable work) {
        persistLock.lock();
        try {
            work.run();
        } finally {
            persistLock.unlock();
        }
    }

    /// Writes and syncs what has changed.
    ///
    /// @param closing whether nothing comes any more
    void checkpoint(boolean closing) {
        persistLock.lock();
        try {
            if (stopped) {
                return;
            }
            Tail tail = closing ? Tail.EXACT : Tail.CUT;
            LogContents now = contents.get();
            LogPosition inMemory = now == null ? line.position() : now.position();
            if (onDisk == OnDisk.NOTHING) { // So what was seen before is of a log without files.
                line = line.movedTo(inMemory, line.durable(), tail);
                return;
            }
            if (onDisk == OnDisk.UNSYNCED) {
                LogNames.sync(files.disk(), files.directory());
                onDisk = OnDisk.SYNCED;
            }
            if (now != null) {
                LogContents.Captured captured = now.capture(durable, closing);
                persist(now, captured);
                line = line.movedTo(captured.position(), captured.durable(), tail);
            }
        } finally {
            persistLock.unlock();
        }
    }

    /// Writes and syncs all there is: no journal is needed for it then.
    void persistEverything() {
        persistLock.lock();
        try {
            if (stopped) {
                return;
            }
            if (onDisk == OnDisk.UNSYNCED) {
                LogNames.sync(files.disk(), files.directory());
                files.disk().syncDirectory("");
                onDisk = OnDisk.SYNCED;
            }
            LogContents now = contents.get();
            if (now != null) {
                persist(now, now.capture(durable, true));
            }
        } finally {
            persistLock.unlock();
        }
    }

    @GuardedBy("persistLock")
    private void persist(LogContents now, LogContents.Captured captured) {
        if (!captured.isNothing()) {
            now.persist(captured);
        }
        condemned.addAll(captured.condemned());
    }

    /// The checkpoint is on disk: deletes what only the one before counted on.
    void checkpointed() {
        persistLock.lock();
        try {
            LogContents now = contents.get();
            if (now != null && !stopped) {
                now.delete(condemned);
            }
            condemned.clear();
            if (line.position().change() >= cutAtChange) { // Else it was seen before the cut.
                sealedBelow = line.position().segmentBase();
            }
        } finally {
            persistLock.unlock();
        }
    }
}

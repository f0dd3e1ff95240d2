package io.zurau.log;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zurau.log.CheckpointFile.Line;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// One log's part in the checkpoints of its directory: what of it is on disk.
///
/// **Guard:** `persistLock`, taken after the log's lock. Whoever deletes or cuts files takes it
/// too, so that none is written meanwhile.
final class LogPersistence {
    private final LogFiles files;
    private final ReentrantLock persistLock = new ReentrantLock();

    @GuardedBy("persistLock")
    private final List<Segment> condemned = new ArrayList<>(); // To go once the position is noted.

    @GuardedBy("persistLock")
    private boolean metadataSynced;

    @GuardedBy("persistLock")
    private boolean stopped;

    private volatile Line line; // As in the last checkpoint.

    /// @param made whether the log's directory is new, and not synced yet
    LogPersistence(LogFiles files, Line line, boolean made) {
        this.files = files;
        this.line = line;
        this.metadataSynced = !made;
    }

    /// As in the last checkpoint.
    Line line() {
        return line;
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
    /// @param contents null if nobody has needed them yet
    /// @param closing whether nothing comes any more
    void checkpoint(@Nullable LogContents contents, boolean durable, boolean closing) {
        persistLock.lock();
        try {
            if (stopped) {
                return;
            }
            if (!metadataSynced) {
                LogNames.sync(files.disk(), files.directory());
                metadataSynced = true;
            }
            if (contents != null) {
                boolean inMemory = !durable && !closing;
                LogContents.Captured captured = contents.capture(inMemory, closing);
                if (!captured.isNothing()) {
                    contents.persist(captured);
                }
                condemned.addAll(captured.condemned());
                LogPosition at = captured.position();
                line = line.movedTo(inMemory ? at.atSegmentStart() : at, durable, closing);
            }
        } finally {
            persistLock.unlock();
        }
    }

    /// The checkpoint is on disk: deletes what only the one before counted on.
    void checkpointed(@Nullable LogContents contents) {
        persistLock.lock();
        try {
            if (contents != null && !stopped) {
                contents.delete(condemned);
            }
            condemned.clear();
        } finally {
            persistLock.unlock();
        }
    }
}

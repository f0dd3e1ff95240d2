package io.zurau.log;

import io.zurau.log.CheckpointFile.Line;
import io.zurau.runtime.StorageFailure;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// How one log is got at: its files are opened when somebody needs more than its offsets, it is
/// changed by one at a time, and nobody uses it once it is broken.
///
/// **Guard:** `logLock` for all changes. Questions never take it once the log is loaded.
final class LogAccess {
    private final LogHome home;
    private final LogFiles files;
    private final ReentrantLock logLock = new ReentrantLock();
    private final LogPersistence persistence;
    private final LogTrouble trouble;
    private final StoredEnd stored;
    private final LoadPlan plan; // How to load; void once it is loaded.

    private volatile @Nullable LogContents contents; // Null until somebody needs it.
    private volatile boolean durable; // Changes with the log's state.

    LogAccess(
            LogHome home,
            LogFiles files,
            Line line,
            LoadPlan plan,
            OnDisk onDisk,
            StoredEnd stored) {
        this.home = home;
        this.files = files;
        this.persistence =
                new LogPersistence(home, files, line, onDisk, () -> contents, () -> durable);
        this.trouble = new LogTrouble(home, line.partition(), persistence);
        this.plan = plan;
        this.durable = line.durable();
        this.stored = stored;
    }

    /// Null while nobody has needed them.
    @Nullable LogContents contents() {
        return contents;
    }

    LogPersistence persistence() {
        return persistence;
    }

    boolean isDurable() {
        return durable;
    }

    /// Under the lock, together with the contents.
    void durable(boolean isDurable) {
        durable = isDurable;
    }

    boolean isBroken() {
        return trouble.isBroken();
    }

    /// Runs a change under the lock.
    <T> T locked(Function<LogContents, T> change) {
        return lockedInMemory(
                loaded -> {
                    persistence.makeDirectory();
                    return change.apply(loaded);
                });
    }

    /// Runs a change that touches no file.
    <T> T lockedInMemory(Function<LogContents, T> change) {
        logLock.lock();
        try {
            return watching(() -> change.apply(load()));
        } catch (Error e) {
            // The change may be in the log's state and not in the journal.
            home.fail(new StorageFailure(home.disk().name(), "A change of a log broke.", e));
            throw e;
        } finally {
            logLock.unlock();
        }
    }

    /// Asks without the lock.
    <T> T asking(Function<LogContents, T> question) {
        while (true) { // Each turn but the last, segments were taken away meanwhile.
            trouble.refuseIfUnusable();
            LogContents loaded = contents;
            LogContents asked = loaded != null ? loaded : lockedInMemory(Function.identity());
            try {
                return trouble.watch(() -> question.apply(asked));
            } catch (SegmentGone e) {
                awaitQuiet(); // Then what is left is known.
            }
        }
    }

    /// Does something with the log's directory, unless it is broken.
    <T> T watching(Supplier<T> use) {
        trouble.refuseIfUnusable();
        return trouble.watch(use);
    }

    private LogContents load() {
        LogContents loaded = contents;
        if (loaded == null) {
            long nowMs = home.clock().wallMs();
            loaded =
                    persistence.onDisk() == OnDisk.NOTHING
                            ? LogContents.empty(files, plan.from(), nowMs)
                            : LogLoader.load(files, plan, nowMs);
            stored.set(loaded.endOffset());
            contents = loaded;
        }
        return loaded;
    }

    /// The files were cut: opens them anew. Under the lock.
    void reload(LogPosition position) {
        persistence.cut(position);
        contents = LogLoader.load(files, LoadPlan.cutAt(position), home.clock().wallMs());
        stored.set(position.endOffset());
    }

    /// Refuses everything from now on: the log is deleted. Afterwards nothing is under way.
    void retire(String why) {
        logLock.lock();
        try {
            trouble.end(why);
            files.retire();
        } finally {
            logLock.unlock();
        }
    }

    /// Waits until no change is under way.
    @SuppressWarnings("LockNotBeforeTry") // Nothing is done under the lock.
    void awaitQuiet() {
        logLock.lock();
        logLock.unlock();
    }
}

package io.zurau.log;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zurau.log.journal.Journal;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.Uuid;
import io.zurau.runtime.Clock;
import io.zurau.runtime.Disk;
import io.zurau.runtime.StorageFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What all logs of a directory share, and whether it still works.
///
/// **Guard:** `listenersLock` for those who are told of a failure; the rest is set once, or grows.
final class LogHome {
    private final Uuid directoryId;
    private final Disk disk;
    private final Clock clock;
    private final OpenFiles files;
    private final Codecs codecs = new Codecs();
    private final LogProbe probe;
    private final Notices notices;
    private final AtomicReference<@Nullable StorageFailure> failure = new AtomicReference<>();
    private final ReentrantLock listenersLock = new ReentrantLock();

    @GuardedBy("listenersLock")
    private final List<Consumer<StorageFailure>> listeners = new ArrayList<>();

    private final List<Runnable> damageListeners = new CopyOnWriteArrayList<>();
    private final Set<TopicPartition> damaged = new ConcurrentSkipListSet<>();
    private final AtomicBoolean namesChanged = new AtomicBoolean(true); // In the root.
    private final AtomicBoolean sealedInMemory = new AtomicBoolean();
    private final CleanedOffsets cleanedOffsets;
    private volatile Runnable compactor = () -> {}; // Wakes it.
    private volatile boolean closed;
    private volatile @Nullable Journal journal; // Null while it is being replayed.

    LogHome(
            Uuid directoryId,
            Disk disk,
            Clock clock,
            OpenFiles files,
            LogProbe probe,
            Notices notices) {
        this.directoryId = directoryId;
        this.disk = disk;
        this.clock = clock;
        this.files = files;
        this.probe = probe;
        this.notices = notices;
        this.cleanedOffsets = new CleanedOffsets(disk);
    }

    Uuid directoryId() {
        return directoryId;
    }

    Disk disk() {
        return disk;
    }

    Clock clock() {
        return clock;
    }

    OpenFiles files() {
        return files;
    }

    Codecs codecs() {
        return codecs;
    }

    LogProbe probe() {
        return probe;
    }

    CleanedOffsets cleanedOffsets() {
        return cleanedOffsets;
    }

    /// A segment to be compacted was sealed, and the journal does not know of it.
    void sealedInMemory() {
        sealedInMemory.set(true);
    }

    /// Whether that was so since this was asked last: only a checkpoint makes it ready.
    boolean takeSealedInMemory() {
        return sealedInMemory.getAndSet(false);
    }

    void onCompactable(Runnable wake) {
        compactor = wake;
    }

    /// There is something that may be compacted, now or soon. Does not wait.
    void wakeCompactor() {
        compactor.run();
    }

    Notices notices() {
        return notices;
    }

    void journal(Journal started) {
        journal = started;
    }

    /// Waits until everything that was given to the journal is stored. What is being replayed is.
    void awaitStored() {
        Journal started = journal;
        if (started != null) {
            started.flush();
        }
    }

    Journal journal() {
        Journal started = journal;
        if (started == null) {
            throw new IllegalStateException("The journal is being replayed.");
        }
        return started;
    }

    @Nullable StorageFailure failure() {
        return failure.get();
    }

    /// A log's directory was made, moved or deleted. To be told before anything counts on it.
    void namesChanged() {
        namesChanged.set(true);
    }

    /// Whether that was so since names were synced last.
    boolean haveNamesChanged() {
        return namesChanged.get();
    }

    /// Syncs the names of directories if they have changed.
    void syncNames() {
        if (namesChanged.getAndSet(false)) {
            disk.syncDirectory("");
        }
    }

    /// Nothing is accepted any more.
    void close() {
        closed = true;
    }

    void refuseIfFailed() {
        if (closed) {
            throw new StorageFailure(
                    disk.name(), "Log directory %s is closed.".formatted(disk.name()));
        }
        StorageFailure cause = failure.get();
        if (cause != null) {
            throw new StorageFailure(
                    disk.name(), "Log directory %s is offline.".formatted(disk.name()), cause);
        }
    }

    /// Takes the directory offline. Only the first call does anything; it may be made under any
    /// lock.
    void fail(StorageFailure cause) {
        if (!failure.compareAndSet(null, cause)) {
            return;
        }
        Journal started = journal;
        if (started != null) {
            started.fail(cause);
        }
        notices.add(() -> listenersNow().forEach(listener -> listener.accept(cause)));
    }

    private List<Consumer<StorageFailure>> listenersNow() {
        listenersLock.lock();
        try {
            return List.copyOf(listeners);
        } finally {
            listenersLock.unlock();
        }
    }

    /// One log is damaged; the others go on.
    void damaged(TopicPartition partition) {
        damaged.add(partition);
        notices.add(() -> damageListeners.forEach(Runnable::run));
    }

    /// Those of which a log is, or was before it was deleted.
    Set<TopicPartition> damaged() {
        return damaged;
    }

    /// Will be called on the task of the notices.
    void onDamage(Runnable listener) {
        damageListeners.add(listener);
    }

    /// Will be called on the task of the notices; perhaps twice, if the directory fails just now.
    void onFailure(Consumer<StorageFailure> listener) {
        listenersLock.lock();
        try {
            listeners.add(listener);
        } finally {
            listenersLock.unlock();
        }
        StorageFailure cause = failure.get();
        if (cause != null) {
            notices.add(() -> listener.accept(cause));
        }
    }
}

package io.zurau.log;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zurau.runtime.Disk;
import io.zurau.runtime.DiskFile;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/// The files of a directory that are open at the moment: as few as are in use, and beyond that
/// those used last, up to a bound. Tens of thousands of logs need no more.
///
/// **Guard:** `filesLock`, taken after all others.
final class OpenFiles implements AutoCloseable {
    private final Disk disk;
    private final int bound;
    private final ReentrantLock filesLock = new ReentrantLock();

    @GuardedBy("filesLock")
    private final Map<String, Held> byPath = new LinkedHashMap<>(64, 0.75f, true);

    OpenFiles(Disk disk, int bound) {
        this.disk = disk;
        this.bound = bound;
    }

    private static final class Held {
        final DiskFile file;
        int pins;
        boolean forgotten; // Not to be found by its path any more.

        Held(DiskFile file) {
            this.file = file;
        }
    }

    /// A file that stays open until this is closed.
    final class Pin implements AutoCloseable {
        private final Held held;

        private Pin(Held held) {
            this.held = held;
        }

        DiskFile file() {
            return held.file;
        }

        @Override
        public void close() {
            unpin(held);
        }
    }

    /// Opens a file, creating it if it is missing.
    Pin pin(String path) {
        return pin(path, () -> true);
    }

    /// The same, unless whatever the file belongs to is gone. Once it is gone and the file was
    /// forgotten, nobody creates it again.
    ///
    /// @throws SegmentGone if it is
    Pin pin(String path, BooleanSupplier isThere) {
        filesLock.lock();
        try {
            if (!isThere.getAsBoolean()) {
                throw new SegmentGone(path);
            }
            Held held = byPath.get(path);
            if (held == null) {
                held = new Held(disk.open(path));
                byPath.put(path, held);
            }
            held.pins++;
            closeSurplus(); // Not the one just pinned.
            return new Pin(held);
        } finally {
            filesLock.unlock();
        }
    }

    @GuardedBy("filesLock")
    private void closeSurplus() {
        Iterator<Held> eldestFirst = byPath.values().iterator();
        int surplus = byPath.size() - bound;
        while (surplus > 0 && eldestFirst.hasNext()) {
            Held held = eldestFirst.next();
            if (held.pins == 0 && surplus > 0) {
                surplus--;
                eldestFirst.remove();
                held.file.close();
            }
        }
    }

    private void unpin(Held held) {
        filesLock.lock();
        try {
            held.pins--;
            if (held.pins == 0 && held.forgotten) {
                held.file.close();
            }
        } finally {
            filesLock.unlock();
        }
    }

    /// The file is about to be deleted or moved: who has it pinned keeps it, others will open anew.
    void forget(String path) {
        filesLock.lock();
        try {
            Held held = byPath.remove(path);
            if (held != null) {
                forget(held);
            }
        } finally {
            filesLock.unlock();
        }
    }

    /// The same for all files of a directory.
    void forgetDirectory(String directory) {
        filesLock.lock();
        try {
            Iterator<Map.Entry<String, Held>> entries = byPath.entrySet().iterator();
            while (entries.hasNext()) {
                Map.Entry<String, Held> entry = entries.next();
                if (entry.getKey().startsWith(directory + "/")) {
                    entries.remove();
                    forget(entry.getValue());
                }
            }
        } finally {
            filesLock.unlock();
        }
    }

    @GuardedBy("filesLock")
    private void forget(Held held) {
        held.forgotten = true;
        if (held.pins == 0) {
            held.file.close();
        }
    }

    int count() {
        filesLock.lock();
        try {
            return byPath.size();
        } finally {
            filesLock.unlock();
        }
    }

    @Override
    public void close() {
        filesLock.lock();
        try {
            byPath.values().forEach(this::forget);
            byPath.clear();
        } finally {
            filesLock.unlock();
        }
    }
}

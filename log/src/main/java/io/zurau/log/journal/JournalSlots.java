package io.zurau.log.journal;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zurau.runtime.Disk;
import io.zurau.runtime.DiskFile;
import io.zurau.runtime.StorageFailure;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The journal's files: all of one size, written with zeroes once, and used again as soon as a
/// checkpoint has made their groups superfluous. There are as few as the load needs.
///
/// **Guard:** `slotsLock`. Only the journal's writer asks for places.
final class JournalSlots implements AutoCloseable {
    static final String PREFIX = "zurau-journal-";

    /// Where a group goes.
    record Place(DiskFile file, long position) {}

    /// A file with the sequence number of its last group. It is opened when it is first used.
    private static final class Slot {
        final int number;
        @Nullable DiskFile file;
        long position;
        long lastSequence;

        Slot(int number) {
            this.number = number;
        }
    }

    private final Disk disk;
    private final long slotBytes;
    private final int maxSlots;
    private final ReentrantLock slotsLock = new ReentrantLock();
    private final Condition freed = slotsLock.newCondition();

    @GuardedBy("slotsLock")
    private final Deque<Slot> free = new ArrayDeque<>();

    @GuardedBy("slotsLock")
    private final Deque<Slot> used = new ArrayDeque<>(); // In the order of their groups.

    @GuardedBy("slotsLock")
    private int slotCount;

    @GuardedBy("slotsLock")
    private @Nullable StorageFailure failure;

    /// All files are free: whatever they hold is not needed any more.
    JournalSlots(Disk disk, long slotBytes, int maxSlots) {
        this.disk = disk;
        this.slotBytes = slotBytes;
        this.maxSlots = maxSlots;
        slotsLock.lock();
        try {
            do {
                free.add(new Slot(slotCount++));
            } while (slotCount < maxSlots && disk.exists(fileName(slotCount)));
            syncWhatIsThere();
        } finally {
            slotsLock.unlock();
        }
    }

    /// An earlier process may have ended, or its device failed, between the making of a file and
    /// its sync, or that of its name. One that was still being prepared is made anew.
    @GuardedBy("slotsLock")
    private void syncWhatIsThere() {
        disk.delete(fileName(maxSlots));
        for (Slot slot : free) {
            opened(slot).sync();
        }
        disk.syncDirectory("");
    }

    static String fileName(int slot) {
        return PREFIX + "%02d".formatted(slot);
    }

    @GuardedBy("slotsLock")
    private void addSlot() {
        Slot added = new Slot(slotCount);
        opened(added);
        disk.syncDirectory("");
        slotCount++;
        free.add(added);
    }

    @GuardedBy("slotsLock")
    private DiskFile opened(Slot slot) {
        DiskFile file = slot.file;
        if (file == null) {
            file = disk.openForSyncedWrites(fileName(slot.number), slotBytes);
            slot.file = file;
        }
        return file;
    }

    private static void close(Slot slot) {
        if (slot.file != null) {
            slot.file.close();
        }
    }

    /// A buffer that groups can be written from.
    ByteBuffer alignedBuffer(int bytes) {
        slotsLock.lock();
        try {
            return opened(free.element()).alignedBuffer(bytes);
        } finally {
            slotsLock.unlock();
        }
    }

    /// Where the next group goes; waits until there is room.
    Place place(long sequence, int bytes) {
        slotsLock.lock();
        try {
            Slot current = used.peekLast();
            if (current == null || current.position + bytes > slotBytes) {
                current = nextSlot();
            }
            Place place = new Place(opened(current), current.position);
            current.position += bytes;
            current.lastSequence = sequence;
            return place;
        } finally {
            slotsLock.unlock();
        }
    }

    @GuardedBy("slotsLock")
    private Slot nextSlot() {
        while (free.isEmpty()) {
            if (failure != null) {
                throw new StorageFailure(disk.name(), "The journal has failed.", failure);
            }
            if (slotCount < maxSlots) {
                addSlot();
            } else {
                freed.awaitUninterruptibly();
            }
        }
        Slot next = free.remove();
        next.position = 0;
        used.add(next);
        return next;
    }

    /// Groups before this one are not needed any more.
    void release(long sequence) {
        slotsLock.lock();
        try {
            while (used.size() > 1 && used.element().lastSequence < sequence) {
                free.add(used.remove());
            }
            freed.signalAll();
        } finally {
            slotsLock.unlock();
        }
    }

    /// Makes another file before the writer has to wait for one.
    void prepareNext() {
        slotsLock.lock();
        try {
            if (!free.isEmpty() || slotCount == maxSlots) {
                return;
            }
        } finally {
            slotsLock.unlock();
        }
        // Zeroes are written without the lock. Nobody else adds slots unless the writer runs dry.
        String name = fileName(maxSlots);
        disk.openForSyncedWrites(name, slotBytes).close();
        slotsLock.lock();
        try {
            if (slotCount < maxSlots) {
                disk.move(name, fileName(slotCount));
                addSlot();
            }
        } finally {
            slotsLock.unlock();
        }
    }

    /// How many files hold groups that are still needed.
    int usedCount() {
        slotsLock.lock();
        try {
            return used.size();
        } finally {
            slotsLock.unlock();
        }
    }

    int maxCount() {
        return maxSlots;
    }

    /// Wakes who waits for room: there will never be any.
    void fail(StorageFailure cause) {
        slotsLock.lock();
        try {
            failure = cause;
            freed.signalAll();
        } finally {
            slotsLock.unlock();
        }
    }

    @Override
    public void close() {
        slotsLock.lock();
        try {
            used.forEach(JournalSlots::close);
            free.forEach(JournalSlots::close);
            used.clear();
            free.clear();
        } finally {
            slotsLock.unlock();
        }
    }
}

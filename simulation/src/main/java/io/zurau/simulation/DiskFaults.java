package io.zurau.simulation;

import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What is going to go wrong with a disk.
///
/// **Guard:** the driver thread, see [Scheduler].
public final class DiskFaults {
    /// What can be made to fail.
    public enum Operation {
        READ,
        WRITE,
        SYNC,
        NAMES
    }

    private static final long NEVER = Long.MAX_VALUE;
    private static final long ENDLESS = 1L << 50; // Asking how much is left takes its time.

    private final Set<Operation> failing = EnumSet.noneOf(Operation.class);
    private long changesUntilPowerFails = NEVER;
    private long capacity = ENDLESS;
    private boolean lying;
    private @Nullable Operation exhausting; // Null if none is.
    private String exhaustingBelow = "";

    /// The power of the machine fails during the n-th change from now: a write, a sync, or a change
    /// of names; 1 is the next.
    public void failPowerAtChange(long n) {
        changesUntilPowerFails = n;
    }

    /// All operations of this kind fail, as on a broken device, until [#heal()].
    public void fail(Operation operation) {
        failing.add(operation);
    }

    /// The process has no memory left in the next operation of this kind, once.
    ///
    /// @param below how the paths begin that are meant
    public void exhaustMemory(Operation operation, String below) {
        exhausting = operation;
        exhaustingBelow = below;
    }

    /// Limits the bytes in all files.
    public void limitCapacity(long bytes) {
        capacity = bytes;
    }

    /// Writes to files that were opened for synced writes are synced later, in their order, as on
    /// cheap devices. To whoever acknowledges after such a write it is as if he did before.
    public void lieAboutSyncedWrites() {
        lying = true;
    }

    /// Ends all faults but those of the device's character: its size, and lying.
    public void heal() {
        failing.clear();
        exhausting = null;
        changesUntilPowerFails = NEVER;
    }

    boolean fails(Operation operation) {
        return failing.contains(operation);
    }

    boolean exhaustsMemoryNow(Operation operation, String path) {
        boolean now = operation == exhausting && path.startsWith(exhaustingBelow);
        if (now) {
            exhausting = null;
        }
        return now;
    }

    boolean powerFailsNow() {
        return changesUntilPowerFails != NEVER && --changesUntilPowerFails <= 0;
    }

    boolean isSmall() {
        return capacity < ENDLESS;
    }

    long capacity() {
        return capacity;
    }

    boolean isLying() {
        return lying;
    }
}

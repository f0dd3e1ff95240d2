package io.zurau.tests.simulation;

import io.zurau.simulation.DiskFaults.Operation;
import io.zurau.simulation.SimDisk;
import java.util.Random;

/// Makes disks full or broken, and good again.
final class DiskCare {
    private static final long ENOUGH = 1L << 50;
    private static final int LARGEST_REST = 60_000;

    private DiskCare() {}

    /// From some bytes on it takes nothing more.
    static void fill(SimDisk disk, Random dice) {
        long used = disk.totalBytes() - disk.usableBytes();
        disk.faults().limitCapacity(used + dice.nextInt(LARGEST_REST));
    }

    /// One kind of operation fails from now on.
    static void breakDown(SimDisk disk, Random dice) {
        Operation[] all = Operation.values();
        disk.faults().fail(all[dice.nextInt(all.length)]);
    }

    static void mend(SimDisk disk) {
        disk.faults().heal();
        disk.faults().limitCapacity(ENOUGH);
    }
}

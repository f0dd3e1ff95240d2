package io.zurau.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/// Tasks that are blocked in a simulated device.
///
/// Not a lock and condition: those could be held for ever by a frozen task of another machine.
///
/// **Guard:** the driver thread, see [Scheduler].
final class Waiters {
    private final List<Thread> parked = new ArrayList<>();

    /// Blocks until woken, interrupted, or for no reason. Callers wait in a loop.
    void await() {
        Thread waiter = Thread.currentThread();
        parked.add(waiter);
        LockSupport.park();
        parked.remove(waiter);
    }

    /// As [#await()], and no longer than until the deadline.
    void await(SimClock clock, long deadlineNanos) {
        Runnable cancel = clock.alarm(Thread.currentThread(), deadlineNanos);
        await();
        cancel.run();
    }

    void wakeAll() {
        parked.forEach(LockSupport::unpark);
    }
}

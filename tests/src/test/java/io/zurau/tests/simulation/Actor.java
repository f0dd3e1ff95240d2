package io.zurau.tests.simulation;

import io.zurau.runtime.Clock;

/// A client in a scenario: it works on a task of its own machine until it is told to stop.
interface Actor {
    /// Returns soon after [#stop()].
    void run();

    void stop();

    /// Lets virtual time pass.
    static void pause(Clock clock, long nanos) {
        try {
            clock.sleepUntil(clock.nanos() + nanos);
        } catch (InterruptedException e) {
            throw new IllegalStateException("Nobody interrupts an actor.", e);
        }
    }
}

package io.zurau.simulation;

import io.zurau.runtime.Disk;
import io.zurau.runtime.Seams;

/// Where a contract is checked: on this machine, or in simulations of one.
interface World {
    /// Runs the check, on a task of that world.
    void run(Check check);

    /// @param host the name to listen on and connect to
    record Place(Seams seams, Disk disk, String host) {}

    @FunctionalInterface
    interface Check {
        void run(Place place) throws Exception;
    }
}

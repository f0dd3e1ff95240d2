package io.zurau.simulation;

/// What a name on a disk stands for.
sealed interface SimNode permits SimFile, SimDirectory {
    /// Goes back to what is on the device, and some of what was not synced.
    void losePower(Survival survival);
}

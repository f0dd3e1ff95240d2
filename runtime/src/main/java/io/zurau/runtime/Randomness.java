package io.zurau.runtime;

/// Random numbers: unpredictable in production, from the seed in a simulation.
@FunctionalInterface
public interface Randomness {
    /// Any of the 2^64 values, each as likely as another.
    long nextLong();

    /// A number from 0 (inclusive) to `bound` (exclusive).
    default int below(int bound) {
        if (bound <= 0) {
            throw new IllegalArgumentException("Bound " + bound + " is not positive.");
        }
        return (int) Math.floorMod(nextLong(), (long) bound);
    }
}

package io.zurau.tests.simulation;

/// The broker did what it promised never to do.
final class BrokenPromise extends RuntimeException {
    private final Invariant invariant;

    BrokenPromise(Invariant invariant, String message) {
        super(invariant + ": " + message);
        this.invariant = invariant;
    }

    Invariant invariant() {
        return invariant;
    }
}

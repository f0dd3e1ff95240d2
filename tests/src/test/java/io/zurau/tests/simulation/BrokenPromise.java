package io.zurau.tests.simulation;

/// The broker did what it promised never to do.
final class BrokenPromise extends RuntimeException {
    BrokenPromise(String message) {
        super(message);
    }
}

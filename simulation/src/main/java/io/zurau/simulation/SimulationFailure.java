package io.zurau.simulation;

/// A run that went wrong: a task threw, nothing can run any more, or there is no end in sight.
public final class SimulationFailure extends RuntimeException {
    public SimulationFailure(String message) {
        super(message);
    }

    public SimulationFailure(String message, Throwable cause) {
        super(message, cause);
    }
}

package io.zurau.coordinator.transaction;

/// Writes the ends of transactions into partitions, wherever they are led.
@FunctionalInterface
public interface MarkerWriter {
    /// Tries once, later, and reports what was written to [TransactionCoordinator#marked]. What
    /// fails, or finds no room, is forgotten: it is asked for again. Does not block.
    void write(Markers markers);
}

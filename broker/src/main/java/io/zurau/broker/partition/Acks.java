package io.zurau.broker.partition;

import java.util.Optional;

/// When a producer wants to be answered.
public enum Acks {
    /// Never.
    NONE,
    /// When the leader has stored the records. Differs from Kafka, whose leader has only appended
    /// them then: acknowledged means stored.
    LEADER,
    /// When every in-sync replica has stored the records.
    ALL;

    /// From the number on the wire.
    public static Optional<Acks> ofWire(int number) {
        return switch (number) {
            case 0 -> Optional.of(NONE);
            case 1 -> Optional.of(LEADER);
            case -1 -> Optional.of(ALL);
            default -> Optional.empty();
        };
    }
}

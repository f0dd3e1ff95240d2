package io.zurau.broker.connection;

/// What happens to connections, for whoever counts it.
public interface ConnectionProbe {
    ConnectionProbe SILENT = new ConnectionProbe() {};

    default void opened() {}

    default void closed() {}

    /// Closed at once because of `max.connections.per.ip`.
    default void refused() {}

    default void closedIdle() {}

    default void closedMalformed() {}

    default void requestRead(int bytes) {}

    default void answered(int bytes) {}
}

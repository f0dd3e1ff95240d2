package io.zurau.metadata.control;

/// What became of a broker's wish to be part of the cluster.
public sealed interface Registration {
    /// @param epoch greater than that of any registration before
    record Accepted(long epoch) implements Registration {}

    /// The cluster works at a level of a feature that the broker does not support (in Kafka's terms
    /// UNSUPPORTED_VERSION).
    ///
    /// @param reason a sentence for the operator
    record Refused(String reason) implements Registration {}
}

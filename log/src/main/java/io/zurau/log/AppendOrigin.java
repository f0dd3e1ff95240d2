package io.zurau.log;

/// Who wrote the batches of an append.
public enum AppendOrigin {
    /// A producer: everything is checked, offsets are given.
    CLIENT,
    /// A coordinator of this broker: may write control batches; offsets are given.
    COORDINATOR,
    /// The leader of the partition: offsets and epochs are in the batches already.
    REPLICA
}

package io.zurau.broker.partition;

import io.zurau.protocol.ErrorCode;

/// Where a partition is: led by this broker, or the error code that tells a client it is not.
public sealed interface Located {
    record Here(PartitionLeader leader) implements Located {}

    /// @param mayCome whether whoever looks for it may know more of the metadata than this broker,
    ///   which follows, and has not led just before
    record NotHere(ErrorCode code, boolean mayCome) implements Located {}
}

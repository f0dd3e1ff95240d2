package io.zurau.broker.partition;

import io.zurau.protocol.ErrorCode;

/// Where a partition is: led by this broker, or the error code that tells a client it is not.
public sealed interface Located {
    record Here(PartitionLeader leader) implements Located {}

    record NotHere(ErrorCode code) implements Located {}
}

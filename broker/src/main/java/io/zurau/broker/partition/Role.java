package io.zurau.broker.partition;

import io.zurau.log.PartitionLog;
import io.zurau.metadata.image.PartitionImage;

/// What this broker is to one partition. Either way its log can be exchanged for a copy in another
/// directory.
sealed interface Role permits PartitionLeader, PartitionFollower {
    LocalReplica replica();

    /// The image that this partition was last told.
    PartitionImage image();

    /// Nothing is appended or taken away from now on, until [#thaw()] or [#moveTo(PartitionLog)].
    void freeze();

    /// Goes on with the log that it has.
    void thaw();

    /// Goes on with another log, which has all that its log has. It is frozen.
    void moveTo(PartitionLog copy);
}

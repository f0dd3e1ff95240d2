package io.zurau.broker.partition;

import io.zurau.log.PartitionLog;
import io.zurau.metadata.image.PartitionImage;
import io.zurau.protocol.ErrorCode;

/// This broker's copy of a partition as consumers read it: the leader's, or a follower's (KIP-392).
public sealed interface ReadableReplica permits PartitionLeader, PartitionFollower {
    PartitionLog log();

    /// The image that this replica was last told.
    PartitionImage image();

    /// Exclusive: consumers see what lies below. A follower's is what its leader told it last, so
    /// it may lie behind the leader's.
    long highWatermark();

    /// The fetches to wake when more can be read below the high watermark.
    WaitingFetches waitingConsumers();

    /// Exclusive: the end of what is below the high watermark and in no open transaction.
    default long lastStableOffset() {
        return log().lastStableOffset(highWatermark());
    }

    /// How far a consumer may read, exclusive.
    default long readableEnd(boolean readCommitted) {
        return readCommitted ? lastStableOffset() : highWatermark();
    }

    /// Compares the epoch that a client believes in, or -1 if it does not say, with the true one.
    default ErrorCode checkEpoch(int clientsEpoch) {
        int epoch = image().leaderEpoch();
        if (clientsEpoch < 0 || clientsEpoch == epoch) {
            return ErrorCode.NONE;
        }
        return clientsEpoch < epoch
                ? ErrorCode.FENCED_LEADER_EPOCH
                : ErrorCode.UNKNOWN_LEADER_EPOCH;
    }
}

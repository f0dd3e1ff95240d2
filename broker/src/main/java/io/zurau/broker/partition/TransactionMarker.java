package io.zurau.broker.partition;

import io.zurau.protocol.record.ControlRecords;
import io.zurau.protocol.record.ControlRecords.EndTransactionMarker;
import java.nio.ByteBuffer;

/// The end of a producer's transaction in one partition, as its coordinator wants it written.
///
/// @param coordinatorEpoch the leader epoch of the coordinator's partition
/// @param bumped whether the producer's epoch was raised for this end, so that it is above the one
///   that the transaction's records have (KIP-890)
/// @param transaction grows with the transactions of a producer and its epoch; [#UNKNOWN] if
///   whoever wants it written does not say
/// @param leaderEpoch of the partition's leader that it is meant for; [#UNKNOWN] for any
public record TransactionMarker(
        long producerId,
        short producerEpoch,
        int coordinatorEpoch,
        boolean committed,
        boolean bumped,
        long transaction,
        int leaderEpoch) {
    public static final int UNKNOWN = -1;

    ByteBuffer batch(long nowMs) {
        return ControlRecords.endTransactionBatch(
                        new EndTransactionMarker(committed, coordinatorEpoch),
                        producerId,
                        producerEpoch,
                        nowMs)
                .bytes();
    }
}

package io.zurau.broker.transaction;

import io.zurau.broker.partition.TransactionMarker;
import io.zurau.protocol.UnknownTags;
import java.nio.ByteBuffer;
import java.util.List;

/// Which transaction a marker ends, and for which leader epoch of its partitions it is: a tagged
/// field that Zurau's brokers add to the topics of WriteTxnMarkers. Kafka's brokers pass over it,
/// and Kafka's tools do not send it.
///
/// It is the transaction (8 bytes) and the leader epoch (4).
///
/// @param transaction [TransactionMarker#UNKNOWN] if it is not said
/// @param leaderEpoch [TransactionMarker#UNKNOWN] if it is not said
record MarkerTarget(long transaction, int leaderEpoch) {
    private static final int TAG = 10_000; // Far above what Kafka will ever number.
    private static final int BYTES = Long.BYTES + Integer.BYTES;

    static UnknownTags tags(long transaction, int leaderEpoch) {
        ByteBuffer bytes =
                ByteBuffer.allocate(BYTES).putLong(transaction).putInt(leaderEpoch).flip();
        return new UnknownTags(List.of(new UnknownTags.Tag(TAG, bytes)));
    }

    static MarkerTarget of(UnknownTags tags) {
        for (UnknownTags.Tag tag : tags.tags()) {
            ByteBuffer bytes = tag.bytes();
            if (tag.tag() == TAG && bytes.remaining() == BYTES) {
                return new MarkerTarget(
                        bytes.getLong(bytes.position()),
                        bytes.getInt(bytes.position() + Long.BYTES));
            }
        }
        return new MarkerTarget(TransactionMarker.UNKNOWN, TransactionMarker.UNKNOWN);
    }
}

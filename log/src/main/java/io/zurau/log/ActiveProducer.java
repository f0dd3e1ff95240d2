package io.zurau.log;

/// An idempotent producer that a log remembers.
///
/// @param lastSequence of its last record, -1 if it has written none in this epoch
/// @param coordinatorEpoch of the last transaction marker, -1 for none
/// @param currentTransactionStartOffset of its open transaction, -1 for none
public record ActiveProducer(
        long producerId,
        short producerEpoch,
        int lastSequence,
        long lastTimestampMs,
        int coordinatorEpoch,
        long currentTransactionStartOffset) {}

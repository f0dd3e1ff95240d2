package io.zurau.log;

/// Records of one producer that readers of committed data must skip.
///
/// @param firstOffset of the transaction, inclusive
/// @param lastOffset of its marker, inclusive
/// @param lastStableOffset when the marker was written, exclusive
public record AbortedTransaction(
        long producerId, long firstOffset, long lastOffset, long lastStableOffset) {}

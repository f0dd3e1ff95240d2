package io.zurau.log;

/// Where a leader epoch ends in a log (KIP-101, KIP-279).
///
/// @param epoch the largest epoch of the log that is not above the one asked for; -1 if there is
///   none
/// @param endOffset exclusive: where the next epoch begins, or the log ends; -1 if there is no
///   epoch
public record EpochEnd(int epoch, long endOffset) {
    static final EpochEnd UNKNOWN = new EpochEnd(-1, -1);
}

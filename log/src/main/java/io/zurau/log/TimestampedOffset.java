package io.zurau.log;

/// A record that was looked for by time.
///
/// @param leaderEpoch of its batch, -1 if it has none
public record TimestampedOffset(long timestampMs, long offset, int leaderEpoch) {}

package io.zurau.broker.share.window;

/// Records that a member has got.
///
/// @param first inclusive
/// @param last inclusive
/// @param deliveries how often they were delivered, with this time
public record Acquired(long first, long last, int deliveries) {}

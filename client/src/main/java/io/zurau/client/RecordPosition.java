package io.zurau.client;

/// Where an acknowledged record lies.
///
/// @param offset -1 if the broker was not asked to tell (`acks=0`), or acknowledged a repeated
///   batch that it no longer remembers the place of
public record RecordPosition(String topic, int partition, long offset) {}

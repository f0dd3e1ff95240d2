package io.zurau.metadata.control;

/// Producer ids that only one broker gives away, and only once.
///
/// @param firstId inclusive
/// @param endId exclusive
public record ProducerIdBlock(long firstId, long endId) {
    /// How many ids a block has, as in Kafka: so many may be lost with each stop.
    public static final int SIZE = 1000;
}

package io.zurau.broker.share;

import java.time.Duration;

/// What one share group is set to, as far as leaders of partitions need it.
///
/// @param lockDuration how long a member has a record before it must have acknowledged it
/// @param deliveryLimit how often a record is delivered
/// @param inFlightLimit how many records of a partition may be in flight
/// @param start where the group begins in a partition that is new to it
/// @param readCommitted whether records of transactions count only once these are committed
/// @param renews whether members may ask for more time
public record ShareLimits(
        Duration lockDuration,
        int deliveryLimit,
        int inFlightLimit,
        Start start,
        boolean readCommitted,
        boolean renews) {
    /// Where a group begins.
    public sealed interface Start {
        record Earliest() implements Start {}

        record Latest() implements Start {}

        /// With the first record that is no older.
        record Ago(Duration age) implements Start {}
    }
}

package io.zurau.broker.replica;

import io.zurau.runtime.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Partitions that are not fetched for a while, because the leader refused it or what it sent could
/// not be taken.
///
/// The first rest is short: a leader that hears of its election later than this broker does refuses
/// for a moment only. Each one that follows is twice as long.
///
/// **Guard:** the fetcher's task.
///
/// @param <K> a partition
final class Rests<K> {
    private static final int FIRST_PART = 16;

    private final Clock clock;
    private final Duration longest;
    private final Map<K, Rest> rests = new HashMap<>(); // For look-ups and minima.

    private record Rest(Duration length, long endNanos) {}

    Rests(Clock clock, Duration longest) {
        this.clock = clock;
        this.longest = longest;
    }

    void begin(K partition) {
        Rest before = rests.get(partition);
        Duration length =
                before == null ? longest.dividedBy(FIRST_PART) : before.length.multipliedBy(2);
        if (length.compareTo(longest) > 0) {
            length = longest;
        }
        rests.put(partition, new Rest(length, clock.deadline(length)));
    }

    boolean isResting(K partition) {
        Rest rest = rests.get(partition);
        return rest != null && clock.isAhead(rest.endNanos);
    }

    /// All is well with it.
    void forget(K partition) {
        rests.remove(partition);
    }

    /// Forgets all others.
    void retain(List<K> partitions) {
        if (!rests.isEmpty()) {
            rests.keySet().retainAll(partitions);
        }
    }

    /// How long it is until the next rest is over, at most `limit`.
    Duration shortest(Duration limit) {
        long now = clock.nanos();
        long shortest = limit.toNanos();
        for (Rest rest : rests.values()) {
            long left = rest.endNanos - now;
            if (left > 0) {
                shortest = Math.min(shortest, left);
            }
        }
        return Duration.ofNanos(shortest);
    }
}

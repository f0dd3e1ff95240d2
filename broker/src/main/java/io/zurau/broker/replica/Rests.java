package io.zurau.broker.replica;

import io.zurau.broker.partition.PartitionFollower;
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
final class Rests {
    private static final int FIRST_PART = 16;

    private final Clock clock;
    private final Duration longest;
    private final Map<PartitionFollower, Rest> rests = new HashMap<>(); // For look-ups and minima.

    private record Rest(Duration length, long endNanos) {}

    Rests(Clock clock, Duration longest) {
        this.clock = clock;
        this.longest = longest;
    }

    void begin(PartitionFollower follower) {
        Rest before = rests.get(follower);
        Duration length =
                before == null ? longest.dividedBy(FIRST_PART) : before.length.multipliedBy(2);
        if (length.compareTo(longest) > 0) {
            length = longest;
        }
        rests.put(follower, new Rest(length, clock.deadline(length)));
    }

    boolean isResting(PartitionFollower follower) {
        Rest rest = rests.get(follower);
        return rest != null && clock.isAhead(rest.endNanos);
    }

    /// All is well with it.
    void forget(PartitionFollower follower) {
        rests.remove(follower);
    }

    /// Forgets all others.
    void retain(List<PartitionFollower> followers) {
        if (!rests.isEmpty()) {
            rests.keySet().retainAll(followers);
        }
    }

    /// When the next rest is over, at the latest at `limit`.
    long nextEnd(long limit) {
        long next = limit;
        for (Rest rest : rests.values()) {
            if (clock.isAhead(rest.endNanos) && rest.endNanos - next < 0) {
                next = rest.endNanos;
            }
        }
        return next;
    }
}

package io.zurau.broker.partition;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// How far the followers of one partition have come, as their fetches tell: a follower stores what
/// it fetched before it fetches again, so the offset that it asks for is the end of what it has
/// stored.
///
/// **Guard:** the partition's `watermarkLock`.
final class Followers {
    /// Of a follower that has not fetched from this leader yet.
    static final long UNKNOWN = -1;

    private final Map<Integer, Follower> byNode = new TreeMap<>();

    private static final class Follower {
        long brokerEpoch = UNKNOWN;
        long storedEndOffset = UNKNOWN;
        long startOffset = UNKNOWN;
        long leadersEndAtLastFetch = UNKNOWN;
        long lastFetchNanos;
        long caughtUpNanos; // When it last had all that there was a fetch before.
    }

    /// From now on each of these has the time allowed to catch up.
    void follow(Collection<Integer> nodes, long nowNanos) {
        byNode.keySet().retainAll(nodes);
        for (int node : nodes) {
            byNode.computeIfAbsent(
                    node,
                    _ -> {
                        Follower follower = new Follower();
                        follower.lastFetchNanos = nowNanos;
                        follower.caughtUpNanos = nowNanos;
                        return follower;
                    });
        }
    }

    /// A new leader epoch has begun: followers may have cut their logs meanwhile.
    void beginEpoch() {
        for (Follower follower : byNode.values()) {
            follower.storedEndOffset = UNKNOWN;
            follower.leadersEndAtLastFetch = UNKNOWN;
        }
    }

    /// @return false if nobody here knows the follower, or a later incarnation of it has fetched
    boolean fetched(FollowerProgress now, long brokerEpoch, long leadersEnd, long nowNanos) {
        Follower follower = byNode.get(now.nodeId());
        if (follower == null || (brokerEpoch >= 0 && brokerEpoch < follower.brokerEpoch)) {
            return false;
        }
        long endOffset = now.storedEndOffset();
        if (endOffset >= leadersEnd) {
            follower.caughtUpNanos = nowNanos;
        } else if (follower.leadersEndAtLastFetch != UNKNOWN
                && endOffset >= follower.leadersEndAtLastFetch) {
            follower.caughtUpNanos = follower.lastFetchNanos;
        }
        follower.brokerEpoch = brokerEpoch;
        follower.storedEndOffset = endOffset;
        follower.startOffset = now.startOffset();
        follower.leadersEndAtLastFetch = leadersEnd;
        follower.lastFetchNanos = nowNanos;
        return true;
    }

    /// The end of what a follower has stored, or [#UNKNOWN].
    long storedEndOffset(int node) {
        Follower follower = byNode.get(node);
        return follower == null ? UNKNOWN : follower.storedEndOffset;
    }

    /// Empty if it has not fetched from this leader yet.
    Optional<FollowerProgress> progress(int node) {
        Follower follower = byNode.get(node);
        return follower == null || follower.storedEndOffset == UNKNOWN
                ? Optional.empty()
                : Optional.of(
                        new FollowerProgress(node, follower.startOffset, follower.storedEndOffset));
    }

    /// As the follower said when it fetched last, or [#UNKNOWN].
    long brokerEpoch(int node) {
        Follower follower = byNode.get(node);
        return follower == null ? UNKNOWN : follower.brokerEpoch;
    }

    /// Whether it has had less than everything for longer than allowed.
    boolean isLagging(int node, long leadersEnd, long nowNanos, long allowedNanos) {
        @Nullable Follower follower = byNode.get(node);
        return follower != null
                && follower.storedEndOffset != leadersEnd
                && nowNanos - follower.caughtUpNanos > allowedNanos;
    }
}

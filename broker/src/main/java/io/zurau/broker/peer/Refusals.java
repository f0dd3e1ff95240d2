package io.zurau.broker.peer;

import io.zurau.metadata.image.BrokerImage;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.runtime.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/// The brokers on whose machines nobody listens any more although the metadata has them alive:
/// their processes have died, and the metadata will say so in a moment.
///
/// A hint, noted whenever this broker connects to another for some other reason. It counts for two
/// seconds: if the metadata has not changed by then, there may be nobody to change it.
///
/// Safe for concurrent use.
public final class Refusals {
    private static final Duration COUNTS = Duration.ofSeconds(2);

    private final Clock clock;
    // The first of each incarnation since it accepted; for look-ups.
    private final Map<Integer, Refusal> byNode = new ConcurrentHashMap<>();

    private record Refusal(long brokerEpoch, long nanos) {}

    public Refusals(Clock clock) {
        this.clock = clock;
    }

    public void refused(BrokerImage broker) {
        long now = clock.nanos();
        byNode.compute(
                broker.nodeId(),
                (_, first) ->
                        first != null && first.brokerEpoch == broker.epoch()
                                ? first
                                : new Refusal(broker.epoch(), now));
    }

    void accepted(BrokerImage broker) {
        byNode.remove(broker.nodeId());
    }

    /// The node ids of those that have refused lately and are not fenced yet.
    public Set<Integer> lately(ClusterImage image) {
        return byNode.entrySet().stream()
                .filter(one -> isLate(one.getKey(), one.getValue(), image))
                .map(Map.Entry::getKey)
                .collect(Collectors.toUnmodifiableSet());
    }

    private boolean isLate(int nodeId, Refusal refusal, ClusterImage image) {
        return clock.nanos() - refusal.nanos < COUNTS.toNanos()
                && image.broker(nodeId)
                        .filter(broker -> !broker.fenced() && broker.epoch() == refusal.brokerEpoch)
                        .isPresent();
    }
}

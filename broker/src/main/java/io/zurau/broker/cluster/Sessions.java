package io.zurau.broker.cluster;

import io.zurau.metadata.image.BrokerImage;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.protocol.message.BrokerHeartbeatRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The brokers that are not fenced, as the active controller hears them.
///
/// **Guard:** the active controller's lock.
final class Sessions {
    private static final long UNKNOWN = -1;

    private final Map<Integer, Session> byNode = new TreeMap<>();

    private static final class Session {
        final long brokerEpoch;
        final @Nullable BrokerWatch watch; // None of the controller's own broker.
        long heardNanos;
        long knownOffset = UNKNOWN; // Exclusive end of the metadata that it has told.
        long emptySinceOffset = UNKNOWN; // Ends the metadata in which it leads nothing, leaving.
        boolean dead;

        Session(long brokerEpoch, @Nullable BrokerWatch watch, long nowNanos) {
            this.brokerEpoch = brokerEpoch;
            this.watch = watch;
            this.heardNanos = nowNanos;
        }
    }

    /// A broker that should be fenced.
    record Suspect(int nodeId, long brokerEpoch, String reason) {}

    void heard(BrokerHeartbeatRequest beat, long nowNanos) {
        Session session = byNode.get(beat.brokerId());
        if (session != null && session.brokerEpoch == beat.brokerEpoch()) {
            session.heardNanos = nowNanos;
            session.knownOffset = beat.currentMetadataOffset();
        }
    }

    /// Its process has died.
    void dead(int nodeId, long brokerEpoch) {
        Session session = byNode.get(nodeId);
        if (session != null && session.brokerEpoch == brokerEpoch) {
            session.dead = true;
        }
    }

    boolean isAnyDead() {
        return byNode.values().stream().anyMatch(session -> session.dead);
    }

    /// Begins and ends sessions so that there is one for each broker that is not fenced.
    ///
    /// @param watch gives what looks after a new one
    /// @return the watches of those that have ended
    List<BrokerWatch> follow(
            ClusterImage image, Function<BrokerImage, @Nullable BrokerWatch> watch, long nowNanos) {
        List<BrokerWatch> ended = new ArrayList<>();
        byNode.entrySet()
                .removeIf(
                        entry -> {
                            boolean over = !isOf(entry.getValue(), entry.getKey(), image);
                            if (over && entry.getValue().watch != null) {
                                ended.add(entry.getValue().watch);
                            }
                            return over;
                        });
        for (BrokerImage broker : image.brokers().values()) {
            if (!broker.fenced()) {
                byNode.computeIfAbsent(
                        broker.nodeId(),
                        _ -> new Session(broker.epoch(), watch.apply(broker), nowNanos));
            }
        }
        return ended;
    }

    private static boolean isOf(Session session, int id, ClusterImage image) {
        return image.broker(id)
                .filter(broker -> !broker.fenced() && broker.epoch() == session.brokerEpoch)
                .isPresent();
    }

    /// Ends all.
    ///
    /// @return their watches
    List<BrokerWatch> clear() {
        List<BrokerWatch> watches = new ArrayList<>();
        for (Session session : byNode.values()) {
            if (session.watch != null) {
                watches.add(session.watch);
            }
        }
        byNode.clear();
        return watches;
    }

    List<Suspect> suspects(long nowNanos, Duration timeout) {
        List<Suspect> suspects = new ArrayList<>();
        byNode.forEach(
                (id, session) -> {
                    if (session.dead) {
                        suspects.add(
                                new Suspect(
                                        id,
                                        session.brokerEpoch,
                                        "its process does not listen any more"));
                    } else if (nowNanos - session.heardNanos > timeout.toNanos()) {
                        suspects.add(
                                new Suspect(
                                        id,
                                        session.brokerEpoch,
                                        "no heartbeat for " + timeout.toMillis() + " ms"));
                    }
                });
        return suspects;
    }

    /// Whether all who stay know that a broker which wants to go leads nothing any more: so long it
    /// tells clients who leads, and its part of the quorum tells the others.
    ///
    /// @param image in which it leads nothing
    boolean othersKnowThatItLeadsNothing(int nodeId, ClusterImage image) {
        Session leaving = byNode.get(nodeId);
        if (leaving == null) {
            return image.broker(nodeId).map(BrokerImage::fenced).orElse(true);
        }
        if (leaving.emptySinceOffset == UNKNOWN) {
            leaving.emptySinceOffset = image.endOffset();
        }
        return byNode.entrySet().stream()
                .filter(other -> other.getKey() != nodeId && !isLeaving(other.getKey(), image))
                .allMatch(other -> other.getValue().knownOffset >= leaving.emptySinceOffset);
    }

    private static boolean isLeaving(int nodeId, ClusterImage image) {
        return image.broker(nodeId).map(BrokerImage::inControlledShutdown).orElse(true);
    }
}

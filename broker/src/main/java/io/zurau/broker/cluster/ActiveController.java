package io.zurau.broker.cluster;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zurau.broker.peer.Peers;
import io.zurau.metadata.Metadata;
import io.zurau.metadata.control.QuorumUnavailable;
import io.zurau.metadata.control.ReplicationController;
import io.zurau.metadata.image.BrokerImage;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.image.TopicImage;
import io.zurau.metadata.log.Leadership;
import io.zurau.metadata.log.MetadataLog;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.BrokerHeartbeatRequest;
import io.zurau.protocol.message.BrokerHeartbeatResponse;
import io.zurau.runtime.Clock;
import io.zurau.runtime.StorageFailure;
import io.zurau.runtime.Tasks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Does what only one node of the cluster need do, while this node leads the metadata log: hears
/// heartbeats, lets brokers in and out, fences the dead, and gives leaderships back.
///
/// A new active controller knows of no heartbeat; it gives every broker the whole session timeout,
/// and connects to each at once, which finds those whose process has died.
///
/// **Guard:** `sessionsLock`, not held while something is committed.
public final class ActiveController implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ActiveController.class);
    private static final Duration LOOK_EVERY = Duration.ofMillis(100);

    private final int nodeId;
    private final ClusterConfig config;
    private final Metadata metadata;
    private final ReplicationController controller;
    private final Peers peers;
    private final Clock clock;
    private final ReentrantLock sessionsLock = new ReentrantLock();
    private final Condition changed = sessionsLock.newCondition();

    @GuardedBy("sessionsLock")
    private final Map<Integer, Session> sessions = new TreeMap<>(); // Of brokers not fenced.

    @GuardedBy("sessionsLock")
    private boolean leading;

    @GuardedBy("sessionsLock")
    private boolean closed;

    private Tasks.@Nullable Task task;

    /// One unfenced broker.
    private static final class Session {
        final long brokerEpoch;
        final @Nullable BrokerWatch watch; // None of this broker itself.
        long heardNanos;
        boolean dead;

        Session(long brokerEpoch, @Nullable BrokerWatch watch, long nowNanos) {
            this.brokerEpoch = brokerEpoch;
            this.watch = watch;
            this.heardNanos = nowNanos;
        }
    }

    private record Suspect(int nodeId, long brokerEpoch, String reason) {}

    public ActiveController(
            int nodeId,
            ClusterConfig config,
            Metadata metadata,
            ReplicationController controller,
            Peers peers) {
        this.nodeId = nodeId;
        this.config = config;
        this.metadata = metadata;
        this.controller = controller;
        this.peers = peers;
        this.clock = peers.seams().clock();
    }

    public void start(MetadataLog metadataLog) {
        metadataLog.subscribeLeadership(this::leadershipChanged);
        metadata.listen((_, _) -> wake());
        task = peers.seams().tasks().start("active controller", this::run);
    }

    private void leadershipChanged(Leadership leadership) {
        List<Session> old;
        sessionsLock.lock();
        try {
            leading = leadership.isBy(nodeId);
            old = new ArrayList<>(sessions.values()); // A new term begins with nothing known.
            sessions.clear();
            changed.signalAll();
        } finally {
            sessionsLock.unlock();
        }
        old.forEach(ActiveController::unwatch);
        log.atDebug()
                .addKeyValue("leader", leadership.leaderId())
                .addKeyValue("epoch", leadership.epoch())
                .log("The metadata log has another leader");
    }

    private static void unwatch(Session session) {
        if (session.watch != null) {
            session.watch.close();
        }
    }

    private void wake() {
        sessionsLock.lock();
        try {
            changed.signalAll();
        } finally {
            sessionsLock.unlock();
        }
    }

    /// Answers a broker's heartbeat; what it makes necessary is committed before.
    public BrokerHeartbeatResponse heartbeat(BrokerHeartbeatRequest beat) {
        if (!heard(beat)) {
            return refusal(ErrorCode.NOT_CONTROLLER);
        }
        ClusterImage image = metadata.image();
        BrokerImage broker = image.broker(beat.brokerId()).orElse(null);
        if (broker == null) {
            return refusal(ErrorCode.BROKER_ID_NOT_REGISTERED);
        }
        if (broker.epoch() != beat.brokerEpoch()) {
            return refusal(ErrorCode.STALE_BROKER_EPOCH);
        }
        try {
            return answer(beat, act(beat, broker));
        } catch (QuorumUnavailable | StorageFailure e) {
            return refusal(ErrorCode.NOT_CONTROLLER);
        }
    }

    private boolean heard(BrokerHeartbeatRequest beat) {
        sessionsLock.lock();
        try {
            Session session = sessions.get(beat.brokerId());
            if (session != null && session.brokerEpoch == beat.brokerEpoch()) {
                session.heardNanos = clock.nanos();
            }
            return leading;
        } finally {
            sessionsLock.unlock();
        }
    }

    /// @return the image after what was necessary
    private ClusterImage act(BrokerHeartbeatRequest beat, BrokerImage broker) {
        int id = broker.nodeId();
        long epoch = broker.epoch();
        if (beat.wantShutDown()) {
            if (!broker.fenced() && !broker.inControlledShutdown()) {
                controller.beginControlledShutdown(id, epoch);
            }
        } else if (beat.wantFence()) {
            if (!broker.fenced()) {
                controller.fence(id, epoch);
            }
        } else if (broker.fenced() && beat.currentMetadataOffset() >= epoch) {
            controller.unfence(id, epoch);
        }
        return metadata.image();
    }

    private static BrokerHeartbeatResponse answer(BrokerHeartbeatRequest beat, ClusterImage image) {
        boolean fenced = image.broker(beat.brokerId()).map(BrokerImage::fenced).orElse(true);
        return BrokerHeartbeatResponse.builder()
                .isCaughtUp(beat.currentMetadataOffset() >= beat.brokerEpoch())
                .isFenced(fenced)
                .shouldShutDown(
                        beat.wantShutDown()
                                && (!leads(beat.brokerId(), image) || isEmptying(image)))
                .build();
    }

    /// Whether all brokers that are there, and there are several, want to go: then they would wait
    /// for one another in vain.
    private static boolean isEmptying(ClusterImage image) {
        List<BrokerImage> there =
                image.brokers().values().stream().filter(broker -> !broker.fenced()).toList();
        return there.size() > 1 && there.stream().allMatch(BrokerImage::inControlledShutdown);
    }

    private static boolean leads(int nodeId, ClusterImage image) {
        for (TopicImage topic : image.topics().all()) {
            if (topic.partitions().stream().anyMatch(p -> p.leader() == nodeId)) {
                return true;
            }
        }
        return false;
    }

    private static BrokerHeartbeatResponse refusal(ErrorCode code) {
        return BrokerHeartbeatResponse.builder().errorCode(code.code()).build();
    }

    private void run() {
        try {
            long nextRebalance = clock.deadline(config.rebalanceInterval());
            while (awaitLeading()) {
                follow(metadata.image());
                suspects().forEach(this::fence);
                if (!clock.isAhead(nextRebalance)) {
                    rebalance();
                    nextRebalance = clock.deadline(config.rebalanceInterval());
                }
                awaitNews();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean awaitLeading() throws InterruptedException {
        sessionsLock.lock();
        try {
            while (!leading && !closed) {
                changed.await();
            }
            return !closed;
        } finally {
            sessionsLock.unlock();
        }
    }

    private void awaitNews() throws InterruptedException {
        long deadline = clock.deadline(LOOK_EVERY);
        sessionsLock.lock();
        try {
            if (!closed && sessions.values().stream().noneMatch(session -> session.dead)) {
                clock.await(sessionsLock, changed, deadline);
            }
        } finally {
            sessionsLock.unlock();
        }
    }

    /// A session for each broker that is not fenced.
    private void follow(ClusterImage image) {
        List<Session> ended = new ArrayList<>();
        sessionsLock.lock();
        try {
            if (!leading) {
                return;
            }
            sessions.entrySet()
                    .removeIf(
                            entry -> {
                                boolean over = !isOf(entry.getValue(), entry.getKey(), image);
                                if (over) {
                                    ended.add(entry.getValue());
                                }
                                return over;
                            });
            for (BrokerImage broker : image.brokers().values()) {
                if (!broker.fenced()) {
                    sessions.computeIfAbsent(broker.nodeId(), _ -> begin(broker));
                }
            }
        } finally {
            sessionsLock.unlock();
        }
        ended.forEach(ActiveController::unwatch);
    }

    private static boolean isOf(Session session, int id, ClusterImage image) {
        return image.broker(id)
                .filter(broker -> !broker.fenced() && broker.epoch() == session.brokerEpoch)
                .isPresent();
    }

    private Session begin(BrokerImage broker) {
        int id = broker.nodeId();
        BrokerWatch watch =
                id == nodeId
                        ? null
                        : new BrokerWatch(id, peers, () -> reportDead(id, broker.epoch()));
        return new Session(broker.epoch(), watch, clock.nanos());
    }

    private void reportDead(int id, long brokerEpoch) {
        sessionsLock.lock();
        try {
            Session session = sessions.get(id);
            if (session != null && session.brokerEpoch == brokerEpoch) {
                session.dead = true;
                changed.signalAll();
            }
        } finally {
            sessionsLock.unlock();
        }
    }

    private List<Suspect> suspects() {
        List<Suspect> suspects = new ArrayList<>();
        long now = clock.nanos();
        sessionsLock.lock();
        try {
            sessions.forEach(
                    (id, session) -> {
                        if (session.dead) {
                            suspects.add(
                                    new Suspect(
                                            id,
                                            session.brokerEpoch,
                                            "its process does not listen any more"));
                        } else if (now - session.heardNanos > config.sessionTimeout().toNanos()) {
                            suspects.add(
                                    new Suspect(
                                            id,
                                            session.brokerEpoch,
                                            "no heartbeat for "
                                                    + config.sessionTimeout().toMillis()
                                                    + " ms"));
                        }
                    });
        } finally {
            sessionsLock.unlock();
        }
        return suspects;
    }

    private void fence(Suspect suspect) {
        try {
            if (controller.fence(suspect.nodeId, suspect.brokerEpoch)) {
                log.atWarn()
                        .addKeyValue("broker", suspect.nodeId)
                        .addKeyValue("reason", suspect.reason)
                        .log("Fenced a broker; others lead its partitions now");
            }
        } catch (QuorumUnavailable | StorageFailure e) {
            log.atInfo()
                    .addKeyValue("broker", suspect.nodeId)
                    .addKeyValue("reason", e.getMessage())
                    .log("Could not fence a broker yet");
        }
    }

    private void rebalance() {
        try {
            if (config.rebalancesLeaders() && controller.electPreferred()) {
                log.atInfo().log("Gave leaderships back to preferred replicas");
            }
        } catch (QuorumUnavailable | StorageFailure e) {
            log.atInfo().addKeyValue("reason", e.getMessage()).log("Could not move leaders yet");
        }
    }

    @Override
    public void close() {
        List<Session> old;
        sessionsLock.lock();
        try {
            closed = true;
            leading = false;
            old = new ArrayList<>(sessions.values());
            sessions.clear();
            changed.signalAll();
        } finally {
            sessionsLock.unlock();
        }
        old.forEach(ActiveController::unwatch);
        Tasks.Task running = task;
        if (running != null) {
            try {
                running.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}

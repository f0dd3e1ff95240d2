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
import java.util.List;
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
    private final Sessions sessions = new Sessions();

    @GuardedBy("sessionsLock")
    private boolean leading;

    @GuardedBy("sessionsLock")
    private boolean closed;

    private Tasks.@Nullable Task task;

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
        List<BrokerWatch> old;
        sessionsLock.lock();
        try {
            leading = leadership.isBy(nodeId);
            old = sessions.clear(); // A new term begins with nothing known.
            changed.signalAll();
        } finally {
            sessionsLock.unlock();
        }
        old.forEach(BrokerWatch::close);
        log.atDebug()
                .addKeyValue("leader", leadership.leaderId())
                .addKeyValue("epoch", leadership.epoch())
                .log("The metadata log has another leader");
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
            sessions.heard(beat, clock.nanos());
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

    private BrokerHeartbeatResponse answer(BrokerHeartbeatRequest beat, ClusterImage image) {
        boolean fenced = image.broker(beat.brokerId()).map(BrokerImage::fenced).orElse(true);
        return BrokerHeartbeatResponse.builder()
                .isCaughtUp(beat.currentMetadataOffset() >= beat.brokerEpoch())
                .isFenced(fenced)
                .shouldShutDown(beat.wantShutDown() && mayGo(beat.brokerId(), image))
                .build();
    }

    private boolean mayGo(int id, ClusterImage image) {
        if (isEmptying(image)) {
            return true;
        }
        if (leads(id, image)) {
            return false;
        }
        sessionsLock.lock();
        try {
            return sessions.othersKnowThatItLeadsNothing(id, image);
        } finally {
            sessionsLock.unlock();
        }
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
                for (Sessions.Suspect suspect : suspects()) {
                    if (isClosed()) {
                        return; // Each may wait for a majority.
                    }
                    fence(suspect);
                }
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

    private boolean isClosed() {
        sessionsLock.lock();
        try {
            return closed;
        } finally {
            sessionsLock.unlock();
        }
    }

    private void awaitNews() throws InterruptedException {
        long deadline = clock.deadline(LOOK_EVERY);
        sessionsLock.lock();
        try {
            if (!closed && !sessions.isAnyDead()) {
                clock.await(sessionsLock, changed, deadline);
            }
        } finally {
            sessionsLock.unlock();
        }
    }

    /// A session for each broker that is not fenced.
    private void follow(ClusterImage image) {
        List<BrokerWatch> ended;
        sessionsLock.lock();
        try {
            if (!leading) {
                return;
            }
            ended = sessions.follow(image, this::watch, clock.nanos());
        } finally {
            sessionsLock.unlock();
        }
        ended.forEach(BrokerWatch::close);
    }

    private @Nullable BrokerWatch watch(BrokerImage broker) {
        int id = broker.nodeId();
        return id == nodeId
                ? null
                : new BrokerWatch(id, peers, () -> reportDead(id, broker.epoch()));
    }

    private void reportDead(int id, long brokerEpoch) {
        sessionsLock.lock();
        try {
            sessions.dead(id, brokerEpoch);
            changed.signalAll();
        } finally {
            sessionsLock.unlock();
        }
    }

    private List<Sessions.Suspect> suspects() {
        sessionsLock.lock();
        try {
            return sessions.suspects(clock.nanos(), config.sessionTimeout());
        } finally {
            sessionsLock.unlock();
        }
    }

    private void fence(Sessions.Suspect suspect) {
        try {
            if (controller.fence(suspect.nodeId(), suspect.brokerEpoch())) {
                log.atWarn()
                        .addKeyValue("broker", suspect.nodeId())
                        .addKeyValue("reason", suspect.reason())
                        .log("Fenced a broker; others lead its partitions now");
            }
        } catch (QuorumUnavailable | StorageFailure e) {
            log.atInfo()
                    .addKeyValue("broker", suspect.nodeId())
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
        List<BrokerWatch> old;
        sessionsLock.lock();
        try {
            closed = true;
            leading = false;
            old = sessions.clear();
            changed.signalAll();
        } finally {
            sessionsLock.unlock();
        }
        old.forEach(BrokerWatch::close);
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

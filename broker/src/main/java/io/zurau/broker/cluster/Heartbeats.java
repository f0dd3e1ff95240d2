package io.zurau.broker.cluster;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zurau.broker.peer.PeerConnection;
import io.zurau.broker.peer.Peers;
import io.zurau.metadata.Metadata;
import io.zurau.metadata.control.QuorumUnavailable;
import io.zurau.metadata.control.Registration;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.image.Incarnation;
import io.zurau.metadata.log.Leadership;
import io.zurau.metadata.log.MetadataLog;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.BrokerHeartbeatRequest;
import io.zurau.protocol.message.BrokerHeartbeatResponse;
import io.zurau.runtime.Clock;
import io.zurau.runtime.StorageFailure;
import io.zurau.runtime.Tasks;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells the active controller, several times a second, that this broker lives and what it wants:
/// to be let in, to be fenced because its disk has failed, or to shut down.
///
/// **Guard:** `beatLock` for what others set; the connection and `trouble` belong to the task.
public final class Heartbeats implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Heartbeats.class);
    private static final int VERSION = 1;
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final Registration NOT_COMMITTED =
            new Registration.Refused("The metadata log did not take the node's registration.");

    private final Incarnation self;
    private final ClusterConfig config;
    private final Metadata metadata;
    private final ActiveController local;
    private final Peers peers;
    private final Clock clock;
    private final BooleanSupplier diskFailed;
    private final Supplier<Optional<Registration>> register;
    private final ReentrantLock beatLock = new ReentrantLock();
    private final Condition changed = beatLock.newCondition();

    @GuardedBy("beatLock")
    private Leadership leadership = new Leadership(Leadership.NOBODY, 0);

    @GuardedBy("beatLock")
    private long brokerEpoch;

    @GuardedBy("beatLock")
    private boolean admitted;

    @GuardedBy("beatLock")
    private boolean wantsShutDown;

    @GuardedBy("beatLock")
    private boolean mayShutDown;

    @GuardedBy("beatLock")
    private long answeredNanos; // When a controller answered last.

    @GuardedBy("beatLock")
    private boolean closed;

    private @Nullable PeerConnection connection;
    private int connectedTo = Leadership.NOBODY;
    private String trouble = ""; // Why it could not register, as logged last.
    private Tasks.@Nullable Task task;

    /// @param local where heartbeats go while this node is the active controller itself
    /// @param diskFailed whether this broker cannot serve its partitions
    /// @param register tries once to register this broker anew; empty, or a [QuorumUnavailable], if
    ///   the metadata log did not take it
    public Heartbeats(
            Incarnation self,
            long brokerEpoch,
            ClusterConfig config,
            Metadata metadata,
            ActiveController local,
            Peers peers,
            BooleanSupplier diskFailed,
            Supplier<Optional<Registration>> register) {
        this.self = self;
        this.brokerEpoch = brokerEpoch;
        this.config = config;
        this.metadata = metadata;
        this.local = local;
        this.peers = peers;
        this.clock = peers.seams().clock();
        this.diskFailed = diskFailed;
        this.register = register;
    }

    public void start(MetadataLog metadataLog) {
        metadataLog.subscribeLeadership(this::leadershipChanged);
        task = peers.seams().tasks().start("heartbeats", this::run);
    }

    private void leadershipChanged(Leadership now) {
        beatLock.lock();
        try {
            leadership = now;
            changed.signalAll(); // The new controller should hear of us at once.
        } finally {
            beatLock.unlock();
        }
    }

    /// Waits until the controller has let this broker in.
    ///
    /// @return false if the deadline passed before
    public boolean awaitAdmitted(long deadlineNanos) throws InterruptedException {
        beatLock.lock();
        try {
            while (!admitted && !closed) {
                if (!clock.await(beatLock, changed, deadlineNanos)) {
                    return admitted;
                }
            }
            return admitted;
        } finally {
            beatLock.unlock();
        }
    }

    /// Asks that others lead what this broker leads, and waits until they do, or until there is
    /// nobody to decide it: the last nodes of a cluster that is stopped have no majority.
    ///
    /// @return false if the deadline passed before, or no controller answers
    public boolean shutDown(long deadlineNanos) throws InterruptedException {
        beatLock.lock();
        try {
            wantsShutDown = true;
            answeredNanos = clock.nanos();
            changed.signalAll();
            while (!mayShutDown && !closed && clock.isAhead(deadlineNanos)) {
                long silenceEnds = answeredNanos + config.sessionTimeout().toNanos();
                if (!clock.isAhead(silenceEnds)) {
                    return false;
                }
                clock.await(
                        beatLock,
                        changed,
                        silenceEnds - deadlineNanos < 0 ? silenceEnds : deadlineNanos);
            }
            return mayShutDown;
        } finally {
            beatLock.unlock();
        }
    }

    private void run() {
        try {
            while (true) {
                long next = clock.deadline(config.heartbeatInterval());
                Leadership now = current();
                if (now.leaderId() != Leadership.NOBODY) {
                    beat(now.leaderId());
                }
                if (!pauseUntil(next, now)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            disconnect();
        }
    }

    private Leadership current() {
        beatLock.lock();
        try {
            return leadership;
        } finally {
            beatLock.unlock();
        }
    }

    /// @return false when closed
    private boolean pauseUntil(long deadline, Leadership beaten) throws InterruptedException {
        beatLock.lock();
        try {
            boolean asked = wantsShutDown;
            while (!closed && leadership.equals(beaten) && wantsShutDown == asked) {
                if (!clock.await(beatLock, changed, deadline)) {
                    break;
                }
            }
            return !closed;
        } finally {
            beatLock.unlock();
        }
    }

    private void beat(int controllerId) throws InterruptedException {
        try {
            BrokerHeartbeatRequest request = request();
            take(
                    controllerId == self.nodeId()
                            ? local.heartbeat(request)
                            : send(controllerId, request));
        } catch (IOException e) {
            disconnect();
            log.atDebug()
                    .addKeyValue("controller", controllerId)
                    .addKeyValue("reason", e.getMessage())
                    .log("The active controller does not answer");
        }
    }

    private BrokerHeartbeatRequest request() {
        beatLock.lock();
        try {
            return BrokerHeartbeatRequest.builder()
                    .brokerId(self.nodeId())
                    .brokerEpoch(brokerEpoch)
                    .currentMetadataOffset(metadata.image().endOffset())
                    .wantFence(diskFailed.getAsBoolean())
                    .wantShutDown(wantsShutDown)
                    .build();
        } finally {
            beatLock.unlock();
        }
    }

    private BrokerHeartbeatResponse send(int controllerId, BrokerHeartbeatRequest request)
            throws IOException, InterruptedException {
        PeerConnection open = connection;
        if (open == null || connectedTo != controllerId) {
            disconnect();
            open = peers.connect(controllerId);
            connection = open;
            connectedTo = controllerId;
        }
        return open.call(request, VERSION, BrokerHeartbeatResponse.class, PATIENCE);
    }

    private void disconnect() {
        PeerConnection open = connection;
        if (open != null) {
            open.close();
            connection = null;
        }
    }

    private void take(BrokerHeartbeatResponse answer) {
        ErrorCode error = ErrorCode.forCode(answer.errorCode());
        if (error == ErrorCode.BROKER_ID_NOT_REGISTERED || error == ErrorCode.STALE_BROKER_EPOCH) {
            registerAnew(error);
            return;
        }
        if (error != ErrorCode.NONE) {
            return; // Another controller will answer, or this one later.
        }
        beatLock.lock();
        try {
            answeredNanos = clock.nanos();
            admitted = !answer.isFenced();
            mayShutDown = answer.shouldShutDown();
            changed.signalAll();
        } finally {
            beatLock.unlock();
        }
    }

    /// The controller may be behind: this node's image decides. If another process has taken the
    /// node's id, it keeps it.
    ///
    /// Tries once: the next heartbeat will be refused, too, and tries again.
    private void registerAnew(ErrorCode why) {
        ClusterImage image = metadata.image();
        OptionalLong epoch = self.epoch(image);
        if (epoch.isPresent()) {
            registered(epoch.getAsLong()); // Perhaps by an attempt whose outcome nobody knew.
            return;
        }
        if (self.isDisplaced(image)) {
            return;
        }
        if (trouble.isEmpty()) {
            log.atWarn()
                    .addKeyValue("reason", why)
                    .log("Registers anew: the cluster has forgotten us");
        }
        try {
            Registration registration = register.get().orElse(NOT_COMMITTED);
            switch (registration) {
                case Registration.Accepted accepted -> registered(accepted.epoch());
                case Registration.Refused refused -> notRegistered(refused.reason());
            }
        } catch (QuorumUnavailable | StorageFailure e) {
            notRegistered(String.valueOf(e.getMessage()));
        }
    }

    private void registered(long fresh) {
        trouble = "";
        beatLock.lock();
        try {
            brokerEpoch = fresh;
        } finally {
            beatLock.unlock();
        }
    }

    /// Says the same only once, not several times a second.
    private void notRegistered(String reason) {
        if (!reason.equals(trouble)) {
            trouble = reason;
            log.atError()
                    .addKeyValue("reason", reason)
                    .log("Could not register anew; tries again with each heartbeat");
        }
    }

    @Override
    public void close() {
        beatLock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            beatLock.unlock();
        }
        Tasks.Task running = task;
        if (running != null) {
            running.interrupt();
            try {
                running.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}

package io.zurau.broker.replica;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zurau.broker.partition.PartitionFollower;
import io.zurau.broker.partition.ReplicaRefused;
import io.zurau.broker.peer.PeerConnection;
import io.zurau.broker.peer.Peers;
import io.zurau.log.EpochEnd;
import io.zurau.log.LogDirectories;
import io.zurau.log.LogDirectory;
import io.zurau.log.PartitionLog;
import io.zurau.metadata.Metadata;
import io.zurau.metadata.image.Incarnation;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.Payload;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.message.FetchRequest;
import io.zurau.protocol.message.FetchResponse;
import io.zurau.protocol.message.FetchResponse.FetchableTopicResponse;
import io.zurau.protocol.message.FetchResponse.PartitionData;
import io.zurau.runtime.Clock;
import io.zurau.runtime.Seams;
import io.zurau.runtime.StorageFailure;
import io.zurau.runtime.Tasks;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Fetches from one broker all partitions that it leads and this broker follows.
///
/// One round after the other: ask, append, wait until all of it is stored, ask again. So each
/// request tells the leader what is stored here. A follower whose log fails over it is asked for no
/// more: the end of such a log says more than what is stored.
///
/// **Guard:** `fetcherLock` for what it is told from outside; everything else belongs to its task.
final class ReplicaFetcher implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ReplicaFetcher.class);

    /// The first version that brokers of this release speak to each other.
    private static final int FETCH_VERSION = 17;

    /// Beyond the time that the leader may wait.
    private static final Duration ANSWER_PATIENCE = Duration.ofSeconds(5);

    private final int leaderId;
    private final Incarnation self;
    private final ReplicationConfig config;
    private final Peers peers;
    private final Metadata metadata;
    private final LogDirectories logs;
    private final Clock clock;
    private final ReentrantLock fetcherLock = new ReentrantLock();
    private final Condition told = fetcherLock.newCondition();
    private final Rests<PartitionFollower> rests;
    private final Tasks.Task task;
    private boolean unreachableTold;

    @GuardedBy("fetcherLock")
    private List<PartitionFollower> followers = List.of();

    @GuardedBy("fetcherLock")
    private @Nullable PeerConnection connection;

    @GuardedBy("fetcherLock")
    private boolean closed;

    ReplicaFetcher(
            int leaderId,
            Incarnation self,
            ReplicationConfig config,
            Peers peers,
            Metadata metadata,
            LogDirectories logs,
            Seams seams) {
        this.leaderId = leaderId;
        this.self = self;
        this.config = config;
        this.peers = peers;
        this.metadata = metadata;
        this.logs = logs;
        this.clock = seams.clock();
        this.rests = new Rests<>(clock, config.backoff());
        this.task = seams.tasks().start("fetches from broker " + leaderId, this::run);
    }

    /// What to fetch from now on.
    void follow(List<PartitionFollower> now) {
        fetcherLock.lock();
        try {
            followers = now;
            told.signalAll();
        } finally {
            fetcherLock.unlock();
        }
    }

    private void run() {
        try {
            while (!awaitWork().isEmpty()) {
                // A connection that breaks after a while is opened anew at once: if that is
                // refused,
                // the leader has died, and it is good to know.
                long nextAttempt = clock.deadline(config.backoff());
                try {
                    fetchAll(connected());
                } catch (IOException e) {
                    unreachable(e);
                    clock.sleepUntil(nextAttempt);
                } catch (StorageFailure e) {
                    // A single log is deleted meanwhile, or damaged, or its disk failed; the others
                    // go on.
                    log.atInfo()
                            .addKeyValue("leader", leaderId)
                            .addKeyValue("reason", e.getMessage())
                            .log("A log cannot be replicated");
                    pause();
                } finally {
                    disconnect();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void unreachable(IOException e) {
        var event = unreachableTold ? log.atDebug() : log.atInfo();
        event.addKeyValue("leader", leaderId)
                .addKeyValue("reason", e.getMessage())
                .log("Cannot fetch from a leader at the moment");
        unreachableTold = true;
    }

    /// @return what to fetch; nothing if this fetcher is closed
    private List<PartitionFollower> awaitWork() throws InterruptedException {
        fetcherLock.lock();
        try {
            while (followers.isEmpty() && !closed) {
                told.await();
            }
            return closed ? List.of() : followers;
        } finally {
            fetcherLock.unlock();
        }
    }

    private PeerConnection connected() throws IOException {
        PeerConnection fresh = peers.connect(leaderId);
        fetcherLock.lock();
        try {
            connection = fresh;
            if (closed) {
                fresh.close();
            }
        } finally {
            fetcherLock.unlock();
        }
        return fresh;
    }

    private void disconnect() {
        fetcherLock.lock();
        try {
            if (connection != null) {
                connection.close();
                connection = null;
            }
        } finally {
            fetcherLock.unlock();
        }
    }

    private void pause() throws InterruptedException {
        clock.sleepUntil(clock.deadline(config.backoff()));
    }

    /// Rounds, as long as the connection holds and there is something to fetch.
    private void fetchAll(PeerConnection leader) throws IOException, InterruptedException {
        FollowerSession session = new FollowerSession(self.nodeId(), config);
        for (List<PartitionFollower> wanted = awaitWork();
                !wanted.isEmpty();
                wanted = awaitWork()) {
            rests.retain(wanted);
            List<PartitionFollower> awake = storedOf(wanted);
            OptionalLong brokerEpoch = self.epoch(metadata.image());
            if (brokerEpoch.isEmpty()) {
                pause();
                continue;
            }
            if (awake.isEmpty()) {
                clock.sleepUntil(clock.deadline(rests.shortest(config.backoff())));
                continue;
            }
            FetchRequest request =
                    session.next(awake, brokerEpoch.getAsLong(), rests.shortest(config.maxWait()));
            FetchResponse answer =
                    leader.call(
                            request,
                            FETCH_VERSION,
                            FetchResponse.class,
                            config.maxWait().plus(ANSWER_PATIENCE));
            unreachableTold = false;
            if (session.answered(answer)) {
                take(answer, session);
            } else if (!isAboutSession(answer)) {
                pause();
            }
        }
    }

    private static boolean isAboutSession(FetchResponse answer) {
        return answer.errorCode() == ErrorCode.FETCH_SESSION_ID_NOT_FOUND.code()
                || answer.errorCode() == ErrorCode.INVALID_FETCH_SESSION_EPOCH.code();
    }

    /// Those to ask for now, with all that they have stored: the leader counts what it is asked for
    /// as stored. What was appended while this broker led, or followed another, may not be yet.
    private List<PartitionFollower> storedOf(List<PartitionFollower> wanted) {
        List<PartitionFollower> awake = wanted.stream().filter(this::isAwake).toList();
        awake.stream()
                .map(PartitionFollower::log)
                .filter(log -> log.isUsable() && log.storedEndOffset() < log.logEndOffset())
                .map(PartitionLog::directoryId)
                .distinct()
                .forEach(this::awaitStored);
        return awake.stream().filter(follower -> follower.log().isUsable()).toList();
    }

    private boolean isAwake(PartitionFollower follower) {
        return !follower.isHeldBack() && !rests.isResting(follower);
    }

    private void take(FetchResponse answer, FollowerSession session) {
        Set<Uuid> directories = new LinkedHashSet<>();
        for (FetchableTopicResponse topic : answer.responses()) {
            for (PartitionData data : topic.partitions()) {
                FollowerSession.Asked asked = session.asked(topic.topicId(), data.partitionIndex());
                if (asked != null) {
                    take(asked, data);
                    directories.add(asked.follower().log().directoryId());
                }
            }
        }
        directories.forEach(this::awaitStored);
    }

    private void awaitStored(Uuid directory) {
        try {
            logs.working(directory).ifPresent(LogDirectory::awaitStored);
        } catch (StorageFailure e) {
            log.atWarn()
                    .addKeyValue("leader", leaderId)
                    .addKeyValue("reason", e.getMessage())
                    .log("A disk failed; nothing is replicated to it any more");
        }
    }

    private static void tell(PartitionLog failed, StorageFailure e) {
        log.atWarn()
                .addKeyValue("partition", failed.partition())
                .addKeyValue("reason", e.getMessage())
                .log("A partition is not replicated any more: its log has failed");
    }

    private void take(FollowerSession.Asked asked, PartitionData data) {
        PartitionFollower follower = asked.follower();
        // Of the leader that was asked; there may be another by now.
        int epoch = asked.how().currentLeaderEpoch();
        try {
            switch (ErrorCode.forCode(data.errorCode())) {
                case NONE -> {
                    if (data.divergingEpoch().epoch() >= 0) {
                        follower.truncate(
                                epoch,
                                new EpochEnd(
                                        data.divergingEpoch().epoch(),
                                        data.divergingEpoch().endOffset()));
                    } else {
                        follower.append(
                                epoch,
                                bytes(data.records()),
                                data.logStartOffset(),
                                data.highWatermark());
                    }
                    rests.forget(follower);
                }
                case OFFSET_OUT_OF_RANGE -> {
                    if (data.logStartOffset() >= 0) {
                        follower.restartAt(epoch, data.logStartOffset());
                    } else {
                        rests.begin(follower);
                    }
                }
                // The metadata will tell, here or there.
                default -> rests.begin(follower);
            }
        } catch (ReplicaRefused refused) {
            log.atWarn()
                    .addKeyValue("leader", leaderId)
                    .addKeyValue("reason", refused.getMessage())
                    .log("Could not append what a leader sent");
            rests.begin(follower);
        } catch (StorageFailure e) {
            tell(follower.log(), e);
            rests.begin(follower);
        }
    }

    private static ByteBuffer bytes(@Nullable Payload records) {
        return records == null ? ByteBuffer.allocate(0) : records.toBuffer();
    }

    /// Returns when it changes nothing any more.
    @Override
    public void close() {
        fetcherLock.lock();
        try {
            closed = true;
            told.signalAll();
        } finally {
            fetcherLock.unlock();
        }
        disconnect();
        task.interrupt();
        try {
            task.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

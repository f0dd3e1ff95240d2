package io.zurau.tests.simulation;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zurau.broker.peer.Peers;
import io.zurau.metadata.Metadata;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.log.Leadership;
import io.zurau.metadata.log.MetadataLog;
import io.zurau.metadata.log.ProposeOutcome;
import io.zurau.metadata.log.QuorumState;
import io.zurau.protocol.message.MetadataRecord;
import io.zurau.runtime.Clock;
import io.zurau.runtime.Seams;
import io.zurau.runtime.Tasks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/// One node's view of a [SimQuorum]: what is committed comes late, in order, told by one task at a
/// time.
///
/// **Guard:** `viewLock`, of this node alone, so that nobody waits for a node that has crashed.
final class SimMetadataLog implements MetadataLog {
    private static final long LONGEST_WAY_NANOS = 4_000_000;
    private static final long SLOW_WAY_NANOS = 300_000_000;
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    /// How often a node says that it lives, and asks for what it was not told.
    private static final long LOOK_EVERY_NANOS = 100_000_000;

    private final SimQuorum quorum;
    private final int nodeId;
    private final Clock clock;
    private final ReentrantLock tellLock = new ReentrantLock(); // Images are told in order.
    private final ReentrantLock viewLock = new ReentrantLock();
    private final Condition told = viewLock.newCondition();
    private final List<Consumer<ClusterImage>> subscribers = new ArrayList<>();
    private final List<Consumer<Leadership>> followers = new ArrayList<>();
    private final Tasks.Task task;

    @GuardedBy("viewLock")
    private ClusterImage image;

    @GuardedBy("viewLock")
    private int applied; // How many entries.

    @GuardedBy("viewLock")
    private long toldEnd;

    @GuardedBy("viewLock")
    private Leadership leadership = new Leadership(Leadership.NOBODY, 0);

    @GuardedBy("viewLock")
    private boolean closed;

    private boolean hearing; // Whether a task is on its way. The simulation's one thread's.

    /// Connections to the brokers for somebody who is none.
    ///
    /// @param nodeId to follow the metadata with; no voter's and no broker's
    static Peers peersOf(SimQuorum quorum, int nodeId, Seams seams) {
        Metadata metadata = Metadata.of(new SimMetadataLog(quorum, nodeId, seams));
        return new Peers(nodeId, metadata, "PLAINTEXT", seams);
    }

    SimMetadataLog(SimQuorum quorum, int nodeId, Seams seams) {
        this.quorum = quorum;
        this.nodeId = nodeId;
        this.clock = seams.clock();
        this.image = ClusterImage.empty(quorum.clusterId());
        applyAll();
        this.task = seams.tasks().start("metadata", this::follow);
        quorum.tell(nodeId, () -> hearSoon(seams.tasks()));
    }

    private boolean applyAll() {
        viewLock.lock();
        try {
            boolean news = false;
            while (quorum.reaches(nodeId) && applied < quorum.size()) {
                SimQuorum.Entry entry = quorum.entry(applied++);
                image = image.replay(entry.records(), entry.endOffset());
                news = true;
            }
            return news;
        } finally {
            viewLock.unlock();
        }
    }

    private void follow() {
        try {
            while (!isClosed()) {
                hear();
                tellLeadership();
                clock.sleepUntil(
                        clock.nanos()
                                + LOOK_EVERY_NANOS / 2
                                + quorum.dice().nextLong(LOOK_EVERY_NANOS));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Something was committed. Several commits may be heard of at once.
    private void hearSoon(Tasks tasks) {
        if (!hearing) {
            hearing = true;
            tasks.start("hears", this::hearLater);
        }
    }

    private void hearLater() {
        try {
            clock.sleepUntil(clock.nanos() + way());
            hearing = false;
            if (!isClosed()) {
                hear();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void hear() {
        if (applyAll()) {
            tell();
        }
    }

    private boolean isClosed() {
        viewLock.lock();
        try {
            return closed;
        } finally {
            viewLock.unlock();
        }
    }

    private long way() {
        boolean slow = quorum.dice().nextInt(200) == 0;
        return 1_000_000 + quorum.dice().nextLong(slow ? SLOW_WAY_NANOS : LONGEST_WAY_NANOS);
    }

    private void tell() {
        tellLock.lock();
        try {
            tellInTurn();
        } finally {
            tellLock.unlock();
        }
    }

    private void tellInTurn() {
        ClusterImage now;
        List<Consumer<ClusterImage>> all;
        viewLock.lock();
        try {
            now = image;
            all = List.copyOf(subscribers);
        } finally {
            viewLock.unlock();
        }
        all.forEach(subscriber -> subscriber.accept(now));
        viewLock.lock();
        try {
            toldEnd = now.endOffset();
            told.signalAll();
        } finally {
            viewLock.unlock();
        }
    }

    private void tellLeadership() {
        Leadership now;
        List<Consumer<Leadership>> all;
        viewLock.lock();
        try {
            now = quorum.see(nodeId, leadership);
            if (now.equals(leadership)) {
                return;
            }
            leadership = now;
            all = List.copyOf(followers);
        } finally {
            viewLock.unlock();
        }
        all.forEach(follower -> follower.accept(now));
    }

    @Override
    public long endOffset() {
        viewLock.lock();
        try {
            return image.endOffset();
        } finally {
            viewLock.unlock();
        }
    }

    @Override
    public ProposeOutcome propose(long expectedEnd, List<MetadataRecord> records) {
        try {
            clock.sleepUntil(clock.nanos() + way());
            if (!quorum.reaches(nodeId) || !quorum.hasMajority()) {
                clock.sleepUntil(clock.deadline(PATIENCE));
                return new ProposeOutcome.Unknown("There is no majority.");
            }
            boolean committed = quorum.commit(expectedEnd, records);
            long end = quorum.image().endOffset();
            if (quorum.dice().nextInt(100) == 0) {
                return new ProposeOutcome.Unknown("The answer was lost.");
            }
            if (!committed) {
                return new ProposeOutcome.Conflict(end);
            }
            long proposalsEnd = expectedEnd + records.size();
            return awaitTold(proposalsEnd)
                    ? new ProposeOutcome.Committed(proposalsEnd)
                    : new ProposeOutcome.Unknown("It was not seen to be committed in time.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new ProposeOutcome.Unknown("Interrupted.");
        }
    }

    private boolean awaitTold(long end) throws InterruptedException {
        long deadline = clock.deadline(PATIENCE);
        viewLock.lock();
        try {
            while (toldEnd < end) {
                if (closed || !clock.await(viewLock, told, deadline)) {
                    return toldEnd >= end;
                }
            }
            return true;
        } finally {
            viewLock.unlock();
        }
    }

    @Override
    public void subscribe(Consumer<ClusterImage> subscriber) {
        tellLock.lock();
        try {
            subscribers.add(subscriber);
            subscriber.accept(current());
        } finally {
            tellLock.unlock();
        }
    }

    private ClusterImage current() {
        viewLock.lock();
        try {
            return image;
        } finally {
            viewLock.unlock();
        }
    }

    @Override
    public void subscribeLeadership(Consumer<Leadership> subscriber) {
        Leadership now;
        viewLock.lock();
        try {
            followers.add(subscriber);
            now = leadership;
        } finally {
            viewLock.unlock();
        }
        subscriber.accept(now);
    }

    @Override
    public void leaderHasDied(Leadership dead) {
        if (quorum.reaches(nodeId)) {
            quorum.leaderHasDied(dead);
        }
    }

    @Override
    public QuorumState quorum() {
        viewLock.lock();
        try {
            return new QuorumState(leadership, image.endOffset(), List.of(), List.of());
        } finally {
            viewLock.unlock();
        }
    }

    @Override
    public void close() {
        viewLock.lock();
        try {
            closed = true;
            told.signalAll();
        } finally {
            viewLock.unlock();
        }
        task.interrupt();
    }
}

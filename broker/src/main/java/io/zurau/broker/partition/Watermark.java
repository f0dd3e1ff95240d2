package io.zurau.broker.partition;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zurau.log.AppendOutcome;
import io.zurau.log.PartitionLog;
import io.zurau.metadata.control.InSyncChange;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.image.PartitionImage;
import io.zurau.protocol.ErrorCode;
import io.zurau.runtime.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/// How safe the records of one led partition are: how far its followers have come, the high
/// watermark that they make, and the producers that wait for it.
///
/// It is the smallest end of what the in-sync replicas have stored. From the moment that this
/// leader proposes a replica as in sync until it knows what became of that, the replica counts: the
/// controller may elect it before this leader hears of it. A replica that is proposed to leave
/// counts until the metadata says that it has left. While fewer than `min.insync.replicas` are in
/// sync the high watermark stays (KIP-966): what is below it is then on every replica that may lead
/// later.
///
/// **Guard:** `watermarkLock`, taken after `partitionLock` and held for moments only, so that the
/// journal never waits for an append. Readers do not take it.
final class Watermark {
    /// Who is told, with no lock of this object held.
    interface Listener {
        /// The high watermark is higher.
        void moved();

        /// A follower may come in sync.
        void caughtUp();
    }

    private final Replication replication;
    private final Clock clock;
    private final Listener listener;
    private final ReentrantLock watermarkLock = new ReentrantLock();

    // These change under `partitionLock`, too, so that who holds it sees them stand still.
    private volatile PartitionLog log;
    private volatile PartitionImage image;
    private volatile int minInSync;
    private volatile long epochStartOffset; // Where this leader's epoch begins.

    @GuardedBy("watermarkLock")
    private final PendingAcks acks;

    @GuardedBy("watermarkLock")
    private final Followers followers = new Followers();

    @GuardedBy("watermarkLock")
    private final InSyncReplicas inSync;

    private volatile long highWatermark; // Exclusive. Never moves back while this object leads.

    Watermark(
            LocalReplica replica,
            PartitionImage image,
            int minInSync,
            Replication replication,
            Clock clock,
            Listener listener) {
        this.log = replica.log();
        this.image = image;
        this.minInSync = minInSync;
        this.replication = replication;
        this.clock = clock;
        this.listener = listener;
        this.acks = new PendingAcks(watermarkLock, clock);
        this.inSync =
                new InSyncReplicas(replica.partition(), replica.topicId(), replication, followers);
        this.highWatermark = Math.min(log.highWatermark(), log.storedEndOffset());
        this.epochStartOffset = log.logEndOffset();
        watermarkLock.lock();
        try {
            followers.follow(others(image.replicas()), clock.nanos());
        } finally {
            watermarkLock.unlock();
        }
    }

    private List<Integer> others(Collection<Integer> nodes) {
        return nodes.stream().filter(node -> node != replication.nodeId()).toList();
    }

    PartitionLog log() {
        return log;
    }

    PartitionImage image() {
        return image;
    }

    int minInSync() {
        return minInSync;
    }

    /// Exclusive.
    long offset() {
        return highWatermark;
    }

    /// Whether it is known to be no lower than any leader before has told: not until the in-sync
    /// replicas have stored all that was there when this leader began (KIP-207).
    boolean isCertain() {
        return highWatermark >= epochStartOffset;
    }

    /// As Kafka since 4.0: more than all replicas cannot be asked for.
    boolean enoughInSync() {
        return image.inSync().size() >= Math.min(minInSync, image.replicas().size());
    }

    /// Moves to the end of what every in-sync replica has stored, and releases who waited for that.
    void advance() {
        long stored = log.storedEndOffset();
        if (stored <= highWatermark) {
            return;
        }
        boolean moved = false;
        watermarkLock.lock();
        try {
            if (acks.haveFailed()) {
                return; // What is stored now is another leader's.
            }
            acks.stored(stored);
            long storedByAll = storedByAll(stored);
            if (storedByAll > highWatermark && enoughInSync()) {
                highWatermark = storedByAll;
                log.highWatermark(storedByAll);
                acks.replicated(storedByAll);
                moved = true;
            }
        } finally {
            watermarkLock.unlock();
        }
        if (moved) {
            listener.moved();
        }
    }

    @GuardedBy("watermarkLock")
    private long storedByAll(long storedHere) {
        long smallest = storedHere;
        for (int node : image.inSync()) {
            smallest = Math.min(smallest, storedBy(node, storedHere));
        }
        for (int node : inSync.joining()) {
            smallest = Math.min(smallest, storedBy(node, storedHere));
        }
        return smallest;
    }

    @GuardedBy("watermarkLock")
    private long storedBy(int node, long storedHere) {
        return node == replication.nodeId() ? storedHere : followers.storedEndOffset(node);
    }

    PendingAck acknowledge(AppendOutcome.Appended appended, Acks wanted) {
        advance(); // What is not synced is stored already.
        if (wanted == Acks.NONE || isReached(wanted, appended.lastOffset())) {
            return PendingAck.done(appended);
        }
        PendingAck ack = PendingAck.waiting(appended, wanted, this);
        watermarkLock.lock();
        try {
            acks.add(ack, wanted);
            // Either may have moved meanwhile.
            acks.stored(log.storedEndOffset());
            acks.replicated(highWatermark);
        } finally {
            watermarkLock.unlock();
        }
        return ack;
    }

    /// Whether a record is as safe as a producer wants it.
    boolean isReached(Acks wanted, long offset) {
        return (wanted == Acks.ALL ? highWatermark : log.storedEndOffset()) > offset;
    }

    ErrorCode await(PendingAck ack, long deadlineNanos) throws InterruptedException {
        advance(); // The journal tells partitions one after the other; ask instead of waiting.
        watermarkLock.lock();
        try {
            return acks.await(ack, deadlineNanos);
        } finally {
            watermarkLock.unlock();
        }
    }

    /// Producers wait no more, now or later.
    void fail(ErrorCode why) {
        watermarkLock.lock();
        try {
            acks.fail(why);
        } finally {
            watermarkLock.unlock();
        }
    }

    /// @return `NONE`; if it does not count, why
    ErrorCode fetchedBy(FollowerProgress now, int leaderEpoch, long brokerEpoch) {
        boolean caughtUp;
        watermarkLock.lock();
        try {
            if (image.leaderEpoch() != leaderEpoch) {
                return ErrorCode.FENCED_LEADER_EPOCH; // It was right when it was checked.
            }
            if (!followers.fetched(now, brokerEpoch, log.logEndOffset(), clock.nanos())) {
                return ErrorCode.NOT_LEADER_OR_FOLLOWER;
            }
            caughtUp = inSync.hasCome(now.nodeId(), position());
        } finally {
            watermarkLock.unlock();
        }
        advance();
        if (caughtUp) {
            listener.caughtUp();
        }
        return ErrorCode.NONE;
    }

    Optional<InSyncChange> proposeInSync(ClusterImage cluster) {
        watermarkLock.lock();
        try {
            return inSync.propose(cluster, position(), clock.nanos());
        } finally {
            watermarkLock.unlock();
        }
    }

    private InSyncReplicas.Position position() {
        return new InSyncReplicas.Position(
                image, log.logEndOffset(), highWatermark, epochStartOffset);
    }

    void settled() {
        watermarkLock.lock();
        try {
            inSync.settle();
        } finally {
            watermarkLock.unlock();
        }
        advance();
    }

    List<FollowerProgress> inSyncFollowers() {
        watermarkLock.lock();
        try {
            List<FollowerProgress> found = new ArrayList<>();
            for (int node : image.inSync()) {
                followers.progress(node).ifPresent(found::add);
            }
            return found;
        } finally {
            watermarkLock.unlock();
        }
    }

    /// Goes on with a copy of the log.
    void moveTo(PartitionLog copy) {
        watermarkLock.lock();
        try {
            copy.highWatermark(highWatermark);
            log = copy; // From now on it is told of a higher one.
        } finally {
            watermarkLock.unlock();
        }
    }

    /// Follows the metadata. The log has begun the epoch, if it is a new one.
    void follow(PartitionImage after, int newMinInSync) {
        watermarkLock.lock();
        try {
            if (after.leaderEpoch() > image.leaderEpoch()) {
                epochStartOffset = log.logEndOffset();
                followers.beginEpoch();
            }
            if (after.epoch() != image.epoch()) {
                inSync.settle(); // The image shows what became of them.
            }
            followers.follow(others(after.replicas()), clock.nanos());
            image = after;
            minInSync = newMinInSync;
        } finally {
            watermarkLock.unlock();
        }
    }
}

package io.zurau.broker.replica;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zurau.broker.partition.DirectoryChanges;
import io.zurau.broker.partition.ReplicaMove;
import io.zurau.broker.partition.ReplicaRefused;
import io.zurau.metadata.Metadata;
import io.zurau.metadata.control.DirectoryAssignment;
import io.zurau.metadata.control.QuorumUnavailable;
import io.zurau.metadata.control.ReplicationController;
import io.zurau.metadata.image.Incarnation;
import io.zurau.metadata.image.PartitionImage;
import io.zurau.metadata.image.TopicImage;
import io.zurau.runtime.Clock;
import io.zurau.runtime.Seams;
import io.zurau.runtime.StorageFailure;
import io.zurau.runtime.Tasks;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Copies replicas into other log directories, a piece of each in turn, and has the metadata say
/// when they are there. How that is safe is told at [DirectoryChanges].
///
/// **Guard:** `moverLock` for what it is told from outside; everything else belongs to its task.
public final class ReplicaMover implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ReplicaMover.class);
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final int PIECE_BYTES = 1 << 20;
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final Incarnation self;
    private final DirectoryChanges changes;
    private final Metadata metadata;
    private final ReplicationController controller;
    private final LongSupplier bytesPerSecond;
    private final Clock clock;
    private final ReentrantLock moverLock = new ReentrantLock();
    private final Condition told = moverLock.newCondition();
    private Tasks.@Nullable Task task;

    @GuardedBy("moverLock")
    private boolean news;

    @GuardedBy("moverLock")
    private boolean closed;

    /// @param bytesPerSecond how much may be copied, at the moment
    public ReplicaMover(
            Incarnation self,
            DirectoryChanges changes,
            Metadata metadata,
            ReplicationController controller,
            LongSupplier bytesPerSecond,
            Clock clock) {
        this.self = self;
        this.changes = changes;
        this.metadata = metadata;
        this.controller = controller;
        this.bytesPerSecond = bytesPerSecond;
        this.clock = clock;
    }

    public void start(Seams seams) {
        changes.onMove(this::tell);
        task = seams.tasks().start("moves of replicas", this::run);
        tell(); // Some may go on from before.
    }

    private void tell() {
        moverLock.lock();
        try {
            news = true;
            told.signalAll();
        } finally {
            moverLock.unlock();
        }
    }

    private void run() {
        try {
            while (!isClosed()) {
                boolean more = changes.deleteReplaced();
                int copied = 0;
                List<ReplicaMove> moves = changes.moves();
                for (ReplicaMove move : moves) {
                    int bytes = advance(move);
                    copied += bytes;
                    rest(bytes);
                }
                if (copied == 0 && !moves.isEmpty()) {
                    clock.sleepUntil(clock.deadline(PAUSE)); // What there is, is copied.
                } else if (moves.isEmpty()) {
                    awaitNews(more);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isClosed() {
        moverLock.lock();
        try {
            return closed;
        } finally {
            moverLock.unlock();
        }
    }

    /// @param more whether there is something to be done soon even so
    private void awaitNews(boolean more) throws InterruptedException {
        moverLock.lock();
        try {
            long deadline = clock.deadline(PAUSE);
            while (!news && !closed) {
                if (!more) {
                    told.await();
                } else if (!clock.await(moverLock, told, deadline)) {
                    break;
                }
            }
            news = false;
        } finally {
            moverLock.unlock();
        }
    }

    /// Waits as long as so many bytes should take. The rate may change meanwhile.
    private void rest(int bytes) throws InterruptedException {
        double left = bytes;
        while (left >= 1 && !isClosed()) {
            long perSecond = bytesPerSecond.getAsLong();
            double seconds = Math.min(1, left / perSecond);
            clock.sleepUntil(clock.deadline(Duration.ofNanos((long) (seconds * NANOS_PER_SECOND))));
            left -= seconds * perSecond;
        }
    }

    /// @return how many bytes were copied
    private int advance(ReplicaMove move) throws InterruptedException {
        try {
            int bytes = move.copySome((int) Math.min(PIECE_BYTES, bytesPerSecond.getAsLong()));
            if (move.isCaughtUp() && move.isDurable()) {
                complete(move);
            } else if (move.isCaughtUp()) {
                move.makeDurable(); // What came while that took its time is copied before a freeze.
            }
            return bytes;
        } catch (StorageFailure | ReplicaRefused e) {
            log.atWarn()
                    .addKeyValue("partition", move.partition())
                    .addKeyValue("reason", e.getMessage())
                    .log("Gave up copying a replica into another directory");
            changes.giveUp(move);
            return 0;
        }
    }

    private void complete(ReplicaMove move) throws InterruptedException {
        Optional<DirectoryAssignment> assignment = changes.freeze(move);
        if (assignment.isEmpty()) {
            return;
        }
        try {
            move.finish();
        } catch (StorageFailure | ReplicaRefused e) {
            changes.thaw(move);
            throw e;
        }
        while (!isClosed() && changes.isUnderWay(move) && !isSettled(move, assignment.get())) {
            clock.sleepUntil(clock.deadline(PAUSE));
        }
    }

    /// Whether it is known what became of the assignment. If a proposal may or may not have been
    /// committed, another one tells: it is refused once the partition has changed.
    private boolean isSettled(ReplicaMove move, DirectoryAssignment assignment) {
        OptionalLong epoch = self.epoch(metadata.image());
        if (epoch.isEmpty()) {
            return false; // It will be known when this broker has registered again.
        }
        try {
            Optional<Boolean> done =
                    controller.assignDirectory(self.nodeId(), epoch.getAsLong(), assignment);
            if (done.isEmpty()) {
                return false;
            }
            if (!done.get() && !isAssigned(assignment)) {
                changes.thaw(move);
            }
            return true;
        } catch (QuorumUnavailable | StorageFailure e) {
            log.atInfo()
                    .addKeyValue("partition", move.partition())
                    .addKeyValue("reason", e.getMessage())
                    .log("Could not note yet that a replica is in another directory");
            return false;
        }
    }

    private boolean isAssigned(DirectoryAssignment assignment) {
        Optional<PartitionImage> partition =
                metadata.image()
                        .topics()
                        .withId(assignment.topicId())
                        .flatMap((TopicImage topic) -> topic.partition(assignment.partition()));
        return partition
                .filter(p -> p.directoryOf(self.nodeId()).equals(assignment.directory()))
                .isPresent();
    }

    /// What is being copied goes on after the next start.
    @Override
    public void close() {
        moverLock.lock();
        try {
            closed = true;
            told.signalAll();
        } finally {
            moverLock.unlock();
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

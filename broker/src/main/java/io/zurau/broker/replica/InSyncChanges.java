package io.zurau.broker.replica;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zurau.broker.partition.PartitionLeader;
import io.zurau.broker.partition.Partitions;
import io.zurau.metadata.Metadata;
import io.zurau.metadata.MetadataListener;
import io.zurau.metadata.control.InSyncChange;
import io.zurau.metadata.control.QuorumUnavailable;
import io.zurau.metadata.control.ReplicationController;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.image.Incarnation;
import io.zurau.protocol.ErrorCode;
import io.zurau.runtime.Clock;
import io.zurau.runtime.Seams;
import io.zurau.runtime.StorageFailure;
import io.zurau.runtime.Tasks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Proposes to the controller who is in sync: followers that have caught up at once, those that lag
/// when they are looked at. What comes together is one proposal.
///
/// What became of a proposal may stay unknown for a while. It is known as soon as the partitions
/// were told an image that ends later than the one it was decided on: either it shows there, or it
/// never will, for it can be committed only where that image ended.
///
/// **Guard:** `changesLock` for who is to be looked at, and for what is unknown; taken before a
/// partition's `watermarkLock`.
public final class InSyncChanges implements MetadataListener, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(InSyncChanges.class);
    private static final Duration AFTER_TROUBLE = Duration.ofMillis(100);

    private final Incarnation self;
    private final Duration lookEvery;
    private final Clock clock;
    private final ReentrantLock changesLock = new ReentrantLock();
    private final Condition asked = changesLock.newCondition();

    @GuardedBy("changesLock")
    private final Set<PartitionLeader> waiting = new LinkedHashSet<>(); // At most all leaders.

    @GuardedBy("changesLock")
    private final Map<PartitionLeader, Long> unknown = new LinkedHashMap<>(); // Since which end.

    @GuardedBy("changesLock")
    private long toldEnd = -1; // Of the last image that the partitions were told.

    @GuardedBy("changesLock")
    private boolean closed;

    private Tasks.@Nullable Task task;

    /// @param maxLag how long a follower may lag
    public InSyncChanges(Incarnation self, Duration maxLag, Clock clock) {
        this.self = self;
        this.lookEvery = maxLag.dividedBy(2);
        this.clock = clock;
    }

    /// One of the leader's followers may come in sync.
    public void consider(PartitionLeader leader) {
        changesLock.lock();
        try {
            if (waiting.add(leader)) {
                asked.signalAll();
            }
        } finally {
            changesLock.unlock();
        }
    }

    /// Must be told after the partitions.
    @Override
    public void changed(ClusterImage before, ClusterImage after) {
        changesLock.lock();
        try {
            toldEnd = after.endOffset();
            Iterator<Map.Entry<PartitionLeader, Long>> entries = unknown.entrySet().iterator();
            while (entries.hasNext()) {
                Map.Entry<PartitionLeader, Long> entry = entries.next();
                if (entry.getValue() < after.endOffset()) {
                    entries.remove();
                    entry.getKey().settled();
                }
            }
        } finally {
            changesLock.unlock();
        }
    }

    /// It is known what became of the proposals, but perhaps only by an image that the partitions
    /// are still to be told. It may show that an earlier proposal of unknown outcome came true.
    ///
    /// @param end of that image, or of a later one
    private void settle(List<PartitionLeader> leaders, long end) {
        changesLock.lock();
        try {
            if (toldEnd >= end) {
                leaders.forEach(PartitionLeader::settled);
            } else {
                leaders.forEach(leader -> unknown.put(leader, end - 1));
            }
        } finally {
            changesLock.unlock();
        }
    }

    private void remember(List<PartitionLeader> leaders, long end) {
        changesLock.lock();
        try {
            leaders.forEach(leader -> unknown.put(leader, end));
        } finally {
            changesLock.unlock();
        }
    }

    public void start(
            Partitions partitions,
            Metadata metadata,
            ReplicationController controller,
            Seams seams) {
        task = seams.tasks().start("in-sync replicas", () -> run(partitions, metadata, controller));
    }

    private void run(Partitions partitions, Metadata metadata, ReplicationController controller) {
        try {
            long nextLook = clock.deadline(lookEvery);
            while (true) {
                Optional<List<PartitionLeader>> some = await(nextLook);
                if (some.isEmpty()) {
                    return;
                }
                List<PartitionLeader> leaders = some.get();
                if (!clock.isAhead(nextLook)) {
                    leaders = ordered(partitions);
                    nextLook = clock.deadline(lookEvery);
                }
                if (!propose(leaders, metadata, controller)) {
                    leaders.forEach(this::consider);
                    clock.sleepUntil(clock.deadline(AFTER_TROUBLE));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static List<PartitionLeader> ordered(Partitions partitions) {
        return partitions.leaders().stream()
                .sorted(Comparator.comparing(PartitionLeader::topicPartition))
                .toList();
    }

    /// @return empty when closed
    private Optional<List<PartitionLeader>> await(long deadline) throws InterruptedException {
        changesLock.lock();
        try {
            while (waiting.isEmpty() && !closed) {
                if (!clock.await(changesLock, asked, deadline)) {
                    break;
                }
            }
            List<PartitionLeader> taken = new ArrayList<>(waiting);
            waiting.clear();
            return closed ? Optional.empty() : Optional.of(taken);
        } finally {
            changesLock.unlock();
        }
    }

    /// @return false if it is to be tried again
    private boolean propose(
            List<PartitionLeader> leaders, Metadata metadata, ReplicationController controller) {
        ClusterImage image = metadata.image();
        List<PartitionLeader> changing = new ArrayList<>();
        List<InSyncChange> changes = new ArrayList<>();
        for (PartitionLeader leader : leaders) {
            proposal(leader, image)
                    .ifPresent(
                            change -> {
                                changing.add(leader);
                                changes.add(change);
                            });
        }
        if (changes.isEmpty()) {
            return true;
        }
        long epoch = self.epoch(image).orElse(-1);
        try {
            // What is refused is looked at again: at the next fetch, or at the next look.
            List<ErrorCode> answers = controller.alterInSync(self.nodeId(), epoch, changes);
            log.atDebug()
                    .addKeyValue("changes", changes)
                    .addKeyValue("answers", answers)
                    .log("Proposed other in-sync replicas");
            settle(changing, metadata.image().endOffset());
            return true;
        } catch (QuorumUnavailable | StorageFailure e) {
            remember(changing, metadata.image().endOffset());
            log.atInfo()
                    .addKeyValue("partitions", changes.size())
                    .addKeyValue("reason", e.getMessage())
                    .log("Could not change the in-sync replicas yet");
            return false;
        }
    }

    /// What becomes of this one tells what became of the one before.
    private Optional<InSyncChange> proposal(PartitionLeader leader, ClusterImage image) {
        changesLock.lock();
        try {
            Optional<InSyncChange> proposal = leader.proposeInSync(image);
            if (proposal.isPresent()) {
                unknown.remove(leader);
            }
            return proposal;
        } finally {
            changesLock.unlock();
        }
    }

    @Override
    public void close() {
        changesLock.lock();
        try {
            closed = true;
            asked.signalAll();
        } finally {
            changesLock.unlock();
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

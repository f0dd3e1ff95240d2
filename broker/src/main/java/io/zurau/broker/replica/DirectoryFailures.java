package io.zurau.broker.replica;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zurau.log.LogDirectories;
import io.zurau.log.LogDirectory;
import io.zurau.log.PartitionLog;
import io.zurau.metadata.Metadata;
import io.zurau.metadata.control.QuorumUnavailable;
import io.zurau.metadata.control.ReplicaLoss;
import io.zurau.metadata.control.ReplicationController;
import io.zurau.metadata.image.BrokerImage;
import io.zurau.metadata.image.Incarnation;
import io.zurau.metadata.image.TopicImage;
import io.zurau.protocol.Uuid;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Has the metadata say that a log directory of this broker has failed, so that others lead what
/// was in it (KIP-858), or that a single log is damaged. Tries until it is said, or until no
/// directory is left; then the broker is fenced as a whole.
///
/// Differs from Kafka, whose brokers tell the controller with their heartbeats: here every node
/// decides, see [ReplicationController].
///
/// **Guard:** `failuresLock`.
public final class DirectoryFailures implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(DirectoryFailures.class);
    private static final Duration AFTER_TROUBLE = Duration.ofMillis(100);

    private final Incarnation self;
    private final LogDirectories directories;
    private final Metadata metadata;
    private final ReplicationController controller;
    private final Clock clock;
    private final ReentrantLock failuresLock = new ReentrantLock();
    private final Condition changed = failuresLock.newCondition();
    private final Tasks.Task task;

    @GuardedBy("failuresLock")
    private boolean told; // Of a failure since it was looked last.

    @GuardedBy("failuresLock")
    private boolean closed;

    public DirectoryFailures(
            Incarnation self,
            LogDirectories directories,
            Metadata metadata,
            ReplicationController controller,
            Seams seams) {
        this.self = self;
        this.directories = directories;
        this.metadata = metadata;
        this.controller = controller;
        this.clock = seams.clock();
        metadata.listen((_, _) -> look()); // It may have been registered anew meanwhile.
        directories.onFailure(_ -> look());
        directories.onDamage(this::look);
        look(); // Some may have been found damaged already.
        this.task = seams.tasks().start("failures of log directories", this::run);
    }

    private void look() {
        if (!failed().isEmpty() || !damaged().isEmpty()) {
            failuresLock.lock();
            try {
                told = true;
                changed.signalAll();
            } finally {
                failuresLock.unlock();
            }
        }
    }

    /// Those that the metadata believes to work.
    private List<Uuid> failed() {
        List<Uuid> known =
                metadata.image()
                        .broker(self.nodeId())
                        .map(BrokerImage::logDirectories)
                        .orElse(List.of());
        return directories.opened().stream()
                .filter(directory -> directory.failure().isPresent())
                .map(LogDirectory::id)
                .filter(known::contains)
                .toList();
    }

    /// Replicas that are damaged, but in sync as far as the metadata knows, and not alone in that.
    private List<ReplicaLoss> damaged() {
        return directories.damaged().stream().flatMap(log -> damaged(log).stream()).toList();
    }

    private Optional<ReplicaLoss> damaged(PartitionLog log) {
        int index = log.partition().partition();
        Optional<TopicImage> topic = metadata.image().topics().named(log.partition().topic());
        return topic.flatMap(t -> t.partition(index))
                .filter(partition -> partition.inSync().contains(self.nodeId()))
                .filter(
                        partition ->
                                partition.inSync().size() + partition.eligibleLeaders().size() > 1)
                .filter(partition -> partition.directoryOf(self.nodeId()).equals(log.directoryId()))
                .map(_ -> new ReplicaLoss(topic.orElseThrow().id(), index, log.directoryId()));
    }

    private void run() {
        try {
            while (awaitFailure()) {
                if (directories.areUsable() && !tell(failed(), damaged())) {
                    clock.sleepUntil(clock.deadline(AFTER_TROUBLE));
                    look();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// @return false when closed
    private boolean awaitFailure() throws InterruptedException {
        failuresLock.lock();
        try {
            while (!told && !closed) {
                changed.await();
            }
            told = false;
            return !closed;
        } finally {
            failuresLock.unlock();
        }
    }

    /// @return false if it is to be tried again
    private boolean tell(List<Uuid> failed, List<ReplicaLoss> damaged) {
        OptionalLong epoch = self.epoch(metadata.image());
        if (epoch.isEmpty()) {
            return true; // It will say so when it registers.
        }
        try {
            return (failed.isEmpty()
                            || controller.loseDirectories(self.nodeId(), epoch.getAsLong(), failed))
                    && (damaged.isEmpty()
                            || controller.loseReplicas(self.nodeId(), epoch.getAsLong(), damaged));
        } catch (QuorumUnavailable | StorageFailure e) {
            log.atInfo()
                    .addKeyValue("directories", failed)
                    .addKeyValue("damaged", damaged)
                    .addKeyValue("reason", e.getMessage())
                    .log("Could not note yet what has failed");
            return false;
        }
    }

    @Override
    public void close() {
        failuresLock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            failuresLock.unlock();
        }
        task.interrupt();
        try {
            task.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

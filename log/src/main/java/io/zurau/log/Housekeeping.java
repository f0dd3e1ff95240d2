package io.zurau.log;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zurau.log.CheckpointFile.Tail;
import io.zurau.protocol.TopicPartition;
import io.zurau.runtime.Clock;
import io.zurau.runtime.StorageFailure;
import io.zurau.runtime.Tasks;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// What is done in a log directory beside the traffic: old segments and deleted logs go, and
/// offsets are noted for the next start and for Apache Kafka.
///
/// **Guard:** `choresLock` for what is to be done.
final class Housekeeping implements AutoCloseable {
    private static final Duration NOTE_OFFSETS_EVERY = Duration.ofMinutes(1);

    private final LogHome home;
    private final LogDirectoryConfig config;
    private final Tasks tasks;
    private final Roster roster;
    private final ReentrantLock choresLock = new ReentrantLock();
    private final Condition arrived = choresLock.newCondition();

    @GuardedBy("choresLock")
    private final Deque<String> doomed = new ArrayDeque<>(); // Directories to be deleted.

    @GuardedBy("choresLock")
    private boolean closing;

    private Tasks.@Nullable Task task;

    Housekeeping(LogHome home, LogDirectoryConfig config, Tasks tasks, Roster roster) {
        this.home = home;
        this.config = config;
        this.tasks = tasks;
        this.roster = roster;
    }

    void start() {
        task = tasks.start("housekeeping in " + home.disk().name(), this::run);
    }

    /// Will delete a directory and the files in it.
    void doom(String directory) {
        choresLock.lock();
        try {
            doomed.add(directory);
            arrived.signal();
        } finally {
            choresLock.unlock();
        }
    }

    private void run() {
        Clock clock = home.clock();
        long retentionDue = clock.deadline(config.retentionCheckInterval());
        long offsetsDue = clock.deadline(NOTE_OFFSETS_EVERY);
        try {
            while (awaitChores(Math.min(retentionDue - offsetsDue, 0) + offsetsDue)) {
                deleteDoomed();
                if (!clock.isAhead(retentionDue)) {
                    applyRetention();
                    retentionDue = clock.deadline(config.retentionCheckInterval());
                }
                if (!clock.isAhead(offsetsDue)) {
                    noteOffsets();
                    offsetsDue = clock.deadline(NOTE_OFFSETS_EVERY);
                }
            }
        } catch (StorageFailure e) {
            home.fail(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// @return false when it is time to end
    private boolean awaitChores(long dueNanos) throws InterruptedException {
        choresLock.lock();
        try {
            while (doomed.isEmpty()
                    && !closing
                    && home.failure() == null
                    && home.clock().isAhead(dueNanos)) {
                home.clock().await(choresLock, arrived, dueNanos);
            }
            return !closing && home.failure() == null;
        } finally {
            choresLock.unlock();
        }
    }

    private void deleteDoomed() {
        List<String> directories;
        choresLock.lock();
        try {
            directories = new ArrayList<>(doomed);
            doomed.clear();
        } finally {
            choresLock.unlock();
        }
        directories.forEach(directory -> LogNames.delete(home.disk(), directory));
    }

    void applyRetention() {
        long nowMs = home.clock().wallMs();
        long silentMs = nowMs - config.producerExpiration().toMillis();
        for (PartitionLog log : roster.all()) {
            log.ifWhole(whole -> whole.applyRetention(nowMs, silentMs));
        }
    }

    void noteOffsets() {
        TreeMap<TopicPartition, Long> starts = new TreeMap<>();
        TreeMap<TopicPartition, Long> synced = new TreeMap<>();
        TreeMap<TopicPartition, Long> highWatermarks = new TreeMap<>();
        TreeMap<Long, Long> ourHighWatermarks = new TreeMap<>();
        for (PartitionLog log : roster.all()) {
            LogPosition position = log.line().position();
            if (position.startOffset() > 0) {
                starts.put(log.partition(), position.startOffset());
            }
            if (log.line().tail() != Tail.FOREIGN) {
                synced.put(log.partition(), position.endOffset());
            }
            long highWatermark = log.highWatermark();
            highWatermarks.put(log.partition(), highWatermark);
            ourHighWatermarks.put(log.id(), highWatermark);
        }
        KafkaCheckpoints.LOG_START.write(home.disk(), starts);
        KafkaCheckpoints.RECOVERY_POINT.write(home.disk(), synced);
        KafkaCheckpoints.HIGH_WATERMARK.write(home.disk(), highWatermarks);
        HighWatermarks.write(home.disk(), home.journal().id(), ourHighWatermarks);
    }

    @Override
    public void close() {
        choresLock.lock();
        try {
            closing = true;
            arrived.signal();
        } finally {
            choresLock.unlock();
        }
        Tasks.Task started = task;
        if (started != null) {
            Joining.join(started);
        }
    }
}

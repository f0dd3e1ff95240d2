package io.zurau.log;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zurau.log.CheckpointFile.Line;
import io.zurau.log.CheckpointFile.Tail;
import io.zurau.log.journal.Journal;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.Uuid;
import io.zurau.runtime.Disk;
import io.zurau.runtime.Seams;
import io.zurau.runtime.StorageFailure;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// All logs of one directory, and the journal that makes them durable.
///
/// If the disk fails, everything here is offline, until the directory is opened again: appends and
/// reads are refused with KAFKA_STORAGE_ERROR, other methods throw [StorageFailure].
///
/// **Guard:** `directoryLock`, taken before a log's lock: one log is made or deleted at a time, and
/// whoever does may wait for the journal.
public final class LogDirectory implements AutoCloseable {
    /// The file to be locked by whoever opens the directory, before anything in it is touched.
    public static final String LOCK_FILE = ".lock";

    private final LogHome home;
    private final Seams seams;
    private final Journal journal;
    private final Roster roster;
    private final Checkpoints checkpoints;
    private final Housekeeping housekeeping;
    private final Compactor compactor;
    private final boolean wasStoppedCleanly;
    private final ReentrantLock directoryLock = new ReentrantLock();

    @GuardedBy("directoryLock")
    private boolean closed;

    private volatile boolean isLossKnown;

    /// Recovers what a crash left and serves it.
    ///
    /// @param id the directory's own, unlike that of any other in the world
    /// @param disk the directory, locked by the caller
    /// @param journalDisk where the journal lies; mostly the same
    /// @param initial the configuration of logs until [PartitionLog#configure] says otherwise
    /// @throws StorageFailure if the disk fails, or is damaged so that acknowledged records would
    ///   be lost
    public static LogDirectory open(
            Uuid id,
            Disk disk,
            Disk journalDisk,
            Seams seams,
            LogDirectoryConfig config,
            LogConfig initial,
            LogProbe probe) {
        OpenFiles files = new OpenFiles(disk, config.openFiles());
        Notices notices = new Notices(seams.tasks(), disk.name());
        LogHome home = new LogHome(id, disk, seams.clock(), files, probe, notices);
        try {
            DirectoryRecovery.Found found =
                    new DirectoryRecovery(home, journalDisk, initial, seams.randomness()).run();
            return new LogDirectory(home, journalDisk, seams, config, found);
        } catch (RuntimeException e) {
            notices.close();
            files.close();
            throw e;
        }
    }

    private LogDirectory(
            LogHome home,
            Disk journalDisk,
            Seams seams,
            LogDirectoryConfig config,
            DirectoryRecovery.Found found) {
        this.home = home;
        this.seams = seams;
        this.wasStoppedCleanly = found.clean();
        this.isLossKnown = found.clean();
        this.roster = new Roster(found.logs(), found.nextLog());
        this.checkpoints = new Checkpoints(home, seams.tasks(), roster);
        this.housekeeping = new Housekeeping(home, config, seams.tasks(), roster);
        this.compactor = new Compactor(home, config, seams, roster);
        Journal.prepare(journalDisk, config.journalFileBytes());
        // What was recovered is made safe before the journal that has it is used again.
        checkpoints.makeFirst(found.journal(), found.sequence());
        // Until then it says that our own notes are older than what Kafka wrote.
        home.disk().delete(KafkaCheckpoints.CLEAN_SHUTDOWN);
        found.logs().stream()
                .filter(log -> !log.isBroken())
                .forEach(log -> log.stored().stored(log.line().position().endOffset()));
        this.journal =
                new Journal.Builder(
                                journalDisk,
                                seams.tasks(),
                                found.journal(),
                                found.sequence(),
                                config.journalFileBytes(),
                                config.journalSize().bytes(),
                                home.probe(),
                                checkpoints::request,
                                home::fail)
                        .start();
        home.journal(journal);
        found.doomed().forEach(housekeeping::doom);
        checkpoints.start();
        housekeeping.start();
        home.onCompactable(compactor::wake);
    }

    /// Whether its last user closed it. If not, logs with `durability=memory` may have lost records
    /// that others were told of.
    public boolean wasStoppedCleanly() {
        return wasStoppedCleanly;
    }

    /// The others know of the unclean stop, if there was one. As long as they do not, closing the
    /// directory does not make it a clean one: they must be told after the next start.
    public void lossIsKnown() {
        isLossKnown = true;
    }

    public Uuid id() {
        return home.directoryId();
    }

    /// The disk's name, for messages.
    public String name() {
        return home.disk().name();
    }

    /// All logs, in order of topic and partition.
    public List<PartitionLog> logs() {
        return roster.all();
    }

    public Optional<PartitionLog> find(TopicPartition partition) {
        return roster.find(partition);
    }

    /// Makes an empty log. It gets its directory when there is something to put into it: a topic of
    /// a thousand partitions is made without touching a thousand directories.
    ///
    /// @throws IllegalStateException if there is one of this partition
    /// @throws StorageFailure if the directory is offline or goes offline over it
    public PartitionLog create(TopicPartition partition, Uuid topicId, LogConfig config) {
        directoryLock.lock();
        try {
            home.refuseIfFailed();
            if (roster.find(partition).isPresent()) {
                throw new IllegalStateException("There is a log of " + partition + " already.");
            }
            home.cleanedOffsets().lower(partition, 0); // Of one that had the name before.
            LogPosition empty = new LogPosition(1, 0, 0, 0, 0, -1);
            Line line =
                    new Line(
                            roster.nextLog(),
                            partition,
                            topicId,
                            config.durable(),
                            Tail.CUT,
                            empty);
            PartitionLog log =
                    new PartitionLog(home, line, LoadPlan.cutAt(empty), config, OnDisk.NOTHING);
            roster.come(log, journal, new LogChange.Created(topicId, config.durable(), partition));
            return log;
        } catch (StorageFailure e) {
            home.fail(e);
            throw e;
        } finally {
            directoryLock.unlock();
        }
    }

    /// Forgets a log at once, for good, and deletes its files in the background. Nothing happens if
    /// there is none.
    public void delete(TopicPartition partition) {
        directoryLock.lock();
        try {
            home.refuseIfFailed();
            PartitionLog log = roster.find(partition).orElse(null);
            if (log != null) {
                log.access().retire("Log " + partition + " is deleted.");
                journal.awaitStored(roster.go(log, journal));
                if (log.isOnDisk()) {
                    doom(log);
                }
                roster.gone();
            }
        } catch (StorageFailure e) {
            home.fail(e);
            throw e;
        } finally {
            directoryLock.unlock();
        }
    }

    private void doom(PartitionLog log) {
        home.files().forgetDirectory(log.directory());
        Uuid distinction = new Uuid(seams.randomness().nextLong(), seams.randomness().nextLong());
        housekeeping.doom(LogNames.retire(home.disk(), log.directory(), distinction));
        home.namesChanged();
    }

    /// Why the directory serves nothing any more; empty while all is well.
    public Optional<StorageFailure> failure() {
        @Nullable StorageFailure cause = home.failure();
        return Optional.ofNullable(cause);
    }

    /// Will be told when the directory goes offline, with no lock held. Every append that is not
    /// stored by then never will be.
    public void onFailure(Consumer<StorageFailure> listener) {
        home.onFailure(listener);
    }

    /// The logs that are damaged, each of itself, in order of topic and partition.
    public List<PartitionLog> damaged() {
        return home.damaged().stream()
                .flatMap(partition -> roster.find(partition).stream())
                .filter(PartitionLog::isBroken)
                .toList();
    }

    /// Will be told, with no lock held, when there is one more.
    public void onDamage(Runnable listener) {
        home.onDamage(listener);
    }

    /// Waits until everything that was appended to durable logs is stored.
    ///
    /// @throws StorageFailure if it never will be
    public void awaitStored() {
        home.refuseIfFailed();
        journal.flush();
    }

    /// Looks for old segments now, instead of at the next interval.
    public void applyRetention() {
        housekeeping.applyRetention();
        checkpoint();
    }

    /// Compacts now what is worth it, instead of at the next interval.
    public void compact() throws InterruptedException {
        awaitStored();
        checkpoint(); // What it has not seen is not compacted.
        compactor.compactAll();
    }

    /// Syncs what has changed now, instead of when the journal needs it.
    ///
    /// @throws StorageFailure if the directory is offline or goes offline over it
    public void checkpoint() {
        home.refuseIfFailed();
        checkpoints.make();
    }

    /// Of the device.
    public long usableBytes() {
        return home.disk().usableBytes();
    }

    /// Of the device.
    public long totalBytes() {
        return home.disk().totalBytes();
    }

    /// Stops cleanly: everything is stored and synced, the journal is empty. Logs refuse what comes
    /// later.
    @Override
    public void close() {
        directoryLock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            home.close();
        } finally {
            directoryLock.unlock();
        }
        housekeeping.close();
        compactor.close();
        try {
            syncEverything();
        } catch (StorageFailure e) {
            home.fail(e);
        }
        checkpoints.close();
        journal.close();
        home.notices().close();
        home.files().close();
        home.codecs().close();
    }

    private void syncEverything() {
        logs().forEach(log -> log.access().awaitQuiet());
        if (home.failure() == null) {
            journal.flush();
            if (isLossKnown) {
                checkpoints.makeFinal();
            } else {
                checkpoints.make();
            }
            housekeeping.noteOffsets();
        }
    }
}

package io.zurau.log;

import io.zurau.log.CheckpointFile.Line;
import io.zurau.log.CheckpointFile.Tail;
import io.zurau.log.LogChange.Created;
import io.zurau.log.journal.JournalEntry;
import io.zurau.log.journal.JournalReader;
import io.zurau.protocol.TopicPartition;
import io.zurau.protocol.Uuid;
import io.zurau.runtime.Disk;
import io.zurau.runtime.Randomness;
import io.zurau.runtime.StorageFailure;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds out what is in a log directory: from the checkpoint file and the journal if it was ours
/// last, from Kafka's notes and the files themselves if it was Apache Kafka's.
///
/// The journal is read twice. First the changes that are not appends say which logs there are and
/// from where on each is to be replayed ([LogAccount]). Then everything is applied ([LogReplay]).
/// Only logs with entries are touched; the others are opened when somebody wants them.
///
/// Used once, by one thread.
final class DirectoryRecovery {
    private static final Logger LOG = LoggerFactory.getLogger(DirectoryRecovery.class);

    /// Another broker stopped cleanly: there is nothing that it had not synced.
    private static final long ALL_SYNCED = Long.MAX_VALUE;

    private final LogHome home;
    private final Disk disk;
    private final Disk journalDisk;
    private final LogConfig initial;
    private final Randomness randomness;
    private final Map<Long, LogAccount> accounts = new TreeMap<>();
    private final Map<Long, PartitionLog> logs = new TreeMap<>();
    private final List<String> doomed = new ArrayList<>();
    private long nextLog = 1;

    DirectoryRecovery(LogHome home, Disk journalDisk, LogConfig initial, Randomness randomness) {
        this.home = home;
        this.disk = home.disk();
        this.journalDisk = journalDisk;
        this.initial = initial;
        this.randomness = randomness;
    }

    /// What was found.
    ///
    /// @param journal the id to go on with
    /// @param sequence the first group of it from now on
    /// @param nextLog no log has this id or a higher one
    /// @param doomed directories to be deleted
    /// @param clean whether the directory is as its last user wanted to leave it
    record Found(
            List<PartitionLog> logs,
            long journal,
            long sequence,
            long nextLog,
            List<String> doomed,
            boolean clean) {}

    /// @throws StorageFailure if acknowledged records would be lost by going on
    Found run() {
        boolean kafkaWasLast = disk.exists(KafkaCheckpoints.CLEAN_SHUTDOWN);
        Optional<CheckpointFile> checkpoint =
                kafkaWasLast ? Optional.empty() : CheckpointFile.read(disk);
        long journal = checkpoint.map(CheckpointFile::journal).orElseGet(randomness::nextLong);
        long sequence = 1;
        if (checkpoint.isPresent()) {
            sequence = recover(checkpoint.get());
        }
        sortDirectories();
        importForeignLogs(kafkaWasLast);
        restoreHighWatermarks(checkpoint.isPresent(), journal);
        boolean clean = kafkaWasLast || checkpoint.map(CheckpointFile::clean).orElse(true);
        return new Found(List.copyOf(logs.values()), journal, sequence, nextLog, doomed, clean);
    }

    /// @return the sequence number to go on with
    private long recover(CheckpointFile checkpoint) {
        if (!checkpoint.clean() && !JournalReader.existsOn(journalDisk)) {
            throw new StorageFailure(
                    disk.name(),
                    "The journal of %s is missing in %s; acknowledged records would be lost."
                            .formatted(disk.name(), journalDisk.name()));
        }
        nextLog = checkpoint.nextLog();
        for (Line line : checkpoint.lines()) {
            nextLog = Math.max(nextLog, line.log() + 1);
            boolean open = line.tail() == Tail.EXACT && !checkpoint.clean();
            accounts.put(
                    line.log(),
                    LogAccount.checkpointed(
                            open ? line.movedTo(line.position(), line.durable(), Tail.CUT) : line));
        }
        JournalReader reader =
                new JournalReader(journalDisk, checkpoint.journal(), checkpoint.sequence());
        long end = reader.forEach(this::note);
        makeLogs();
        Map<Long, LogReplay> replays = new TreeMap<>();
        reader.forEach(entry -> replay(entry, replays));
        accounts.values().stream()
                .filter(account -> account.isMoved() || account.line().tail() == Tail.FOREIGN)
                .forEach(this::load);
        // The number at which the journal ends may be that of a torn group.
        return end + 1;
    }

    private void load(LogAccount account) {
        PartitionLog log = logs.get(account.line().log());
        if (log != null) {
            log.ifWhole(PartitionLog::sizeInBytes);
        }
    }

    private void note(JournalEntry entry) {
        if (entry.kind() != LogChange.APPEND
                && !accounts.containsKey(entry.log())
                && LogChange.read(entry) instanceof Created created) {
            accounts.put(entry.log(), LogAccount.created(entry, created));
            nextLog = Math.max(nextLog, entry.log() + 1);
            return;
        }
        LogAccount account = accounts.get(entry.log());
        if (account == null) {
            throw new StorageFailure(
                    journalDisk.name(),
                    "The journal has an entry of log %d, which nobody knows."
                            .formatted(entry.log()));
        }
        account.note(entry);
    }

    private void replay(JournalEntry entry, Map<Long, LogReplay> replays) {
        PartitionLog log = logs.get(entry.log());
        if (log != null) { // Else it is deleted.
            replays.computeIfAbsent(entry.log(), id -> new LogReplay(log)).apply(entry);
        }
    }

    private void makeLogs() {
        for (LogAccount account : accounts.values()) {
            if (account.isDeleted()) {
                doom(account.line());
            }
        }
        for (LogAccount account : accounts.values()) {
            if (!account.isDeleted()) {
                Line line = account.line();
                OnDisk onDisk = findDirectory(account);
                logs.put(line.log(), new PartitionLog(home, line, planFor(line), initial, onDisk));
            }
        }
    }

    private static LoadPlan planFor(Line line) {
        LogPosition at = line.position();
        return switch (line.tail()) {
            case EXACT -> LoadPlan.closedAt(at);
            case CUT -> line.durable() ? LoadPlan.cutAt(at) : LoadPlan.scanFrom(at);
            case FOREIGN ->
                    at.endOffset() == ALL_SYNCED
                            ? LoadPlan.trust(at.startOffset())
                            : LoadPlan.foreign(at.startOffset(), at.endOffset());
        };
    }

    /// The directory of a deleted log may still have its old name, or already belong to its
    /// successor. If nobody knows, the successor decides: whether it counts on what is in it.
    private void doom(Line line) {
        String directory = line.partition().toString();
        if (disk.isDirectory(directory)
                && LogNames.holds(disk, directory, line.log(), line.topicId())
                        .orElseGet(() -> !hasSuccessor(line))) {
            doomed.add(LogNames.retire(disk, directory, randomId()));
        }
    }

    private boolean hasSuccessor(Line deleted) {
        return accounts.values().stream()
                .filter(account -> !account.isDeleted())
                .anyMatch(account -> account.line().partition().equals(deleted.partition()));
    }

    /// The journal or the checkpoint says that there is a log; whether it has a directory is
    /// another question.
    private OnDisk findDirectory(LogAccount account) {
        Line line = account.line();
        String directory = line.partition().toString();
        boolean there = disk.isDirectory(directory);
        boolean hadNothing = line.position().isAtOrigin() && line.tail() != Tail.FOREIGN;
        // Made after the checkpoint, so nobody has synced its name.
        boolean isFresh = account.isCreated() || hadNothing;
        if (there && !isFresh) {
            return OnDisk.SYNCED;
        }
        if (there) {
            Optional<Boolean> holds = LogNames.holds(disk, directory, line.log(), line.topicId());
            if (holds.orElse(false)) {
                return OnDisk.UNSYNCED;
            }
            if (holds.isPresent() || account.countsOnNoFile()) {
                doomed.add(LogNames.retire(disk, directory, randomId()));
                there = false;
            }
        }
        if (!there && hadNothing) {
            return OnDisk.NOTHING;
        }
        // What else is lost, loading will tell.
        LogNames.create(disk, directory, line.log(), line.topicId());
        return OnDisk.UNSYNCED;
    }

    private Uuid randomId() {
        return new Uuid(randomness.nextLong(), randomness.nextLong());
    }

    /// Finds what is left over from deletions.
    private void sortDirectories() {
        for (String name : disk.list("")) {
            if (name.endsWith(LogNames.DELETE)
                    && !doomed.contains(name)
                    && disk.isDirectory(name)) {
                doomed.add(name);
            }
        }
    }

    private void importForeignLogs(boolean clean) {
        Set<TopicPartition> known = new HashSet<>();
        logs.values().forEach(log -> known.add(log.partition()));
        Map<TopicPartition, Long> recoveryPoints = KafkaCheckpoints.RECOVERY_POINT.read(disk);
        Map<TopicPartition, Long> starts = KafkaCheckpoints.LOG_START.read(disk);
        for (String name : disk.list("")) {
            Optional<TopicPartition> partition = LogNames.partitionOf(name);
            if (partition.isPresent()
                    && !known.contains(partition.get())
                    && disk.isDirectory(name)) {
                long start = starts.getOrDefault(partition.get(), 0L);
                long recoveryPoint = recoveryPoints.getOrDefault(partition.get(), 0L);
                importLog(partition.get(), start, clean ? ALL_SYNCED : recoveryPoint);
            }
        }
    }

    private void importLog(TopicPartition partition, long start, long recoveryPoint) {
        Uuid topicId = LogNames.topicIdIn(disk, partition.toString());
        LogPosition position = new LogPosition(0, start, recoveryPoint, 0, 0, -1);
        Line line =
                new Line(nextLog++, partition, topicId, initial.durable(), Tail.FOREIGN, position);
        PartitionLog log = new PartitionLog(home, line, planFor(line), initial, OnDisk.SYNCED);
        logs.put(line.log(), log);
        log.ifWhole(PartitionLog::sizeInBytes); // Loads it, so that the first checkpoint has it.
        if (log.isBroken()) {
            return;
        }
        LOG.atInfo()
                .addKeyValue("partition", partition)
                .addKeyValue("start", log.logStartOffset())
                .addKeyValue("end", log.logEndOffset())
                .log("Took over a log that another broker wrote.");
    }

    /// @param ours whether we were here last; else Apache Kafka was
    private void restoreHighWatermarks(boolean ours, long journal) {
        Map<Long, Long> byLog = ours ? HighWatermarks.read(disk, journal) : Map.of();
        Map<TopicPartition, Long> byName =
                ours ? Map.of() : KafkaCheckpoints.HIGH_WATERMARK.read(disk);
        for (PartitionLog log : logs.values()) {
            Long offset = ours ? byLog.get(log.id()) : byName.get(log.partition());
            if (offset != null) {
                log.highWatermark(offset);
            }
        }
    }
}

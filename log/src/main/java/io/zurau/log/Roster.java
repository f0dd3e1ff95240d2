package io.zurau.log;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zurau.log.journal.Journal;
import io.zurau.protocol.TopicPartition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Which logs a directory has.
///
/// A log comes and goes by an entry of the journal, and is listed and struck off in one step with
/// it. So of each [Census] it holds: the coming or going of a log is either in a group that the
/// census leaves behind, and then in its list, or in a group that stays in the journal.
///
/// **Guard:** `rosterLock`, taken after the directory's lock and before the journal's. Nobody waits
/// under it: who waits for the journal's room waits for a checkpoint, which needs a census.
final class Roster {
    private final ReentrantLock rosterLock = new ReentrantLock();

    @GuardedBy("rosterLock")
    private final TreeMap<TopicPartition, PartitionLog> logs = new TreeMap<>();

    @GuardedBy("rosterLock")
    private long nextLog;

    @GuardedBy("rosterLock")
    private @Nullable PartitionLog leaving; // Its files may still have their names.

    @GuardedBy("rosterLock")
    private long leavingSince; // The group of its last entry.

    Roster(List<PartitionLog> found, long nextLog) {
        rosterLock.lock();
        try {
            found.forEach(log -> logs.put(log.partition(), log));
            this.nextLog = nextLog;
        } finally {
            rosterLock.unlock();
        }
    }

    /// What a checkpoint is about.
    ///
    /// @param sequence the first group of the journal that is needed beside it
    /// @param nextLog no log has this id or a higher one, unless the journal says so
    record Census(long sequence, long nextLog, List<PartitionLog> logs) {}

    /// @param gathering the group that gathers now
    Census census(LongSupplier gathering) {
        rosterLock.lock();
        try {
            List<PartitionLog> all = new ArrayList<>(logs.values());
            long sequence = gathering.getAsLong();
            if (leaving != null) {
                all.add(leaving);
                sequence = Math.min(sequence, leavingSince);
            }
            return new Census(sequence, nextLog, all);
        } finally {
            rosterLock.unlock();
        }
    }

    /// In order of topic and partition.
    List<PartitionLog> all() {
        rosterLock.lock();
        try {
            return List.copyOf(logs.values());
        } finally {
            rosterLock.unlock();
        }
    }

    Optional<PartitionLog> find(TopicPartition partition) {
        rosterLock.lock();
        try {
            return Optional.ofNullable(logs.get(partition));
        } finally {
            rosterLock.unlock();
        }
    }

    /// The id of the log that comes next. It comes under the same directory's lock.
    long nextLog() {
        rosterLock.lock();
        try {
            return nextLog;
        } finally {
            rosterLock.unlock();
        }
    }

    /// Lists a new log, with its first change.
    void come(PartitionLog log, Journal journal, LogChange.Created created) {
        inStep(log, journal, 1, created);
    }

    /// Strikes a log off, with its last change.
    ///
    /// @return the group of that change
    long go(PartitionLog log, Journal journal) {
        return inStep(log, journal, log.lastChange() + 1, new LogChange.Deleted());
    }

    /// The log's files do not have their names any more.
    void gone() {
        rosterLock.lock();
        try {
            leaving = null;
        } finally {
            rosterLock.unlock();
        }
    }

    @CanIgnoreReturnValue
    private long inStep(PartitionLog log, Journal journal, long change, LogChange what) {
        while (true) { // Until others leave room.
            rosterLock.lock();
            try {
                OptionalLong sequence = log.tryJournal(change, what);
                if (sequence.isPresent()) {
                    if (what instanceof LogChange.Created) {
                        logs.put(log.partition(), log);
                        nextLog++;
                    } else {
                        logs.remove(log.partition());
                        leaving = log;
                        leavingSince = sequence.getAsLong();
                    }
                    return sequence.getAsLong();
                }
            } finally {
                rosterLock.unlock();
            }
            journal.awaitRoom(what.body().remaining());
        }
    }
}

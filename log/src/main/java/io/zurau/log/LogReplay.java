package io.zurau.log;

import io.zurau.log.LogChange.Created;
import io.zurau.log.LogChange.Deleted;
import io.zurau.log.LogChange.DurabilitySet;
import io.zurau.log.LogChange.EpochBegun;
import io.zurau.log.LogChange.Reset;
import io.zurau.log.LogChange.Rolled;
import io.zurau.log.LogChange.Started;
import io.zurau.log.LogChange.Truncated;
import io.zurau.log.journal.JournalEntry;
import io.zurau.protocol.record.RecordBatch;
import io.zurau.runtime.StorageFailure;
import java.util.List;

/// Applies to one log what the journal has of it, on top of what a checkpoint says.
///
/// Owned by the thread that recovers the directory.
final class LogReplay {
    private static final int INDEX_INTERVAL = 4096;

    private final PartitionLog log;
    private int pending; // Bytes of an append of which pieces are missing yet.

    LogReplay(PartitionLog log) {
        this.log = log;
    }

    /// Applies the next entry, unless it is part of the log already. A log that is damaged goes
    /// offline.
    void apply(JournalEntry entry) {
        if (log.isBroken() || entry.change() <= log.lastChange()) {
            return;
        }
        try {
            if (entry.kind() == LogChange.EPOCH_BEGUN) {
                log.access().lockedInMemory(contents -> apply(entry, contents));
            } else {
                log.locked(contents -> apply(entry, contents));
            }
        } catch (StorageFailure e) {
            if (!log.isBroken()) {
                throw e;
            }
        }
    }

    private boolean apply(JournalEntry entry, LogContents contents) {
        if (entry.change() != log.lastChange() + 1) {
            throw new DamagedLog(
                    "Change %d of log %s follows change %d in the journal."
                            .formatted(entry.change(), log.partition(), log.lastChange()));
        }
        if (entry.kind() == LogChange.APPEND) {
            append(entry, contents);
        } else {
            change(LogChange.read(entry), contents);
        }
        return true;
    }

    private void append(JournalEntry entry, LogContents contents) {
        Segment active = contents.active();
        active.write(entry.body(), active.size() + pending);
        pending += entry.body().remaining();
        if (entry.continues()) {
            return;
        }
        int until = active.size() + pending;
        pending = 0;
        try (OpenFiles.Pin pin = active.pin()) {
            BatchScan scan = new BatchScan(pin.file(), active.size(), until, BatchScan.LONG_CHUNK);
            RecordBatch header = scan.nextHeader();
            while (header != null) {
                take(header, scan, contents, scan.end() == until);
                header = scan.nextHeader();
            }
        }
        if (active.size() != until) {
            throw new DamagedLog(
                    "The journal has no whole batches for log %s at offset %d."
                            .formatted(log.partition(), contents.endOffset()));
        }
    }

    private void take(RecordBatch header, BatchScan scan, LogContents contents, boolean last) {
        RecordBatch batch = header.isControl() ? scan.whole() : header;
        if (batch == null || batch.baseOffset() < contents.endOffset()) {
            throw new DamagedLog(
                    "%s in the journal does not follow offset %d of log %s."
                            .formatted(header, contents.endOffset() - 1, log.partition()));
        }
        List<RecordBatch> one = List.of(batch);
        contents.take(one, Markers.of(one, log.files().codecs()), INDEX_INTERVAL, last);
    }

    private void change(LogChange change, LogContents contents) {
        switch (change) {
            case Rolled rolled -> {
                if (rolled.baseOffset() != contents.endOffset()) {
                    throw new DamagedLog(
                            "Log %s ends at %d, but the journal begins a segment at %d."
                                    .formatted(
                                            log.partition(),
                                            contents.endOffset(),
                                            rolled.baseOffset()));
                }
                contents.roll(log.home().clock().wallMs(), true);
            }
            case Truncated truncated -> truncate(truncated, contents);
            case Started started -> contents.startAt(started.startOffset());
            case EpochBegun begun -> contents.beginEpoch(begun.epoch(), begun.startOffset());
            // What these say is part of the position that the log was loaded at.
            case Reset ignored -> contents.count();
            case Created ignored -> contents.count();
            case Deleted ignored -> contents.count();
            case DurabilitySet ignored -> contents.count();
        }
    }

    /// Only a truncation that ends above where replay began comes here; the others are where it
    /// begins.
    private void truncate(Truncated truncated, LogContents contents) {
        // What is left is opened anew, and then counts as synced; so far only the journal has it.
        log.persistence().persistEverything();
        long change = contents.count();
        contents.persistEpochs();
        contents.segments().all().stream()
                .filter(segment -> segment.baseOffset > truncated.segmentBase())
                .forEach(Segment::delete);
        log.reload(
                new LogPosition(
                        change,
                        contents.startOffset(),
                        truncated.endOffset(),
                        truncated.segmentBase(),
                        truncated.position(),
                        -1));
    }
}

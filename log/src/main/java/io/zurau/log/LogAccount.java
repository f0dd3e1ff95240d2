package io.zurau.log;

import io.zurau.log.CheckpointFile.Line;
import io.zurau.log.CheckpointFile.Tail;
import io.zurau.log.LogChange.Created;
import io.zurau.log.LogChange.DurabilitySet;
import io.zurau.log.LogChange.Reset;
import io.zurau.log.LogChange.Truncated;
import io.zurau.log.journal.JournalEntry;

/// What checkpoint and journal say of one log before any file of it is touched: above all, from
/// where on it is to be replayed.
///
/// A checkpointed position is void if the log was cut below it later: whatever lies in the file
/// behind the cut is not what the checkpoint knew. Replay then begins at the cut.
///
/// Owned by the thread that recovers the directory.
final class LogAccount {
    private Line line;
    private final boolean created; // In the journal, and not only in the checkpoint.
    private boolean deleted;
    private boolean moved;

    private LogAccount(Line line, boolean created) {
        this.line = line;
        this.created = created;
    }

    static LogAccount checkpointed(Line line) {
        return new LogAccount(line, false);
    }

    static LogAccount created(JournalEntry entry, Created created) {
        LogPosition empty = new LogPosition(entry.change(), 0, 0, 0, 0, -1);
        return new LogAccount(
                new Line(
                        entry.log(),
                        created.partition(),
                        created.topicId(),
                        created.durable(),
                        Tail.CUT,
                        empty),
                true);
    }

    Line line() {
        return line;
    }

    boolean isCreated() {
        return created;
    }

    /// Whether nobody was told that anything of it is on disk: what is there without its name may
    /// be another's.
    boolean countsOnNoFile() {
        return created && line.position().startOffset() == line.position().endOffset();
    }

    boolean isDeleted() {
        return deleted;
    }

    /// Whether replay begins elsewhere than the checkpoint says.
    boolean isMoved() {
        return moved;
    }

    /// Takes note of an entry, in the order of the journal.
    void note(JournalEntry entry) {
        if (entry.kind() == LogChange.APPEND || entry.change() <= line.position().change()) {
            return;
        }
        switch (LogChange.read(entry)) {
            case LogChange.Deleted ignored -> deleted = true;
            case Truncated truncated -> cut(truncated, entry.change());
            case Reset reset -> {
                long offset = reset.offset();
                begin(line.durable(), at(entry.change(), offset, offset, offset, 0));
            }
            case DurabilitySet set ->
                    begin(
                            set.durable(),
                            at(
                                    entry.change(),
                                    line.position().startOffset(),
                                    set.endOffset(),
                                    set.segmentBase(),
                                    set.position()));
            case LogChange.Rolled ignored -> {}
            case LogChange.Started ignored -> {}
            case LogChange.EpochBegun ignored -> {}
            case Created ignored -> {}
        }
    }

    /// A log in memory is not replayed, but scanned from the lowest place.
    private void cut(Truncated truncated, long change) {
        boolean lower = truncated.endOffset() <= line.position().endOffset();
        LogPosition now = line.position();
        if (lower) {
            begin(
                    line.durable(),
                    at(
                            change,
                            now.startOffset(),
                            truncated.endOffset(),
                            truncated.segmentBase(),
                            truncated.position()));
        } else if (!line.durable()) {
            begin(
                    false,
                    new LogPosition(
                            change,
                            now.startOffset(), // Perhaps above the end: that is only a place.
                            now.endOffset(),
                            now.segmentBase(),
                            now.position(),
                            -1));
        }
    }

    private static LogPosition at(
            long change, long start, long end, long segmentBase, int position) {
        return new LogPosition(change, Math.min(start, end), end, segmentBase, position, -1);
    }

    private void begin(boolean durable, LogPosition position) {
        moved = true;
        line = new Line(line.log(), line.partition(), line.topicId(), durable, Tail.CUT, position);
    }
}

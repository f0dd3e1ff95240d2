package io.zurau.log;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One compacted segment that takes the place of others: in one step, as far as a crash can tell.
///
/// # Why a crash finds the old segments or the new one
///
/// 1. The new segment is written into files with the suffix `.cleaned`, which are synced, and then
///    their names. The text of a *note* is written into `zurau-compaction.tmp` and synced. After a
///    crash until here, all these are leftovers: they are deleted, the old segments are untouched.
/// 2. The note gets its name, `zurau-compaction`, and that is synced. **This is the step.** A crash
///    before it finds no note, one after it finds it, and finishes what the note says, before
///    anybody looks at the log:
/// 3. the old segments behind the first are deleted, and the new files get the first one's names.
///    Whatever part of that has happened already is seen from the names that are left; doing it
///    again does no harm. The names are synced.
/// 4. The note is deleted, and that is synced before anything else happens to the log: found later,
///    it would delete segments that came since.
///
/// # Why the journal fits either
///
/// The journal and the checkpoint speak of offsets and, for the place where the log is cut, of a
/// position in a segment. Only segments below [LogPersistence#sealedBelow] are replaced, and replay
/// begins behind them: no position lies in them, and no entry that is replayed writes to them. So a
/// replacement needs no entry of its own and does not care which checkpoint recovery begins with. A
/// log is cut under the same lock; what is written about it then speaks of the segments that there
/// are, and those are on disk.
///
/// @param base offset that the new segment, and the first of the old ones, begins with
/// @param until exclusive: where the segment behind the old ones begins
/// @param hasAborted whether it has an index of aborted transactions
record SegmentReplacement(long base, long until, boolean hasAborted) {
    static final String CLEANED = ".cleaned";

    private static final String NOTE = "/zurau-compaction";
    private static final String PREPARED = NOTE + ".tmp"; // Deleted with the other leftovers.
    private static final Pattern TEXT =
            Pattern.compile(
                    "zurau-compaction 1\nsegment (\\d{1,19}) until (\\d{1,19}) aborted (yes|no)\n");

    /// Makes sure that the step needs no room on the disk. The new files are synced already, by
    /// name.
    void prepare(LogFiles files) {
        String text =
                "zurau-compaction 1\nsegment %d until %d aborted %s\n"
                        .formatted(base, until, hasAborted ? "yes" : "no");
        WholeFile.writeSynced(
                files.disk(), files.directory() + PREPARED, StandardCharsets.UTF_8.encode(text));
    }

    /// It will not take place.
    static void forget(LogFiles files) {
        files.disk().delete(files.directory() + PREPARED);
    }

    /// Replaces the segments, which nobody can open any more.
    void commit(LogFiles files) {
        files.disk().move(files.directory() + PREPARED, files.directory() + NOTE);
        files.disk().syncDirectory(files.directory());
        finish(files);
    }

    /// Finishes what a crash interrupted, if it did.
    static void finishInterrupted(LogFiles files) {
        Optional<String> text = WholeFile.readText(files.disk(), files.directory() + NOTE);
        if (text.isPresent()) {
            read(text.get(), files).finish(files);
        }
    }

    private static SegmentReplacement read(String text, LogFiles files) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new DamagedLog(
                    "File %s%s is damaged: it says which segments were compacted last."
                            .formatted(files.directory(), NOTE));
        }
        return new SegmentReplacement(
                Long.parseLong(matcher.group(1)),
                Long.parseLong(matcher.group(2)),
                matcher.group(3).equals("yes"));
    }

    private void finish(LogFiles files) {
        for (String name : files.disk().list(files.directory())) {
            if (isReplaced(name)) {
                files.disk().delete(files.directory() + "/" + name);
            }
        }
        for (String suffix : LogFiles.OF_SEGMENT) {
            String path = files.path(base, suffix);
            if (files.disk().exists(path + CLEANED)) {
                files.disk().move(path + CLEANED, path);
            } else if (suffix.equals(LogFiles.TXN_INDEX) && !hasAborted) {
                files.disk().delete(path);
            }
        }
        files.disk().syncDirectory(files.directory());
        files.disk().delete(files.directory() + NOTE);
        files.disk().syncDirectory(files.directory());
    }

    private boolean isReplaced(String name) {
        for (String suffix : List.of(".log", ".index", ".timeindex", ".txnindex", ".snapshot")) {
            long offset = LogFiles.offsetIn(name, suffix);
            if (offset > base && offset < until) {
                return true;
            }
        }
        return false;
    }
}

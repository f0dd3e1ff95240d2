package io.zurau.log;

import io.zurau.runtime.Disk;
import java.util.Map;
import java.util.TreeMap;

/// Which leader epoch began at which offset (KIP-101).
///
/// Its file `leader-epoch-checkpoint` is Kafka's: the version 0, the number of entries, then a line
/// with epoch and start offset for each.
///
/// **Guard:** the log's state lock.
final class LeaderEpochs {
    private static final String FILE = "/leader-epoch-checkpoint";

    private final TreeMap<Integer, Long> startOffsets = new TreeMap<>();
    private boolean changed;

    /// What the directory's file says; lines that make no sense are left out, and come back when
    /// the batches are scanned.
    static LeaderEpochs read(Disk disk, String directory) {
        LeaderEpochs epochs = new LeaderEpochs();
        WholeFile.readText(disk, directory + FILE)
                .ifPresent(
                        text -> text.lines().skip(2).forEach(line -> epochs.take(line.split(" "))));
        epochs.changed = false;
        return epochs;
    }

    private void take(String[] words) {
        if (words.length == 2 && words[0].matches("\\d{1,9}") && words[1].matches("\\d{1,18}")) {
            begin(Integer.parseInt(words[0]), Long.parseLong(words[1]));
        }
    }

    /// The largest epoch; -1 if there is none.
    int latest() {
        return startOffsets.isEmpty() ? -1 : startOffsets.lastKey();
    }

    /// Notes that an epoch begins at an offset, or goes on there: whoever led without a record of
    /// its own and follows again may get more records of the epoch before. Epochs that cannot be
    /// then are forgotten.
    void begin(int epoch, long startOffset) {
        if (epoch < 0
                || (epoch == latest() && startOffsets.lastEntry().getValue() <= startOffset)) {
            return;
        }
        startOffsets.values().removeIf(start -> start >= startOffset);
        startOffsets.tailMap(epoch, false).clear();
        startOffsets.putIfAbsent(epoch, startOffset);
        changed = true;
    }

    /// The log ends here now.
    void truncateTo(long endOffset) {
        changed |= startOffsets.values().removeIf(start -> start >= endOffset);
    }

    /// The log begins here now: the epoch of the first record begins here too.
    void startAt(long logStartOffset) {
        Map.Entry<Integer, Long> first = null;
        for (Map.Entry<Integer, Long> entry : startOffsets.entrySet()) {
            if (entry.getValue() <= logStartOffset) {
                first = entry;
            }
        }
        if (first != null) {
            int epoch = first.getKey();
            changed |= !startOffsets.headMap(epoch).isEmpty() || first.getValue() < logStartOffset;
            startOffsets.headMap(epoch).clear();
            startOffsets.put(epoch, logStartOffset);
        }
    }

    void clear() {
        changed |= !startOffsets.isEmpty();
        startOffsets.clear();
    }

    /// Where the largest epoch that is not above the given one ends.
    EpochEnd endOf(int epoch, long logEndOffset) {
        if (epoch < 0 || startOffsets.isEmpty() || epoch > latest()) {
            return EpochEnd.UNKNOWN;
        }
        Map.Entry<Integer, Long> after = startOffsets.higherEntry(epoch);
        Map.Entry<Integer, Long> found = startOffsets.floorEntry(epoch);
        if (found == null) {
            // Everything of this epoch is deleted: it ended where what is left begins.
            return new EpochEnd(epoch, startOffsets.firstEntry().getValue());
        }
        return new EpochEnd(found.getKey(), after == null ? logEndOffset : after.getValue());
    }

    /// The epoch of the record at an offset; -1 if unknown.
    int epochOf(long offset) {
        int epoch = -1;
        for (Map.Entry<Integer, Long> entry : startOffsets.entrySet()) {
            if (entry.getValue() <= offset) {
                epoch = entry.getKey();
            }
        }
        return epoch;
    }

    /// The text of the file if it is not on disk yet, else null-free empty text.
    String takeChanges() {
        if (!changed) {
            return "";
        }
        changed = false;
        StringBuilder text = new StringBuilder("0\n").append(startOffsets.size()).append('\n');
        startOffsets.forEach((epoch, start) -> text.append(epoch + " " + start + "\n"));
        return text.toString();
    }

    static void write(Disk disk, String directory, String text) {
        WholeFile.replace(disk, directory + FILE, text);
    }
}

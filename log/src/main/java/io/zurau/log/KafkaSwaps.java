package io.zurau.log;

import io.zurau.protocol.record.RecordBatch;
import io.zurau.runtime.DiskFile;
import java.util.List;

/// Finishes what Apache Kafka's cleaner was killed over. It writes a segment into files with the
/// suffix `.cleaned`, gives all of them the suffix `.swap`, deletes the segments that they replace,
/// and takes the suffix away.
final class KafkaSwaps {
    private static final String SWAP = ".swap";

    private KafkaSwaps() {}

    static void finish(LogFiles files) {
        List<String> names = files.disk().list(files.directory());
        if (names.stream().noneMatch(name -> name.endsWith(SWAP))) {
            return;
        }
        long firstUnfinished = Long.MAX_VALUE; // From here on, not all have the suffix yet.
        for (String name : names) {
            if (name.endsWith(SegmentReplacement.CLEANED)) {
                firstUnfinished =
                        Math.min(firstUnfinished, offsetIn(name, SegmentReplacement.CLEANED));
            }
        }
        for (String name : names) {
            long base = name.endsWith(LogFiles.LOG + SWAP) ? offsetIn(name, SWAP) : -1;
            if (base >= 0 && base < firstUnfinished) {
                deleteReplaced(files, names, base, endOf(files, name));
            }
        }
        files.disk().syncDirectory(files.directory());
        // The batches first: as long as they wait, whatever has the name already is deleted.
        rename(files, names, LogFiles.LOG + SWAP, firstUnfinished);
        rename(files, names, SWAP, firstUnfinished);
    }

    private static void rename(
            LogFiles files, List<String> names, String ending, long firstUnfinished) {
        for (String name : names) {
            String path = files.directory() + "/" + name;
            if (!name.endsWith(ending) || !files.disk().exists(path)) {
                continue;
            }
            if (offsetIn(name, SWAP) < firstUnfinished) {
                files.disk().move(path, path.substring(0, path.length() - SWAP.length()));
            } else {
                files.disk().delete(path);
            }
        }
        files.disk().syncDirectory(files.directory());
    }

    private static void deleteReplaced(LogFiles files, List<String> names, long base, long end) {
        for (String name : names) {
            for (String suffix : LogFiles.OF_SEGMENT) {
                long offset = LogFiles.offsetIn(name, suffix);
                if (offset >= base && offset < end) {
                    files.disk().delete(files.directory() + "/" + name);
                }
            }
        }
    }

    /// Behind the last batch of a file.
    private static long endOf(LogFiles files, String name) {
        try (DiskFile file = files.disk().openReadOnly(files.directory() + "/" + name)) {
            BatchScan scan =
                    new BatchScan(file, 0, Math.toIntExact(file.size()), BatchScan.LONG_CHUNK);
            long end = 0;
            RecordBatch batch = scan.nextHeader();
            while (batch != null) {
                end = batch.nextOffset();
                batch = scan.nextHeader();
            }
            return end;
        }
    }

    /// The offset in a name like `00000000000000000042.log.swap`; -1 if it is another one.
    private static long offsetIn(String name, String ending) {
        String rest = name.substring(0, name.length() - ending.length());
        for (String suffix : LogFiles.OF_SEGMENT) {
            long offset = LogFiles.offsetIn(rest, suffix);
            if (offset >= 0) {
                return offset;
            }
        }
        return -1;
    }
}

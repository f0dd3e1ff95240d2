package io.zurau.log;

import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;

/// Brings the files of a log into order that a crash, or Apache Kafka, left half-way.
final class LogTidy {
    private static final List<String> LEFTOVERS = List.of(".deleted", ".cleaned", ".tmp");

    private LogTidy() {}

    /// The base offsets of the segments, at least of one if any file of batches is there.
    static NavigableSet<Long> segmentBases(LogFiles files) {
        SegmentReplacement.finishInterrupted(files);
        KafkaSwaps.finish(files);
        List<String> names = files.disk().list(files.directory());
        NavigableSet<Long> bases = new TreeSet<>();
        for (String name : names) {
            long base = LogFiles.offsetIn(name, LogFiles.LOG);
            if (base >= 0) {
                bases.add(base);
            } else if (LEFTOVERS.stream().anyMatch(name::endsWith)) {
                files.disk().delete(files.directory() + "/" + name);
            }
        }
        deleteOrphans(files, names, bases);
        return bases;
    }

    /// Indexes without their batches.
    private static void deleteOrphans(LogFiles files, List<String> names, Set<Long> bases) {
        for (String name : names) {
            for (String suffix : List.of(LogFiles.INDEX, LogFiles.TIME_INDEX, LogFiles.TXN_INDEX)) {
                long base = LogFiles.offsetIn(name, suffix);
                if (base >= 0 && !bases.contains(base)) {
                    files.disk().delete(files.directory() + "/" + name);
                }
            }
        }
    }
}

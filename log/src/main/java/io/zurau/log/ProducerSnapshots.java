package io.zurau.log;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;

/// The snapshot files of one log's producers.
///
/// There is one at the base offset of each segment, as Kafka keeps them, and the last two that were
/// made in between.
final class ProducerSnapshots {
    private static final int KEPT_IN_BETWEEN = 2;

    /// The newest snapshot that can be used.
    record Found(long offset, Map<Long, ProducerState> producers) {}

    private ProducerSnapshots() {}

    /// Offsets of all snapshots, rising.
    static List<Long> offsets(LogFiles files) {
        List<Long> offsets = new ArrayList<>();
        for (String name : files.disk().list(files.directory())) {
            long offset = LogFiles.offsetIn(name, LogFiles.SNAPSHOT);
            if (offset >= 0) {
                offsets.add(offset);
            }
        }
        return offsets;
    }

    /// The producers as of an offset; empty if no whole snapshot says so.
    static Optional<Map<Long, ProducerState>> at(LogFiles files, long offset) {
        return WholeFile.read(files.disk(), files.path(offset, LogFiles.SNAPSHOT))
                .flatMap(ProducerSnapshot::read);
    }

    /// The last whole snapshot that is not above an offset; the damaged ones are deleted.
    static Optional<Found> newest(LogFiles files, long atMost) {
        List<Long> offsets = offsets(files);
        for (int i = offsets.size() - 1; i >= 0; i--) {
            long offset = offsets.get(i);
            if (offset > atMost) {
                continue;
            }
            String path = files.path(offset, LogFiles.SNAPSHOT);
            Optional<Found> found =
                    WholeFile.read(files.disk(), path)
                            .flatMap(ProducerSnapshot::read)
                            .map(producers -> new Found(offset, producers));
            if (found.isPresent()) {
                return found;
            }
            files.disk().delete(path);
        }
        return Optional.empty();
    }

    /// Deletes those at and above an offset; returns whether there were any.
    @CanIgnoreReturnValue
    static boolean deleteFrom(LogFiles files, long offset) {
        boolean any = false;
        for (long found : offsets(files)) {
            if (found >= offset) {
                files.disk().delete(files.path(found, LogFiles.SNAPSHOT));
                any = true;
            }
        }
        return any;
    }

    /// Writes and syncs snapshots (not their names), and deletes those not needed any more.
    static void write(LogFiles files, NavigableMap<Long, ByteBuffer> snapshots, Segments segments) {
        if (snapshots.isEmpty()) {
            return;
        }
        snapshots.forEach(
                (offset, bytes) ->
                        WholeFile.writeSynced(
                                files.disk(), files.path(offset, LogFiles.SNAPSHOT), bytes));
        List<Long> inBetween = new ArrayList<>(offsets(files));
        inBetween.removeIf(offset -> segments.holding(offset).baseOffset == offset);
        for (int i = 0; i < inBetween.size() - KEPT_IN_BETWEEN; i++) {
            files.disk().delete(files.path(inBetween.get(i), LogFiles.SNAPSHOT));
        }
    }
}

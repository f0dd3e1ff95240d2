package io.zurau.quorum;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;

/// Where the metadata log ended behind each of the last entries of the Raft log, to tell how far
/// another voter is. Ratis counts its own entries too, the metadata log does not.
///
/// **Guard:** `endsLock`.
final class IndexedEnds {
    /// A voter that is further behind is of unknown end; a snapshot is on its way to it anyway.
    private static final int MOST = 10_000;

    private final ReentrantLock endsLock = new ReentrantLock();

    @GuardedBy("endsLock")
    private final NavigableMap<Long, Long> ends = new TreeMap<>();

    void note(long index, long endOffset) {
        endsLock.lock();
        try {
            Map.Entry<Long, Long> last = ends.lastEntry();
            if (last != null && last.getValue() == endOffset && last.getKey() < index) {
                return; // Means the same.
            }
            ends.tailMap(index, true).clear();
            ends.put(index, endOffset);
            if (ends.size() > MOST) {
                ends.pollFirstEntry();
            }
        } finally {
            endsLock.unlock();
        }
    }

    /// The end of a log that goes up to that entry, inclusive; -1 where unknown.
    long endAt(long index) {
        endsLock.lock();
        try {
            Map.Entry<Long, Long> at = ends.floorEntry(index);
            return at == null ? -1 : at.getValue();
        } finally {
            endsLock.unlock();
        }
    }
}

package io.zurau.log;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zurau.protocol.TopicPartition;
import io.zurau.runtime.Disk;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Up to where the logs of a directory are compacted: Kafka's `cleaner-offset-checkpoint`.
///
/// Too low an offset costs time. Too high a one would bring deleted keys back: a tombstone that was
/// never compared with what lies before it would be taken for one that has done its work. So it is
/// lowered on disk before a log is cut, and raised after its segments are compacted on disk.
///
/// **Guard:** `cleanedLock`, taken after a log's locks.
final class CleanedOffsets {
    private final Disk disk;
    private final ReentrantLock cleanedLock = new ReentrantLock();

    @GuardedBy("cleanedLock")
    private @Nullable SortedMap<TopicPartition, Long> offsets; // Null until somebody asks.

    CleanedOffsets(Disk disk) {
        this.disk = disk;
    }

    /// Exclusive; 0 if nobody knows.
    long of(TopicPartition partition) {
        cleanedLock.lock();
        try {
            return offsets().getOrDefault(partition, 0L);
        } finally {
            cleanedLock.unlock();
        }
    }

    @GuardedBy("cleanedLock")
    private SortedMap<TopicPartition, Long> offsets() {
        SortedMap<TopicPartition, Long> known = offsets;
        if (known == null) {
            known = new TreeMap<>(KafkaCheckpoints.CLEANED.read(disk));
            offsets = known;
        }
        return known;
    }

    /// The log is compacted up to here, on disk.
    void set(TopicPartition partition, long offset) {
        cleanedLock.lock();
        try {
            offsets().put(partition, offset);
            KafkaCheckpoints.CLEANED.write(disk, offsets());
        } finally {
            cleanedLock.unlock();
        }
    }

    /// What lies behind an offset is about to be taken away.
    void lower(TopicPartition partition, long offset) {
        cleanedLock.lock();
        try {
            if (offsets().getOrDefault(partition, 0L) > offset) {
                set(partition, offset);
            }
        } finally {
            cleanedLock.unlock();
        }
    }
}

package io.zurau.metadata.log;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zurau.metadata.SupportedFeatures;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.message.MetadataRecord;
import io.zurau.runtime.Clock;
import io.zurau.runtime.Disk;
import io.zurau.runtime.StorageFailure;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The metadata log of a cluster with one node: a file, synced before each answer.
///
/// When the file has outgrown both [#SMALLEST_LOG_BYTES] and the last snapshot, a new snapshot
/// begins a new file, so the files stay within a small multiple of the image, whatever happened
/// before.
///
/// **Guard:** `logLock`. Subscribers are called without it.
public final class LocalMetadataLog implements MetadataLog {
    private static final String FEATURE = "metadata.version";

    static final long SMALLEST_LOG_BYTES = 4 << 20; // Replayed in a few tens of milliseconds.

    private final ReentrantLock logLock = new ReentrantLock();
    private final MetadataDirectory directory;
    private final Clock clock;
    private final Leadership leadership;
    private final long smallestLogBytes;
    private final Subscribers<ClusterImage> subscribers;

    @GuardedBy("logLock")
    private LogFile file;

    /// Up to the last commit.
    @GuardedBy("logLock")
    private ClusterImage image;

    /// How large the file may grow until the next snapshot.
    @GuardedBy("logLock")
    private long logBytesLimit;

    /// Why the log accepts nothing more.
    @GuardedBy("logLock")
    private @Nullable String refusal;

    private LocalMetadataLog(
            MetadataDirectory directory,
            Clock clock,
            int nodeId,
            LogFile.Opened opened,
            long smallestLogBytes) {
        this.directory = directory;
        this.clock = clock;
        this.leadership = new Leadership(nodeId, 1);
        this.smallestLogBytes = smallestLogBytes;
        this.file = opened.file();
        this.image = opened.image();
        this.subscribers = new Subscribers<>(image);
        this.logBytesLimit = smallestLogBytes;
    }

    /// Opens the log in the disk's directory `metadata`.
    ///
    /// @param origin the first records, asked for if there is no log yet
    /// @throws StorageFailure also if a file is damaged, or written by a newer version
    public static LocalMetadataLog open(
            Disk disk,
            Clock clock,
            int nodeId,
            String clusterId,
            Supplier<List<MetadataRecord>> origin) {
        return open(disk, clock, nodeId, clusterId, origin, SMALLEST_LOG_BYTES);
    }

    /// Whether the disk holds such a log.
    public static boolean exists(Disk disk) {
        return MetadataDirectory.holdsLog(disk);
    }

    /// Puts the log aside, under another name, as its node has become one of several. It must be
    /// closed, and what was in it must have been committed there.
    public static void retire(Disk disk) {
        MetadataDirectory.retire(disk);
    }

    static LocalMetadataLog open(
            Disk disk,
            Clock clock,
            int nodeId,
            String clusterId,
            Supplier<List<MetadataRecord>> origin,
            long smallestLogBytes) {
        MetadataDirectory directory = new MetadataDirectory(disk);
        ClusterImage snapshot = snapshot(directory, clusterId, clock, origin);
        refuseIfNewer(disk, snapshot); // Before the log is touched.
        LogFile.Opened opened = LogFile.open(directory, snapshot);
        refuseIfNewer(disk, opened.image());
        directory.clean(snapshot.endOffset());
        return new LocalMetadataLog(directory, clock, nodeId, opened, smallestLogBytes);
    }

    private static void refuseIfNewer(Disk disk, ClusterImage image) {
        short level = image.features().getOrDefault(FEATURE, (short) 0);
        if (level > SupportedFeatures.NEWEST_METADATA_VERSION) {
            throw new StorageFailure(
                    disk.name(),
                    ("The data in %s has metadata.version %d, but this Zurau knows versions up to %d"
                                    + " only; start the newer one that wrote it.")
                            .formatted(
                                    disk.name(), level, SupportedFeatures.NEWEST_METADATA_VERSION));
        }
    }

    /// The image that the log continues.
    private static ClusterImage snapshot(
            MetadataDirectory directory,
            String clusterId,
            Clock clock,
            Supplier<List<MetadataRecord>> origin) {
        List<Long> snapshots = directory.snapshots();
        List<Long> logs = directory.logs();
        if (!snapshots.isEmpty()) {
            return SnapshotFile.read(directory, snapshots.getLast(), clusterId);
        }
        if (logs.isEmpty()) {
            List<MetadataRecord> records = origin.get();
            ClusterImage image = ClusterImage.empty(clusterId).replay(records, records.size());
            // As a snapshot, the origin is there as a whole or not at all.
            SnapshotFile.write(directory, image, clock.wallMs());
            return image;
        }
        throw directory.bad(directory.log(logs.getFirst()), "has lost the snapshot before it");
    }

    @Override
    public long endOffset() {
        logLock.lock();
        try {
            return image.endOffset();
        } finally {
            logLock.unlock();
        }
    }

    @Override
    public ProposeOutcome propose(long expectedEnd, List<MetadataRecord> records) {
        if (records.isEmpty()) {
            throw new IllegalArgumentException("A proposal has no records.");
        }
        long end;
        logLock.lock();
        try {
            if (refusal != null) {
                throw new StorageFailure(directory.disk().name(), refusal);
            }
            if (image.endOffset() != expectedEnd) {
                return new ProposeOutcome.Conflict(image.endOffset());
            }
            commit(records);
            end = image.endOffset();
        } finally {
            logLock.unlock();
        }
        subscribers.tell();
        return new ProposeOutcome.Committed(end);
    }

    @GuardedBy("logLock")
    private void commit(List<MetadataRecord> records) {
        long baseOffset = image.endOffset();
        // Before the write: what cannot be applied must not be committed.
        ClusterImage after = image.replay(records, baseOffset + records.size());
        try {
            file.append(MetadataBatches.batch(baseOffset, clock.wallMs(), records));
            image = after;
            subscribers.publish(after);
            if (file.sizeInBytes() > logBytesLimit) {
                beginNewFile();
            }
        } catch (StorageFailure e) {
            refusal = "The metadata log is closed since a write failed: " + e.getMessage();
            throw e;
        }
    }

    @GuardedBy("logLock")
    private void beginNewFile() {
        SnapshotFile.write(directory, image, clock.wallMs());
        LogFile full = file;
        file = LogFile.open(directory, image).file();
        full.close();
        directory.clean(image.endOffset());
        logBytesLimit = Math.max(smallestLogBytes, full.sizeInBytes());
    }

    @Override
    public void subscribe(Consumer<ClusterImage> subscriber) {
        subscribers.add(subscriber);
    }

    /// A node alone always leads.
    @Override
    public void subscribeLeadership(Consumer<Leadership> subscriber) {
        subscriber.accept(leadership);
    }

    @Override
    public QuorumState quorum() {
        long end = endOffset();
        long nowMs = clock.wallMs();
        return new QuorumState(
                leadership,
                end,
                List.of(
                        new QuorumState.Member(
                                leadership.leaderId(), Uuid.ZERO, "", 0, end, nowMs, nowMs)),
                List.of());
    }

    @Override
    public void close() {
        logLock.lock();
        try {
            if (refusal == null) {
                refusal = "The metadata log is closed.";
            }
            file.close();
        } finally {
            logLock.unlock();
        }
    }
}

package io.zurau.metadata.log;

import io.zurau.runtime.Disk;
import io.zurau.runtime.DiskFile;
import io.zurau.runtime.StorageFailure;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;

/// The directory of a [LocalMetadataLog]: names of its files, and what of them is of no use any
/// more.
final class MetadataDirectory {
    private static final String NAME = "metadata";
    private static final String RETIRED = "metadata-before-quorum-";
    private static final String LOG = ".log";
    private static final String SNAPSHOT = ".checkpoint";
    private static final String UNFINISHED = ".tmp";
    private static final int OFFSET_DIGITS = 20;

    /// Snapshots keep the log near the size of the image; this is a cluster of ten million
    /// partitions.
    private static final long LARGEST_FILE_BYTES = 1 << 30;

    private final Disk disk;

    MetadataDirectory(Disk disk) {
        this.disk = disk;
        disk.createDirectories(NAME);
        disk.syncDirectory("");
    }

    static boolean holdsLog(Disk disk) {
        return disk.list(NAME).stream()
                .anyMatch(name -> name.endsWith(LOG) || name.endsWith(SNAPSHOT));
    }

    static void retire(Disk disk) {
        if (!holdsLog(disk)) {
            return;
        }
        int number = 1;
        while (disk.exists(RETIRED + number)) {
            number++; // A node does not change back and forth often.
        }
        disk.move(NAME, RETIRED + number);
        disk.syncDirectory("");
    }

    Disk disk() {
        return disk;
    }

    /// The offset in the names of the snapshots, lowest first.
    List<Long> snapshots() {
        return offsets(SNAPSHOT);
    }

    /// The offset in the names of the log files, lowest first.
    List<Long> logs() {
        return offsets(LOG);
    }

    private List<Long> offsets(String suffix) {
        return disk.list(NAME).stream()
                .filter(name -> name.length() > OFFSET_DIGITS && name.endsWith(suffix))
                .map(name -> Long.parseLong(name.substring(0, OFFSET_DIGITS)))
                .toList();
    }

    String log(long baseOffset) {
        return path("%020d%s", baseOffset, LOG);
    }

    String snapshot(long endOffset) {
        return path("%020d-0000000000%s", endOffset, SNAPSHOT);
    }

    String unfinishedSnapshot(long endOffset) {
        return snapshot(endOffset) + UNFINISHED;
    }

    private static String path(String format, long offset, String suffix) {
        return NAME + "/" + String.format(Locale.ROOT, format, offset, suffix);
    }

    /// Makes created and moved files survive a power failure.
    void sync() {
        disk.syncDirectory(NAME);
    }

    /// Deletes what the snapshot and log at `baseOffset` have replaced, and snapshots never
    /// finished.
    void clean(long baseOffset) {
        for (String name : disk.list(NAME)) {
            boolean old =
                    (name.endsWith(LOG) || name.endsWith(SNAPSHOT))
                            && Long.parseLong(name.substring(0, OFFSET_DIGITS)) < baseOffset;
            if (old || name.endsWith(UNFINISHED)) {
                disk.delete(NAME + "/" + name);
            }
        }
    }

    ByteBuffer contents(DiskFile file, String path) {
        long size = file.size();
        if (size > LARGEST_FILE_BYTES) {
            throw bad(path, "has " + size + " bytes, more than the limit of 1 GiB");
        }
        ByteBuffer bytes = ByteBuffer.allocate((int) size);
        file.read(bytes, 0);
        return bytes.flip();
    }

    /// @param what completes a sentence that begins with the file
    StorageFailure bad(String path, String what) {
        return new StorageFailure(disk.name(), disk.name() + "/" + path + " " + what + ".");
    }
}

package io.zurau.quorum;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.zurau.runtime.DiskFile;
import io.zurau.runtime.FileDisk;
import io.zurau.runtime.StorageFailure;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Locale;

/// The directory of the Raft log: a file that tells its format, marks of where this node stands
/// between voting and not, and `raft`, which is Ratis' own.
///
/// **Owner:** the node's start, and later the upkeep.
final class QuorumDirectory {
    private static final int FORMAT = 1;
    private static final String FORMAT_FILE = "format";
    private static final String FORMAT_KEY = "format=";
    private static final String RAFT = "raft";

    /// This node is on its way to become a voter: it has a copy of the log, and may not be in the
    /// configuration yet.
    private static final String JOINING = "joining";

    /// This node was made a voter no more while it was running, so it does not come back as one by
    /// itself.
    private static final String REMOVED = "removed";

    private static final int LARGEST_FORMAT_FILE = 100;

    private final FileDisk disk;
    private final Path path;

    private QuorumDirectory(Path path) {
        this.path = path;
        this.disk = new FileDisk(path);
    }

    /// @throws StorageFailure if a newer version wrote it
    static QuorumDirectory open(Path path) {
        QuorumDirectory directory = new QuorumDirectory(path);
        directory.disk.createDirectories(RAFT);
        if (directory.disk.exists(FORMAT_FILE)) {
            directory.checkFormat();
        } else {
            directory.writeFormat();
        }
        return directory;
    }

    private void checkFormat() {
        int format = format();
        if (format != FORMAT) {
            throw new StorageFailure(
                    disk.name(),
                    "%s has format %d, this version reads format %d. Start it with the version that wrote it, or a newer one."
                            .formatted(disk.name(), format, FORMAT));
        }
    }

    private int format() {
        try (DiskFile file = disk.openReadOnly(FORMAT_FILE)) {
            ByteBuffer bytes =
                    ByteBuffer.allocate((int) Math.min(file.size(), LARGEST_FORMAT_FILE));
            file.read(bytes, 0);
            String text = UTF_8.decode(bytes.flip()).toString().strip();
            if (text.startsWith(FORMAT_KEY)) {
                return Integer.parseInt(text.substring(FORMAT_KEY.length()));
            }
        } catch (NumberFormatException e) {
            // Told below.
        }
        throw new StorageFailure(
                disk.name(), disk.name() + "/" + FORMAT_FILE + " does not tell the format.");
    }

    private void writeFormat() {
        String unfinished = FORMAT_FILE + ".tmp";
        try (DiskFile file = disk.open(unfinished)) {
            file.truncate(0);
            file.write(ByteBuffer.wrap((FORMAT_KEY + FORMAT + "\n").getBytes(UTF_8)), 0);
            file.sync();
        }
        disk.move(unfinished, FORMAT_FILE);
        disk.syncDirectory("");
    }

    String name() {
        return disk.name();
    }

    Path raft() {
        return path.resolve(RAFT);
    }

    /// Whether there is a copy of the log; as soon as there is, this node may have voted.
    boolean holdsLog() {
        return disk.exists(groupDirectory() + "/current/raft-meta");
    }

    private static String groupDirectory() {
        return RAFT + "/" + RatisSettings.GROUP.getUuid().toString().toLowerCase(Locale.ROOT);
    }

    boolean isJoining() {
        return disk.exists(JOINING);
    }

    void markJoining(boolean joining) {
        mark(JOINING, joining);
    }

    boolean isRemoved() {
        return disk.exists(REMOVED);
    }

    void markRemoved(boolean removed) {
        mark(REMOVED, removed);
    }

    private void mark(String name, boolean wanted) {
        if (disk.exists(name) == wanted) {
            return;
        }
        if (wanted) {
            disk.open(name).close();
        } else {
            disk.delete(name);
        }
        disk.syncDirectory("");
    }
}

package io.zurau.log;

import io.zurau.runtime.Disk;
import io.zurau.runtime.DiskFile;
import io.zurau.runtime.StorageFailure;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// Small files that are read and replaced as a whole.
final class WholeFile {
    private static final String TEMPORARY = ".tmp";

    /// No small file is near this; a larger one is not ours.
    private static final long MOST_BYTES = 256L << 20;

    private WholeFile() {}

    /// Empty if there is no such file.
    static Optional<ByteBuffer> read(Disk disk, String path) {
        if (!disk.exists(path)) {
            return Optional.empty();
        }
        try (DiskFile file = disk.openReadOnly(path)) {
            if (file.size() > MOST_BYTES) {
                throw new StorageFailure(
                        disk.name(),
                        "File %s of %d bytes is too large.".formatted(path, file.size()));
            }
            ByteBuffer bytes = ByteBuffer.allocate((int) file.size());
            file.read(bytes, 0);
            return Optional.of(bytes.flip());
        } catch (StorageFailure e) {
            if (disk.exists(path)) {
                throw e;
            }
            return Optional.empty(); // Deleted meanwhile.
        }
    }

    static Optional<String> readText(Disk disk, String path) {
        return read(disk, path).map(bytes -> StandardCharsets.UTF_8.decode(bytes).toString());
    }

    /// Puts the bytes in the place of what the file held, in one step: after a crash there is the
    /// old file or the new one.
    static void replace(Disk disk, String path, ByteBuffer bytes) {
        writeSynced(disk, path + TEMPORARY, bytes);
        disk.move(path + TEMPORARY, path);
        disk.syncDirectory(directoryOf(path));
    }

    static void replace(Disk disk, String path, String text) {
        replace(disk, path, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    /// Writes a file that is not there yet, or of which nobody needs the old bytes. Its name is not
    /// synced.
    static void writeSynced(Disk disk, String path, ByteBuffer bytes) {
        try (DiskFile file = disk.open(path)) {
            file.truncate(0);
            file.write(bytes, 0);
            file.sync();
        }
    }

    /// Writes a file without syncing it.
    static void write(Disk disk, String path, String text) {
        try (DiskFile file = disk.open(path)) {
            file.truncate(0);
            file.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
        }
    }

    private static String directoryOf(String path) {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? "" : path.substring(0, slash);
    }
}

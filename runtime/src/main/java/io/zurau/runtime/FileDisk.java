package io.zurau.runtime;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// A directory of the machine's file system. Making one touches nothing.
///
/// Safe for concurrent use; it holds no state but its root.
public final class FileDisk implements Disk {
    /// Zeroes are written in pieces of this size, large enough for a device to be busy.
    private static final int ZEROES = 1 << 20;

    private final Path root;

    public FileDisk(Path root) {
        this.root = root.toAbsolutePath().normalize();
    }

    @Override
    public String name() {
        return root.toString();
    }

    @Override
    public boolean exists(String path) {
        return touch("look for", path, () -> exists(at(path)));
    }

    @Override
    public boolean isDirectory(String path) {
        return touch("look for", path, () -> exists(at(path)) && Files.isDirectory(at(path)));
    }

    @Override
    public List<String> list(String directory) {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(at(directory))) {
            for (Path entry : entries) {
                names.add(entry.getFileName().toString());
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        } catch (DirectoryIteratorException e) {
            throw failure("list", directory, Objects.requireNonNull(e.getCause()));
        } catch (IOException e) {
            throw failure("list", directory, e);
        }
        Collections.sort(names);
        return names;
    }

    /// A file that cannot be looked at is not a missing one: a log would be taken for a new one.
    private static boolean exists(Path path) throws IOException {
        if (Files.exists(path)) {
            return true;
        }
        if (Files.notExists(path)) {
            return false;
        }
        Path parent = path.getParent();
        if (parent != null && Files.isRegularFile(parent)) {
            return false;
        }
        Files.readAttributes(path, BasicFileAttributes.class); // Says why.
        return true;
    }

    @Override
    public void createDirectories(String directory) {
        touch("create directory", directory, () -> Files.createDirectories(at(directory)));
    }

    @Override
    public DiskFile open(String path) {
        return touch(
                "open",
                path,
                () ->
                        new FileDiskFile(
                                this,
                                path,
                                FileChannel.open(
                                        at(path),
                                        StandardOpenOption.READ,
                                        StandardOpenOption.WRITE,
                                        StandardOpenOption.CREATE)));
    }

    @Override
    public DiskFile openReadOnly(String path) {
        return touch(
                "open",
                path,
                () ->
                        new FileDiskFile(
                                this, path, FileChannel.open(at(path), StandardOpenOption.READ)));
    }

    @Override
    public DiskFile openForSyncedWrites(String path, long size) {
        return touch(
                "open for synced writes",
                path,
                () -> {
                    fillWithZeroes(at(path), size);
                    SyncedChannel writes = SyncedChannel.open(at(path));
                    FileChannel reads = FileChannel.open(at(path), StandardOpenOption.READ);
                    return new FileDiskFile(
                            this, path, reads, writes.channel(), writes.alignment());
                });
    }

    /// Blocks that were written once need no change of metadata when they are written again.
    private static void fillWithZeroes(Path file, long size) throws IOException {
        if (Files.exists(file) && Files.size(file) == size) {
            return;
        }
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.truncate(0);
            ByteBuffer zeroes = ByteBuffer.allocateDirect((int) Math.min(ZEROES, size));
            for (long position = 0; position < size; ) {
                zeroes.clear().limit((int) Math.min(zeroes.capacity(), size - position));
                position += channel.write(zeroes, position);
            }
            channel.force(true);
        }
    }

    @Override
    public void delete(String path) {
        touch("delete", path, () -> Files.deleteIfExists(at(path)));
    }

    @Override
    public void move(String from, String to) {
        touch(
                "move to " + to,
                from,
                () -> Files.move(at(from), at(to), StandardCopyOption.ATOMIC_MOVE));
    }

    @Override
    public void syncDirectory(String directory) {
        touch(
                "sync directory",
                directory,
                () -> {
                    try (FileChannel channel =
                            FileChannel.open(at(directory), StandardOpenOption.READ)) {
                        channel.force(true);
                        return true;
                    }
                });
    }

    @Override
    public long usableBytes() {
        return touch("ask for the space of", "", () -> Files.getFileStore(root).getUsableSpace());
    }

    @Override
    public long totalBytes() {
        return touch("ask for the space of", "", () -> Files.getFileStore(root).getTotalSpace());
    }

    @Override
    public Optional<Lock> lock(String path) {
        return touch("lock", path, () -> FileLocks.take(at(path)));
    }

    /// Where a path of this disk lies in the file system.
    private Path at(String path) {
        Path resolved = root.resolve(path).normalize();
        if (!resolved.startsWith(root)) {
            throw new IllegalArgumentException("Path %s leads out of %s.".formatted(path, root));
        }
        return resolved;
    }

    private <T> T touch(String action, String path, ThreadTask.FileAccess<T> access) {
        try {
            return ThreadTask.undisturbed(access);
        } catch (IOException e) {
            throw failure(action, path, e);
        }
    }

    StorageFailure failure(String action, String path, IOException cause) {
        return new StorageFailure(
                name(), "Cannot %s %s: %s.".formatted(action, at(path), IoReason.of(cause)), cause);
    }
}

package io.zurau.runtime;

import java.util.List;
import java.util.Optional;

/// One directory tree, on one device. All paths are relative to its root, with `/` between names.
///
/// Written bytes survive a power failure only after [DiskFile#sync()]; a created, moved or deleted
/// **name** survives only after [#syncDirectory] of the directory that holds it. What was not
/// synced may be lost in part, in any order; the last write may be torn.
///
/// Any trouble of the device (full, failing, gone, not permitted) is a [StorageFailure].
public interface Disk {
    /// What the disk is called in messages: its root directory.
    String name();

    boolean exists(String path);

    /// The names in a directory, files and directories, sorted; empty if there is no such
    /// directory.
    List<String> list(String directory);

    boolean isDirectory(String path);

    /// Creates a directory and what is missing above it.
    void createDirectories(String directory);

    /// Opens a file for reading and writing, creating it (but no directory) if it is missing.
    DiskFile open(String path);

    /// Opens an existing file for reading only.
    DiskFile openReadOnly(String path);

    /// Opens a file of exactly `size` bytes, written with zeroes and synced if it is new or of
    /// another size, whose writes are on the device when they return: directly from aligned buffers
    /// where the file system can.
    ///
    /// Every write to it must start at, and be as long as, a multiple of [DiskFile#alignment()],
    /// which is a part of 4096, from a buffer got from [DiskFile#alignedBuffer(int)].
    DiskFile openForSyncedWrites(String path, long size);

    /// Deletes a file or an empty directory; nothing happens if there is none.
    void delete(String path);

    /// Moves a file or directory to a new name in one step; an existing file of that name is
    /// replaced.
    void move(String from, String to);

    /// Makes the creations, moves and deletions in a directory survive a power failure.
    void syncDirectory(String directory);

    long usableBytes();

    long totalBytes();

    /// Takes the file as a lock against other processes, creating it if it is missing.
    ///
    /// @return the lock, held until closed or until the process ends; empty if another holds it
    Optional<Lock> lock(String path);

    /// A lock against other processes.
    interface Lock extends AutoCloseable {
        @Override
        void close();
    }
}

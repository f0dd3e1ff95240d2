package io.zurau.runtime;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Files that lock out other processes, and other disks of this one.
///
/// The system's lock belongs to the process and is lost as soon as **any** descriptor of the file
/// is closed. So a file that this process holds is never opened a second time: what is held is kept
/// in a set.
final class FileLocks {
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private FileLocks() {}

    static Optional<Disk.Lock> take(Path file) throws IOException {
        Path real = file.resolveSibling(".").toRealPath().resolve(file.getFileName());
        if (!HELD.add(real)) {
            return Optional.empty();
        }
        Disk.@Nullable Lock lock = null;
        try {
            lock = takeFromSystem(real);
            return Optional.ofNullable(lock);
        } finally {
            if (lock == null) {
                HELD.remove(real);
            }
        }
    }

    private static Disk.@Nullable Lock takeFromSystem(Path file) throws IOException {
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        @Nullable FileLock taken = null;
        try {
            taken = channel.tryLock();
        } finally {
            if (taken == null) {
                channel.close();
            }
        }
        return taken == null ? null : () -> release(file, channel);
    }

    private static void release(Path file, FileChannel channel) {
        SocketNetwork.closeQuietly(channel);
        HELD.remove(file);
    }
}

package io.zurau.runtime;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// A channel whose writes are on the device when they return, and what they must be aligned to.
///
/// Direct writes skip the page cache and so cost one device write and nothing else. Not every file
/// system has them (and some only say so at the first access), so they are tried with a read.
///
/// @param alignment 1 if the writes are not direct
record SyncedChannel(FileChannel channel, int alignment) {
    /// Whoever writes need not care for more; network file systems may ask for a megabyte.
    private static final int LARGEST_ALIGNMENT = 4096;

    static SyncedChannel open(Path file) throws IOException {
        FileChannel direct;
        int blockSize;
        try {
            blockSize = Math.toIntExact(Files.getFileStore(file).getBlockSize());
            if (LARGEST_ALIGNMENT % blockSize != 0) {
                return plain(file);
            }
            direct =
                    FileChannel.open(
                            file,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE,
                            StandardOpenOption.DSYNC,
                            directIo());
        } catch (IOException | UnsupportedOperationException | ReflectiveOperationException e) {
            return plain(file);
        }
        try {
            direct.read(aligned(blockSize, blockSize), 0);
            return new SyncedChannel(direct, blockSize);
        } catch (IOException e) {
            direct.close();
            return plain(file);
        }
    }

    private static SyncedChannel plain(Path file) throws IOException {
        return new SyncedChannel(
                FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.DSYNC), 1);
    }

    /// Found by name: the compiler warns of this option of the JDK, unavoidably, and warnings are
    /// errors here.
    private static OpenOption directIo() throws ReflectiveOperationException {
        return (OpenOption)
                Class.forName("com.sun.nio.file.ExtendedOpenOption").getField("DIRECT").get(null);
    }

    static ByteBuffer aligned(int capacity, int alignment) {
        int rounded = Math.ceilDiv(capacity, alignment) * alignment;
        return ByteBuffer.allocateDirect(rounded + alignment - 1)
                .alignedSlice(alignment)
                .slice(0, rounded);
    }
}

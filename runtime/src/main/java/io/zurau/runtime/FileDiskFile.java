package io.zurau.runtime;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;

/// One open file of the machine's file system.
///
/// Its state is the system's; safe for concurrent use at different positions.
final class FileDiskFile implements DiskFile {
    private static final int COPIED_PIECE = 16 << 10;

    private final FileDisk disk;
    private final String path;

    /// The same file twice if writes are synced: reads then go through an ordinary channel, which
    /// has no need for aligned buffers. The system keeps both views the same.
    private final FileChannel reads;

    private final FileChannel writes;
    private final int alignment;

    FileDiskFile(FileDisk disk, String path, FileChannel channel) {
        this(disk, path, channel, channel, 1);
    }

    FileDiskFile(FileDisk disk, String path, FileChannel reads, FileChannel writes, int alignment) {
        this.disk = disk;
        this.path = path;
        this.reads = reads;
        this.writes = writes;
        this.alignment = alignment;
    }

    @Override
    public int read(ByteBuffer target, long position) {
        return touch("read", () -> readFully(target, position));
    }

    private int readFully(ByteBuffer target, long position) throws IOException {
        int read = 0;
        while (target.hasRemaining()) {
            int now = reads.read(target, position + read);
            if (now <= 0) {
                break;
            }
            read += now;
        }
        return read;
    }

    @Override
    public void write(ByteBuffer source, long position) {
        touch(
                "write",
                () -> {
                    long at = position;
                    while (source.hasRemaining()) {
                        at += writes.write(source, at);
                    }
                    return at;
                });
    }

    @Override
    public void truncate(long size) {
        touch("truncate", () -> writes.truncate(size));
    }

    @Override
    public long size() {
        return touch("ask for the size of", reads::size);
    }

    @Override
    public void sync() {
        touch(
                "sync",
                () -> {
                    writes.force(false);
                    return true;
                });
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target)
            throws IOException {
        try {
            long sent = ThreadTask.undisturbed(() -> reads.transferTo(position, count, target));
            return sent > 0 ? sent : transferCopy(position, count, target);
        } catch (IOException e) {
            refuseIfUnreadable(position);
            throw e;
        }
    }

    /// Sends a piece through this process. The system sends nothing to a socket that is full, and
    /// has no way to wait for room; writing to it has.
    private long transferCopy(long position, long count, WritableByteChannel target)
            throws IOException {
        ByteBuffer piece = ByteBuffer.allocate((int) Math.min(count, COPIED_PIECE));
        return read(piece, position) == 0 ? 0 : target.write(piece.flip());
    }

    /// The system does not say which end of a transfer failed, so the file is asked.
    private void refuseIfUnreadable(long position) {
        read(ByteBuffer.allocate(1), position);
    }

    @Override
    public int alignment() {
        return alignment;
    }

    @Override
    public ByteBuffer alignedBuffer(int capacity) {
        return SyncedChannel.aligned(capacity, alignment);
    }

    @Override
    public void close() {
        touch(
                "close",
                () -> {
                    try (reads;
                            writes) {
                        return true;
                    }
                });
    }

    private <T> T touch(String action, ThreadTask.FileAccess<T> access) {
        try {
            return ThreadTask.undisturbed(access);
        } catch (IOException e) {
            throw disk.failure(action, path, e);
        }
    }
}
